"""How times, sizes and numbers are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import reading

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class TestTold:
    @pytest.mark.parametrize(
        ("ago", "shown"),
        [
            (timedelta(seconds=5), "just now"),
            (timedelta(minutes=1), "1 min ago"),
            (timedelta(minutes=59, seconds=59), "59 min ago"),
            (timedelta(hours=1), "1 h ago"),
            (timedelta(hours=23, minutes=59), "23 h ago"),
            (timedelta(hours=24), "yesterday"),
            (timedelta(hours=36), "yesterday"),
            (timedelta(hours=37), "23 Nov"),
            (timedelta(days=400), "21 Oct 2025"),
            (timedelta(days=-1), "26 Nov"),
        ],
    )
    def test_it_tells_how_long_ago(self, ago: timedelta, shown: str) -> None:
        assert reading.told(NOW - ago, now=NOW) == shown

    def test_it_counts_days_where_the_reader_is(self) -> None:
        moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert reading.told(moment, now=NOW) == "23 Nov"
        assert reading.told(moment, now=NOW, zone=ZoneInfo("Europe/Oslo")) == "yesterday"

    @pytest.mark.parametrize(
        ("style", "shown", "full"),
        [
            ("day_month", "3 Nov", "3 Nov 2026, 10:05 CET"),
            ("month_day", "Nov 3", "Nov 3, 2026, 10:05 CET"),
            ("iso", "2026-11-03", "2026-11-03, 10:05 CET"),
        ],
    )
    def test_it_writes_dates_as_the_reader_does(self, style: str, shown: str, full: str) -> None:
        moment, zone = datetime(2026, 11, 3, 9, 5, tzinfo=UTC), ZoneInfo("Europe/Oslo")
        assert reading.told(moment, now=NOW, zone=zone, style=style) == shown
        assert reading.in_full(moment, zone=zone, style=style) == full


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (4_210, "4.2 kB"), (18_400_000, "18 MB")],
)
def test_it_tells_sizes(count: int, shown: str) -> None:
    assert reading.size(count) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (980, "980"), (415_200, "415 k"), (999_900, "1 M"), (7_180_418, "7.18 M")],
)
def test_it_tells_numbers_shortly(number: int, shown: str) -> None:
    assert reading.short(number) == shown
