"""What is told to webhooks, and with what it stands or falls."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotFound
from tests.translation.paper import PaperModel, answered, at_once, claimed, loaded, lost
from tests.translation.posting import Clock, deliver, endpoint, happen
from tests.translation.receivers import receiving, status
from translation.services import deletion, telling, webhooks
from translation.services.commit import commit_failure, commit_outcome
from translation.services.documents import cancel_job
from translation.services.ending import settle_if_done

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://hooks.northwind.example/in"


def finish(model: PaperModel | None = None) -> None:
    claim = claimed()
    pack = loaded(claim)
    commit_outcome(claim, pack, answered(claim, pack, model))


def settle(rows: Any) -> None:
    for run in rows("select organization_id, id from translation_run where state = 'open'"):
        settle_if_done(run["organization_id"], run["id"])


def told(rows: Any) -> list[Any]:
    found = rows("select kind, body from translation_webhookevent order by created_at, id")
    assert all(json.loads(row["body"])["type"] == row["kind"] for row in found)
    return [json.loads(row["body"]) for row in found]


class TestRuns:
    def test_it_tells_that_a_job_has_finished(self, owner: Any, submit: Any, rows: Any) -> None:
        endpoint(owner, URL)
        stored = submit("Hello there.\n\nHello there.", name="secret-name.txt")
        finish()
        settle(rows)
        [event] = told(rows)
        assert event["type"] == "job.finished"
        data = event["data"]
        assert data["job_id"] == str(stored.job_ids["de"])
        assert data["document_id"] == str(stored.document_id)
        assert data["run_id"] == str(stored.run_ids["de"])
        assert (data["source_language"], data["target_language"]) == ("en", "de")
        assert (data["state"], data["segments"], data["repeats"], data["passed"]) == (
            *("ready", 2, 1),
            2,
        )
        assert data["billed_chars"] == 12
        assert data["user_id"] == str(owner.user.pk)
        assert datetime.fromisoformat(data["finished_at"]).tzinfo is not None
        assert "Hello" not in json.dumps(event)
        assert "secret-name" not in json.dumps(event)

    def test_it_tells_exactly_one_thing_of_a_run(self, owner: Any, submit: Any, rows: Any) -> None:
        endpoint(owner, URL)
        submit("Hello there.")
        claim = claimed()
        commit_failure(claim, loaded(claim), "model_rejected")
        settle(rows)
        submit("Press {name} here.")
        for _ in range(4):
            finish(PaperModel(lost))
            settle(rows)
        assert [(one["type"], one["data"]["state"]) for one in told(rows)] == [
            ("job.failed", "failed"),
            ("job.needs_review", "needs_review"),
        ]

    def test_it_tells_of_what_a_program_asked_for(self, owner: Any, submit: Any, rows: Any) -> None:
        from accounts.services import authenticate_key

        endpoint(owner, URL)
        program = authenticate_key(owner.key).actor
        submit("Hello there.", actor=program)
        finish()
        settle(rows)
        [event] = told(rows)
        assert event["data"]["api_key_id"] == str(program.api_key_id)
        assert event["data"]["user_id"] is None

    def test_it_tells_nothing_of_what_was_cancelled(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        endpoint(owner, URL)
        stored = submit("Hello there.")
        cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])
        assert told(rows) == []

    # Within the last moments a caller may just have been told 202: better told twice than never.
    @pytest.mark.parametrize(("seconds", "events"), [(20, 0), (2, 1), (0, 1)])
    def test_it_tells_of_texts_only_once_nobody_waits_for_the_answer(
        self, owner: Any, settings: Any, rows: Any, seconds: int, events: int
    ) -> None:
        from translation.services.intake import submit_texts

        settings.SYNC_WAIT_SECONDS = seconds
        endpoint(owner, URL)
        submit_texts(
            actor=owner.actor, texts=["Hello."], source_language="en", target_language="de"
        )
        finish()
        settle(rows)
        assert len(told(rows)) == events

    def test_it_falls_with_the_transaction(self, owner: Any, rows: Any) -> None:
        endpoint(owner, URL)
        with suppress(ZeroDivisionError), organization_scope(owner.organization_id):
            listeners = telling._listeners(owner.organization_id, "job.finished")
            moment = datetime.now(UTC)
            telling.write_event(owner.organization_id, "job.finished", {}, listeners, moment)
            raise ZeroDivisionError
        assert rows("select 1 from translation_webhookdelivery") == []
        assert told(rows) == []

    def test_it_writes_nothing_where_nobody_listens(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        endpoint(owner, URL, ["document.deleted"])
        off = endpoint(owner, URL)
        webhooks.change_endpoint(actor=owner.actor, endpoint_id=off.pk, enabled=False)
        submit("Hello there.")
        finish()
        settle(rows)
        assert told(rows) == []

    def test_it_ends_runs_while_endpoints_come_and_go(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        """An endpoint deleted between the look and the commit must not fail the end of a run."""
        for _ in range(6):
            made = endpoint(owner, URL)
            submit("Hello there.")
            finish()
            [run] = rows("select organization_id, id from translation_run where state = 'open'")

            def end(ids: Any = run) -> bool:
                return settle_if_done(ids["organization_id"], ids["id"])

            def remove(made: Any = made) -> None:
                webhooks.delete_endpoint(actor=owner.actor, endpoint_id=made.pk)

            got = at_once([end, remove])
            assert got == [True, None]


class TestDeletions:
    def test_it_tells_when_a_document_is_gone_for_good(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        endpoint(owner, URL)
        stored = submit("Hello there.", name="secret-name.txt", targets=("fr", "de"))
        deletion.delete_document(actor=owner.actor, document_id=stored.document_id)
        [event] = told(rows)
        data = event["data"]
        assert event["type"] == "document.deleted"
        assert data["document_id"] == str(stored.document_id)
        assert (data["kind"], data["target_languages"]) == ("file", ["de", "fr"])
        assert "secret-name" not in json.dumps(event)

    def test_it_waits_until_it_can_no_longer_be_undone(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        endpoint(owner, URL)
        stored = submit("Hello there.")
        now = datetime.now(UTC)
        deletion.hide_documents(actor=owner.actor, document_ids=[stored.document_id], now=now)
        assert told(rows) == []
        deletion.purge_overdue(now=now + timedelta(days=1))
        assert [one["type"] for one in told(rows)] == ["document.deleted"]


class TestEndpoints:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"url": "http://hooks.example.com/"}, "webhook_url_invalid"),
            ({"url": "https://127.0.0.1/"}, "webhook_url_invalid"),
            ({"events": []}, "webhook_events_invalid"),
            ({"events": ["job.started"]}, "webhook_events_invalid"),
            ({"events": ["webhook.test"]}, "webhook_events_invalid"),
            ({"description": "x" * 201}, "webhook_description_invalid"),
            ({"description": "a\x00b"}, "webhook_description_invalid"),
        ],
    )
    def test_it_refuses_what_it_cannot_be(
        self, owner: Any, rows: Any, values: Any, code: str
    ) -> None:
        wanted = {"url": URL, "events": ["job.finished"], **values}
        with pytest.raises(Invalid) as refused:
            webhooks.create_endpoint(actor=owner.actor, **wanted)
        assert refused.value.code == code
        assert rows("select 1 from translation_webhookendpoint") == []
        made = endpoint(owner, URL)
        with pytest.raises(Invalid):
            webhooks.change_endpoint(actor=owner.actor, endpoint_id=made.pk, **values)

    def test_it_makes_ten_however_many_ask_at_once(self, owner: Any, rows: Any) -> None:
        for _ in range(8):
            endpoint(owner, URL)
        got = at_once([lambda: endpoint(owner, URL)] * 6)
        assert sum(isinstance(one, Conflict) for one in got) == 4
        assert len(rows("select 1 from translation_webhookendpoint")) == 10

    def test_it_keeps_no_secret_in_the_database(self, owner: Any, rows: Any) -> None:
        made = endpoint(owner, URL)
        secret = webhooks.secret_of(made)
        assert secret.startswith("whsec_")
        assert secret not in str(rows("select * from translation_webhookendpoint"))
        assert webhooks.show_secret(actor=owner.actor, endpoint_id=made.pk) == secret
        assert secret not in str(rows("select * from accounts_auditevent"))

    def test_it_notes_who_did_what(self, owner: Any, rows: Any) -> None:
        made = endpoint(owner, URL)
        mine = {"actor": owner.actor, "endpoint_id": made.pk}
        webhooks.show_secret(**mine)
        webhooks.rotate_secret(**mine)
        webhooks.change_endpoint(**mine, description="Shop", enabled=False)
        webhooks.change_endpoint(**mine, description="Shop", enabled=True)
        sent = webhooks.send_test(**mine)
        webhooks.replay_delivery(**mine, delivery_id=sent.pk)
        webhooks.replay_failed(**mine, since=datetime.now(UTC))
        webhooks.delete_endpoint(**mine)
        noted = rows(
            "select action from accounts_auditevent where object_id = %s order by at, id", made.pk
        )
        names = ["create", "show_secret", "rotate", "change", "disable", "enable", "test"]
        names += ["replay", "replay", "delete"]
        assert [row["action"] for row in noted] == [f"webhook.{name}" for name in names]

    @pytest.mark.parametrize(
        "act",
        [
            lambda actor, key: webhooks.change_endpoint(
                actor=actor, endpoint_id=key, enabled=False
            ),
            lambda actor, key: webhooks.delete_endpoint(actor=actor, endpoint_id=key),
            lambda actor, key: webhooks.rotate_secret(actor=actor, endpoint_id=key),
            lambda actor, key: webhooks.show_secret(actor=actor, endpoint_id=key),
            lambda actor, key: webhooks.send_test(actor=actor, endpoint_id=key),
            lambda actor, key: webhooks.replay_failed(
                actor=actor, endpoint_id=key, since=datetime.now(UTC)
            ),
            lambda actor, key: webhooks.replay_delivery(
                actor=actor, endpoint_id=key, delivery_id=uuid4()
            ),
        ],
    )
    def test_it_is_not_there_for_others(self, owner: Any, outsider: Any, act: Any) -> None:
        made = endpoint(owner, URL)
        with pytest.raises(NotFound):
            act(outsider.actor, made.pk)
        with pytest.raises(NotFound):
            act(owner.actor, uuid4())


@pytest.mark.usefixtures("open_walls")
class TestReplay:
    def test_it_sends_the_same_event_once_more(self, owner: Any, rows: Any) -> None:
        with receiving() as receiver:
            made = endpoint(owner, receiver.url)
            happen(owner, job_id="1")
            deliver()
            [kept] = rows("select id from translation_webhookdelivery")
            webhooks.replay_delivery(actor=owner.actor, endpoint_id=made.pk, delivery_id=kept["id"])
            deliver()
        first, second = receiver.got
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert len(rows("select 1 from translation_webhookattempt")) == 2

    def test_it_sends_all_that_failed_since(self, owner: Any, rows: Any) -> None:
        clock = Clock()
        with receiving(status(410)) as receiver:
            made = endpoint(owner, receiver.url)
            mine = {"actor": owner.actor, "endpoint_id": made.pk}
            for number in range(3):
                happen(owner, now=clock.now, number=number)
                deliver(clock)
                clock.pass_by(hours=1)
                webhooks.change_endpoint(**mine, enabled=True)
            receiver.answer = status(200)
            del receiver.got[:]
            since = clock.now - timedelta(hours=2, minutes=30)
            assert webhooks.replay_failed(**mine, since=since, now=clock.now) == 2
            deliver(clock)
        numbers = [json.loads(got.body)["data"]["number"] for got in receiver.got]
        assert numbers == [1, 2]

    def test_it_asks_to_switch_the_webhook_on_first(self, owner: Any) -> None:
        made = endpoint(owner, "http://127.0.0.1:1/")
        mine = {"actor": owner.actor, "endpoint_id": made.pk}
        sent = webhooks.send_test(**mine)
        webhooks.change_endpoint(**mine, enabled=False)
        for act in (
            lambda: webhooks.send_test(**mine),
            lambda: webhooks.replay_delivery(**mine, delivery_id=sent.pk),
            lambda: webhooks.replay_failed(**mine, since=datetime.now(UTC)),
        ):
            with pytest.raises(Conflict) as refused:
                act()
            assert refused.value.code == "webhook_disabled"

    def test_it_tries_a_test_once_and_blames_nobody(self, owner: Any, rows: Any) -> None:
        with receiving(status(500)) as receiver:
            made = endpoint(owner, receiver.url)
            webhooks.send_test(actor=owner.actor, endpoint_id=made.pk)
            deliver()
        [kept] = rows("select state, tries, last_status from translation_webhookdelivery")
        assert kept == {"state": "failed", "tries": 1, "last_status": 500}
        [blamed] = rows("select failures, paused_until from translation_webhookendpoint")
        assert blamed == {"failures": 0, "paused_until": None}

    @pytest.mark.parametrize("is_test", [True, False])
    def test_it_sends_what_a_person_waits_for_before_all_that_waits(
        self, owner: Any, rows: Any, is_test: bool
    ) -> None:
        from translation.queries.webhooks import delivery_of

        clock = Clock()
        with receiving(status(500)) as receiver:
            made = endpoint(owner, receiver.url)
            mine = {"actor": owner.actor, "endpoint_id": made.pk}
            for number in range(5):
                happen(owner, now=clock.now, number=number)
            deliver(clock)
            clock.pass_by(hours=3)
            last = rows("select id from translation_webhookdelivery order by id desc limit 1")
            if is_test:
                asked = webhooks.send_test(**mine, now=clock.now).pk
            else:
                asked = last[0]["id"]
                webhooks.replay_delivery(**mine, delivery_id=asked, now=clock.now)
            shown = delivery_of(owner.organization_id, made.pk, asked).delivery
            assert shown.next_at == clock.now
            del receiver.got[:]
            deliver(clock)
        first = json.loads(receiver.got[0].body)
        assert first["type"] == "webhook.test" if is_test else first["data"] == {"number": 4}


class TestPurge:
    def test_it_forgets_what_is_older_than_thirty_days(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        now = datetime.now(UTC)
        for person in (owner, outsider):
            endpoint(person, URL)
            happen(person, now=now - timedelta(days=31))
            happen(person, now=now - timedelta(days=29))
        assert webhooks.purge_old(now=now) == 2
        assert len(rows("select 1 from translation_webhookdelivery")) == 2
        assert webhooks.purge_old(now=now) == 0

    def test_it_leaves_nothing_of_a_deleted_endpoint(self, owner: Any, rows: Any) -> None:
        made = endpoint(owner, URL)
        happen(owner)
        webhooks.delete_endpoint(actor=owner.actor, endpoint_id=made.pk)
        assert rows("select 1 from translation_webhookdelivery") == []
