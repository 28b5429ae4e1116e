"""A day without a receiver, on a line that loses answers, with workers that die."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.translation.paper import until
from tests.translation.posting import Clock, Killed, deliver, endpoint, happen, signatures
from tests.translation.receivers import Got, Receiver, receiving, status
from translation.services import webhooks
from translation.services.delivering import LEASE
from translation.webhook_sender import Outcome, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_walls")]

PUBLIC, PRIVATE = "192.31.196.1", "10.0.0.7"
ROOT = Path(__file__).parent.parent.parent
WORKER = """
import threading
import django
django.setup()
from translation.services.delivering import drain
drain(stop=threading.Event())
"""


WAITS_FOR_US = """
select 1 from pg_locks
 where not granted and transactionid = pg_current_xact_id_if_assigned()::xid
"""


def states(rows: Any) -> dict[str, int]:
    found = rows("select state, count(*) as n from translation_webhookdelivery group by 1")
    return {row["state"]: row["n"] for row in found}


class TestADayDown:
    """A receiver is away for a day; workers die between sending and noting; answers get lost."""

    def test_it_brings_everything_at_least_once(self, owner: Any, rows: Any) -> None:
        live_a_day(owner, rows, events=40, seed=1)

    @pytest.mark.soak
    @pytest.mark.timeout(1200)
    @pytest.mark.parametrize("seed", range(3))
    def test_it_brings_everything_at_least_once_in_full_size(
        self, owner: Any, rows: Any, seed: int
    ) -> None:
        live_a_day(owner, rows, events=1500, seed=seed)


def live_a_day(owner: Any, rows: Any, *, events: int, seed: int) -> None:
    draw = random.Random(seed)
    clock = Clock()
    began = clock.now
    sent = {}
    called: set[str] = set()
    refused = []
    with receiving() as receiver:
        made = endpoint(owner, receiver.url, now=began)

        def resolve(host: str, port: int) -> list[str]:
            """A name that leads into the house now and then, alone or beside a public address."""
            # One time in four: an event has some fourteen tries, and one of them has to meet luck.
            draws = [[PRIVATE], [PRIVATE, PUBLIC], ["127.0.0.1"], *[[PUBLIC]] * 9]
            return draw.choice(draws)

        def connect(place: tuple[str, int], timeout: float) -> socket.socket:
            called.add(place[0])
            return socket.create_connection(("127.0.0.1", receiver.port), timeout=timeout)

        def sending(target: Any, **options: Any) -> Outcome:
            """Through a bad line: a worker dies after sending, or the answer gets lost."""
            is_down = began + timedelta(hours=1) < clock.now < began + timedelta(hours=25)
            if is_down:
                return Outcome(None, "not_connected", 1)
            options |= {"allow_private": False, "resolve": resolve, "connect": connect}
            outcome = send(target, **options)
            if outcome.error == "address_refused":
                refused.append(outcome)
                return outcome
            luck = draw.random()
            if luck < 0.1:
                raise Killed
            return Outcome(None, "too_slow", 15_000) if luck < 0.2 else outcome

        for number in range(events):
            clock.now = max(clock.now, began + timedelta(hours=26) * number / events)
            event = happen(owner, now=clock.now, number=number)
            sent[str(event)] = number
            try_hard(clock, sending)
        for _ in range(100_000):
            at = rows(
                "select min(greatest(d.ready_at, e.paused_until, e.leased_until)) as at"
                " from translation_webhookdelivery d"
                " join translation_webhookendpoint e on e.id = d.endpoint_id"
                " where d.state = 'pending'"
            )[0]["at"]
            if at is None:
                break
            clock.now = max(clock.now, at)
            try_hard(clock, sending)
    assert states(rows) == {"delivered": events}
    assert called == {PUBLIC}
    assert len(refused) > events // 10
    arrived = Counter(got.headers["webhook-id"] for got in receiver.got)
    assert set(arrived) == set(sent)
    assert max(arrived.values()) > 1  # duplicates came, and can be told by their ids
    order = [sent[got.headers["webhook-id"]] for got in receiver.got]
    assert order != sorted(order)
    bodies: dict[str, bytes] = {}
    secret = webhooks.secret_of(made)
    for got in receiver.got:
        assert signatures(got, secret)
        assert bodies.setdefault(got.headers["webhook-id"], got.body) == got.body
        assert json.loads(got.body)["data"] == {"number": sent[got.headers["webhook-id"]]}


def try_hard(clock: Clock, sending: Any) -> None:
    try:
        deliver(clock, sending=sending)
    except Killed:
        clock.pass_by(seconds=1)


def deliver_until_killed(condition: Callable[[], object]) -> None:
    """A real process that delivers; it is really killed as soon as the condition holds."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env={**os.environ, "PROCESS": "webhooks", "WEBHOOK_PRIVATE_TARGETS": "true"},
    )
    try:
        until(condition, 30)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)


@pytest.mark.usefixtures("redis_server")
class TestKills:
    """A worker dies by kill -9 when the receiver already holds the event."""

    def test_it_survives_a_kill_before_the_answer(self, owner: Any, rows: Any) -> None:
        with receiving() as receiver:
            arrived = threading.Event()
            receiver.answer = lambda stream, got: (arrived.set(), receiver.stopped.wait(20))[0]
            endpoint(owner, receiver.url)
            event = happen(owner)
            deliver_until_killed(arrived.is_set)
            self.it_is_sent_again(receiver, rows, event)

    def test_it_survives_a_kill_between_the_answer_and_the_note(
        self, owner: Any, rows: Any
    ) -> None:
        with receiving() as receiver:

            def take(stream: socket.socket, got: Got) -> None:
                """Has what is noted wait, and takes the event."""
                rows("begin")
                rows("select 1 from translation_webhookendpoint for update")
                status(204)(stream, got)

            receiver.answer = take
            endpoint(owner, receiver.url)
            event = happen(owner)
            deliver_until_killed(lambda: receiver.got and rows(WAITS_FOR_US))
            rows("rollback")
            self.it_is_sent_again(receiver, rows, event)

    def it_is_sent_again(self, receiver: Receiver, rows: Any, event: Any) -> None:
        assert states(rows) == {"pending": 1}
        assert rows("select 1 from translation_webhookattempt") == []
        receiver.answer = status(204)
        later = Clock()
        later.now += LEASE
        assert deliver(later) == 1
        assert [got.headers["webhook-id"] for got in receiver.got] == [str(event)] * 2
        assert states(rows) == {"delivered": 1}
