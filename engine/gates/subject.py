"""What a gate looks at and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.guide import Style
from engine.languages import Language
from engine.protect import CLOSE, OPEN, prose, stray_code
from engine.terms.values import Judgement
from engine.values import USUAL, Protected, Span, Syntax, Thresholds

_BRACKETS: Final = frozenset({OPEN, CLOSE})  # of marks: told apart as unknown marks
MAX_EVIDENCE_ITEMS: Final = 10
MAX_EVIDENCE_CHARS: Final = 200

Evidence = Mapping[str, str | int | float | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One wording to be judged. `reply` holds marks; `target` is that reply restored.

    `source` is the text as the file has it, `label` the label of the form; `judgements` say what
    the reply makes of each glossary term of the source.
    """

    source: str
    protected: Protected
    reply: str
    target: str
    syntax: Syntax
    flags: tuple[str, ...]
    label: str
    source_language: Language
    target_language: Language
    judgements: tuple[Judgement, ...] = ()
    thresholds: Thresholds = USUAL
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A subject and what several gates need of it: both texts with their marks blanked out.

    `added` is code in the reply's prose beyond what the source's own prose has by accident.
    """

    subject: Subject
    source: str
    reply: str
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What a gate found; the registry adds code, category and severity."""

    evidence: Evidence = field(default_factory=dict)
    spans: tuple[Span, ...] = ()


def view_of(subject: Subject) -> View:
    """The subject with its prose laid open; offsets are those of the marked texts."""
    source, reply = prose(subject.protected.text), prose(subject.reply)
    return View(subject, source, reply, _added(subject, source, reply))


def _added(subject: Subject, source: str, reply: str) -> tuple[str, ...]:
    added = Counter(_code_in(reply, subject))
    if added:
        added -= Counter(_code_in(source, subject))
    return tuple(added.elements())


def _code_in(text: str, subject: Subject) -> list[str]:
    found = stray_code(text, subject.syntax, subject.flags)
    return [raw for raw in found if raw not in _BRACKETS]


def bounded(items: Iterable[str]) -> list[str]:
    """The first items of an evidence list, each cut to a length a page can show."""
    found: list[str] = []
    for item in items:
        if len(found) == MAX_EVIDENCE_ITEMS:
            break
        found.append(clipped(item))
    return found


def clipped(text: str) -> str:
    """A text cut to a length a page can show."""
    return text if len(text) <= MAX_EVIDENCE_CHARS else text[: MAX_EVIDENCE_CHARS - 1] + "…"
