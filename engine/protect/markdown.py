"""Finds the code in inline Markdown: spans, links, emphasis, inline HTML.

Follows CommonMark where it matters for what a reader sees; what it leaves open (a link crossing
emphasis) ends as single marks, which come back as they were.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from typing import Final

from engine.protect import patterns
from engine.protect.emphasis import Run, emphasis_pieces
from engine.protect.pieces import Piece, tag_piece
from engine.values import Syntax, TokenKind

_TICKS: Final = re.compile("`+")
_CHECKBOX: Final = re.compile(r"\[[ xX]\](?=\s)")
_DESTINATION: Final = (
    r"(?:<[^<>\n]*+>|(?:\{\{[^{}\n]{0,200}\}\}|\{%[^{}\n]{0,200}%\}|[^\s()<>\\]|\\.|"
    r"\((?:[^\s()\\]|\\.|\([^\s()\\]*+\))*+\))++)?+"
)
_TITLE: Final = r"""(?:\s++(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?+"""
_LINK_END: Final = re.compile(rf"\]\(\s*+{_DESTINATION}{_TITLE}\s*+\)", re.DOTALL)
_REFERENCE_END: Final = re.compile(r"\]\[[^\[\]\n]{0,200}\]")

_KINDS: Final[dict[str, TokenKind]] = {
    "break": "tag",
    "escape": "escape",
    "auto": "url",
    "note": "placeholder",
    "entity": "escape",
    "comment": "tag",
    "opaque": "placeholder",
    "url": "url",
    "email": "email",
    "mark": "escape",
    "place": "placeholder",
}
_ATOMS: Final = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in {
            "break": r"(?:(?<!\x20)\x20{2,}+|\\)\n[\x20\t]*+",
            "escape": r"\\[!-/:-@\[-`{-~]",
            "ticks": "`+",
            "auto": r"<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>|<[^\s<>@]{1,64}@[^\s<>@]{1,255}>",
            "comment": f"{patterns.COMMENT}|{patterns.DECLARATION}",
            "opaque": patterns.OPAQUE,
            "tag": patterns.TAG,
            "entity": patterns.ENTITY,
            "note": r"\[\^[^\]\s\[]{1,80}\]",
            "bracket": r"!?\[",
            "end": r"\]",
            "url": patterns.URL,
            "email": patterns.EMAIL,
            "mark": r"[\u27e6\u27e7]",
            "place": patterns.placeholders(Syntax.MARKDOWN, ()),
            "run": r"\*+|_+|(?<!~)~~(?!~)",
        }.items()
    )
)


def scan_markdown(text: str) -> list[Piece]:
    """The code of inline Markdown, in order and without overlap."""
    return _Scanner(text).run()


class _Scanner:
    """One pass over one text: atoms as they come, brackets by a stack, emphasis at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[Piece] = []
        self.runs: list[Run] = []
        # Per open bracket: where it stands, where it ends, pieces and runs found before it.
        self.brackets: list[tuple[int, int, int, int]] = []
        self.dead_brackets = 0  # a link holds no link: brackets below this depth are prose
        self.links = 0
        self.ticks: defaultdict[int, list[int]] = defaultdict(list)
        for match in _TICKS.finditer(text):
            self.ticks[len(match.group())].append(match.start())

    def run(self) -> list[Piece]:
        position = self._checkbox()
        while match := _ATOMS.search(self.text, position):
            position = self._take(match)
        self.pieces += emphasis_pieces(self.text, self.runs)
        return sorted(self.pieces)

    def _checkbox(self) -> int:
        match = _CHECKBOX.match(self.text)
        if match is None:
            return 0
        self.pieces.append(Piece(0, match.end(), "tag"))
        return match.end()

    def _take(self, match: re.Match[str]) -> int:
        """Notes what was found and says where to go on."""
        group, start, end = match.lastgroup or "", match.start(), match.end()
        if group == "ticks":
            return self._code(start, end)
        if group == "end":
            return self._close(start, end)
        if group == "bracket":
            self.brackets.append((start, end, len(self.pieces), len(self.runs)))
        elif group == "run":
            self.runs.append(Run(start, end))
        elif group == "tag":
            self.pieces.append(tag_piece(start, match.group()))
        else:
            self.pieces.append(Piece(start, end, _KINDS[group]))
        return end

    def _code(self, start: int, end: int) -> int:
        """A code span ends at the next run of as many backticks; without one they are prose."""
        same = self.ticks[end - start]
        following = bisect_left(same, end)
        if following == len(same):
            return end
        stop = same[following] + (end - start)
        self.pieces.append(Piece(start, stop, "placeholder"))
        return stop

    def _close(self, start: int, end: int) -> int:
        if not self.brackets:
            return end
        opener = self.brackets.pop()
        is_image = self.text[opener[0]] == "!"
        is_dead = len(self.brackets) < self.dead_brackets and not is_image
        self.dead_brackets = min(self.dead_brackets, len(self.brackets))
        tail = None if is_dead else self._tail(start)
        if tail is None:
            return end
        if not is_image:
            self.dead_brackets = len(self.brackets)
        if tail.group() == "][]":  # the text itself is the key: it may not change
            del self.pieces[opener[2] :], self.runs[opener[3] :]
            self.pieces.append(Piece(opener[0], tail.end(), "tag"))
            return tail.end()
        self.links += 1
        pair = f"[{self.links}"
        self.pieces.append(Piece(opener[0], opener[1], "tag_open", pair))
        self.pieces.append(Piece(start, tail.end(), "tag_close", pair))
        return tail.end()

    def _tail(self, start: int) -> re.Match[str] | None:
        return _LINK_END.match(self.text, start) or _REFERENCE_END.match(self.text, start)
