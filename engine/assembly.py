"""Puts translated segments back together as units, ready to be spliced into the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.languages import Language
from engine.segments import Piece, join
from engine.values import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One segment of a unit. `forms` is None where nothing may be delivered."""

    unit: int
    starts_at: int
    ends_at: int
    forms: tuple[str, ...] | None


def assemble(
    units: Sequence[Unit], parts: Iterable[Part], target: Language
) -> dict[int, tuple[str, ...]]:
    """Target forms by unit position. `parts` come in file order.

    A sentence that may not be delivered keeps its source inside its unit; a unit of which nothing
    may be delivered is left out, so that the file keeps what it holds.
    """
    by_unit: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_unit[part.unit].append(part)
    texts: dict[int, tuple[str, ...]] = {}
    for number, found in by_unit.items():
        delivered = _unit(units[number], found, target)
        if delivered is not None:
            texts[number] = delivered
    return texts


def _unit(unit: Unit, parts: Sequence[Part], target: Language) -> tuple[str, ...] | None:
    if all(part.forms is None for part in parts):
        return None
    if not unit.segmented or len(unit.forms) > 1:
        return parts[0].forms
    whole = unit.forms[0].text
    pieces = tuple(Piece(part.starts_at, part.ends_at) for part in parts)
    wording = [
        part.forms[0] if part.forms is not None else whole[part.starts_at : part.ends_at]
        for part in parts
    ]
    return (join(whole, pieces, wording, target),)
