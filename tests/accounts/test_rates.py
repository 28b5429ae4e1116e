"""Limits of requests: exact within any minute, over threads and processes; off without Redis."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.services.rates import Rate, admit
from common import redis
from common.ids import uuid7

pytestmark = pytest.mark.usefixtures("redis_server")

ROOT = Path(__file__).parents[2]
NOON_MS = 1_800_000_000_000
MINUTE_MS = 60_000


def at(caller: Any, ms: int, limit: int = 3) -> Rate:
    rate = admit(caller=caller, limit=limit, now_ms=NOON_MS + ms)
    assert rate is not None
    return rate


class TestAdmit:
    def test_it_counts_down_and_refuses_what_is_over(self) -> None:
        caller = uuid7()
        told = [at(caller, ms) for ms in (0, 10_000, 20_500, 30_000)]
        assert [one.admitted for one in told] == [True, True, True, False]
        assert [one.remaining for one in told] == [2, 1, 0, 0]
        assert [one.reset_seconds for one in told] == [60, 50, 40, 30]

    def test_it_lets_in_who_waits_as_long_as_told(self) -> None:
        caller = uuid7()
        for ms in (0, 10_000, 20_000):
            at(caller, ms)
        refused = at(caller, 59_001)
        assert (refused.admitted, refused.reset_seconds) == (False, 1)
        assert not at(caller, 59_999).admitted
        again = at(caller, 60_001)
        assert (again.admitted, again.remaining) == (True, 0)

    def test_it_does_not_count_what_it_refused(self) -> None:
        caller = uuid7()
        for _ in range(20):
            at(caller, 0)
        assert [at(caller, MINUTE_MS).admitted for _ in range(4)] == [True, True, True, False]

    def test_it_counts_each_caller_alone(self) -> None:
        one, other = uuid7(), uuid7()
        assert [at(one, 0, limit=1).admitted for _ in range(2)] == [True, False]
        assert at(other, 0, limit=1).admitted

    def test_it_follows_a_limit_that_is_lowered(self) -> None:
        caller = uuid7()
        for ms in (0, 1_000, 2_000, 3_000):
            at(caller, ms, limit=4)
        refused = at(caller, 4_000, limit=2)
        # The third youngest must leave, for two to be left.
        assert (refused.admitted, refused.reset_seconds) == (False, 58)
        assert at(caller, 62_001, limit=2).admitted

    def test_it_goes_by_redis_own_clock(self) -> None:
        caller = uuid7()
        rate = admit(caller=caller, limit=2)
        assert rate == Rate(limit=2, remaining=1, reset_seconds=60, admitted=True)
        left: Any = redis.client().pttl(f"rate:{caller}")
        assert 0 < left <= MINUTE_MS

    @given(limit=st.integers(1, 5), steps=st.lists(st.integers(0, 40_000), min_size=1, max_size=25))
    def test_it_never_lets_in_more_within_any_minute(self, limit: int, steps: list[int]) -> None:
        caller, now = uuid7(), 0
        admitted: list[int] = []
        for step in steps:
            now += step
            lately = [ms for ms in admitted if ms > now - MINUTE_MS]
            rate = at(caller, now, limit=limit)
            assert rate.admitted == (len(lately) < limit)
            admitted += [now] if rate.admitted else []
            inside = [ms for ms in admitted if ms > now - MINUTE_MS]
            assert rate.remaining == limit - len(inside)


class TestManyAtOnce:
    def test_it_is_exact_over_threads(self) -> None:
        caller = uuid7()
        with ThreadPoolExecutor(16) as pool:
            told = list(pool.map(lambda _: admit(caller=caller, limit=40), range(120)))
        assert sum(one.admitted for one in told if one) == 40
        assert sorted(one.remaining for one in told if one and one.admitted) == list(range(40))

    def test_it_is_exact_over_processes(self) -> None:
        caller = uuid7()
        script = (
            "import django, sys; django.setup()\n"
            "from uuid import UUID\n"
            "from accounts.services.rates import admit\n"
            "sys.stdin.readline()\n"
            f"told = [admit(caller=UUID('{caller}'), limit=50) for _ in range(30)]\n"
            "print(sum(one.admitted for one in told))\n"
        )
        children = [
            subprocess.Popen(
                [sys.executable, "-c", script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            for _ in range(3)
        ]
        admitted = [int(child.communicate("go\n", timeout=30)[0]) for child in children]
        assert sum(admitted) == 50


class TestAway:
    @pytest.fixture
    def away(self, settings: Any) -> Any:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        redis._quick_client.cache_clear()
        yield
        redis._quick_client.cache_clear()
        redis.forget_absence()

    def test_it_lets_everybody_in(self, away: None) -> None:
        assert [admit(caller=uuid7(), limit=1) for _ in range(3)] == [None] * 3

    def test_it_asks_once_a_second_only(self, away: None) -> None:
        asked = []

        def question(client: Any) -> None:
            asked.append(client)
            client.ping()

        for _ in range(5):
            assert redis.ask(question) is None
        assert len(asked) == 1
        redis.forget_absence()
        redis.ask(question)
        assert len(asked) == 2

    def test_it_sends_its_script_again_to_a_redis_that_forgot_it(self) -> None:
        redis.client().script_flush()
        assert at(uuid7(), 0).admitted
