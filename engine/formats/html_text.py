"""Between the characters of an HTML file and the text of a unit.

A unit's text has its character references decoded. Runs of text and tags (Syntax.MARKUP) keep
`<`, `>` and `&` escaped and white space collapsed as a browser would; titles and attribute values
are plain text. What was written as a reference is written as the same reference again.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from engine.formats.prose import TEMPLATE, Edit, splice
from engine.values import Syntax

_SPACES: Final = re.compile(r"[\t\n\f\r ]+")
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{0,31});")
# In an attribute a reference may lack its semicolon only where no name or `=` goes on after it.
_ATTRIBUTE_REFERENCE: Final = re.compile(
    r"&(?:#[0-9]{1,8};?|#[xX][0-9a-fA-F]{1,8};?|[a-zA-Z][a-zA-Z0-9]{0,31}(?:;|(?![=a-zA-Z0-9])))"
)
_OUTER_SPACE: Final = r"[\t\n\f\r \u00a0]|&nbsp;|&#160;|&#[xX][aA]0;"
_LEADING: Final = re.compile(rf"(?:{_OUTER_SPACE})*")
_TRAILING_UNIT: Final = re.compile(rf"(?:{_OUTER_SPACE})\Z")
_ESCAPED: Final = re.compile("&(lt|gt|amp);")
_MARKUP_SIGNS: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TEXT_SIGNS: Final = {"&": "&amp;", "<": "&lt;"}
_QUOTES: Final = {'"': "&quot;", "'": "&#39;"}
_LONGEST_SPACE: Final = 6  # of _OUTER_SPACE


@dataclass(frozen=True, slots=True)
class Code:
    """Something in a text that is no text: how the unit shows it and where it stands."""

    shown: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A translatable stretch of the file and its text.

    `quote` is the quote sign of an attribute value ("" where it has none), else None. `references`
    says which characters of the text are written as which reference. `place` names the element.
    """

    start: int
    end: int
    text: str
    syntax: Syntax
    place: str
    note: str
    codes: tuple[Code, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    quote: str | None = None


def escape(text: str) -> str:
    """Plain text as it stands in a text with tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def decode_attribute(raw: str) -> str:
    """The value of an attribute as a browser reads it."""
    return _ATTRIBUTE_REFERENCE.sub(lambda match: unescape(match[0]), raw)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Where `text[start:end]` begins and ends without outer white space, however written."""
    leading = _LEADING.match(text, start, end)
    start = leading.end() if leading else start
    while start < end:
        tail = _TRAILING_UNIT.search(text[max(start, end - _LONGEST_SPACE) : end])
        if tail is None:
            break
        end -= len(tail[0])
    return start, end


def read_text(
    text: str, start: int, end: int, decode: Callable[[str], str], collapse: bool = True
) -> tuple[str, list[Code]]:
    """`text[start:end]` without references, and the template code in it, which is left as it is."""
    shown: list[str] = []
    codes: list[Code] = []
    position = start
    for match in TEMPLATE.finditer(text, start, end):
        shown += (_plain(text[position : match.start()], decode, collapse), match[0])
        codes.append(Code(match[0], match.start(), match.end()))
        position = match.end()
    shown.append(_plain(text[position:end], decode, collapse))
    return "".join(shown), codes


def _plain(raw: str, decode: Callable[[str], str], collapse: bool) -> str:
    return decode(_SPACES.sub(" ", raw) if collapse else raw)


def references_in(raw: str) -> dict[str, str]:
    """The characters a text writes as references, the first way for each.

    Not letters of ASCII, digits and spaces, which nobody writes so throughout, and not the three
    signs that are always escaped.
    """
    found: dict[str, str] = {}
    for match in _REFERENCE.finditer(raw):
        character = unescape(match[0])
        plain = character.isascii() and (character.isalnum() or character in "<>& ")
        if len(character) == 1 and not plain:
            found.setdefault(character, match[0])
    return found


def write_piece(source: str, piece: Piece, target: str, edits: Iterable[Edit]) -> str:
    """How a new text stands in the file; `edits` are those inside the piece's own tags."""
    signs = dict(_MARKUP_SIGNS if piece.syntax is Syntax.MARKUP else _TEXT_SIGNS)
    quote = piece.quote or '"'
    if piece.quote is not None:
        signs[quote] = _QUOTES[quote]
    written = str.maketrans({**signs, **piece.references})
    codes = _Codes(source, piece.codes, edits)
    parts: list[str] = []
    for index, part in enumerate(codes.split(target)):
        if index % 2:
            parts.append(codes.take(part))
        else:
            text = _ESCAPED.sub(lambda match: unescape(match[0]), part)
            parts.append((text if piece.syntax is Syntax.MARKUP else part).translate(written))
    value = "".join(parts)
    return f'"{value}"' if piece.quote == "" else value


class _Codes:
    """The codes of one piece, handed out in order; one asked for too often is given again.

    Tags the source does not have are no codes and end up escaped: a translation can lose or repeat
    markup of its source, never bring in any.
    """

    def __init__(self, source: str, codes: tuple[Code, ...], edits: Iterable[Edit]) -> None:
        inner = deque(sorted(edits, key=lambda edit: edit.start))
        self._raw: dict[str, deque[str]] = {}
        for code in codes:
            own: list[Edit] = []
            while inner and inner[0].end <= code.end:
                own.append(inner.popleft())
            raw = splice(source, own, code.start, code.end)
            self._raw.setdefault(code.shown, deque()).append(raw)
        shown = sorted(self._raw, key=len, reverse=True)
        self._pattern = re.compile(f"({'|'.join(map(re.escape, shown))})") if shown else None

    def split(self, text: str) -> list[str]:
        """Text and codes in turn, text first."""
        return [text] if self._pattern is None else self._pattern.split(text)

    def take(self, shown: str) -> str:
        """What stands in the file for a code."""
        waiting = self._raw[shown]
        return waiting.popleft() if len(waiting) > 1 else waiting[0]
