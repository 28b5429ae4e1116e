"""When a delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from translation import webhook_rules as rules


class TestSchedule:
    BEGAN = datetime(2026, 11, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("attempts", "seconds"),
        [(1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (6, 3600), (7, 10800), (8, 21600)],
    )
    def test_it_waits_longer_each_time(self, attempts: int, seconds: int) -> None:
        given = {"attempts": attempts, "began_at": self.BEGAN, "now": self.BEGAN}
        at = rules.next_try(**given, wish_seconds=0, chance=0)
        assert at == self.BEGAN + timedelta(seconds=seconds)
        late = rules.next_try(**given, wish_seconds=0, chance=1)
        assert late == self.BEGAN + timedelta(seconds=seconds * 1.2)
        asked = rules.next_try(**given, wish_seconds=7200, chance=0)
        assert asked == self.BEGAN + timedelta(seconds=max(seconds, 7200))

    def test_it_believes_no_wish_beyond_a_day(self) -> None:
        at = rules.next_try(
            attempts=1, began_at=self.BEGAN, now=self.BEGAN, wish_seconds=1e12, chance=0
        )
        assert at == self.BEGAN + timedelta(days=1)

    def test_it_ends_with_a_try_at_the_third_day(self) -> None:
        for hours, expected in ((71, 72), (72, None), (100, None)):
            now = self.BEGAN + timedelta(hours=hours)
            at = rules.next_try(
                attempts=30, began_at=self.BEGAN, now=now, wish_seconds=0, chance=0.5
            )
            assert at == (expected and self.BEGAN + timedelta(hours=expected))

    def test_it_leaves_a_receiver_alone_for_five_minutes_at_most(self) -> None:
        pauses = [rules.pause_seconds(failures, 0) for failures in (1, 2, 3, 9, 10, 10_000)]
        assert pauses == [1, 2, 4, 256, 300, 300]
        assert rules.pause_seconds(1, 60) == 60
        assert rules.pause_seconds(1, 1e9) == 300
