"""Pairs runs of `*`, `_` and `~~` into emphasis, by CommonMark's delimiter rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.protect.pieces import Piece

_STRIKE: Final = "~"


@dataclass(slots=True)
class Run:
    """A run of one delimiter character; shrinks from the side that is used up."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many characters are left."""
        return self.end - self.start


@dataclass(slots=True)
class _Delimiter:
    run: Run
    char: str
    opens: bool
    closes: bool
    original: int


def emphasis_pieces(text: str, runs: Sequence[Run]) -> list[Piece]:
    """Opening and closing pieces of all emphasis; delimiters without a partner are prose."""
    pieces: list[Piece] = []
    openers: list[_Delimiter] = []
    # Below these depths no opener fits a closer of the kind: keeps the search linear.
    bottoms: dict[tuple[str, bool, int], int] = {}
    for closer in (_delimiter(text, run) for run in runs):
        while closer.closes and closer.run.length:
            key = (closer.char, closer.opens, closer.original % 3)
            found = _opener(openers, closer, bottoms.get(key, 0))
            if found is None:
                bottoms[key] = len(openers)
                break
            del openers[found + 1 :]
            pieces += _join(openers[found], closer, f"*{len(pieces)}")
            if not openers[found].run.length:
                openers.pop()
            bottoms = {one: min(depth, len(openers)) for one, depth in bottoms.items()}
        if closer.opens and closer.run.length:
            openers.append(closer)
    return pieces


def _opener(openers: Sequence[_Delimiter], closer: _Delimiter, bottom: int) -> int | None:
    for position in range(len(openers) - 1, bottom - 1, -1):
        opener = openers[position]
        if opener.char == closer.char and _fits(opener, closer):
            return position
    return None


def _fits(opener: _Delimiter, closer: _Delimiter) -> bool:
    """CommonMark's rule of three, which tells `**a*b**` from `*a**b*`."""
    if not (opener.closes or closer.opens):
        return True
    both = opener.original + closer.original
    return both % 3 != 0 or (opener.original % 3 == 0 and closer.original % 3 == 0)


def _join(opener: _Delimiter, closer: _Delimiter, pair: str) -> tuple[Piece, Piece]:
    used = 2 if min(opener.run.length, closer.run.length) >= 2 else 1
    left = Piece(opener.run.end - used, opener.run.end, "tag_open", pair)
    right = Piece(closer.run.start, closer.run.start + used, "tag_close", pair)
    opener.run.end -= used
    closer.run.start += used
    return left, right


def _delimiter(text: str, run: Run) -> _Delimiter:
    char = text[run.start]
    before = text[run.start - 1] if run.start else " "
    after = text[run.end] if run.end < len(text) else " "
    left = not after.isspace() and (
        not _is_punctuation(after) or before.isspace() or _is_punctuation(before)
    )
    right = not before.isspace() and (
        not _is_punctuation(before) or after.isspace() or _is_punctuation(after)
    )
    if char == "_":
        opens = left and (not right or _is_punctuation(before))
        closes = right and (not left or _is_punctuation(after))
        return _Delimiter(run, char, opens, closes, run.length)
    return _Delimiter(run, char, left, right, run.length)


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
