"""What must not be written: phrases and expressions a guide bans, and the wrong form of address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import re2

from engine.guide import Banned, Style

MAX_PATTERN_CHARS: Final = 200
_MAX_MEMORY: Final = 1 << 20
_MOST_FOUND: Final = 10
# Only what cannot be meant otherwise: German has the polite Sie in the midst of a sentence, French
# the vous of several people.
_WRONG_ADDRESS: Final = {
    ("de", "formal"): re.compile(r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(?:e[mnrs]?)?)\b"),
    ("de", "informal"): re.compile(r"(?<=[\w,] )(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b"),
    ("fr", "formal"): re.compile(r"\b(?:[Tt]u|[Tt]oi|[Tt]es|[Tt]a)\b"),
    ("es", "formal"): re.compile(r"\b(?:[Tt]ú|[Tt]i|[Cc]ontigo|[Tt]uy[oa]s?)\b"),
    ("it", "formal"): re.compile(r"\b(?:[Tt]u|[Tt]uo|[Tt]ua|[Tt]uoi|[Tt]ue)\b"),
}


class Hit(NamedTuple):
    """A stretch of a text that should not be there, and what should, "" where nobody said."""

    start: int
    end: int
    instead: str


def banned_in(text: str, style: Style) -> list[Hit]:
    """Where banned phrases stand, at word boundaries, and where banned expressions match."""
    return list(_first(_banned(text, style.banned)))


def wrong_address(text: str, style: Style, base: str) -> list[Hit]:
    """Where the reader is addressed in the other form, in languages where that is certain."""
    pattern = _WRONG_ADDRESS.get((base, style.formality))
    return [Hit(*one.span(), "") for one in pattern.finditer(text)][:_MOST_FOUND] if pattern else []


def pattern_problem(pattern: str) -> str:
    """What is wrong with a banned expression, "" where nothing is."""
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"Write at most {MAX_PATTERN_CHARS} characters."
    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        return f"This is no regular expression that can be checked: {_told(error)}."
    if compiled.search("") is not None:
        return "This expression matches an empty text too: let it match one character at least."
    return ""


def _banned(text: str, banned: Sequence[Banned]) -> Iterator[Hit]:
    folded = text.casefold()
    # Case folding may change lengths: then phrases are looked for as they are written.
    line = folded if len(folded) == len(text) else text
    for one in banned:
        if one.is_regex:
            for found in _compiled(one.pattern).finditer(text):
                if found.end() > found.start():
                    yield Hit(found.start(), found.end(), one.instead)
            continue
        phrase = one.pattern.casefold() if line is folded else one.pattern
        start = line.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            if _is_whole(line, start, end):
                yield Hit(start, end, one.instead)
            start = line.find(phrase, start + 1)


def _is_whole(line: str, start: int, end: int) -> bool:
    opens = start == 0 or not (line[start - 1].isalnum() and line[start].isalnum())
    closes = end == len(line) or not (line[end].isalnum() and line[end - 1].isalnum())
    return (opens and closes) or (not line[start].isascii() and line[start] > "\u2e7f")


def _first(hits: Iterator[Hit]) -> Iterator[Hit]:
    for count, hit in enumerate(hits):
        if count == _MOST_FOUND:
            return
        yield hit


@lru_cache(maxsize=1_024)
def _compiled(pattern: str) -> re2._Regexp[str]:
    """Linear in the text whatever the expression: RE2 knows no going back."""
    options = re2.Options()
    options.max_mem = _MAX_MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)


def _told(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
