"""Which character encoding an HTML file is in, and the way there and back."""

from __future__ import annotations

import codecs
import re
from typing import Final

from engine.errors import EngineError
from engine.formats.encoding import TextFile, decode_as

# A browser looks for the declaration in this many bytes.
_PRESCAN_BYTES: Final = 4_096
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARED: Final = re.compile(
    rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})"
    rb"|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})[\"']",
    re.IGNORECASE,
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels as browsers read them: Latin-1 and ASCII mean windows-1252, a declared UTF-16 that could
# be read as bytes is UTF-8. Only these; Python knows codecs that run code or unpack archives.
_SAME_NAME: Final = (
    *(f"windows-{number}" for number in (874, *range(1250, 1259))),
    *(f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8-r", "koi8-u", "macintosh", "ibm866", "gb18030", "big5", "euc-jp", "iso-2022-jp"),
)
_CODECS: Final = {label: label for label in _SAME_NAME} | {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-8",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin1": "windows-1252",
    "cp1252": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "windows-874",
    "windows-874": "cp874",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
}


def decode(data: bytes) -> TextFile:
    """The text of an HTML file by its byte order mark, else its declaration, else as UTF-8.

    Raises EngineError `encoding_invalid`; also where the bytes could not be written back the same.
    """
    mark, codec = _encoding(data)
    file = decode_as(data, codec, mark)
    if encode(file, file.text) != data:
        raise EngineError(
            "encoding_invalid",
            f"The file declares the encoding {codec} but is not cleanly written in it. "
            "Save it as UTF-8, change the declaration and try again.",
            kind="malformed",
            detail={"encoding": codec},
        )
    return file


def encode(file: TextFile, text: str) -> bytes:
    """The bytes of a text; what the encoding has no place for becomes a character reference."""
    return file.mark + text.encode(file.codec, errors="xmlcharrefreplace")


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return mark, codec
    declared = _DECLARED.search(_COMMENT.sub(b"", data[:_PRESCAN_BYTES]))
    if declared is None:
        return b"", "utf-8"
    label = (declared[1] or declared[2]).decode("ascii").lower()
    if label not in _CODECS:
        raise EngineError(
            "encoding_invalid",
            f"The file declares the encoding “{label}”, which is not supported. "
            "Save it as UTF-8, change the declaration and try again.",
            kind="malformed",
            detail={"encoding": label},
        )
    return b"", _CODECS[label]
