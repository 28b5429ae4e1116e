"""The blocks of a Markdown file that hold running text, with the place of every line of them.

markdown-it says which lines belong to a block and what its text is without quote marks and
indents; where that text stands in the line is found again in the original, from the line's end.
A block whose text cannot be found again is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.formats.prose import TEMPLATE, note_from

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
# Lines of a paragraph that say something to a tool, not to a reader: containers, alerts, attribute
# lists, formulas, link definitions below a footnote.
_SILENT: Final = re.compile(
    r":{3,}|\[![A-Za-z]+\][+-]?$|\{:[^{}]*\}$|\$\$|\\(?:begin|end)\{"
    r"|\[(?!\^)[^\[\]]{1,999}\]:[ \t]*\S+(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?$"
)
# What stands before the text and is not part of it: a footnote's label, a definition's colon.
_FOOTNOTE: Final = re.compile(r"^([ \t>*+-]{0,40})\[\^(?=[^\[\]\s]{1,200}\]:)", re.MULTILINE)
_LABEL: Final = re.compile(r"\[\^[^\[\]\s]{1,200}\]:[ \t]+|:[ \t]+")
_TASK: Final = re.compile(r"\[[ xX]\][ \t]+")
_ATTRIBUTES: Final = re.compile(r"[ \t]*\{:?[ \t]*[#.][^{}\n]{0,200}\}$")
_CODE: Final = re.compile(
    r"`+[^`]*`+|\]\([^)\n]{0,2000}\)|\]\[[^\]\n]{0,1000}\]|<[^<>]*>|(?:https?://|www\.)\S+"
    r"|&[A-Za-z0-9#]{1,32};|\[\^[^\]\s]{1,200}\]|\$[^$\n]{1,500}\$|:[a-z0-9_+-]{1,40}:"
)
_HARD_BREAK: Final = re.compile(r" {2,}(?=[\r\n])")


class Shape(StrEnum):
    """How a block's text may be written anew."""

    FLOW = "flow"  # over several lines, each after the block's own indent
    LINE = "line"  # on one line: a heading after number signs
    CELL = "cell"  # on one line and with pipes escaped
    FIRST_CELL = "first_cell"  # the same at the start of a line


@dataclass(frozen=True, slots=True)
class Block:
    """A text and where its lines stand; one span a line, without indents and outer spaces."""

    shape: Shape
    place: str
    text: str
    spans: tuple[tuple[int, int], ...]
    note: str


@dataclass(frozen=True, slots=True)
class HtmlRange:
    """Lines of HTML in Markdown, to be read as such."""

    start: int
    end: int


class Lines:
    """The lines of a text by number; `text[start(n):end(n)]` is line n without its newline.

    `line(n)` is that line as it is shown to markdown-it: at the same places, with the labels of
    footnotes made into words, which would else be taken for links and dropped.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._shown = _FOOTNOTE.sub(r"\1x^", text)
        ends = list(_LINE_END.finditer(text))
        self._starts = [0, *(match.end() for match in ends)]
        self._ends = [*(match.start() for match in ends), len(text)]

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, number: int) -> int:
        """Where a line begins."""
        return self._starts[number]

    def end(self, number: int) -> int:
        """Where a line ends, before its newline."""
        return self._ends[number]

    def line(self, number: int) -> str:
        """A line without its newline, as markdown-it is to see it."""
        return self._shown[self._starts[number] : self._ends[number]]

    def find_tail(self, number: int, content: str) -> tuple[int, int] | None:
        """Where content stands as the end of a line, spaces aside."""
        wanted, line = content.strip(), self.line(number)
        at = line.rfind(wanted)
        if not wanted or at < 0 or line[at + len(wanted) :].strip():
            return None
        start = self._starts[number] + at
        return start, start + len(wanted)


def has_words(text: str) -> bool:
    """Tell whether inline Markdown holds a letter outside code, addresses and template code."""
    plain = _CODE.sub("", TEMPLATE.sub("", text))
    return any(character.isalpha() for character in plain)


def find_blocks(lines: Lines, skip: int) -> Iterator[Block | HtmlRange]:
    """The blocks of a file in order, its first `skip` lines left out."""
    parser = MarkdownIt("commonmark").enable(["table"])
    parser.core.ruler.disable("inline")
    body = "\n" * skip + "\n".join(lines.line(number) for number in range(skip, len(lines)))
    return _Finder(lines).blocks(parser.parse(body))


class _Finder:
    """Walks the tokens of a file and remembers the headings passed."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._note = ""

    def blocks(self, tokens: list[Token]) -> Iterator[Block | HtmlRange]:
        """The blocks of these tokens in order."""
        quotes = 0
        row: list[Token] = []
        for index, token in enumerate(tokens):
            if token.type in ("blockquote_open", "blockquote_close"):
                quotes += token.nesting
            elif token.type == "tr_close":
                yield from self._row(row)
                row = []
            elif token.type == "html_block" and not quotes:
                yield from self._html(token)
            elif token.type == "inline" and tokens[index - 1].type in ("th_open", "td_open"):
                row.append(token)
            elif token.type == "inline" and tokens[index - 1].type == "heading_open":
                yield from self._heading(tokens[index - 1], token)
            elif token.type == "inline":
                yield from self._paragraphs(token)

    def _html(self, token: Token) -> Iterator[HtmlRange]:
        first, stop = token.map or (0, 0)
        found = self._lines.find_tail(first, token.content.split("\n", 1)[0])
        if found is not None:
            yield HtmlRange(found[0], self._lines.end(stop - 1))

    def _heading(self, opening: Token, token: Token) -> Iterator[Block]:
        if not opening.markup.startswith("#"):
            spans = self._spans(token)
            shape = Shape.FLOW
        else:
            spans = self._atx(opening, token)
            shape = Shape.LINE
        if spans:
            attributes = _ATTRIBUTES.search(self._lines.text, *spans[-1])
            if attributes is not None:
                spans[-1] = (spans[-1][0], attributes.start())
            yield from self._block(shape, opening.tag, spans)
        self._note = note_from(token.content)

    def _atx(self, opening: Token, token: Token) -> list[tuple[int, int]]:
        number = (token.map or [0])[0]
        line = self._lines.line(number)
        after = line.find(opening.markup) + len(opening.markup)
        at = line.find(token.content, after)
        if not token.content or at < 0:
            return []
        start = self._lines.start(number) + at
        return [(start, start + len(token.content))]

    def _spans(self, token: Token) -> list[tuple[int, int]]:
        """The place of each line of a token, or none where one cannot be found."""
        first, _ = token.map or (0, 0)
        contents = token.content.split("\n")
        found = [
            self._lines.find_tail(number, content)
            for number, content in enumerate(contents, start=first)
        ]
        spans = [span for span in found if span is not None]
        return spans if len(spans) == len(found) else []

    def _paragraphs(self, token: Token) -> Iterator[Block]:
        """The texts of a paragraph, which may hold several footnotes or lines for tools."""
        spans: list[tuple[int, int]] = []
        formula = False
        for start, end in self._spans(token):
            text = self._lines.text[start:end]
            label = _LABEL.match(text)
            if label is not None or formula or _SILENT.match(text):
                yield from self._block(Shape.FLOW, "p", spans)
                spans = []
            if label is not None:
                spans.append((start + label.end(), end))
            elif formula or _SILENT.match(text):
                formula ^= text.count("$$") % 2 == 1
            else:
                task = None if spans else _TASK.match(text)
                spans.append((start + (task.end() if task else 0), end))
        yield from self._block(Shape.FLOW, "p", spans)

    def _block(self, shape: Shape, place: str, spans: list[tuple[int, int]]) -> Iterator[Block]:
        text = "\n".join(self._body(start, end, last=end == spans[-1][1]) for start, end in spans)
        if has_words(text):
            yield Block(shape, place, text, tuple(spans), self._note)

    def _body(self, start: int, end: int, *, last: bool) -> str:
        body = self._lines.text[start:end]
        hard = not last and _HARD_BREAK.match(self._lines.text, end)
        return f"{body}  " if hard else body

    def _row(self, cells: list[Token]) -> Iterator[Block]:
        """The cells of a table row that hold words."""
        if not cells:
            return
        number = (cells[0].map or [0])[0]
        contents = [cell.content for cell in cells]
        for skip in (1, 0):  # with a pipe before the first cell, and without
            spans = self._cells(number, contents, skip)
            if spans:
                break
        for index, (content, (start, end)) in enumerate(zip(contents, spans, strict=False)):
            if has_words(content):
                shape = Shape.CELL if index or skip else Shape.FIRST_CELL
                text = self._lines.text[start:end].replace("\\|", "|")
                yield Block(shape, "td", text, ((start, end),), self._note)

    def _cells(self, number: int, contents: list[str], skip: int) -> list[tuple[int, int]]:
        """Where the cells stand if the first so many pipes begin the row; none if they do not."""
        line, offset = self._lines.line(number), self._lines.start(number)
        pipes = [at for at in range(len(line)) if line[at] == "|" and line[at - 1 : at] != "\\"]
        starts = [0, *(at + 1 for at in pipes)][skip:]
        ends = [*pipes, len(line)][skip:]
        spans: list[tuple[int, int]] = []
        for index, content in enumerate(contents):
            if index >= len(starts):
                if content:
                    return []
                continue
            raw = line[starts[index] : ends[index]].rstrip()
            wanted = content.replace("|", "\\|")
            bare = raw.strip() == wanted or (not index and not skip and raw.endswith(wanted))
            if not bare:
                return []
            end = offset + starts[index] + len(raw)
            spans.append((end - len(wanted), end))
        return spans
