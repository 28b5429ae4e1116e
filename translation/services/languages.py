"""Which languages a request means."""

from __future__ import annotations

from collections.abc import Sequence

from common.errors import Invalid
from engine.languages import Language, find_source, find_target
from translation.refusals import engine_errors

MAX_TARGETS = 20


def pair(source_language: str, target_languages: Sequence[str]) -> tuple[Language, list[Language]]:
    """The source and the distinct targets; raises Invalid for unknown, ambiguous or equal ones."""
    source = source_of(source_language)
    if not target_languages:
        raise Invalid(
            "target_language_missing", "Name at least one language to translate into, such as de."
        )
    if len(target_languages) > MAX_TARGETS:
        raise Invalid("too_many_languages", f"Name at most {MAX_TARGETS} target languages.")
    with engine_errors():
        targets = {one.code: one for one in map(find_target, target_languages)}
    for target in targets.values():
        if target.code == source.code or target.code.split("-")[0] == source.code:
            raise Invalid(
                "languages_equal",
                f"Source and target are both {source.name}. Choose another target language.",
                detail={"source": source.code, "target": target.code},
            )
    return source, list(targets.values())


def source_of(source_language: str) -> Language:
    """The language a text is in; raises Invalid where it is unknown or not said."""
    if not source_language:
        raise Invalid(
            "source_language_missing",
            "Say which language the text is in, such as source_language=en.",
        )
    with engine_errors():
        return find_source(source_language)
