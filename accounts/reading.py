"""Times, sizes and numbers as people read them. Pure: no database, no Django."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
# By the name a person's preference has: with the year, and without it.
_DATES: Final = {
    "day_month": ("%-d %b %Y", "%-d %b"),
    "month_day": ("%b %-d, %Y", "%b %-d"),
    "iso": ("%Y-%m-%d", "%Y-%m-%d"),
}

# How a browser names itself, the more telling word first: Edge says Chrome too, and Chrome Safari.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """A browser's own name for itself in words: "Firefox on Linux"."""
    name = next((told for word, told in _BROWSERS if word in agent), "A browser")
    system = next((told for word, told in _SYSTEMS if word in agent), "")
    return f"{name} on {system}" if system else name


def told(moment: datetime, *, now: datetime, zone: tzinfo = UTC, style: str = "day_month") -> str:
    """How long ago it was, up to a day; then "yesterday"; then the date, with another year's year.

    What is yet to come is told by its date.
    """
    ago = now - moment
    if timedelta(0) <= ago < DAY:
        if ago < MINUTE:
            return "just now"
        return f"{ago // MINUTE} min ago" if ago < HOUR else f"{ago // HOUR} h ago"
    there, here = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if here - there == DAY:
        return "yesterday"
    long, short = _DATES[style]
    return there.strftime(short if there.year == here.year else long)


def in_full(moment: datetime, *, zone: tzinfo = UTC, style: str = "day_month") -> str:
    """Date and time of day with the name of the time zone."""
    there = moment.astimezone(zone)
    return f"{there.strftime(_DATES[style][0])}, {there:%H:%M} {there.tzname()}"


def size(count: int) -> str:
    """A number of bytes in decimal units: "812 bytes", "4.2 kB", "18 MB"."""
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            value = count / unit
            return f"{value:.0f} {name}" if value >= 10 else f"{value:.1f} {name}"
    return "1 byte" if count == 1 else f"{count} bytes"


def short(number: int) -> str:
    """A number for charts and menus: "7.18 M", "415 k", "980"."""
    for unit, name in ((1_000_000, "M"), (1_000, "k")):
        # What would round up to a thousand of a unit is one of the next.
        if number >= unit * 0.9995:
            return f"{number / unit:.3g} {name}"
    return str(number)
