"""Keys that sort by the time they were made."""

from __future__ import annotations

import threading
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from common.ids import Uuid7Source, uuid7

MS = 1_000_000


def source(*clock_ms: int, random: bytes = b"\x00" * 9) -> Uuid7Source:
    times = iter(clock_ms)
    return Uuid7Source(clock=lambda: next(times) * MS, randomness=lambda size: random[:size])


def test_it_is_a_uuid_of_version_seven():
    made = uuid7()
    assert (made.version, made.variant) == (7, RFC_4122)


def test_it_begins_with_the_milliseconds():
    assert source(0x0190A1B2C3D4).make().hex.startswith("0190a1b2c3d47")


def test_it_is_made_of_clock_and_randomness_alone():
    random = bytes(range(9))
    assert source(1, random=random).make() == source(1, random=random).make()


@given(st.lists(st.integers(0, 2**40), min_size=2, max_size=50), st.binary(min_size=9, max_size=9))
def test_it_only_rises_whatever_the_clock_does(clock, random):
    one = source(*clock, random=random)
    made = [one.make() for _ in clock]
    assert made == sorted(set(made))


def test_it_runs_ahead_of_the_clock_when_a_millisecond_is_used_up():
    one = source(5, 5, 5, random=b"\xff" * 9)
    one.make()
    one._counter = 2**42 - 2
    last, ahead = one.make(), one.make()
    assert last < ahead
    assert ahead.int >> 80 == 6


def test_it_gives_no_key_to_two_threads():
    made: list[object] = []
    threads = [
        threading.Thread(target=lambda: made.extend([uuid7() for _ in range(500)]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4000
