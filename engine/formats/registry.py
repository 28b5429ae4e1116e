"""Which format a file is in. Formats are imported when first asked for: lxml is not for a .txt."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import Final, cast

from engine.errors import EngineError
from engine.formats.base import Format
from engine.formats.encoding import MAX_FILE_BYTES, TextFile, decode
from engine.formats.sniffing import Kind, looks_like

__all__ = ["MAX_FILE_BYTES", "TextFile", "by_name", "decode", "format_for", "supported"]

_MAX_SHOWN_NAME: Final = 80

# slug: (module with a constant FORMAT, the same endings as that format says of itself)
_FORMATS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "text": ("engine.formats.text", (".txt",)),
    "json": ("engine.formats.jsoncat", (".json", ".arb")),
    "po": ("engine.formats.po", (".po", ".pot")),
    "html": ("engine.formats.html", (".html", ".htm", ".xhtml")),
    "markdown": ("engine.formats.markdown", (".md", ".markdown")),
    "docx": ("engine.formats.docx", (".docx",)),
}
_BY_EXTENSION: Final = {
    extension: slug for slug, (_, extensions) in _FORMATS.items() for extension in extensions
}
# Kinds of content, beside its own, that a format reads or refuses with an error of its own.
_ALSO_TAKEN: Final[dict[str, frozenset[str]]] = {
    "html": frozenset({"xml"}),
    "markdown": frozenset({"html", "xml"}),
    "docx": frozenset({"zip", "ole"}),
}
_ZIPPED: Final = frozenset({"docx"})


def format_for(filename: str, data: bytes) -> Format:
    """The format to read a file with, by its ending, checked against its content.

    Raises EngineError `file_empty`, `file_too_large`, `format_unsupported` where the ending is not
    one of ours, and `format_mismatch` where the content is plainly something else.
    """
    extension = PurePath(filename).suffix.lower()
    slug = _BY_EXTENSION.get(extension)
    if slug is None:
        raise _unsupported(filename, extension)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\f\v"):
        raise EngineError("file_empty", "The file is empty. Upload one that holds text.")
    if len(data) > MAX_FILE_BYTES:
        raise EngineError(
            "file_too_large",
            f"The file has {len(data):,} bytes; the limit is {MAX_FILE_BYTES:,}. Split it.",
            kind="too_large",
            detail={"bytes": len(data), "max_bytes": MAX_FILE_BYTES},
        )
    kind = looks_like(data)
    if not _fits(slug, kind):
        raise _mismatch(extension, slug, kind)
    return by_name(slug)


@cache
def by_name(slug: str) -> Format:
    """The format of a slug. Raises KeyError for one that is not listed."""
    module, _ = _FORMATS[slug]
    return cast(Format, import_module(module).FORMAT)


def supported() -> tuple[Format, ...]:
    """All formats offered for upload, in the order people are shown them."""
    return tuple(by_name(slug) for slug in _FORMATS)


def _fits(slug: str, kind: Kind | None) -> bool:
    if kind is None:
        return slug not in _ZIPPED
    return kind.slug == slug or kind.slug in _ALSO_TAKEN.get(slug, ())


def _unsupported(filename: str, extension: str) -> EngineError:
    shown, ending = _printable(filename)[-_MAX_SHOWN_NAME:], _printable(extension)[:20]
    problem = f"files ending in {ending}" if ending else "files without an ending"
    choices = ", ".join(sorted(_BY_EXTENSION))
    return EngineError(
        "format_unsupported",
        f"“{shown}”: {problem} are not supported. Supported endings: {choices}.",
        detail={"file": shown, "supported": choices},
    )


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))


def _mismatch(extension: str, slug: str, kind: Kind | None) -> EngineError:
    looks = kind.title if kind else "plain text"
    right = kind.slug if kind else "text"
    hint = (
        f"Rename it to end in {_FORMATS[right][1][0]} and upload it again."
        if right in _FORMATS
        else f"Save it as {by_name(slug).title} and upload it again."
    )
    return EngineError(
        "format_mismatch",
        f"The file's name ends in {extension}, but its content looks like {looks}. {hint}",
        detail={"extension": extension, "looks_like": looks},
    )
