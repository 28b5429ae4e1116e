"""The front matter of a Markdown file: the title and description in it, and its language.

Read line by line on purpose: a value is only touched where it is a string on one line, and
everything else keeps its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from engine.formats.prose import has_words

MAX_FRONT_LINES: Final = 500
_FENCES: Final = {"---": ("---", "..."), "+++": ("+++",)}
_ENTRY: Final = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*(?P<sign>[:=])(?:[ \t]+|(?=[\"'])|$)"
    r"(?P<value>\"(?:[^\"\\]|\\[\"\\])*\"|'(?:[^']|'')*'|[^\s\"'#\[{|>&*!%@`,-][^#\n]*?)?"
    r"(?P<rest>[ \t]*(?:[ \t]#.*)?)$"
)
_SPOKEN: Final = frozenset({"title", "description"})
_STATES_LANGUAGE: Final = frozenset({"lang", "language"})
_NOT_STRINGS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
# What a bare YAML string may not hold or begin with.
_NEEDS_QUOTES: Final = re.compile(r"^[\s\-?:,\[\]{}#&*!|>'\"%@`]|:(?:\s|$)|\s#|\s$|^$|^[\d.+]")


@dataclass(frozen=True, slots=True)
class Value:
    """A string in the front matter: where it stands with its quotes, what it says."""

    name: str
    start: int
    end: int
    text: str
    quote: str


def front_matter_lines(lines: list[str]) -> int:
    """How many of the first lines are front matter, fences included; 0 where there is none."""
    closing = _FENCES.get(lines[0].rstrip()) if lines else None
    if closing is None:
        return 0
    for number, line in enumerate(lines[1:MAX_FRONT_LINES], start=1):
        if line.rstrip() in closing:
            inner = [inside for inside in lines[1:number] if inside.strip()]
            return number + 1 if any(map(_ENTRY.match, inner)) else 0
    return 0


def read_value(line: str, start: int) -> Value | None:
    """The string a line of front matter gives to a name at the top level, else None."""
    entry = _ENTRY.fullmatch(line)
    if entry is None or not entry["value"]:
        return None
    raw = entry["value"]
    quote = raw[0] if raw[0] in "\"'" else ""
    if not quote and (entry["sign"] == "=" or raw.lower() in _NOT_STRINGS or ": " in raw):
        return None
    at = start + entry.start("value")
    return Value(entry["name"].lower(), at, at + len(raw), _unquoted(raw, quote), quote)


def is_spoken(value: Value) -> bool:
    """Tell whether readers meet a value."""
    return value.name in _SPOKEN and has_words(value.text)


def states_language(value: Value) -> bool:
    """Tell whether a value names the language of the file."""
    return value.name in _STATES_LANGUAGE


def write_value(value: Value, text: str) -> str:
    """How a new text stands in place of a value: quoted as it was, or where it now must be."""
    text = " ".join(text.split("\n"))
    if value.quote == "'":
        return "'" + text.replace("'", "''") + "'"
    if not value.quote and not _NEEDS_QUOTES.search(text) and text.lower() not in _NOT_STRINGS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(raw: str, quote: str) -> str:
    if quote == "'":
        return raw[1:-1].replace("''", "'")
    if quote == '"':
        return re.sub(r"\\([\"\\])", r"\1", raw[1:-1])
    return raw
