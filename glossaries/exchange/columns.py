"""What the columns of a table hold: guessed from their headings, said by people, checked.

Two layouts are read. In the wide one a row is a concept with a column for each wording, such as
`term:de:preferred`; in the long one a row is a term, with columns `language` and `term`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from common.errors import Invalid
from engine.errors import EngineError
from engine.languages import LANGUAGES, SOURCE_ONLY, find_source
from glossaries.values import PREFERRED, STATUSES

IGNORE: Final = ""
CONCEPT_FIELDS: Final = ("external_id", "definition", "subject", "note", "do_not_translate")
TERM_FIELDS: Final = (
    *("part_of_speech", "gender", "case_sensitive", "exact_form", "forms", "example"),
)
# Of the long layout; `concept` says which rows belong together.
LONG_FIELDS: Final = ("concept", "language", "term", "status", *TERM_FIELDS)

_SYNONYMS: Final = {
    "concept": "concept concept_id entry entry_id",
    "external_id": "external_id id key identifier",
    "definition": "definition meaning description",
    "subject": "subject subject_field domain category topic",
    "note": "note notes comment comments remark kommentar bemerkung commentaire",
    "do_not_translate": "do_not_translate dnt never_translate not_translated untranslatable",
    "language": "language lang locale sprache langue",
    "term": "term word wording benennung terme",
    "status": "status term_status usage_status",
    "part_of_speech": "part_of_speech pos word_class",
    "gender": "gender grammatical_gender",
    "case_sensitive": "case_sensitive case match_case",
    "exact_form": "exact_form exact no_inflection",
    "forms": "forms other_forms inflections inflected_forms variants",
    "example": "example usage_example context",
}
_FIELD_OF: Final = {word: name for name, words in _SYNONYMS.items() for word in words.split()}
_STATUS_OF: Final = {
    **{one: one for one in STATUSES},
    **dict.fromkeys(("approved", "standard", "use", "bevorzugt"), "preferred"),
    **dict.fromkeys(("allowed", "alternative", "synonym", "erlaubt"), "admitted"),
    **dict.fromkeys(("obsolete", "old", "superseded", "veraltet"), "deprecated"),
    **dict.fromkeys(("banned", "not_use", "do_not_use", "avoid", "verboten"), "forbidden"),
}
_WORDS: Final = re.compile(r"[^\W_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds. Of a wording in the wide layout `language` and `status` are told."""

    field: str
    language: str = ""
    status: str = ""

    def __str__(self) -> str:
        """As it is stored and sent: `definition`, `term:de:forbidden`, `gender:de`."""
        return ":".join(filter(None, (self.field, self.language, self.status)))


def column(told: str) -> Column:
    """What `str` of a column gave; raises Invalid."""
    field, *rest = told.split(":")
    if field == IGNORE or (field in (*CONCEPT_FIELDS, *LONG_FIELDS) and not rest):
        return Column(field)
    language = _code(rest[0]) if rest else None
    if language and field == "term" and len(rest) == 2 and rest[1] in STATUSES:
        return Column(field, language, rest[1])
    if language and field in TERM_FIELDS and len(rest) == 1:
        return Column(field, language)
    raise Invalid(
        "column_unknown",
        f"“{told[:60]}” is nothing that a column can hold: see the list in the guide.",
        detail={"column": told[:60]},
    )


def columns(told: Sequence[str], width: int) -> tuple[Column, ...]:
    """The columns of a table of that width; raises Invalid where they make no concepts."""
    if len(told) != width:
        raise Invalid(
            "columns_miscounted",
            f"The file has {width} columns, and what {len(told)} hold was said.",
            detail={"columns": width, "told": len(told)},
        )
    found = tuple(map(column, told))
    _require_once(found)
    is_wide = any(one.field == "term" and one.language for one in found)
    fields = {one.field for one in found if not one.language}
    if is_wide and fields & {"term", "language"}:
        raise Invalid(
            "columns_of_two_kinds",
            "Some columns hold the terms of one language, others of any: choose one of the two.",
        )
    if not is_wide and not {"term", "language"} <= fields:
        raise Invalid(
            "columns_without_terms",
            "Say which columns hold terms, and in which language.",
        )
    return found


def _require_once(found: Sequence[Column]) -> None:
    seen: set[str] = set()
    for one in found:
        told = str(one)
        # Several wordings of a language may be admitted, deprecated or forbidden, one preferred.
        may_repeat = one.field == IGNORE or (one.language and one.status not in {"", PREFERRED})
        if told in seen and not (may_repeat or one.field in TERM_FIELDS):
            raise Invalid(
                "column_twice",
                f"Two columns hold the same ({told}): leave one of them out.",
                detail={"column": told},
            )
        seen.add(told)


def guessed(header: Sequence[str]) -> tuple[str, ...]:
    """What each column seems to hold, "" for what does not show."""
    words = [tuple(_WORDS.findall(_folded(one))) for one in header]
    is_long = {"language", "term"} <= {_FIELD_OF.get("_".join(one), "") for one in words}
    found: list[str] = []
    taken: set[str] = set()
    for heading in words:
        told = _field(heading, is_long=is_long) or _of_language(heading)
        if told in taken and not told.endswith(("admitted", "deprecated", "forbidden")):
            told = IGNORE
        taken.add(told)
        found.append(told)
    return tuple(found)


def _field(words: tuple[str, ...], *, is_long: bool) -> str:
    field = _FIELD_OF.get("_".join(words), IGNORE)
    return field if is_long or field in CONCEPT_FIELDS else IGNORE


def _of_language(words: tuple[str, ...]) -> str:
    """A heading of a language and what is held of it, such as "de forbidden" or "French gender"."""
    for cut in range(min(len(words), 3), 0, -1):
        language = _language(words[:cut])
        if language is None:
            continue
        rest = [one for one in words[cut:] if one not in {"term", "terms"} and not one.isdigit()]
        told = "_".join(rest)
        if not told:
            return f"term:{language}:{PREFERRED}"
        if told in _STATUS_OF:
            return f"term:{language}:{_STATUS_OF[told]}"
        if _FIELD_OF.get(told) in TERM_FIELDS:
            return f"{_FIELD_OF[told]}:{language}"
    return IGNORE


def _language(words: tuple[str, ...]) -> str | None:
    if all(len(one) <= 4 for one in words) and (code := _code("-".join(words))):
        return code
    return _names().get(" ".join(words))


def _code(text: str) -> str | None:
    try:
        return find_source(text).code
    except EngineError:
        return None


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in (*LANGUAGES, *SOURCE_ONLY):
        for name in (one.name, one.own_name):
            found.setdefault(" ".join(_WORDS.findall(_folded(name))), one.code)
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def status_of(told: str) -> str | None:
    """The status a cell names, preferred where it is empty; None for an unknown one."""
    return _STATUS_OF.get("_".join(_WORDS.findall(_folded(told)))) if told.strip() else PREFERRED
