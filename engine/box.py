"""A text as the translate box shows it: its segments in their places, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.languages import Language
from engine.segments import Piece, leads

# Between two texts of one call.
_BETWEEN_TEXTS = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One segment: code points `starts_at`..`ends_at` of text `unit`; `shown` stands for it now."""

    unit: int
    starts_at: int
    ends_at: int
    shown: str


def whole(texts: Sequence[str]) -> str:
    """The texts of one call as one text."""
    return _BETWEEN_TEXTS.join(texts)


def laid_out(
    texts: Sequence[str], places: Sequence[Place], target: Language
) -> tuple[tuple[str, ...], str]:
    """What stands before each segment of the translation, and what stands after the last one.

    `places` come in order; joined with what is shown in them the parts give the translated texts.
    """
    found: list[str] = []
    tail = ""
    by_unit = {unit: tuple(inside) for unit, inside in groupby(places, key=lambda one: one.unit)}
    for unit, text in enumerate(texts):
        inside = by_unit.get(unit, ())
        pieces = tuple(Piece(one.starts_at, one.ends_at) for one in inside)
        before = leads(text, pieces, [one.shown for one in inside], target)
        carried = tail + (_BETWEEN_TEXTS if unit else "")
        if not inside:
            tail = carried + text
            continue
        found += (carried + before[0], *before[1:])
        tail = text[pieces[-1].end :]
    return tuple(found), tail


def offsets(texts: Sequence[str], places: Sequence[Place]) -> tuple[tuple[int, int], ...]:
    """Where each segment stands in `whole(texts)`."""
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + len(_BETWEEN_TEXTS))
    return tuple(
        (starts[one.unit] + one.starts_at, starts[one.unit] + one.ends_at) for one in places
    )
