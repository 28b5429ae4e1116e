"""The translatable pieces of an HTML text, found in one pass over its tokens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import Final

from engine.errors import EngineError
from engine.formats.html_names import (
    HEADINGS,
    INLINE,
    SILENT_CODE,
    SPOKEN_CODE,
    UNTRANSLATED_BLOCKS,
    VOID,
    is_ended_by,
    is_spoken,
    says_untranslated,
)
from engine.formats.html_runs import Item, Part, run_piece
from engine.formats.html_text import (
    Piece,
    decode_attribute,
    read_text,
    references_in,
    trimmed,
)
from engine.formats.html_tokens import Attribute, Kind, Token, tokens
from engine.formats.prose import has_words, note_from
from engine.values import Syntax

MAX_DEPTH: Final = 512
_SPOKEN_CODE: Final = ("<%", "<?=", "<?php")  # may print a part of the sentence


@dataclass(frozen=True, slots=True)
class _Element:
    """An open element. `locked` says that nothing below it can be translated again."""

    name: str
    inline: bool
    hidden: bool
    locked: bool


_NO_ELEMENT: Final = _Element(name="", inline=False, hidden=False, locked=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds: its pieces in order, and the start tags that state language, direction."""

    pieces: tuple[Piece, ...]
    html: Token | None
    body: Token | None


def find_pieces(text: str, start: int = 0, end: int | None = None) -> Found:
    """The pieces of `text[start:end]`. Raises EngineError `html_too_deep`."""
    found = list(tokens(text, start, end))
    reader = _Reader(text, _pictures(text, found))
    for token in found:
        reader.feed(token)
    reader.flush()
    pieces = sorted(reader.pieces, key=lambda piece: (piece.start, -piece.end))
    return Found(tuple(pieces), reader.roots.get("html"), reader.roots.get("body"))


def _pictures(text: str, found: list[Token]) -> frozenset[int]:
    """Where the SVG elements begin that hold no words: icons, which may stand in a sentence."""
    open_at: list[tuple[int, bool]] = []
    pictures: set[int] = set()
    silent = False
    for token in found:
        if token.name in ("style", "script"):
            silent = token.kind is Kind.START and not token.self_closing
        elif token.name == "svg" and token.kind is Kind.START and not token.self_closing:
            open_at.append((token.start, False))
        elif token.name == "svg" and token.kind is Kind.END and open_at:
            start, has_text = open_at.pop()
            if not has_text:
                pictures.add(start)
            elif open_at:
                open_at[-1] = (open_at[-1][0], True)
        elif open_at and not open_at[-1][1] and not silent and _speaks(text, token):
            open_at[-1] = (open_at[-1][0], True)
    return frozenset(pictures)


def _speaks(text: str, token: Token) -> bool:
    return token.kind in (Kind.TEXT, Kind.CDATA) and has_words(text[token.start : token.end])


class _Reader:
    """Follows open elements and gathers runs; a tag that is not inline ends the run before it."""

    def __init__(self, text: str, pictures: frozenset[int]) -> None:
        self.pieces: list[Piece] = []
        self.roots: dict[str, Token] = {}
        self._text = text
        self._pictures = pictures
        self._open: list[_Element] = []
        self._names: Counter[str] = Counter()
        self._run: list[Item] = []
        self._opaque: Item | None = None  # begun, its end not known yet
        self._opaque_depth = 0
        self._note = ""

    def feed(self, token: Token) -> None:
        """Take the next token."""
        if token.kind is Kind.START:
            self._start(token)
        elif token.kind is Kind.END:
            self._end(token)
        elif token.kind is Kind.RAW:
            self._raw(token)
        elif self._opaque is None and not self._is_hidden():
            self._add(self._item(token))

    def flush(self) -> None:
        """End the run."""
        run, self._run, self._opaque = self._run, [], None
        if not run:
            return
        place = next((one.name for one in reversed(self._open) if not one.inline), "body")
        piece = run_piece(self._text, run, place, self._note)
        if piece is not None:
            self.pieces.append(piece)
            if place in HEADINGS:
                self._note = self._heading(run)

    def _add(self, item: Item) -> None:
        """Append to the run; what was skipped since its last item goes along untouched."""
        if self._run and self._run[-1].end < item.start:
            self._run.append(Item(Part.OPAQUE, self._run[-1].end, item.start, solid=True))
        self._run.append(item)

    def _heading(self, run: list[Item]) -> str:
        parts = (self._text[item.start : item.end] for item in run if item.part is Part.TEXT)
        return note_from(unescape("".join(parts)))

    def _item(self, token: Token) -> Item:
        if token.kind is Kind.TEXT:
            start, end = trimmed(self._text, token.start, token.end)
            return Item(Part.TEXT, token.start, token.end, solid=start < end)
        spoken = token.kind is Kind.CDATA or self._text.startswith(_SPOKEN_CODE, token.start)
        return Item(Part.OPAQUE, token.start, token.end, solid=spoken)

    def _is_hidden(self) -> bool:
        return bool(self._open) and self._open[-1].hidden

    def _start(self, token: Token) -> None:
        self._end_implied(token)
        if token.name in ("html", "body"):
            self.roots.setdefault(token.name, token)
        values = self._values(token)
        element = self._element(token, values)
        if not element.inline:
            self.flush()
        outer = self._open[-1] if self._open else None
        stated = says_untranslated(values)
        if not (outer and (outer.locked or (outer.hidden and stated is not False))) and not stated:
            self._attributes(token, values)
        empty = token.name in VOID or (token.self_closing and self._in_picture(token.name))
        if element.inline:
            self._inline(token, element, empty)
        if not empty:
            self._push(element)

    def _element(self, token: Token, values: dict[str, str]) -> _Element:
        outer = self._open[-1] if self._open else _NO_ELEMENT
        picture = token.start in self._pictures
        code = token.name in SPOKEN_CODE or token.name in SILENT_CODE or picture
        locked = outer.locked or code or token.name in UNTRANSLATED_BLOCKS
        stated = says_untranslated(values)
        hidden = locked or (outer.hidden if stated is None else stated)
        inline = code or token.name in INLINE or (outer.locked and outer.inline)
        return _Element(token.name, inline, hidden, locked)

    def _inline(self, token: Token, element: _Element, empty: bool) -> None:
        """Note an inline start tag in the run; a hidden element begins an opaque item."""
        if self._opaque is not None:
            return
        if not element.hidden:
            part = Part.VOID if empty else Part.OPEN
            self._add(Item(part, token.start, token.end, token.name))
        elif self._is_hidden():
            return
        elif empty:
            self._add(Item(Part.OPAQUE, token.start, token.end))
        else:
            silent = token.name in SILENT_CODE or token.start in self._pictures
            self._opaque = Item(Part.OPAQUE, token.start, token.end, solid=not silent)
            self._opaque_depth = len(self._open)

    def _in_picture(self, name: str) -> bool:
        return name in ("svg", "math") or bool(self._names["svg"] or self._names["math"])

    def _push(self, element: _Element) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise EngineError(
                "html_too_deep",
                f"The file nests HTML elements more than {MAX_DEPTH} deep. "
                "Close the elements that are left open and try again.",
                detail={"limit": MAX_DEPTH},
            )
        self._open.append(element)
        self._names[element.name] += 1

    def _end(self, token: Token) -> None:
        index = self._opened(token.name)
        outer = self._open[-1 if index is None else index] if self._open else _NO_ELEMENT
        inside = outer.locked and outer.inline  # such as code in a sentence
        inline = (inside or token.name in INLINE) if index is None else outer.inline
        if not inline:
            self.flush()
        hidden = self._is_hidden() if index is None else self._open[index].hidden
        if index is not None:
            self._close(index, inline)
        if self._opaque is not None:
            self._finish_opaque(token.end)
        elif inline and not hidden:
            self._add(Item(Part.CLOSE, token.start, token.end, token.name))

    def _opened(self, name: str) -> int | None:
        if not self._names[name]:
            return None
        return next(i for i in range(len(self._open) - 1, -1, -1) if self._open[i].name == name)

    def _close(self, index: int, inline: bool) -> None:
        """Close an element and what is open in it; an inline end tag leaves blocks open."""
        blocked = inline and any(not element.inline for element in self._open[index:])
        closed = slice(index, index + 1 if blocked else len(self._open))
        self._names.subtract(element.name for element in self._open[closed])
        del self._open[closed]

    def _finish_opaque(self, end: int) -> None:
        """End the opaque item if the element it began with is closed."""
        if self._opaque is not None and len(self._open) <= self._opaque_depth:
            begun, self._opaque = self._opaque, None
            self._add(Item(Part.OPAQUE, begun.start, end, solid=begun.solid))

    def _end_implied(self, token: Token) -> None:
        """Close what ends by itself where this start tag stands: `<p>a<p>b`, `<li>a<li>b`."""
        for index in range(len(self._open) - 1, -1, -1):
            element = self._open[index]
            if is_ended_by(element.name, token.name):
                if not element.inline:
                    self.flush()
                self._close(index, element.inline)
                self._finish_opaque(token.start)
            elif not element.inline and element.name not in ("p", "div", "address"):
                return

    def _raw(self, token: Token) -> None:
        if token.name == "title" and not self._is_hidden():
            self._plain(token.start, token.end, "title", None)

    def _values(self, token: Token) -> dict[str, str]:
        values: dict[str, str] = {}
        for attribute in token.attributes:
            values.setdefault(attribute.name, self._value(attribute))
        return values

    def _value(self, attribute: Attribute) -> str:
        return decode_attribute(self._text[attribute.value_start : attribute.value_end])

    def _attributes(self, token: Token, values: dict[str, str]) -> None:
        seen: set[str] = set()
        for attribute in token.attributes:
            name = attribute.name
            if name not in seen and is_spoken(token, name, values):
                place = f"{token.name}@{name}"
                self._plain(attribute.value_start, attribute.value_end, place, attribute.quote)
            seen.add(name)

    def _plain(self, start: int, end: int, place: str, quote: str | None) -> None:
        """Add a piece of plain text: an attribute's value or a title."""
        if quote != "":
            start, end = trimmed(self._text, start, end)
        title = quote is None
        decode = unescape if title else decode_attribute
        shown, codes = read_text(self._text, start, end, decode, collapse=title)
        if not has_words(shown):
            return
        references = references_in(self._text[start:end])
        self.pieces.append(
            Piece(
                start, end, shown, Syntax.TEXT, place, self._note, tuple(codes), references, quote
            )
        )
