"""What a plan allows an organization beside characters. A port: billing fills it, from above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`seats` counts members and open invitations; null is without limit."""

    seats: int | None
    requests_per_minute: int


DEFAULT: Final = Limits(seats=None, requests_per_minute=600)

_ask: Callable[[UUID], Limits] = lambda _organization_id: DEFAULT  # noqa: E731 - a port's safe default


def fill(ask: Callable[[UUID], Limits]) -> None:
    """Names who knows the limits; called once, in the `ready` of the app that does."""
    global _ask  # noqa: PLW0603 - a port, filled once at start
    _ask = ask


def limits_of(organization_id: UUID) -> Limits:
    """What the organization may have. Outside of every scope: whoever is asked opens their own."""
    return _ask(organization_id)
