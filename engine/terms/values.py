"""What is found of terms in a source, and what a target makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from engine.values import Rule, Wording

WANTED: frozenset[str] = frozenset({"preferred", "admitted"})


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


__all__ = ["WANTED", "Judgement", "Occurrence", "Rule", "Verdict", "Wording"]
