"""Arithmetic of plans and periods. Pure: no database, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

FREE_PLAN = "free"


@dataclass(frozen=True, slots=True)
class Month:
    """A half-open calendar month, UTC."""

    starts_at: datetime
    ends_at: datetime


def month_of(moment: datetime) -> Month:
    """The calendar month, UTC, that holds this aware moment."""
    here = moment.astimezone(UTC)
    first = datetime(here.year, here.month, 1, tzinfo=UTC)
    after = (
        datetime(here.year + 1, 1, 1, tzinfo=UTC)
        if here.month == 12
        else datetime(here.year, here.month + 1, 1, tzinfo=UTC)
    )
    return Month(first, after)


def left(cap_chars: int, reserved_chars: int, settled_chars: int) -> int:
    """Characters that may still be reserved; never below 0."""
    return max(cap_chars - reserved_chars - settled_chars, 0)
