"""The one retry layer as a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.schedule import (
    HOLD_SECONDS,
    LONGEST_WAIT_SECONDS,
    PATIENCE_SECONDS,
    GiveUp,
    Hold,
    Split,
    Step,
    Wait,
    next_step,
)
from engine.values import ModelErrorKind as Kind

PASSING = [Kind.OVERLOADED, Kind.SERVER, Kind.TIMEOUT, Kind.CONNECTION, Kind.RATE_LIMITED]
HELD = [
    Kind.SPEND_CAP,
    Kind.AUTHENTICATION,
    Kind.PERMISSION,
    Kind.BILLING,
    Kind.UNKNOWN_MODEL,
]


def step(kind: Kind, **changes: Any) -> Step:
    facts: dict[str, Any] = {
        "retries": 0,
        "retry_after": None,
        "failing_seconds": 0.0,
        "segments": 20,
        "draw": 0.0,
    }
    return next_step(kind, **(facts | changes))


class TestNextStep:
    def test_it_knows_every_kind_of_error(self) -> None:
        assert {*PASSING, *HELD, Kind.TOO_LARGE, Kind.BAD_REQUEST} == set(Kind)

    @pytest.mark.parametrize("kind", PASSING)
    def test_it_waits_after_a_passing_fault_twice_as_long_each_time(self, kind: Kind) -> None:
        waits = [step(kind, retries=number, draw=1.0) for number in range(9)]
        seconds = [wait.seconds for wait in waits if isinstance(wait, Wait)]
        assert seconds == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]

    @pytest.mark.parametrize("kind", PASSING)
    def test_it_gives_a_passing_fault_up_after_six_hours_only(self, kind: Kind) -> None:
        assert isinstance(step(kind, retries=500, failing_seconds=PATIENCE_SECONDS), Wait)
        gone = step(kind, failing_seconds=PATIENCE_SECONDS + 1)
        assert gone == GiveUp("model_unavailable")

    @pytest.mark.parametrize("kind", HELD)
    def test_it_holds_what_only_an_operator_can_mend(self, kind: Kind) -> None:
        assert step(kind) == Hold(HOLD_SECONDS, kind.value)

    @pytest.mark.parametrize(
        ("kind", "segments", "expected"),
        [
            (Kind.TOO_LARGE, 20, Split()),
            (Kind.TOO_LARGE, 2, Split()),
            (Kind.TOO_LARGE, 1, GiveUp("segment_too_large")),
            (Kind.BAD_REQUEST, 20, GiveUp("model_rejected")),
            (Kind.BAD_REQUEST, 1, GiveUp("model_rejected")),
        ],
    )
    def test_it_splits_or_gives_up_what_no_wait_can_mend(
        self, kind: Kind, segments: int, expected: Step
    ) -> None:
        assert step(kind, segments=segments) == expected

    @given(
        st.sampled_from(PASSING),
        st.integers(0, 10_000),
        st.floats(0, 1, exclude_max=True),
    )
    def test_it_bounds_every_wait_without_a_retry_after(
        self, kind: Kind, retries: int, draw: float
    ) -> None:
        found = step(kind, retries=retries, draw=draw)
        assert isinstance(found, Wait)
        assert 0.25 <= found.seconds <= LONGEST_WAIT_SECONDS

    @given(st.sampled_from(PASSING), st.floats(0, 3_600), st.floats(0, 1, exclude_max=True))
    def test_it_takes_retry_after_for_a_floor_and_jitters_upwards(
        self, kind: Kind, retry_after: float, draw: float
    ) -> None:
        found = step(kind, retry_after=retry_after, draw=draw)
        assert isinstance(found, Wait)
        assert retry_after <= found.seconds <= retry_after * 1.25 + 0.5

    def test_it_takes_a_retry_after_in_the_past_for_now(self) -> None:
        assert step(Kind.RATE_LIMITED, retry_after=-5.0) == Wait(0.0)
