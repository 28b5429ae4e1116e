"""What a file's first bytes say it is, whatever its name claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.formats.encoding import encoding_of

# Licences stand before the first entry of a catalogue, comments before the root of a page.
_START_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Kind:
    """What content looks like: a slug (that of our format where we have one) and a name for it."""

    slug: str
    title: str


_ZIP: Final = b"PK\x03\x04"
_ZIPPED: Final = (
    (b"word/document", Kind("docx", "a Word document")),
    (b"xl/workbook", Kind("xlsx", "an Excel workbook")),
    (b"ppt/presentation", Kind("pptx", "a PowerPoint presentation")),
    (b"mimetypeapplication/vnd.oasis", Kind("odf", "an OpenDocument file")),
)
_OFFICE: Final = Kind("ole", "an old or password-protected Office file")
_IMAGE: Final = Kind("image", "an image")
_ARCHIVE: Final = Kind("archive", "a compressed archive")
_SIGNATURES: Final = (
    (b"%PDF-", Kind("pdf", "a PDF document")),
    (b"{\\rtf", Kind("rtf", "an RTF document")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (b"\x89PNG\r\n", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"PK\x05\x06", _ARCHIVE),
    (b"\xde\x12\x04\x95", Kind("mo", "a compiled gettext catalogue (MO)")),
    (b"\x95\x04\x12\xde", Kind("mo", "a compiled gettext catalogue (MO)")),
)
_WRITTEN: Final = (
    (
        re.compile(
            r"\s*+(?:<\?xml\b[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html)\b",
            re.IGNORECASE | re.DOTALL,
        ),
        Kind("html", "an HTML page"),
    ),
    (re.compile(r"\s*+<\?xml\b"), Kind("xml", "an XML file")),
    (
        re.compile(r'(?:\s++|#[^\r\n]*+)*+(?:msgctxt|msgid)[ \t]*+"'),
        Kind("po", "a gettext PO catalogue"),
    ),
)
_JSON_START: Final = re.compile(
    r"""\s*+ (?: \{ \s*+ (?: "(?:[^"\\\r\n]|\\.)*+" \s*+ : | \} )
           | \[ \s*+ (?: \{ | "(?:[^"\\\r\n]|\\.)*+" \s*+ [,\]] ) )""",
    re.VERBOSE,
)
_JSON: Final = Kind("json", "a JSON file")


def looks_like(data: bytes) -> Kind | None:
    """The kind of content, None for text that shows no other sign and for no bytes at all."""
    if data.startswith(_ZIP):
        return next((kind for sign, kind in _ZIPPED if sign in data), Kind("zip", "a zip archive"))
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    mark, codec = encoding_of(data)
    start = data[len(mark) : len(mark) + _START_BYTES].decode(codec, errors="replace")
    if "\0" in start:
        return Kind("binary", "a binary file")
    for pattern, kind in _WRITTEN:
        if pattern.match(start):
            return kind
    if _JSON_START.match(start) and data.rstrip(b"\0 \t\r\n")[-1:] in (b"}", b"]"):
        return _JSON
    return None
