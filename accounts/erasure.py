"""How an organization and what it no longer keeps are erased. A port, filled from above.

Each app removes what is its own: all of it when an organization ends, and what is older than the
organization wants to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Erase = Callable[[UUID], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What an app keeps for a while. Both open their own scopes.

    `count` says how many things of an organization are older than a moment; `delete` removes at most
    so many of them, the oldest first, in one transaction, and says how many.
    """

    count: Callable[[UUID, datetime], int]
    delete: Callable[[UUID, datetime, int], int]


_erasers: dict[str, Erase] = {}
_keepers: dict[str, Keeper] = {}


def register(app: str, erase: Erase) -> None:
    """Adds what `app` has to remove; called in its `ready`. Repeating an erasure does no harm."""
    _erasers[app] = erase


def erase_all(organization_id: UUID) -> None:
    """Removes what every app keeps of an organization. Each opens its own scopes."""
    for erase in _erasers.values():
        erase(organization_id)


def register_keeper(app: str, keeper: Keeper) -> None:
    """Adds what `app` keeps only as long as an organization wants; called in its `ready`."""
    _keepers[app] = keeper


def overdue(organization_id: UUID, before: datetime) -> int:
    """How many things of an organization are older than `before`."""
    return sum(keeper.count(organization_id, before) for keeper in _keepers.values())


def delete_overdue(organization_id: UUID, before: datetime, *, most: int) -> int:
    """Removes at most `most` things older than `before`; how many. Less than `most`: none is left."""
    removed = 0
    for keeper in _keepers.values():
        removed += keeper.delete(organization_id, before, most - removed)
        if removed >= most:
            break
    return removed
