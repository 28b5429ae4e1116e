"""What a plan allows an organization beside characters. A port: billing fills it, from above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`seats` counts members and open invitations; null is without limit."""

    seats: int | None
    requests_per_minute: int


def _default(_organization_id: UUID) -> Limits:
    return Limits(seats=None, requests_per_minute=settings.REQUESTS_PER_MINUTE)


_ask: Callable[[UUID], Limits] = _default


def fill(ask: Callable[[UUID], Limits]) -> None:
    """Names who knows the limits; called once, in the `ready` of the app that does."""
    global _ask  # noqa: PLW0603 - a port, filled once at start
    _ask = ask


def limits_of(organization_id: UUID) -> Limits:
    """What the organization may have. Outside of every scope: whoever is asked opens their own.

    Asked at each API request, so whoever is asked remembers for a while what it took rows to know.
    """
    return _ask(organization_id)
