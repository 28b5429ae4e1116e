"""Quotation marks: which open, which close, and how deep a quotation is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from engine.guide import NBSP, NNBSP, QUOTES
from engine.protect import CLOSE, OPEN

SIGNS: Final = '„“”«»‹›「」『』"'
_ALWAYS_OPEN: Final = "「『„"
_ALWAYS_CLOSE: Final = "」』"
_HUGGING: Final = "«»‹›"
_BEFORE_OPENING: Final = f"([{{—–-/{CLOSE}{SIGNS}"
_AFTER_CLOSING: Final = f")]}}.,;:!?…—–-/{OPEN}{SIGNS}"


class End(NamedTuple):
    """One end of a quotation: where its mark stands, no-break spaces beside it included."""

    start: int
    end: int
    depth: int
    opens: bool


def requoted(text: str, name: str) -> str:
    """The text with the marks of `QUOTES[name]`; unchanged where one mark has no other half."""
    ends = list(_ends(text))
    if not ends or 2 * sum(one.opens for one in ends) != len(ends):
        return text
    outer, inner = QUOTES[name][:2], QUOTES[name][2:]
    out: list[str] = []
    done = depth = 0
    for one in ends:
        depth += 0 if one.opens else -1
        if depth < 0:
            return text
        marks = outer if depth % 2 == 0 else inner
        depth += 1 if one.opens else 0
        out += text[done : one.start], marks[0 if one.opens else 1]
        done = one.end
    return "".join((*out, text[done:]))


def _ends(text: str) -> Iterator[End]:
    depth = 0
    for place, sign in enumerate(text):
        if sign not in SIGNS:
            continue
        opens = _opens(text, place, sign, is_inside=depth > 0)
        if opens is None:
            continue
        start, end = place, place + 1
        # French marks take the space inside of them along.
        if sign in _HUGGING:
            while opens and text[end : end + 1] in {NBSP, NNBSP}:
                end += 1
            while not opens and text[start - 1 : start] in {NBSP, NNBSP}:
                start -= 1
        yield End(start, end, depth, opens)
        depth += 1 if opens else -1


def _opens(text: str, place: int, sign: str, *, is_inside: bool) -> bool | None:
    """Whether a mark begins a quotation; None where it is none, such as a sign of inches."""
    if sign in _ALWAYS_OPEN:
        return True
    if sign in _ALWAYS_CLOSE:
        return False
    before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if sign == '"' and before.isdigit() and not is_inside:
        return None
    may_open = not before or before.isspace() or before in _BEFORE_OPENING
    may_close = not after or after.isspace() or after in _AFTER_CLOSING
    if may_open == may_close:
        return not is_inside
    return may_open
