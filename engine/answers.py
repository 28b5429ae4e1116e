"""Reads a model's answer by segment id, and saves what is whole from one that was cut short."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from engine.characters import storable

_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n,"


@dataclass(frozen=True, slots=True)
class Answer:
    """Texts by id. `duplicated` ids came twice with different texts and are not in `texts`."""

    texts: dict[str, str]
    duplicated: frozenset[str]
    invented: int
    whole: bool


def read_answer(text: str, asked: Collection[str]) -> Answer:
    """Entries of {"segments": [{"id", "text"}]} whose id was asked for.

    Reads entry by entry, so that an answer cut mid-way still gives its whole entries. An entry of
    another shape is passed over; what is missing shows as an absent id.
    """
    texts: dict[str, str] = {}
    duplicated: set[str] = set()
    invented = 0
    entries, whole = _entries(text)
    for entry in entries:
        match entry:
            case {"id": str(one), "text": str(value)} if one in asked and storable(value):
                if texts.setdefault(one, value) != value:
                    duplicated.add(one)
            case _:
                invented += 1
    for one in duplicated:
        del texts[one]
    return Answer(texts, frozenset(duplicated), invented, whole)


def _entries(text: str) -> tuple[list[object], bool]:
    start = text.find('"segments"')
    start = text.find("[", start) if start >= 0 else -1
    if start < 0:
        return [], False
    entries: list[object] = []
    position = start + 1
    while True:
        while position < len(text) and text[position] in _BLANK:
            position += 1
        if position >= len(text):
            return entries, False
        if text[position] == "]":
            return entries, True
        try:
            entry, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            return entries, False
        entries.append(entry)
