"""Translate calls that come twice: joined while the first is at work, repeated by their key."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client

from common import redis

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_once")]

TRANSLATE = "/api/v1/translate"
GOOD = {"texts": ["Hello world.", "Press OK."], "source_language": "en", "target_language": "de"}
LEDGER = "select units from billing_ledgerline order by id"


@pytest.fixture
def at_once(settings: Any, redis_server: None) -> None:
    """Nobody waits: a translation that is not there yet is answered with 202."""
    settings.SYNC_WAIT_SECONDS = 0
    redis.client().flushdb()


@pytest.fixture
def translate(owner: Any) -> Callable[..., Any]:
    def call(key: str = "", person: Any = owner, client: Any = None, **changes: Any) -> Any:
        headers = {} if client else dict(person.headers)
        if key:
            headers["Idempotency-Key"] = key
        return (client or Client()).post(
            TRANSLATE, json.dumps(GOOD | changes), content_type="application/json", headers=headers
        )

    return call


def jobs(answers: Any) -> set[str]:
    return {one.json()["job_id"] for one in answers}


class TestJoining:
    def test_it_joins_an_equal_call_at_work_and_bills_it_once(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        answers = [translate(), translate(), translate()]
        assert {one.status_code for one in answers} == {202}
        assert len(jobs(answers)) == 1
        drain()
        done = [Client().get(one["Location"], headers=headers_of(one)) for one in answers]
        assert {one.status_code for one in done} == {200}
        assert len({one.content for one in done}) == 1
        assert len(rows(LEDGER)) == 1

    def test_it_joins_thirty_that_come_at_once(self, translate: Any, rows: Any) -> None:
        from django.db import connection

        def one(_: int) -> Any:
            try:
                return translate()
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=30) as pool:
            answers = list(pool.map(one, range(30)))
        assert {one.status_code for one in answers} == {202}
        assert len(jobs(answers)) == 1
        assert rows("select count(*) as n from translation_document")[0]["n"] == 1
        assert rows("select count(*) as n from billing_reservation")[0]["n"] == 1

    def test_it_begins_anew_when_the_first_has_ended(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        first = translate()
        drain()
        second = translate()
        drain()
        assert len(jobs([first, second])) == 2
        assert len(rows(LEDGER)) == 2

    def test_it_joins_only_what_is_equal(
        self, translate: Any, owner: Any, teammate: Any, outsider: Any
    ) -> None:
        browser = Client()
        browser.force_login(owner.user)
        answers = [
            translate(),
            translate(target_language="fr"),
            translate(source_language="en-GB"),
            translate(texts=GOOD["texts"][::-1]),
            translate(texts=[" ".join(GOOD["texts"])]),
            translate(person=teammate),
            translate(person=outsider),
            translate(client=browser),
        ]
        assert {one.status_code for one in answers} == {202}
        assert len(jobs(answers)) == len(answers)

    def test_it_leaves_a_cancelled_one_alone(self, translate: Any, owner: Any) -> None:
        first = translate()
        [job] = jobs([first])
        Client().post(f"/api/v1/jobs/{job}/cancel", headers=owner.headers)
        assert jobs([translate()]) != {job}


def headers_of(answer: Any) -> dict[str, str]:
    return {"Authorization": answer.wsgi_request.headers["Authorization"]}


class TestRepeating:
    def test_it_tells_the_same_translation_again(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        first = translate("k1")
        early = translate("k1")
        assert (first.status_code, early.status_code) == (202, 202)
        assert ("Idempotency-Replayed" in first, early["Idempotency-Replayed"]) == (False, "true")
        drain()
        done = [translate("k1") for _ in range(3)]
        assert {one.status_code for one in done} == {200}
        assert {one["Idempotency-Replayed"] for one in done} == {"true"}
        assert len({one.content for one in done}) == 1
        assert jobs([first, early, *done]) == jobs([first])
        assert len(rows(LEDGER)) == 1

    def test_it_keeps_the_first_answer_whatever_people_write_later(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        translate("k1")
        drain()
        first = translate("k1").json()
        rows("update translation_target set forms = '{\"Other\"}'")
        assert translate("k1").json() == first

    def test_it_waits_for_the_first_call_whose_answer_nobody_got(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        """As after a crash: the effect is noted, the answer is not."""
        [job] = jobs([translate("k1")])
        drain()
        assert rows("select status, body from accounts_idempotentcall") == [
            {"status": None, "body": ""}
        ]
        assert jobs([translate("k1")]) == {job}

    def test_it_gives_each_key_of_joined_calls_the_same_answer(
        self, translate: Any, drain: Any, rows: Any
    ) -> None:
        begun = [translate("k1"), translate("k2"), translate()]
        drain()
        assert jobs([*begun, translate("k1"), translate("k2")]) == jobs(begun[:1])
        assert len(rows(LEDGER)) == 1

    def test_it_tells_a_key_of_another_text(self, translate: Any, drain: Any, rows: Any) -> None:
        translate("k1")
        for _ in range(2):
            answer = translate("k1", texts=["Something else."])
            assert answer.status_code == 409
            assert answer.json()["error"]["code"] == "idempotency_key_reused"
            drain()
            translate("k1")
        assert rows("select count(*) as n from translation_document")[0]["n"] == 1

    def test_it_keeps_no_text_of_what_was_deleted(
        self, translate: Any, drain: Any, owner: Any, rows: Any
    ) -> None:
        translate("k1")
        drain()
        told = translate("k1").json()
        assert "Hello world" in rows("select body from accounts_idempotentcall")[0]["body"]
        Client().delete(f"/api/v1/documents/{told['document_id']}", headers=owner.headers)
        assert rows("select body, headers from accounts_idempotentcall") == [
            {"body": "", "headers": {}}
        ]
        again = translate("k1")
        assert again.status_code == 404
        assert rows("select count(*) as n from translation_document")[0]["n"] == 0

    def test_it_leaves_the_key_free_where_nothing_was_begun(
        self, translate: Any, rows: Any
    ) -> None:
        rows("update billing_plan set included_chars = 1")
        assert translate("k1").status_code == 402
        rows("update billing_plan set included_chars = 500000")
        assert translate("k1").status_code == 202
