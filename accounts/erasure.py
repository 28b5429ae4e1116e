"""How an organization is erased: each app removes what is its own. A port, filled from above."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Erase = Callable[[UUID], None]
_erasers: dict[str, Erase] = {}


def register(app: str, erase: Erase) -> None:
    """Adds what `app` has to remove; called in its `ready`. Repeating an erasure does no harm."""
    _erasers[app] = erase


def erase_all(organization_id: UUID) -> None:
    """Removes what every app keeps of an organization. Each opens its own scopes."""
    for erase in _erasers.values():
        erase(organization_id)
