"""The languages a person chooses from, named for that person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.languages import LANGUAGES, SOURCE_ONLY, Direction, Language, name_in

MAX_RECENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One language of a picker; `words` is what a search finds it by, in lower case."""

    code: str
    name: str
    own_name: str
    direction: Direction
    words: str


@lru_cache(maxsize=64)
def target_choices(reader: str) -> tuple[Choice, ...]:
    """Languages to translate into, by their names in the reader's language."""
    return _choices(LANGUAGES, reader)


@lru_cache(maxsize=64)
def source_choices(reader: str) -> tuple[Choice, ...]:
    """Languages a text may be written in, by their names in the reader's language."""
    return _choices((*SOURCE_ONLY, *LANGUAGES), reader)


def recent(codes: Iterable[str], among: Sequence[Choice]) -> list[Choice]:
    """The choices of these codes, in their order; codes that are no longer listed are left out."""
    by_code = {one.code: one for one in among}
    return [by_code[code] for code in codes if code in by_code][:MAX_RECENT]


def _choices(languages: Sequence[Language], reader: str) -> tuple[Choice, ...]:
    found = (_choice(language, reader) for language in languages)
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def _choice(language: Language, reader: str) -> Choice:
    # Our English names are what documents and API say; other readers get CLDR's.
    is_english = reader.partition("-")[0] == "en"
    name = language.name if is_english else name_in(language.code, reader)
    known_as = dict.fromkeys((name, language.name, language.own_name, language.code))
    return Choice(
        code=language.code,
        name=name,
        own_name=language.own_name,
        direction=language.direction,
        words=" ".join(known_as).lower(),
    )
