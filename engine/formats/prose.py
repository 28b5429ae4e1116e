"""What the formats of running text share: which texts hold words, unit keys, splicing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2s
from typing import Final

MAX_NOTE_CHARS: Final = 160
# Template code of Django, Jinja, Liquid, Vue and their like, on one line. The bound keeps a file
# of opening braces from being searched again and again to its end.
TEMPLATE: Final = re.compile(
    r"\{\{[^\n{}]{0,500}?\}\}|\{%[^\n]{0,500}?%\}|\{#[^\n]{0,500}?#\}", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


def has_words(text: str) -> bool:
    """Tell whether a text holds a letter outside template code, so that there is work in it."""
    return any(character.isalpha() for character in TEMPLATE.sub("", text))


def note_from(heading: str) -> str:
    """A heading on one line and cut to a bounded length, as context for the units below it."""
    return " ".join(heading.split())[:MAX_NOTE_CHARS]


def splice(text: str, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
    """The part of `text` from start to end with the edits inside it made; they must not overlap."""
    pieces: list[str] = []
    position = start
    stop = len(text) if end is None else end
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        pieces += (text[position : edit.start], edit.new)
        position = edit.end
    pieces.append(text[position:stop])
    return "".join(pieces)


@dataclass(slots=True)
class Keys:
    """Gives units their keys: the place, a digest of the source, a number for each repeat.

    Text has no ids. A digest survives that paragraphs are added or moved above, which a running
    number would not.
    """

    _seen: dict[str, int] = field(default_factory=dict)

    def key(self, place: str, text: str) -> str:
        """A key not given before by this object; same calls in the same order, same keys."""
        base = f"{place}.{blake2s(text.encode(), digest_size=6).hexdigest()}"
        count = self._seen[base] = self._seen.get(base, 0) + 1
        return base if count == 1 else f"{base}.{count}"
