"""How a JSON file writes its strings: which characters it escapes, and in which spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_SHORT: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
    "/": "\\/",
}


@dataclass(frozen=True, slots=True)
class JsonStyle:
    """A file's habits. `numbered` are characters it writes as \\uXXXX and never in another way."""

    ascii_only: bool
    escapes_slash: bool
    numbered: frozenset[str]
    capitals: bool

    @classmethod
    def of(cls, text: str) -> JsonStyle:
        """The habits of a JSON text, judged by all its escapes."""
        codes: set[str] = set()
        shorts: set[str] = set()
        for found in _ESCAPE.finditer(text):
            (codes if found[1] else shorts).add(found[1] or found[2])
        numbered = {chr(int(code, 16)) for code in codes}
        return cls(
            ascii_only=text.isascii() and any(char >= "\x80" for char in numbered),
            escapes_slash="/" in shorts,
            numbered=frozenset(char for char in numbered if _is_habit(char, text, shorts)),
            capitals=any(code != code.lower() for code in codes),
        )

    def literal(self, value: str, *, instead_of: str) -> str:
        """A text as a string literal. The literal it replaces decides about slashes, if it can."""
        slash = "\\/" in instead_of if "/" in instead_of else self.escapes_slash
        escaped = '"\\\\\x00-\x1f\ud800-\udfff' + re.escape("".join(sorted(self.numbered)))
        escaped += "/" * slash + "\x80-\U0010ffff" * self.ascii_only
        return '"' + re.sub(f"[{escaped}]", self._escape, value) + '"'

    def _escape(self, found: re.Match[str]) -> str:
        character = found[0]
        if character in _SHORT and character not in self.numbered:
            return _SHORT[character]
        units = character.encode("utf-16-be", "surrogatepass").hex()
        if self.capitals:
            units = units.upper()
        return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _is_habit(character: str, text: str, shorts: set[str]) -> bool:
    """Whether a character escaped by number somewhere is written so throughout the file."""
    if character < " " or "\ud800" <= character <= "\udfff":
        return False
    if character in '"\\':
        return character not in shorts
    return character not in text and character not in shorts
