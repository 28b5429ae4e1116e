"""Markdown: paragraphs, headings, list items and table cells, spliced into the original bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.errors import EngineError
from engine.formats.base import Parsed, Skeleton, bounded
from engine.formats.encoding import TextFile, decode
from engine.formats.html import edits_of
from engine.formats.html_pieces import find_pieces
from engine.formats.html_text import Piece
from engine.formats.markdown_blocks import Block, HtmlRange, Lines, find_blocks
from engine.formats.markdown_front import (
    Value,
    front_matter_lines,
    is_spoken,
    read_value,
    states_language,
    write_value,
)
from engine.formats.markdown_write import write_block
from engine.formats.prose import Edit, Keys, splice
from engine.languages import Language
from engine.values import Form, Syntax, Unit

_Part = Value | Block | Piece


@dataclass(frozen=True, slots=True)
class MarkdownLayout:
    """The file, what stands where in unit order, and where its front matter names a language."""

    file: TextFile
    parts: tuple[_Part, ...]
    language: Value | None


class MarkdownFormat:
    """CommonMark with tables, footnotes, front matter and HTML blocks."""

    name = "markdown"
    title = "Markdown"
    extensions: tuple[str, ...] = (".md", ".markdown")
    media_type = "text/markdown"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """Units of a file. Raises EngineError `encoding_invalid`, `document_too_large`."""
        file = decode(data)
        lines = Lines(file.text)
        skip = front_matter_lines([lines.line(number) for number in range(len(lines))])
        values = [read_value(lines.line(number), lines.start(number)) for number in range(skip)]
        entries = [value for value in values if value is not None]
        parts = bounded((*filter(is_spoken, entries), *_body(lines, skip)))
        language = next(filter(states_language, entries), None)
        keys = Keys()
        units = tuple(_unit(part, keys) for part in parts)
        return Parsed(Skeleton(self.name, data, MarkdownLayout(file, parts, language)), units)

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The file with new texts, and with its front matter's language for a target."""
        layout = parsed.skeleton.layout
        if not isinstance(layout, MarkdownLayout):
            raise TypeError("This skeleton was not read from Markdown.")
        file = layout.file
        changed = {
            index: new
            for index, (new, *_) in sorted(targets.items())
            if new != layout.parts[index].text
        }
        edits = [*_edits(file, layout.parts, changed), *_html_edits(file, layout.parts, changed)]
        language = layout.language
        if target is not None and language is not None and language.text != target.code:
            edits.append(Edit(language.start, language.end, write_value(language, target.code)))
        return file.encode(splice(file.text, edits)) if edits else parsed.skeleton.data


def _body(lines: Lines, skip: int) -> Iterator[Block | Piece]:
    for found in find_blocks(lines, skip):
        if isinstance(found, HtmlRange):
            yield from _html_pieces(lines.text, found)
        else:
            yield found


def _html_pieces(text: str, found: HtmlRange) -> tuple[Piece, ...]:
    """The pieces of an HTML block; none where it is not simple, it then stays as it is."""
    try:
        return find_pieces(text, found.start, found.end).pieces
    except EngineError:
        return ()


def _unit(part: _Part, keys: Keys) -> Unit:
    if isinstance(part, Block):
        place, syntax, note = part.place, Syntax.MARKDOWN, part.note
    elif isinstance(part, Piece):
        place, syntax, note = part.place, part.syntax, part.note
    else:
        place, syntax, note = f"front.{part.name}", Syntax.TEXT, ""
    return Unit(
        key=keys.key(place, part.text),
        syntax=syntax,
        forms=(Form("", part.text),),
        segmented=True,
        note=note,
    )


def _edits(file: TextFile, parts: tuple[_Part, ...], changed: Mapping[int, str]) -> Iterator[Edit]:
    for index, new in changed.items():
        part = parts[index]
        if isinstance(part, Block):
            start, end = part.spans[0][0], part.spans[-1][1]
            yield Edit(start, end, write_block(file.text, part, new, file.newline))
        elif isinstance(part, Value):
            yield Edit(part.start, part.end, write_value(part, new))


def _html_edits(file: TextFile, parts: tuple[_Part, ...], changed: Mapping[int, str]) -> list[Edit]:
    """The edits in HTML blocks; on one line each, since a blank line would end the block."""
    indices = [index for index, part in enumerate(parts) if isinstance(part, Piece)]
    pieces = tuple(part for part in parts if isinstance(part, Piece))
    targets = {
        number: re.sub(r"\s*\n\s*", " ", changed[index])
        for number, index in enumerate(indices)
        if index in changed
    }
    return edits_of(file.text, pieces, targets)


FORMAT = MarkdownFormat()
