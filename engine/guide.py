"""The rules of a style guide as a frozen value, and what may be chosen in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Formality = Literal["", "formal", "informal"]
NNBSP: Final = "\u202f"
NBSP: Final = "\u00a0"

# Outer pair and inner pair; the space inside, where a language has one, is part of the mark.
QUOTES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "german": ("„", "“", "‚", "‘"),
    "guillemets": ("«", "»", "‹", "›"),
    "guillemets_inward": ("»", "«", "›", "‹"),
    "french": (f"«{NBSP}", f"{NBSP}»", "“", "”"),
    "english": ("“", "”", "‘", "’"),
    "swedish": ("”", "”", "’", "’"),
    "polish": ("„", "”", "«", "»"),
    "japanese": ("「", "」", "『", "』"),
    "straight": ('"', '"', "'", "'"),
}
# What stands before sign of punctuation: narrow before ; ! ?, full before the colon.
SPACES: Final = ("none", "french")
ELLIPSES: Final[Mapping[str, str]] = {"sign": "…", "dots": "..."}
# Decimal sign and what groups thousands.
NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "1.234,5": (",", "."),
    f"1{NNBSP}234,5": (",", NNBSP),
    "1,234.5": (".", ","),
    "1’234.5": (".", "’"),
}
DATES: Final[Mapping[str, str]] = {
    "27.11.2026": "{d:02}.{m:02}.{y}",
    "27/11/2026": "{d:02}/{m:02}/{y}",
    "11/27/2026": "{m:02}/{d:02}/{y}",
    "2026-11-27": "{y}-{m:02}-{d:02}",
    "2026年11月27日": "{y}年{m}月{d}日",
}
UNITS: Final[Mapping[str, str]] = {"nbsp": NBSP, "narrow": NNBSP, "none": ""}


@dataclass(frozen=True, slots=True)
class Example:
    """A wording that is right, and one that is not where there is one."""

    good: str
    bad: str = ""


@dataclass(frozen=True, slots=True)
class Banned:
    """What must not be written: a word or phrase, or a regular expression of RE2.

    `instead` is what should be, for people and the model.
    """

    pattern: str
    is_regex: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One language's rules; "" leaves a thing open. Names of choices are the keys above."""

    formality: Formality = ""
    register: str = ""
    audience: str = ""
    spelling: str = ""
    quotes: str = ""
    spaces: str = ""
    ellipsis: str = ""
    dashes: str = ""
    numbers: str = ""
    dates: str = ""
    units: str = ""
    currency: str = ""
    headings: str = ""
    length: str = ""
    instructions: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    banned: tuple[Banned, ...] = ()
