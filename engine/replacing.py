"""Finds and replaces words in the prose of a text, never inside its code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.values import Syntax
from engine.written import Chip, cut


@dataclass(frozen=True, slots=True)
class Replacement:
    """A text before and after. `spans` are the places found, in the text before."""

    before: str
    after: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for. `whole` takes whole words only."""

    find: str
    case: bool = False
    whole: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The search as an expression that takes linear time."""
        words = re.escape(self.find)
        if self.whole:
            words = rf"(?<!\w){words}(?!\w)"
        return re.compile(words, 0 if self.case else re.IGNORECASE)


def replaced(
    text: str, search: Search, replacement: str, syntax: Syntax, flags: Sequence[str] = ()
) -> Replacement | None:
    """The text with every find replaced; None where nothing is found."""
    pattern = search.pattern
    if pattern.search(text) is None:
        return None
    out: list[str] = []
    spans: list[tuple[int, int]] = []
    place = 0
    for piece in cut(text, syntax, flags):
        prose = piece.text if isinstance(piece, Chip) else piece
        if not isinstance(piece, Chip):
            spans += [
                (place + match.start(), place + match.end()) for match in pattern.finditer(piece)
            ]
        out.append(prose if isinstance(piece, Chip) else pattern.sub(lambda _: replacement, piece))
        place += len(prose)
    return Replacement(text, "".join(out), tuple(spans)) if spans else None
