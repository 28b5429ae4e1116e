"""Which encoding a PO file is in: its own header says so."""

from __future__ import annotations

import re
from typing import Final

from engine.errors import EngineError
from engine.formats.encoding import TextFile, decode, decode_as, encoding_of

_HEADER: Final = re.compile(
    rb'^[ \t]*+msgid[ \t]*+""\s*+msgstr\s*+(?:"(?:[^"\\\r\n]|\\.)*+"\s*+)++', re.MULTILINE
)
_CHARSET: Final = re.compile(
    rb"Content-Type:[^\"\\\r\n]{0,200}?charset=([\w.:+-]{1,40})", re.IGNORECASE
)
# Names that promise no letter beyond ASCII; templates say CHARSET until somebody fills it in.
_ASCII: Final = frozenset({"", "charset", "ascii", "us-ascii"})
_UTF_8: Final = frozenset({"utf-8", "utf8"})
# Those that gettext knows and that hold ASCII as it is; Python has codecs that run code.
_KNOWN: Final = re.compile(
    r"iso[-_]?8859-(?:[1-9]|1[0-6])|koi8-[ru]|(?:cp|windows-)(?:125[0-8]|874|93[26]|949|950)"
    r"|gb2312|gbk|gb18030|euc-(?:jp|kr)|big5(?:-hkscs)?|shift[-_]jis|tis-620|johab"
)


def decode_po(data: bytes) -> TextFile:
    """The text of a PO file by its byte order mark, else its header, else as UTF-8.

    The codec is "ascii" where neither header nor content goes beyond it. Raises EngineError
    `encoding_invalid`, and `po_charset_unsupported` for an encoding that is not known or whose
    bytes could not be written back the same.
    """
    mark, codec = encoding_of(data)
    if mark or codec != "utf-8":
        return decode(data)
    header = _HEADER.search(data)
    declared = _CHARSET.search(header[0]) if header else None
    charset = declared[1].decode("ascii", errors="replace").lower() if declared else ""
    if charset in _ASCII and data.isascii():
        return decode_as(data, "ascii")
    if charset in _ASCII or charset in _UTF_8:
        return decode(data)
    if not _KNOWN.fullmatch(charset):
        raise _unsupported(charset, "is not supported")
    file = decode_as(data, re.sub(r"\Awindows-", "cp", charset))
    if file.encode(file.text) != data:
        raise _unsupported(charset, "cannot be written back unchanged")
    return file


def _unsupported(charset: str, why: str) -> EngineError:
    return EngineError(
        "po_charset_unsupported",
        f"The PO header names the character set “{charset}”, which {why}. Convert the file to "
        "UTF-8 (msgconv -t UTF-8) and try again.",
        detail={"charset": charset},
    )
