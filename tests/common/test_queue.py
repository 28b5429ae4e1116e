"""Messages: nudges that coalesce, wake-ups that arrive, and Redis being away."""

from __future__ import annotations

import base64
import json
import threading
import time

import pytest
from celery import shared_task
from django.db import transaction

from common import queue, redis

pytestmark = pytest.mark.usefixtures("redis_server", "empty")

LANE = "bulk"


@shared_task(name="tests.noted")
def noted(**ids):
    """Never run: the tests look at the message."""


@pytest.fixture
def empty(redis_server):
    redis.client().flushdb()


@pytest.fixture
def away(settings, tmp_path):
    """A Redis nobody answers at."""
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock?db=0"
    redis.client.cache_clear()
    yield
    redis.client.cache_clear()


def messages(name: str) -> list[dict]:
    raw = redis.client().lrange(name, 0, -1)
    return [json.loads(message) for message in raw]


def keyword_arguments(message: dict) -> dict:
    return json.loads(base64.b64decode(message["body"]))[1]


@pytest.mark.django_db(transaction=True)
class TestEnqueue:
    def test_it_sends_ids_as_text_once_the_transaction_is_committed(self):
        with transaction.atomic():
            queue.enqueue("tests.noted", queue="mail", number=7)
            assert messages("mail") == []
        [message] = messages("mail")
        assert message["headers"]["task"] == "tests.noted"
        assert keyword_arguments(message) == {"number": "7"}
        assert message["headers"]["expires"]

    def test_it_sends_nothing_after_a_rollback(self):
        with transaction.atomic():
            queue.enqueue("tests.noted", queue="mail")
            transaction.set_rollback(True)
        assert messages("mail") == []

    def test_it_refuses_a_name_nobody_registered_at_once(self):
        with transaction.atomic(), pytest.raises(LookupError, match=r"tests\.unheard_of"):
            queue.enqueue("tests.unheard_of")


class TestNudge:
    def test_it_sends_one_message_however_often_it_is_called(self):
        for _ in range(5):
            queue.nudge(LANE)
        [message] = messages(LANE)
        assert keyword_arguments(message) == {"lane": LANE}

    def test_it_sends_another_after_a_drain_loop_has_begun(self):
        queue.nudge(LANE)
        queue.clear_nudge(LANE)
        queue.nudge(LANE)
        assert len(messages(LANE)) == 2

    def test_it_does_not_hold_lanes_up_with_each_other(self):
        queue.nudge(LANE)
        queue.nudge("standard")
        assert len(messages("standard")) == 1

    def test_it_stops_coalescing_after_two_seconds_by_itself(self):
        queue.nudge(LANE)
        assert 0 < redis.client().pttl(f"nudge:{LANE}") <= 2_000

    @pytest.mark.parametrize(("count", "sent"), [(0, 0), (2, 2), (1000, 8)])
    def test_it_wakes_only_some_more_loops(self, count, sent):
        queue.spread(LANE, count)
        assert len(messages(LANE)) == sent


@pytest.mark.django_db(transaction=True)
def test_it_nudges_after_the_commit_only():
    with transaction.atomic():
        queue.nudge_on_commit(LANE)
        assert messages(LANE) == []
    assert len(messages(LANE)) == 1


def looks(channel, seconds=3.0, every=3.0):
    """How many looks a waiter takes until it has seen what it waits for."""
    return queue.looks(channel, seconds=seconds, every=every)


class TestWakeUp:
    def test_it_looks_at_once(self):
        next(looks("run:1"))

    def test_it_wakes_everybody_who_waits(self):
        began = time.monotonic()
        ready = threading.Barrier(6)

        def wait():
            turns = looks("run:1", seconds=30.0, every=30.0)
            next(turns)
            ready.wait()
            next(turns)

        waiters = [threading.Thread(target=wait) for _ in range(5)]
        for one in waiters:
            one.start()
        ready.wait()
        queue.announce("run:1")
        for one in waiters:
            one.join(10)
        assert time.monotonic() - began < 4

    def test_it_wakes_who_comes_a_little_late(self):
        queue.announce("run:1")
        queue.announce("run:1")
        began = time.monotonic()
        turns = looks("run:1")
        next(turns)
        next(turns)
        assert time.monotonic() - began < 1

    def test_it_hears_each_announcement_once_and_then_looks_at_its_pace(self):
        queue.announce("run:1")
        assert len(list(looks("run:1", seconds=0.2, every=0.05))) <= 6

    def test_it_wakes_nobody_else(self):
        queue.announce("run:2")
        began = time.monotonic()
        assert len(list(looks("run:1", seconds=0.1, every=0.1))) == 2
        assert time.monotonic() - began >= 0.1

    def test_it_is_forgotten_after_a_minute(self):
        queue.announce("run:1")
        assert 0 < redis.client().ttl("wake:run:1") <= 60

    @pytest.mark.parametrize("seconds", [0, -1])
    def test_it_does_not_wait_when_no_time_is_left(self, seconds):
        assert len(list(looks("run:1", seconds=seconds))) == 1

    @pytest.mark.django_db(transaction=True)
    def test_it_waits_in_no_transaction(self):
        turns = looks("run:1", seconds=0.1)
        with transaction.atomic():
            next(turns)
            with pytest.raises(RuntimeError, match="leave the transaction"):
                next(turns)


class TestRedisAway:
    @pytest.mark.parametrize(
        "call",
        [
            lambda: queue.nudge(LANE),
            lambda: queue.clear_nudge(LANE),
            lambda: queue.announce("run:1"),
        ],
    )
    def test_it_counts_what_it_could_not_send_and_goes_on(self, away, call):
        before = queue.failures()
        call()
        assert queue.failures() == before + 1

    def test_it_does_not_make_a_waiter_spin(self, away):
        began = time.monotonic()
        assert len(list(looks("run:1", seconds=0.2, every=0.2))) == 2
        assert time.monotonic() - began >= 0.2
