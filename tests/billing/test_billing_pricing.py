"""Months and what is left of them: tables of cases, then properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing import Month, left, month_of


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def away(hours: int, *parts: int) -> datetime:
    """A moment told by a clock so many hours ahead of UTC."""
    return datetime(*parts, tzinfo=timezone(timedelta(hours=hours)))  # type: ignore[misc,arg-type]


MONTHS = [
    ("the middle", utc(2026, 5, 12, 9), utc(2026, 5, 1), utc(2026, 6, 1)),
    ("the first moment", utc(2026, 5, 1), utc(2026, 5, 1), utc(2026, 6, 1)),
    (
        "the last moment",
        utc(2026, 5, 31, 23, 59, 59, 999_999),
        utc(2026, 5, 1),
        utc(2026, 6, 1),
    ),
    ("December", utc(2026, 12, 31, 23, 59), utc(2026, 12, 1), utc(2027, 1, 1)),
    ("January", utc(2027, 1, 1), utc(2027, 1, 1), utc(2027, 2, 1)),
    ("February", utc(2027, 2, 28, 12), utc(2027, 2, 1), utc(2027, 3, 1)),
    ("a leap day", utc(2028, 2, 29, 23, 59), utc(2028, 2, 1), utc(2028, 3, 1)),
    ("no leap year", utc(2100, 2, 28, 23, 59), utc(2100, 2, 1), utc(2100, 3, 1)),
    ("already June in Tokyo", away(9, 2026, 6, 1, 8), utc(2026, 5, 1), utc(2026, 6, 1)),
    ("still May in New York", away(-4, 2026, 5, 31, 20), utc(2026, 6, 1), utc(2026, 7, 1)),
    ("New Year in Auckland", away(13, 2027, 1, 1, 12), utc(2026, 12, 1), utc(2027, 1, 1)),
]
LEFT = [
    # cap, reserved, settled, left
    (500_000, 0, 0, 500_000),
    (500_000, 1, 0, 499_999),
    (500_000, 0, 1, 499_999),
    (500_000, 200_000, 299_999, 1),
    (500_000, 200_000, 300_000, 0),
    (500_000, 200_000, 300_001, 0),
    (500_000, 0, 900_000, 0),
    (0, 0, 0, 0),
]
moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2120, 1, 1),  # noqa: DTZ001
    timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14))),
)
chars = st.integers(min_value=0, max_value=10**12)


class TestMonthOf:
    @pytest.mark.parametrize(
        ("moment", "starts_at", "ends_at"),
        [case[1:] for case in MONTHS],
        ids=[case[0] for case in MONTHS],
    )
    def test_it_is_the_calendar_month_by_utc(self, moment, starts_at, ends_at):
        assert month_of(moment) == Month(starts_at, ends_at)

    @given(moments)
    def test_it_holds_its_moment(self, moment):
        month = month_of(moment)
        assert month.starts_at <= moment < month.ends_at
        assert timedelta(days=28) <= month.ends_at - month.starts_at <= timedelta(days=31)

    @given(moments)
    def test_it_leaves_no_gap_to_the_next_and_the_last(self, moment):
        month = month_of(moment)
        assert month_of(month.ends_at).starts_at == month.ends_at
        before = month_of(month.starts_at - timedelta(microseconds=1))
        assert before.ends_at == month.starts_at


class TestLeft:
    @pytest.mark.parametrize(("cap", "reserved", "settled", "expected"), LEFT)
    def test_it_is_what_is_neither_held_nor_used_and_never_below_zero(
        self, cap, reserved, settled, expected
    ):
        assert left(cap, reserved, settled) == expected

    @given(chars, chars, chars)
    def test_it_does_not_matter_whether_it_is_held_or_used(self, cap, reserved, settled):
        assert left(cap, reserved, settled) == left(cap, settled, reserved)
        assert 0 <= left(cap, reserved, settled) <= cap
