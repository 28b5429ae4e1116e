"""Where a month is heading. Pure: no database, no Django."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

# Below this many days a month tells nothing of its rest.
LEAST_DAYS: Final = 5


def projected(by_day: Sequence[tuple[date, int]], ends_on: date) -> list[tuple[date, int]]:
    """What the days after the last of `by_day` and before `ends_on` will use, if they go on so.

    Each day is taken to be like the weekdays of its name so far, or, where there was none, like the
    average day. Empty where the month is too young, or nothing was used.
    """
    # Today is not over: it would pull the average down.
    whole = by_day[:-1]
    if len(whole) < LEAST_DAYS or not any(units for _, units in whole):
        return []
    average = sum(units for _, units in whole) // len(whole)
    days = []
    day = by_day[-1][0] + timedelta(days=1)
    while day < ends_on:
        alike = [units for past, units in whole if past.weekday() == day.weekday()]
        days.append((day, sum(alike) // len(alike) if alike else average))
        day += timedelta(days=1)
    return days
