"""Which character encoding an HTML file is in, and the way there and back."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from engine.errors import EngineError
from engine.formats.prose import invalid_encoding

# A browser looks for the declaration in this many bytes.
_PRESCAN_BYTES: Final = 4_096
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARED: Final = re.compile(
    rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})"
    rb"|<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})[\"']",
    re.IGNORECASE,
)
_BOMS: Final = (
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


@dataclass(frozen=True, slots=True)
class Charset:
    """An encoding by its Python name, and the byte order mark the file began with."""

    codec: str
    bom: bytes


def decode(data: bytes) -> tuple[str, Charset]:
    """The text of an HTML file by its byte order mark, else its declaration, else as UTF-8.

    Raises EngineError `encoding_invalid`; also where the bytes could not be written back the same.
    """
    charset = _charset(data)
    try:
        text = data[len(charset.bom) :].decode(charset.codec)
    except UnicodeDecodeError as error:
        raise invalid_encoding(error, charset.codec) from error
    if encode(text, charset) != data:
        raise EngineError(
            "encoding_invalid",
            f"The file declares the encoding {charset.codec} but is not cleanly written in it. "
            "Save it as UTF-8, change the declaration and try again.",
            detail={"encoding": charset.codec},
        )
    return text, charset


def encode(text: str, charset: Charset) -> bytes:
    """The bytes of a text; what the encoding has no place for becomes a character reference."""
    return charset.bom + text.encode(charset.codec, errors="xmlcharrefreplace")


def _charset(data: bytes) -> Charset:
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return Charset(codec, bom)
    declared = _DECLARED.search(_COMMENT.sub(b"", data[:_PRESCAN_BYTES]))
    if declared is None:
        return Charset("utf-8", b"")
    label = (declared[1] or declared[2]).decode("ascii").lower()
    if label not in _CODECS:
        raise EngineError(
            "encoding_invalid",
            f"The file declares the encoding “{label}”, which is not supported. "
            "Save it as UTF-8, change the declaration and try again.",
            detail={"encoding": label},
        )
    return Charset(_CODECS[label], b"")
