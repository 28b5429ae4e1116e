"""Plain text: paragraphs, list items and headings are units, everything around them stays."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from engine.formats.base import Parsed, Skeleton, bounded
from engine.formats.encoding import TextFile, decode
from engine.formats.prose import Edit, splice
from engine.languages import Language
from engine.values import Form, Syntax, Unit

# Where no line is longer than this, no editor wrapped them: an address, a table of contents. Up to
# the second width only a line that begins in lower case shows that it goes on with the one before.
_MIN_WRAP: Final = 40
_PROSE_WRAP: Final = 64
_TAB: Final = 8

# Of one block at most so many lines are looked at together, which bounds memory.
_MAX_BLOCK_LINES: Final = 2_000

_LINE: Final = re.compile(
    r"""(?P<blank> (?: [ \t>]*+ (?: \r\n | [\n\r\f\v\x85\u2028\u2029] ) )++ )
      | (?P<indent> (?: [ \t]*+ > )*+ [ \t]*+ )       # quoted mail keeps its marks
        (?P<marker> (?: [-*+•‣▪◦·] | \(?[0-9]{1,3}[.)] | \(?[a-zA-Z]\) ) [ \t]++ )?+
        (?P<body> [^\n\r\f\v\x85\u2028\u2029]*+ )
        (?: \r\n | [\n\r\f\v\x85\u2028\u2029] | \Z )""",
    re.VERBOSE,
)
# Aligned by hand: joining such lines would destroy a table.
_COLUMNS: Final = re.compile(r"\S(?:[ ]{3,}+|\t)[ \t]*+\S")
_WHOLE_SENTENCE: Final = re.compile(r"[.!?:;。！？…][\"'”’»)\]]*\Z")
_BREAKS: Final = re.compile(r"[\n\r\f\v\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: where its body lies, the columns it and its marker take, its indent as written."""

    start: int
    body: str
    indent: str
    marker: str

    @property
    def end(self) -> int:
        return self.start + len(self.body)

    @property
    def indent_columns(self) -> int:
        return len(self.indent.expandtabs(_TAB))

    @property
    def body_column(self) -> int:
        return len((self.indent + self.marker).expandtabs(_TAB))

    @property
    def columns(self) -> int:
        return _columns((self.indent + self.marker + self.body).expandtabs(_TAB))


_Paragraph = list[_Line]


@dataclass(frozen=True, slots=True)
class _Layout:
    file: TextFile
    paragraphs: tuple[_Paragraph, ...]


class TextFormat:
    """Plain text. A paragraph wrapped over several lines is one unit and is wrapped again."""

    name = "text"
    title = "Plain text"
    extensions: tuple[str, ...] = (".txt",)
    media_type = "text/plain"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """Paragraphs with a letter in them. Raises EngineError `encoding_invalid`."""
        file = decode(data)
        paragraphs = bounded(_paragraphs(file.text))
        units = tuple(
            Unit(
                key=f"p{number}",
                syntax=Syntax.TEXT,
                forms=(Form("", _joined(paragraph)),),
                segmented=True,
            )
            for number, paragraph in enumerate(paragraphs, start=1)
        )
        return Parsed(Skeleton(self.name, data, _Layout(file, paragraphs)), units)

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,  # noqa: ARG002 - plain text does not say its language
    ) -> bytes:
        """The file with paragraphs replaced; wrapped ones are wrapped to the width they had."""
        layout = cast(_Layout, parsed.skeleton.layout)
        edits = []
        for position, (text,) in targets.items():
            if text != parsed.units[position].forms[0].text:
                paragraph = layout.paragraphs[position]
                new = _wrapped(text, paragraph, layout.file.newline)
                edits.append(Edit(paragraph[0].start, paragraph[-1].end, new))
        return layout.file.encode(splice(layout.file.text, edits))


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Runs of lines that belong together and hold a letter."""
    for block in _blocks(text):
        width = max(line.columns for line in block)
        paragraph = [block[0]]
        for line in block[1:]:
            if _continues(paragraph, line, width):
                paragraph.append(line)
            else:
                yield from _worded(paragraph)
                paragraph = [line]
        yield from _worded(paragraph)


def _blocks(text: str) -> Iterator[list[_Line]]:
    """Runs of lines without a blank one between them."""
    block: list[_Line] = []
    for found in _LINE.finditer(text):
        body = (found["body"] or "").rstrip()
        if block and (not body or len(block) == _MAX_BLOCK_LINES):
            yield block
            block = []
        if body:
            block.append(_Line(found.start("body"), body, found["indent"], found["marker"] or ""))
    if block:
        yield block


def _continues(paragraph: _Paragraph, line: _Line, width: int) -> bool:
    """Whether a line goes on with the sentence of the one before, rather than standing alone."""
    last = paragraph[-1]
    if line.marker or not _has_letter(line.body) or not _has_letter(last.body):
        return False
    if _COLUMNS.search(line.body) or _COLUMNS.search(last.body):
        return False
    if line.indent.count(">") != last.indent.count(">"):
        return False
    return _is_aligned(paragraph, line) and _is_soft(last, line, width)


def _is_aligned(paragraph: _Paragraph, line: _Line) -> bool:
    """Whether the indent is that of the lines above, of a first line set in, or a hanging one."""
    last = paragraph[-1]
    if len(paragraph) > 1:
        return line.indent_columns == last.indent_columns
    if last.marker:
        return line.indent_columns in (last.body_column, last.indent_columns)
    return line.indent_columns <= last.indent_columns


def _is_soft(last: _Line, line: _Line, width: int) -> bool:
    """Whether an editor broke the line here because the next word had no room.

    Where the lines are ragged the text decides: a sentence that goes on in lower case, or one
    that had not ended on a line nearly full.
    """
    first_word = line.body[0] if _is_wide(line.body[0]) else line.body.split(maxsplit=1)[0]
    if width < _PROSE_WRAP:
        return width >= _MIN_WRAP and first_word[0].islower() and 2 * last.columns > width
    if last.columns + 1 + _columns(first_word) > width:
        return True
    if first_word[0].islower():
        return 2 * last.columns > width
    return 4 * last.columns > 3 * width and not _WHOLE_SENTENCE.search(last.body)


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def _worded(paragraph: _Paragraph) -> Iterator[_Paragraph]:
    if any(_has_letter(line.body) for line in paragraph):
        yield paragraph


def _joined(paragraph: _Paragraph) -> str:
    """The paragraph on one line. Scripts without spaces are joined without one."""
    text = paragraph[0].body
    for line in paragraph[1:]:
        text += ("" if _is_wide(text[-1]) and _is_wide(line.body[0]) else " ") + line.body
    return text


def _is_wide(character: str) -> bool:
    """Whether it is of Chinese or Japanese writing (CJK and full-width blocks, no Hangul)."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"


def _columns(text: str) -> int:
    """How wide a text is shown: Chinese and Japanese characters take two columns."""
    return len(text) if text.isascii() else len(text) + sum(map(_is_wide, text))


def _wrapped(text: str, paragraph: _Paragraph, newline: str) -> str:
    """A new text in the paragraph's own shape; words are never broken, so Thai stays on one line.

    Line breaks in the text become spaces: they would make one paragraph two.
    """
    text = " ".join(_BREAKS.split(text))
    if len(paragraph) == 1 or not text.strip():
        return text
    first, second = paragraph[0], paragraph[1]
    lines = textwrap.wrap(
        text,
        width=max(line.columns for line in paragraph),
        initial_indent=" " * first.body_column,
        subsequent_indent=" " * second.indent_columns,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    bodies = [line[second.indent_columns :] for line in lines[1:]]
    return (newline + second.indent).join([lines[0][first.body_column :], *bodies])


FORMAT = TextFormat()
