"""Tables of text: CSV and TSV, in whatever encoding and with whatever separator they came.

Rows are numbered as a spreadsheet shows them: the header is row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from common.errors import Invalid

MAX_COLUMNS: Final = 200
MAX_ROWS: Final = 400_000
MAX_CELL_CHARS: Final = 20_000
SNIFFED_CHARS: Final = 64_000
_SEPARATORS: Final = (",", ";", "\t", "|")
_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# A sequence of two or more bytes that only UTF-8 makes.
_UTF8: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# Spreadsheets run what begins like this; an apostrophe before it keeps it a text.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "'")

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A read table. `rows` gives them anew each time, numbered, without the header."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    told: str


def read_csv(data: bytes) -> Table:
    """A table of text; raises Invalid with the row where one is at fault."""
    text, encoding = _decoded(data)
    separator = _separator(text[:SNIFFED_CHARS])
    first = next(_records(text, separator), None)
    if first is None or not any(cell.strip() for cell in first[1]):
        raise Invalid("table_empty", "The file has no header: its first row names the columns.")
    header = tuple(" ".join(cell.split()) for cell in first[1])
    if len(header) > MAX_COLUMNS:
        raise Invalid(
            "table_too_wide",
            f"The file has {len(header):,} columns; {MAX_COLUMNS} can be read.",
            detail={"most": MAX_COLUMNS},
        )
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    told = f"{encoding}, separated by {names[separator]}"
    return Table(header, lambda: bounded(_body(text, separator)), told)


def bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that say something; raises Invalid where there are too many, or a cell is huge."""
    for count, (number, cells) in enumerate(rows):
        if count >= MAX_ROWS:
            raise Invalid(
                "table_too_long",
                f"The file has more than {MAX_ROWS:,} rows: split it.",
                detail={"most": MAX_ROWS},
            )
        if any(len(cell) > MAX_CELL_CHARS for cell in cells):
            raise Invalid(
                "cell_too_long",
                f"Row {number:,} has a cell of more than {MAX_CELL_CHARS:,} characters."
                " Look for a quotation mark that is missing before it.",
                detail={"row": number, "most": MAX_CELL_CHARS},
            )
        if any(cell.strip() for cell in cells):
            yield number, [opened(cell) for cell in cells]


def write_csv(rows: Iterable[Iterable[str]], *, separator: str = ",") -> Iterator[str]:
    """The lines of a table that a spreadsheet opens without running anything in it."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=separator, lineterminator="\r\n")
    for row in rows:
        writer.writerow([closed(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def closed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `opened` undoes it."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def opened(cell: str) -> str:
    """What `closed` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_RISKY) else cell


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strictly(data, codec), codec.removesuffix("-sig").upper()
    try:
        return _whole(data.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError as error:
        if _UTF8.search(data):
            row = data.count(b"\n", 0, error.start) + 1
            raise Invalid(
                "table_encoding_mixed",
                f"The file mixes encodings: row {row:,} is not UTF-8, others are. Save it whole as"
                " UTF-8.",
                detail={"row": row},
            ) from None
    try:
        return _whole(data.decode("cp1252")), "Windows-1252"
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            "table_encoding_unknown",
            f"Row {row:,} is neither UTF-8 nor Windows text. Save the file as UTF-8.",
            detail={"row": row},
        ) from None


def _strictly(data: bytes, codec: str) -> str:
    try:
        return _whole(data.decode(codec))
    except UnicodeDecodeError:
        raise Invalid(
            "table_encoding_unknown",
            f"The file begins as {codec.upper()} and does not go on as such. Save it as UTF-8.",
        ) from None


def _whole(text: str) -> str:
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise Invalid(
            "table_not_text",
            f"Row {row:,} holds a zero byte: this is no table of text. Export it as CSV.",
            detail={"row": row},
        )
    return text


def _separator(text: str) -> str:
    """The separator that cuts the first rows into most cells, alike in each."""

    def quality(separator: str) -> tuple[int, int]:
        widths = []
        for _, cells in _records(text, separator):
            widths.append(len(cells))
            if len(widths) == 20:
                break
        alike = max(widths[:-1] or widths, key=widths.count) if widths else 1
        return (widths.count(alike) if alike > 1 else 0, alike)

    return max(_SEPARATORS, key=quality)


def _body(text: str, separator: str) -> Iterator[Row]:
    rows = _records(text, separator)
    next(rows, None)
    return rows


def _records(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield number, cells
    except csv.Error as error:
        raise Invalid(
            "table_broken",
            f"Row {number + 1:,} cannot be read ({error}). Look for a missing quotation mark.",
            detail={"row": number + 1},
        ) from None
