"""Concepts as the engine sees them, for one language pair, and what is found of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple

Status = Literal["preferred", "admitted", "deprecated", "forbidden"]
WANTED: frozenset[str] = frozenset({"preferred", "admitted"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A term in one language. `exact` allows no inflection, `forms` are inflected forms declared.

    Where `case_sensitive`, only this case counts.
    """

    text: str
    status: Status = "preferred"
    case_sensitive: bool = False
    exact: bool = False
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One concept for one language pair. `id` names it; `target` may be empty.

    Where `keep`, the term is not translated at all: it stands in the target as in the source.
    """

    id: str
    source: tuple[Wording, ...]
    target: tuple[Wording, ...] = ()
    keep: bool = False


class Occurrence(NamedTuple):
    """A source term found: code points `start` to `end` of the text that was looked at.

    `is_part` tells that it is a part of a compound, which nobody can hold a target to.
    """

    rule: Rule
    start: int
    end: int
    surface: str
    is_part: bool = False


class Verdict(StrEnum):
    """What a target makes of an occurrence."""

    OBEYED = "obeyed"
    ABSENT = "absent"
    FORBIDDEN = "forbidden"
    WRONG_CASE = "wrong_case"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one occurrence, and where in the target its proof stands.

    `surface` is the wording found, empty where none was; `wording` the glossary's own.
    """

    occurrence: Occurrence
    verdict: Verdict
    start: int = -1
    end: int = -1
    surface: str = ""
    wording: str = ""
