"""Every event arrives at least once, signed, whatever receivers and workers do meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail as outbox
from standardwebhooks.webhooks import WebhookVerificationError

from tests.translation.posting import (
    Clock,
    Killed,
    deliver,
    endpoint,
    happen,
    killed_after,
    live_through,
    signatures,
    verified,
)
from tests.translation.receivers import receiving, status
from translation import webhook_rules as rules
from translation.services import delivering, webhooks
from translation.services.delivering import LEASE, TURN, claim_endpoint, next_letter
from translation.webhook_sender import Outcome, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_walls")]

STATES = "select state, count(*) as n from translation_webhookdelivery group by 1 order by 1"


def states(rows: Any) -> dict[str, int]:
    return {row["state"]: row["n"] for row in rows(STATES)}


class TestDelivery:
    def test_it_arrives_once_and_signed(self, owner: Any, rows: Any) -> None:
        with receiving() as receiver:
            made = endpoint(owner, receiver.url)
            event = happen(owner, job_id="1")
            assert deliver() == 1
            assert deliver() == 0
        [got] = receiver.got
        told = verified(got, webhooks.secret_of(made))
        assert told["type"] == "job.finished"
        assert told["data"] == {"job_id": "1"}
        assert got.headers["webhook-id"] == str(event)
        [kept] = rows("select * from translation_webhookdelivery")
        assert (kept["state"], kept["tries"], kept["last_status"]) == ("delivered", 1, 204)
        [tried] = rows("select status, error from translation_webhookattempt")
        assert tried == {"status": 204, "error": ""}
        [freed] = rows("select leased_until, failures from translation_webhookendpoint")
        assert freed == {"leased_until": None, "failures": 0}

    def test_it_is_refused_by_whoever_has_another_secret(self, owner: Any, outsider: Any) -> None:
        with receiving() as receiver:
            endpoint(owner, receiver.url)
            other = endpoint(outsider, receiver.url)
            happen(owner)
            deliver()
        with pytest.raises(WebhookVerificationError):
            verified(receiver.got[0], webhooks.secret_of(other))

    def test_it_goes_to_those_who_chose_the_event(self, owner: Any, outsider: Any) -> None:
        with receiving() as first, receiving() as second, receiving() as foreign:
            endpoint(owner, first.url, ["job.finished", "job.failed"])
            endpoint(owner, second.url, ["job.failed"])
            endpoint(outsider, foreign.url)
            happen(owner, "job.finished")
            happen(owner, "job.failed")
            assert happen(owner, "document.deleted") is None
            deliver()
        assert (len(first.got), len(second.got), len(foreign.got)) == (2, 1, 0)

    def test_it_sends_the_same_bytes_at_every_try(self, owner: Any) -> None:
        clock = Clock()
        with receiving(status(500)) as receiver:
            endpoint(owner, receiver.url)
            happen(owner, now=clock.now, job_id="1")
            deliver(clock)
            receiver.answer = status(204)
            clock.pass_by(minutes=1)
            deliver(clock)
        first, second = receiver.got
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]

    def test_it_signs_with_both_secrets_for_a_day_after_a_rotation(self, owner: Any) -> None:
        clock = Clock()
        with receiving() as receiver:
            made = endpoint(owner, receiver.url)
            old = webhooks.secret_of(made)
            new = webhooks.secret_of(
                webhooks.rotate_secret(actor=owner.actor, endpoint_id=made.pk, now=clock.now)
            )
            happen(owner)
            deliver()
            assert verified(receiver.got[0], old) == verified(receiver.got[0], new)
            clock.pass_by(hours=24)
            happen(owner, now=clock.now)
            deliver(clock)
        assert new != old
        assert signatures(receiver.got[1], new)
        assert not signatures(receiver.got[1], old)

    def test_it_calls_nobody_on_this_machine_with_the_setting_off(
        self, owner: Any, settings: Any, rows: Any
    ) -> None:
        with receiving() as receiver:
            endpoint(owner, receiver.url)
            endpoint(owner, f"https://localhost:{receiver.port}/")
            settings.WEBHOOK_PRIVATE_TARGETS = False
            happen(owner)
            assert deliver() == 2
            assert receiver.connections == 0
        found = rows("select last_error from translation_webhookdelivery")
        assert [row["last_error"] for row in found] == ["address_refused"] * 2

    def test_it_holds_no_connection_to_the_database_while_it_calls(
        self, owner: Any, rows: Any
    ) -> None:
        from django.db import connection

        held = []

        def sending(*given: Any, **options: Any) -> Outcome:
            held.append(connection.connection is not None or connection.in_atomic_block)
            return Outcome(200, "", 1)

        endpoint(owner, "http://127.0.0.1:1/")
        happen(owner)
        deliver(sending=sending)
        assert held == [False]


class TestRetries:
    def test_it_tries_for_three_days_and_no_longer(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        with receiving(status(500)) as receiver:
            made = endpoint(owner, receiver.url)
            began = clock.now
            happen(owner, now=began)
            live_through(rows, clock, began + timedelta(days=5), chance=lambda: 0.5)
        assert states(rows) == {"failed": 1}
        tried = [row["at"] for row in rows("select at from translation_webhookattempt order by at")]
        waits = [b - a for a, b in pairwise(tried)]
        planned = [timedelta(seconds=seconds * 1.1) for seconds in rules.WAITS]
        assert waits[: len(planned)] == planned
        assert tried[-1] == began + timedelta(days=3)
        assert len(tried) == len(receiver.got) > 15
        [kept] = rows("select state, disabled_reason from translation_webhookendpoint")
        assert kept == {"state": "disabled", "disabled_reason": "failing"}
        assert made.state == "enabled"

    def test_it_waits_as_long_as_it_is_asked_to(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        with receiving(status(503, "Retry-After: 900")) as receiver:
            endpoint(owner, receiver.url)
            happen(owner, now=clock.now)
            deliver(clock, chance=lambda: 0.0)
            [kept] = rows("select ready_at from translation_webhookdelivery")
            assert kept["ready_at"] == clock.now + timedelta(seconds=900)
            [paused] = rows("select paused_until from translation_webhookendpoint")
            assert paused["paused_until"] == clock.now + timedelta(seconds=300)

    def test_it_leaves_a_failing_receiver_alone_whatever_waits_for_it(
        self, owner: Any, rows: Any
    ) -> None:
        clock = Clock()
        with receiving(status(500)) as receiver:
            endpoint(owner, receiver.url)
            for _ in range(50):
                happen(owner, now=clock.now)
            calls = live_through(rows, clock, clock.now + timedelta(hours=1))
            assert calls < 30
            receiver.answer = status(204)
            live_through(rows, clock, clock.now + timedelta(hours=1))
        assert states(rows) == {"delivered": 50}

    def test_it_gives_up_at_once_where_the_receiver_is_gone(self, owner: Any, rows: Any) -> None:
        with receiving(status(410)) as receiver:
            made = endpoint(owner, receiver.url, description="Shop")
            happen(owner)
            happen(owner)
            deliver()
            assert happen(owner) is None
            assert len(receiver.got) == 1
        [kept] = rows("select state, disabled_reason from translation_webhookendpoint")
        assert kept == {"state": "disabled", "disabled_reason": "gone"}
        assert states(rows) == {"failed": 1, "pending": 1}
        [noted] = rows("select * from accounts_auditevent where action = 'webhook.disable'")
        assert (noted["object_id"], noted["detail"]) == (made.pk, {"reason": "gone"})
        assert noted["user_id"] is None

    def test_it_writes_to_those_who_can_switch_it_on_again(
        self, owner: Any, teammate: Any, outsider: Any
    ) -> None:
        from accounts.services import mail

        with receiving(status(410)) as receiver:
            made = endpoint(owner, receiver.url, description="Shop & more")
            happen(owner)
            deliver()
        for mail_id in mail.due_mails():
            mail.send(mail_id=mail_id)
        [sent] = outbox.outbox
        assert sent.to == [owner.user.email]
        html = sent.alternatives[0].content
        for text in (sent.body, html):
            assert f"/settings/webhooks/{made.pk}" in text
            assert receiver.url in text
        assert "Shop & more" in sent.body
        assert "Shop &amp; more" in html

    def test_it_forgets_failures_at_the_first_success(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        began = clock.now
        poison = lambda stream, got: status(500 if b"poison" in got.body else 200)(stream, got)  # noqa: E731
        with receiving(poison) as receiver:
            endpoint(owner, receiver.url)
            happen(owner, now=began, job_id="poison")
            for day in range(1, 5):
                live_through(rows, clock, began + timedelta(days=day))
                happen(owner, now=clock.now, job_id="fine")
            live_through(rows, clock, began + timedelta(days=5))
        assert states(rows) == {"delivered": 4, "failed": 1}
        [kept] = rows("select state, failures, failing_since from translation_webhookendpoint")
        assert kept == {"state": "enabled", "failures": 0, "failing_since": None}

    def test_it_goes_on_with_what_waited_once_it_is_switched_on(
        self, owner: Any, rows: Any
    ) -> None:
        with receiving() as receiver:
            made = endpoint(owner, receiver.url)
            happen(owner)
            switch = {"actor": owner.actor, "endpoint_id": made.pk}
            webhooks.change_endpoint(**switch, enabled=False)
            assert deliver() == 0
            webhooks.change_endpoint(**switch, enabled=True)
            assert deliver() == 1
        assert states(rows) == {"delivered": 1}


class TestCrashes:
    def test_it_sends_again_what_a_killed_worker_did_not_note(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        with receiving() as receiver:
            endpoint(owner, receiver.url)
            event = happen(owner, now=clock.now)
            with pytest.raises(Killed):
                deliver(clock, sending=killed_after(send))
            assert deliver(clock) == 0  # nobody takes it while the lease holds
            clock.now += LEASE
            assert deliver(clock) == 1
        assert [got.headers["webhook-id"] for got in receiver.got] == [str(event)] * 2
        assert states(rows) == {"delivered": 1}

    def test_it_lets_a_worker_that_woke_up_late_write_nothing(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        with receiving() as receiver:
            endpoint(owner, receiver.url)
            happen(owner, now=clock.now)
            late = claim_endpoint(now=clock.now)
            assert late is not None
            letter = next_letter(late, now=clock.now)
            assert letter is not None
            clock.now += LEASE
            assert deliver(clock) == 1
            failed = Outcome(500, "status", 1)
            assert not delivering.note(late, letter, failed, now=clock.now, chance=0)
            assert next_letter(late, now=clock.now) is None
        assert states(rows) == {"delivered": 1}
        assert len(rows("select 1 from translation_webhookattempt")) == 1

    def test_it_survives_that_the_endpoint_goes_while_it_calls(self, owner: Any, rows: Any) -> None:
        with receiving() as receiver:
            made = endpoint(owner, receiver.url)
            happen(owner)

            def sending(*given: Any, **options: Any) -> Outcome:
                webhooks.delete_endpoint(actor=owner.actor, endpoint_id=made.pk)
                return send(*given, **options)

            assert deliver(sending=sending) == 1
        assert states(rows) == {}


class TestTurns:
    def test_it_leases_an_endpoint_to_one_worker_only(self, owner: Any) -> None:
        clock = Clock()
        endpoint(owner, "http://127.0.0.1:1/")
        happen(owner, now=clock.now)
        from tests.translation.paper import at_once

        got = at_once([lambda: claim_endpoint(now=clock.now)] * 8)
        assert sum(one is not None for one in got) == 1

    def test_it_gives_one_organization_a_quarter_of_the_threads(
        self, owner: Any, outsider: Any, settings: Any
    ) -> None:
        settings.WEBHOOK_THREADS = 8
        clock = Clock()
        for number in range(5):
            endpoint(owner, f"http://127.0.0.1:{number + 1}/")
        endpoint(outsider, "http://127.0.0.1:9/")
        for person in (owner, outsider):
            happen(person, now=clock.now)
        claims = [claim_endpoint(now=clock.now) for _ in range(6)]
        held = Counter(one.organization_id for one in claims if one)
        assert held == {owner.organization_id: 2, outsider.organization_id: 1}

    def test_it_takes_turns(self, owner: Any, settings: Any) -> None:
        called: list[str] = []

        def sending(target: Any, **options: Any) -> Outcome:
            called.append(target.port)
            return Outcome(200, "", 1)

        clock = Clock()
        for port in (1, 2):
            endpoint(owner, f"http://127.0.0.1:{port}/")
        for _ in range(3 * TURN):
            happen(owner, now=clock.now)
        ticking = lambda: clock.pass_by(milliseconds=1)  # noqa: E731
        deliver(ticking, sending=sending)
        turns = [called[at] for at in range(0, len(called), TURN)]
        assert turns in ([1, 2] * 3, [2, 1] * 3)

    def test_it_lets_no_receiver_that_hangs_hold_up_another(
        self, owner: Any, outsider: Any
    ) -> None:
        with receiving() as stuck, receiving() as well:
            waiting = threading.Event()
            stuck.answer = lambda stream, got: (waiting.set(), stuck.stopped.wait(10))[0]
            endpoint(owner, stuck.url)
            endpoint(outsider, well.url)
            happen(owner)
            thread = threading.Thread(target=deliver)
            thread.start()
            assert waiting.wait(10)
            happen(outsider)
            assert deliver() == 1
            assert len(well.got) == 1
            stuck.stopped.set()
            thread.join(15)
            assert not thread.is_alive()

    def test_it_stops_when_it_is_told_to(self, owner: Any, rows: Any) -> None:
        stop = threading.Event()

        def sending(*given: Any, **options: Any) -> Outcome:
            stop.set()
            return Outcome(200, "", 1)

        endpoint(owner, "http://127.0.0.1:1/")
        for _ in range(3):
            happen(owner)
        assert delivering.drain(stop=stop, sending=sending) == 1
        [freed] = rows("select leased_until from translation_webhookendpoint")
        assert freed["leased_until"] is None
