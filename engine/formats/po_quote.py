"""Writes texts as the quoted strings of a PO file, wrapped as gettext wraps them."""

from __future__ import annotations

import re
from typing import Final

_WIDTH: Final = 79
_ESCAPES: Final = str.maketrans(
    {
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\t": "\\t",
        "\r": "\\r",
        "\b": "\\b",
        "\f": "\\f",
        "\v": "\\v",
        "\a": "\\a",
    }
)
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
# Broken only behind a space: never inside an escape, and a long word stays whole.
_CHUNK: Final = re.compile(rf".{{1,{_WIDTH - 2}}}(?:(?<= )|\Z)|[^ ]+ *")


def escape(text: str) -> str:
    """A text with gettext's escapes."""
    return text.translate(_ESCAPES)


def quote(text: str, keyword: str, newline: str) -> str:
    """A text as one quoted string behind its keyword, or an empty one and a line for each part."""
    escaped = escape(text)
    if len(keyword) + 3 + len(escaped) <= _WIDTH and "\n" not in text[:-1]:
        return f'"{escaped}"'
    chunks = [chunk[0] for line in _LINE.findall(text) for chunk in _CHUNK.finditer(escape(line))]
    return newline.join(['""', *(f'"{chunk}"' for chunk in chunks)])


def quote_lines(text: str, newline: str) -> str:
    """A text as one quoted string a line, unwrapped, as headers are written."""
    return newline.join(f'"{escape(line)}"' for line in _LINE.findall(text))
