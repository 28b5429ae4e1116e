"""What a concept and its terms may hold. Pure: read by services, pages, imports and the API."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from engine.errors import EngineError
from engine.languages import find_source

# The administrative statuses of TBX, as ISO 30042 names them without "-admn-sts".
PREFERRED, ADMITTED, DEPRECATED, FORBIDDEN = "preferred", "admitted", "deprecated", "forbidden"
STATUSES: Final = (PREFERRED, ADMITTED, DEPRECATED, FORBIDDEN)
# What may stand in a translation, and what must not.
WANTED: Final = frozenset({PREFERRED, ADMITTED})
PARTS_OF_SPEECH: Final = ("", "noun", "properNoun", "verb", "adjective", "adverb", "other")
GENDERS: Final = ("", "masculine", "feminine", "neuter", "other")

MAX_TERM_CHARS: Final = 500
MAX_NOTE_CHARS: Final = 2_000
MAX_SUBJECT_CHARS: Final = 200
MAX_EXTERNAL_ID_CHARS: Final = 200
MAX_TERMS: Final = 200
MAX_FORMS: Final = 50
_LONGEST: Final[Mapping[str, int]] = {
    "definition": MAX_NOTE_CHARS,
    "subject": MAX_SUBJECT_CHARS,
    "note": MAX_NOTE_CHARS,
    "external_id": MAX_EXTERNAL_ID_CHARS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermValues:
    """One wording of a concept. `forms` are inflected forms that count as the term."""

    language: str
    text: str
    status: str = PREFERRED
    part_of_speech: str = ""
    gender: str = ""
    case_sensitive: bool = False
    exact_form: bool = False
    forms: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptValues:
    """All that people say of a concept. Terms keep their order within a language."""

    definition: str = ""
    subject: str = ""
    note: str = ""
    do_not_translate: bool = False
    external_id: str = ""
    terms: tuple[TermValues, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: a path of names and numbers, such as ("terms", 1, "text")."""

    path: tuple[str | int, ...]
    message: str


def pointed(found: Sequence[Problem]) -> list[dict[str, str]]:
    """The first twenty problems as an answer tells them, each with a JSON pointer."""
    return [
        {"pointer": "".join(f"/{step}" for step in one.path), "message": one.message}
        for one in found[:20]
    ]


def tidied(values: ConceptValues) -> ConceptValues:
    """The same in the form in which it is kept: NFC, spaces single, languages by our codes."""
    return replace(
        values,
        definition=_lines(values.definition),
        subject=_words(values.subject),
        note=_lines(values.note),
        external_id=_words(values.external_id),
        terms=tuple(map(_tidied_term, values.terms)),
    )


def _tidied_term(term: TermValues) -> TermValues:
    forms = dict.fromkeys(filter(None, map(_words, term.forms)))
    return replace(
        term,
        language=_language(term.language),
        text=_words(term.text),
        forms=tuple(form for form in forms if form != _words(term.text)),
        example=_lines(term.example),
    )


def problems(values: ConceptValues) -> list[Problem]:
    """Everything that keeps a tidied concept from being stored, in the order of its fields."""
    return [*_field_problems(values), *_term_problems(values), *_contradictions(values)]


def _field_problems(values: ConceptValues) -> Iterator[Problem]:
    for name, most in _LONGEST.items():
        text = getattr(values, name)
        if len(text) > most:
            yield Problem((name,), f"Write at most {most:,} characters; these are {len(text):,}.")
        elif unprintable(text):
            yield Problem((name,), "A character of it cannot be stored or seen.")
    if not values.terms:
        yield Problem(("terms",), "A concept has at least one term.")
    if len(values.terms) > MAX_TERMS:
        yield Problem(("terms",), f"A concept has at most {MAX_TERMS} terms.")


def _term_problems(values: ConceptValues) -> Iterator[Problem]:
    for number, term in enumerate(values.terms):
        for name, message in _wrong_with(term):
            yield Problem(("terms", number, name), message)


def _wrong_with(term: TermValues) -> Iterator[tuple[str, str]]:
    if not known_language(term.language):
        yield "language", f"“{term.language[:20]}” is no language we know, such as de or pt-BR."
    if not term.text:
        yield "text", "Write the term."
    yield from _too_long("text", term.text, MAX_TERM_CHARS)
    yield from _too_long("example", term.example, MAX_NOTE_CHARS)
    if len(term.forms) > MAX_FORMS:
        yield "forms", f"A term has at most {MAX_FORMS} declared forms."
    for form in term.forms:
        yield from _too_long("forms", form, MAX_TERM_CHARS)
    for name, choices in (
        ("status", STATUSES),
        ("part_of_speech", PARTS_OF_SPEECH),
        ("gender", GENDERS),
    ):
        if getattr(term, name) not in choices:
            yield name, f"Choose one of {', '.join(filter(None, choices))}."


def _too_long(name: str, text: str, most: int) -> Iterator[tuple[str, str]]:
    if len(text) > most:
        yield name, f"Write at most {most:,} characters; these are {len(text):,}."
    elif unprintable(text):
        yield name, "A character of it cannot be stored or seen."


def _contradictions(values: ConceptValues) -> Iterator[Problem]:
    """The same wording twice in a language: once wanted and once not, or simply twice."""
    kept: dict[tuple[str, str], str] = {}
    for number, term in enumerate(values.terms):
        key = term.language, term.text
        if key not in kept:
            kept[key] = term.status
            continue
        if (kept[key] in WANTED) != (term.status in WANTED):
            message = f"“{term.text}” is both {kept[key]} and {term.status} in {term.language}."
        else:
            message = f"“{term.text}” stands twice in {term.language}."
        yield Problem(("terms", number, "text"), message)
    favourites = Counter(term.language for term in values.terms if term.status == PREFERRED)
    for number, term in enumerate(values.terms):
        if term.status == PREFERRED and favourites[term.language] > 1:
            favourites[term.language] = 0
            message = f"Only one term in {term.language} can be preferred; the others are admitted."
            yield Problem(("terms", number, "status"), message)


def as_json(values: ConceptValues) -> dict[str, Any]:
    """The concept as history keeps it."""
    return asdict(values) | {"terms": [_term_json(one) for one in values.terms]}


def from_json(stored: Mapping[str, Any]) -> ConceptValues:
    """What `as_json` made. Fields that were not there yet have their defaults."""
    terms = tuple(
        TermValues(**_known(TermValues, one) | {"forms": tuple(one.get("forms", ()))})
        for one in stored.get("terms", ())
    )
    return ConceptValues(**_known(ConceptValues, stored) | {"terms": terms})


def _term_json(term: TermValues) -> dict[str, Any]:
    return asdict(term) | {"forms": list(term.forms)}


def _known(shape: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: stored[one.name] for one in fields(shape) if one.name in stored}


def searched(text: str) -> str:
    """A text as it is looked for: compatibility forms and case made equal."""
    return unicodedata.normalize("NFKC", text).casefold()


def known_language(code: str) -> bool:
    """Whether a term can be in this language."""
    return _found(code) is not None


def _language(code: str) -> str:
    """Our code where we know the language, else what was given."""
    return _found(code) or code.strip()


def _found(code: str) -> str | None:
    try:
        return find_source(code.strip()).code
    except EngineError:
        return None


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _lines(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).strip().splitlines()
    return "\n".join(line.rstrip() for line in lines)


def unprintable(text: str) -> bool:
    """Whether there is what no screen shows or no database keeps; line ends are in order."""
    return any(unicodedata.category(char) in {"Cc", "Cs", "Cn"} for char in text if char != "\n")
