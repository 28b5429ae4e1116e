"""A run of text and inline tags: what of it is the unit, and what stays outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import accumulate, count
from typing import Final

from engine.formats.html_text import Code, Piece, escape, read_text, references_in, trimmed
from engine.formats.prose import has_words
from engine.values import Syntax

# Tags and code that can be shown as they stand, because nobody takes them, or what is in them, for
# prose. The rest is shown as `<xN/>`.
_PLAIN_TAG: Final = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:_.-]*+(?:[\s/](?>[^<>\"']+|\"[^\"<>]*\"|'[^'<>]*')*+)?>"
)
_PLAIN_CODE: Final = re.compile(
    r"<!--(?:[^<-]|-(?!->)|<(?!!--)){0,200}-->"
    r"|<(code|samp|var)(?=[\s>])[^<>]{0,200}>[^<>]{0,200}</\1>"
    r"|<([A-Za-z][A-Za-z0-9]*)(?=\s[^<>]{0,200}\btranslate=[\"']?no\b)[^<>]{0,200}>"
    r"[^<>]{0,200}</\2>"
)


class Part(StrEnum):
    """What an item of a run is; OPAQUE stands for anything of no concern to a translator."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"
    VOID = "void"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a run; `solid` where a reader meets it as part of what is said."""

    part: Part
    start: int
    end: int
    name: str = ""
    solid: bool = False


def run_piece(text: str, items: list[Item], place: str, note: str) -> Piece | None:
    """The piece of a run, or None where it has no words."""
    first, last = _core(items)
    core = items[first : last + 1]
    if not any(item.part is Part.TEXT and _has_words(text, item) for item in core):
        return None
    start, _ = trimmed(text, core[0].start, core[0].end)
    _, end = trimmed(text, core[-1].start, core[-1].end)
    if core[0].part is not Part.TEXT:
        start = core[0].start
    if core[-1].part is not Part.TEXT:
        end = core[-1].end
    shown, codes, references = _shown(text, core, start, end)
    return Piece(start, end, shown, Syntax.MARKUP, place, note, codes, references)


def _has_words(text: str, item: Item) -> bool:
    return has_words(unescape(text[item.start : item.end]))


def _shown(
    text: str, items: list[Item], start: int, end: int
) -> tuple[str, tuple[Code, ...], dict[str, str]]:
    """The unit's text of the items between start and end, its codes and its references."""
    shown: list[str] = []
    codes: list[Code] = []
    references: dict[str, str] = {}
    names = _free_names(text[start:end])
    for item in items:
        low, high = max(item.start, start), min(item.end, end)
        if item.part is Part.TEXT:
            part, inner = read_text(text, low, high, lambda raw: escape(unescape(raw)))
            shown.append(part)
            codes += inner
            references = references_in(text[low:high]) | references
        else:
            raw = text[low:high]
            plain = (_PLAIN_CODE if item.part is Part.OPAQUE else _PLAIN_TAG).fullmatch(raw)
            shown.append(raw if plain else next(names))
            codes.append(Code(shown[-1], low, high))
    return "".join(shown), tuple(codes), references


def _free_names(text: str) -> Iterator[str]:
    """Names for opaque codes that the text does not use itself."""
    return (name for number in count(1) if (name := f"<x{number}/>") not in text)


def _core(items: list[Item]) -> tuple[int, int]:
    """First and last item of what a translator needs; an empty range where nothing is left.

    Left out at both ends: white space, tags and codes before and after the first and last words,
    and pairs of tags around the whole; but never one tag of a pair without the other.
    """
    partners = _partners(items)
    solid = [0, *accumulate(int(item.solid) for item in items)]
    first, last = 0, len(items) - 1
    while first <= last:
        before, after = (_outer(items, partners, solid, end) for end in (first, last))
        if before is not None and before <= last:
            first = before + 1
        elif after is not None and after >= first:
            last = after - 1
        elif partners[first] == last:
            first, last = first + 1, last - 1
        else:
            break
    return first, last


def _outer(
    items: list[Item], partners: list[int | None], solid: list[int], index: int
) -> int | None:
    """The far end of what can be left out at this item, which is at one end; None for nothing."""
    item = items[index]
    if item.solid:
        return None
    partner = partners[index]
    if partner is None:
        return index
    low, high = sorted((index, partner))
    return partner if solid[high + 1] == solid[low] else None


def _partners(items: list[Item]) -> list[int | None]:
    """For each tag the place of the tag it belongs to, None for loners and everything else."""
    partners: list[int | None] = [None] * len(items)
    waiting: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        if item.part is Part.OPEN:
            waiting.setdefault(item.name, []).append(index)
        elif item.part is Part.CLOSE and waiting.get(item.name):
            start = waiting[item.name].pop()
            partners[start], partners[index] = index, start
    return partners
