"""What each app holds of an organization and of a person in it. A port, filled from above.

Counting, telling and removing are asked here, so that accounts need not know the apps above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Told = Mapping[str, Any]


def _nothing(_organization_id: UUID) -> Mapping[str, int]:
    return {}


def _no_word(_organization_id: UUID, _user_id: UUID) -> Told:
    return {}


def _no_trace(_organization_id: UUID, _user_id: UUID) -> None:
    return None


def _none_old(_organization_id: UUID, _before: datetime) -> int:
    return 0


def _none_removed(_organization_id: UUID, _before: datetime, _most: int) -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What an app can say and do about what it holds. Each function opens its own scopes.

    `erase` removes what is an organization's; repeating it does no harm. `count` says how much that
    would be, by a word in the plural. `tell` gives what a person's export holds, ready for JSON.
    `forget` removes what is only that person's in an organization that goes on.

    `count_old` says how many things are older than a moment; `delete_old` removes at most so many
    of them, the oldest first, in one transaction, and says how many.
    """

    erase: Callable[[UUID], None]
    count: Callable[[UUID], Mapping[str, int]] = _nothing
    tell: Callable[[UUID, UUID], Told] = _no_word
    forget: Callable[[UUID, UUID], None] = _no_trace
    count_old: Callable[[UUID, datetime], int] = _none_old
    delete_old: Callable[[UUID, datetime, int], int] = _none_removed


_holders: dict[str, Holder] = {}


def register(app: str, holder: Holder) -> None:
    """Names what `app` holds; called in its `ready`."""
    _holders[app] = holder


def erase_all(organization_id: UUID) -> None:
    """Removes what every app keeps of an organization: the apps above first, its row last."""
    for holder in reversed(_holders.values()):
        holder.erase(organization_id)


def count_all(organization_id: UUID) -> Mapping[str, int]:
    """How much `erase_all` would remove, by a word in the plural; where it is none, no word."""
    counted: Counter[str] = Counter()
    for holder in _holders.values():
        counted.update(holder.count(organization_id))
    return dict(+counted)


def tell_all(organization_id: UUID, user_id: UUID) -> dict[str, Any]:
    """What the apps hold of a person in one organization, ready for JSON."""
    told: dict[str, Any] = {}
    for holder in _holders.values():
        told |= holder.tell(organization_id, user_id)
    return told


def forget_all(organization_id: UUID, user_id: UUID) -> None:
    """Removes what is only a person's in an organization they leave."""
    for holder in reversed(_holders.values()):
        holder.forget(organization_id, user_id)


def count_overdue(organization_id: UUID, before: datetime) -> int:
    """How many things of an organization are older than `before`."""
    return sum(holder.count_old(organization_id, before) for holder in _holders.values())


def delete_overdue(organization_id: UUID, before: datetime, *, most: int) -> int:
    """Removes at most `most` things older than `before`; how many. Fewer: none is left."""
    removed = 0
    for holder in reversed(_holders.values()):
        removed += holder.delete_old(organization_id, before, most - removed)
        if removed >= most:
            break
    return removed
