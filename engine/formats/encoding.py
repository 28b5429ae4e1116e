"""The text of a text file: its encoding, byte order mark and newlines kept for the way back."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from engine.errors import EngineError

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
# Longest first: the mark of UTF-32 little-endian begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINE: Final = re.compile(r"\r\n|\n|\r")
# Windows tools write UTF-16 without a mark; so much of the file tells it from binary content.
_SNIFFED_BYTES: Final = 256


@dataclass(frozen=True, slots=True)
class TextFile:
    """A decoded file. `mark` is its byte order mark, which `text` leaves out."""

    text: str
    codec: str
    mark: bytes

    @property
    def newline(self) -> str:
        """How the file ends its lines, judged by the first one; "\\n" where there is none."""
        found = _NEWLINE.search(self.text)
        return found[0] if found else "\n"

    def encode(self, text: str) -> bytes:
        """The bytes of a changed text. Raises UnicodeEncodeError where the codec has no place."""
        return self.mark + text.encode(self.codec)


def decode(data: bytes) -> TextFile:
    """The text of a file in UTF-8, or in UTF-16 or UTF-32 where a mark or its zeros show it.

    Encoding the text again gives the same bytes. Raises EngineError `file_too_large` beyond
    32 MiB and `encoding_invalid` with byte offset, line and column.
    """
    mark, codec = encoding_of(data)
    return decode_as(data, codec, mark)


def decode_as(data: bytes, codec: str, mark: bytes = b"") -> TextFile:
    """The same for a file whose codec is known; `mark` is what it begins with."""
    if len(data) > MAX_FILE_BYTES:
        raise EngineError(
            "file_too_large",
            f"The file has {len(data):,} bytes; the limit is {MAX_FILE_BYTES:,}. Split it.",
            kind="too_large",
            detail={"bytes": len(data), "max_bytes": MAX_FILE_BYTES},
        )
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        raise _invalid(data, codec, len(mark) + error.start, mark) from error
    if "\0" in text:
        zero = len(mark) + len(text[: text.index("\0")].encode(codec))
        raise _invalid(data, codec, zero, mark)
    return TextFile(text, codec, mark)


def encoding_of(data: bytes) -> tuple[bytes, str]:
    """The byte order mark a text file begins with and the codec after it; UTF-8 in doubt."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return mark, codec
    start = data[:_SNIFFED_BYTES]
    if len(start) >= 4 and len(data) % 2 == 0 and b"\0" in start:
        for codec, zeros, letters in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
            if not any(start[zeros::2]) and all(start[letters::2]):
                return b"", codec
    return b"", "utf-8"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Where a position lies, both counted from 1, columns in code points."""
    ends = [found.end() for found in _NEWLINE.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def _invalid(data: bytes, codec: str, offset: int, mark: bytes) -> EngineError:
    before = data[len(mark) : offset].decode(codec, errors="replace")
    line, column = line_and_column(before, len(before))
    byte = data[offset] if offset < len(data) else 0
    problem = (
        f"The file is not valid {codec.upper()}: byte 0x{byte:02X}"
        if byte or codec != "utf-8"
        else "The file is not text: it holds a zero byte"
    )
    return EngineError(
        "encoding_invalid",
        f"{problem} at offset {offset:,} (line {line:,}, column {column:,}). "
        "Save it as UTF-8 and try again.",
        kind="malformed",
        detail={"offset": offset, "line": line, "column": column, "encoding": codec},
    )
