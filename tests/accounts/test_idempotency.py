"""`Idempotency-Key`: one effect for each key, and the first answer again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.services import idempotency
from common import redis

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("emptied")]

KEYS = "/api/v1/keys"
NEW = {"name": "Web shop", "scopes": ["usage:read"]}
DOCUMENTS = "/api/v1/documents"


@pytest.fixture
def emptied(redis_server: None) -> None:
    redis.client().flushdb()


@pytest.fixture
def browser(owner: Any) -> Client:
    return signed_in(owner)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def send(client: Client, path: str, body: Any = None, key: str = "k1", **more: Any) -> Any:
    method = more.pop("method", "POST")
    headers = {"Idempotency-Key": key, **more.pop("headers", {})}
    content = "" if body is None else json.dumps(body)
    return client.generic(
        method, path, content, content_type="application/json", headers=headers, **more
    )


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def count(admin: psycopg.Connection[Any], table: str) -> int:
    row = admin.execute(f"select count(*) from {table}").fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


@contextmanager
def held(admin: psycopg.Connection[Any], call: idempotency.Call) -> Iterator[None]:
    """Another process is at this call."""
    number = int.from_bytes(call.digest, signed=True)
    with admin.transaction():
        admin.execute("select pg_advisory_xact_lock(%s)", [number])
        yield


class TestRepeat:
    def test_it_gives_the_first_answer_again_and_does_nothing(
        self, browser: Client, admin: Any
    ) -> None:
        before = count(admin, "accounts_apikey")
        first = send(browser, KEYS, NEW)
        assert first.status_code == 201
        assert "Idempotency-Replayed" not in first
        again = send(browser, KEYS, NEW)
        assert again["Idempotency-Replayed"] == "true"
        assert (again.status_code, again.content) == (201, first.content)
        for name in ("Content-Type", "Location", "Cache-Control"):
            assert again[name] == first[name]
        assert again["X-Request-ID"] != first["X-Request-ID"]
        assert count(admin, "accounts_apikey") == before + 1

    def test_it_repeats_an_answer_without_a_body(self, browser: Client, owner: Any) -> None:
        stored = uploaded(browser).json()["documents"][0]
        address = f"{DOCUMENTS}/{stored['id']}"
        first = send(browser, address, method="DELETE", key="away")
        again = send(browser, address, method="DELETE", key="away")
        assert (first.status_code, again.status_code, again.content) == (204, 204, b"")
        assert "Content-Type" not in again
        # Without the key it is another wish, and the document is gone.
        assert browser.delete(address).status_code == 404

    def test_it_knows_a_file_by_its_content_whatever_the_boundary(
        self, browser: Client, admin: Any
    ) -> None:
        first = uploaded(browser, key="up", boundary="one")
        again = uploaded(browser, key="up", boundary="two")
        assert (first.status_code, again.content) == (201, first.content)
        assert again["Idempotency-Replayed"] == "true"
        assert count(admin, "translation_document") == 1
        for change in ({"content": b"Hello!"}, {"name": "b.txt"}, {"targets": "fr"}):
            assert code(uploaded(browser, key="up", **change)) == (409, "idempotency_key_reused")

    def test_it_does_everything_anew_without_a_key(self, browser: Client, admin: Any) -> None:
        before = count(admin, "accounts_apikey")
        for _ in range(2):
            browser.post(KEYS, json.dumps(NEW), content_type="application/json")
        assert count(admin, "accounts_apikey") == before + 2
        assert count(admin, "accounts_idempotentcall") == 0

    def test_it_takes_a_key_in_a_browser_that_shows_its_token(self, owner: Any, admin: Any) -> None:
        """The check of the token may read the body before it is told from others."""
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner.user)
        strict.cookies["csrftoken"] = "t" * 32
        before = count(admin, "accounts_apikey")
        answers = [send(strict, KEYS, NEW, headers={"X-CSRFToken": "t" * 32}) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        assert count(admin, "accounts_apikey") == before + 1
        assert code(send(strict, KEYS, NEW)) == (403, "not_allowed")

    def test_it_lets_reads_be_reads(self, browser: Client, admin: Any) -> None:
        for _ in range(2):
            answer = browser.get(KEYS, headers={"Idempotency-Key": "k1"})
            assert "Idempotency-Replayed" not in answer
        assert count(admin, "accounts_idempotentcall") == 0


def uploaded(
    browser: Client,
    *,
    key: str = "",
    boundary: str = "",
    content: bytes = b"Hello.",
    name: str = "a.txt",
    targets: str = "de",
) -> Any:
    from django.test.client import MULTIPART_CONTENT, encode_multipart

    fields = {
        "file": SimpleUploadedFile(name, content),
        "source_language": "en",
        "target_languages": targets,
    }
    boundary = boundary or "BoUnDaRyStRiNg"
    return browser.generic(
        "POST",
        DOCUMENTS,
        encode_multipart(boundary, fields),
        content_type=MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", boundary),
        headers={"Idempotency-Key": key} if key else {},
    )


class TestWhoseKey:
    def test_it_keeps_callers_apart(
        self, browser: Client, owner: Any, outsider: Any, admin: Any
    ) -> None:
        """A person, the same person's program, and somebody else: each has keys of their own."""
        by_key = {"Authorization": f"Bearer {owner.key}"}
        answers = [
            send(browser, f"{DOCUMENTS}/{someone}/cancel", headers=headers, key="k")
            for someone, headers in [
                (first_document(browser), {}),
                (first_document(browser), by_key),
            ]
        ]
        answers.append(send(signed_in(outsider), KEYS, NEW, key="k"))
        assert [one.status_code for one in answers] == [200, 200, 201]
        assert not any("Idempotency-Replayed" in one for one in answers)
        assert count(admin, "accounts_idempotentcall") == 3

    def test_it_tells_a_key_of_another_request(self, browser: Client, admin: Any) -> None:
        key = send(browser, KEYS, NEW).json()
        others = [
            send(browser, KEYS, NEW | {"name": "Other"}),
            send(browser, f"{KEYS}/{key['id']}/revoke"),
            send(browser, f"{KEYS}/{key['id']}", {"name": "x"}, method="PATCH"),
        ]
        assert {code(one) for one in others} == {(409, "idempotency_key_reused")}
        assert browser.get(f"{KEYS}/{key['id']}").json()["name"] == "Web shop"

    @pytest.mark.parametrize("key", ["", "x" * 256, "café", "a\tb"])
    def test_it_refuses_what_is_no_key(self, browser: Client, admin: Any, key: str) -> None:
        before = count(admin, "accounts_apikey")
        assert code(send(browser, KEYS, NEW, key=key)) == (400, "idempotency_key_malformed")
        assert count(admin, "accounts_apikey") == before

    @pytest.mark.parametrize("key", ["x", "x" * 255, "Any ~ printable; ASCII\\"])
    def test_it_takes_what_is_one(self, browser: Client, key: str) -> None:
        assert send(browser, KEYS, NEW, key=key).status_code == 201

    def test_it_asks_who_it_is_before_anything_else(self, client: Client, admin: Any) -> None:
        assert code(send(client, KEYS, NEW, key=""))[0] == 401
        assert count(admin, "accounts_idempotentcall") == 0


def first_document(browser: Client) -> str:
    return str(uploaded(browser).json()["documents"][0]["id"])


class TestRefusals:
    def test_it_keeps_no_refusal(self, browser: Client, admin: Any) -> None:
        """Nothing was done, so the key is as good as new, for the same request or a mended one."""
        document = first_document(browser)
        assert send(browser, KEYS, NEW | {"scopes": ["nonsense"]}).status_code == 400
        assert send(browser, KEYS, NEW | {"expires_at": "2020-01-01T00:00:00Z"}).status_code == 422
        assert count(admin, "accounts_idempotentcall") == 0
        assert send(browser, KEYS, NEW).status_code == 201
        job = browser.get(f"{DOCUMENTS}/{document}").json()["jobs"][0]["id"]
        assert code(send(browser, f"/api/v1/jobs/{job}/retry", key="r")) == (409, "run_open")
        assert count(admin, "accounts_idempotentcall") == 1

    def test_it_takes_back_what_a_refused_call_had_begun(
        self, owner: Any, admin: psycopg.Connection[Any]
    ) -> None:
        from accounts.services import issue_key

        before = count(admin, "accounts_apikey")
        call = call_for(owner)

        def act() -> idempotency.Answer:
            issue_key(actor=owner.actor, name="half", scopes=["usage:read"])
            raise idempotency.Refused

        with pytest.raises(idempotency.Refused):
            idempotency.answer_once(call, act)
        assert count(admin, "accounts_apikey") == before
        assert idempotency.answer_once(call, lambda: idempotency.Answer(status=200)).status == 200

    def test_it_reads_no_more_than_its_limit(self, browser: Client, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
        answer = send(browser, KEYS, NEW | {"name": "x" * 2_000})
        assert code(answer) == (413, "request_too_large")


def call_for(person: Any, key: str = "k", fingerprint: str = "f") -> idempotency.Call:
    return idempotency.call_of(actor=person.actor, key=key, fingerprint=fingerprint)


class TestAtTheSameTime:
    def test_it_acts_once_for_forty_at_once(self, owner: Any, admin: Any) -> None:
        from django.db import connection

        before = count(admin, "accounts_apikey")

        def one(_: int) -> tuple[int, bytes, bool]:
            try:
                answer = send(signed_in_already, KEYS, NEW, key="same")
                return answer.status_code, answer.content, "Idempotency-Replayed" in answer
            finally:
                connection.close()

        signed_in_already = signed_in(owner)
        with ThreadPoolExecutor(max_workers=40) as pool:
            answers = list(pool.map(one, range(40)))
        assert {answer[:2] for answer in answers} == {answers[0][:2]}
        assert answers[0][0] == 201
        assert [answer[2] for answer in answers].count(False) == 1
        assert count(admin, "accounts_apikey") == before + 1

    def test_it_says_when_the_first_takes_too_long(
        self, owner: Any, admin: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
        call = call_for(owner)
        with held(admin, call), pytest.raises(idempotency.Conflict) as refused:
            idempotency.answer_once(call, lambda: idempotency.Answer(status=200))
        assert (refused.value.code, refused.value.retry_after) == ("idempotency_in_progress", 1)

    def test_it_acts_when_the_first_has_failed(self, owner: Any, admin: Any) -> None:
        """Whoever waits takes over."""
        call, began = call_for(owner), threading.Event()
        answers = []

        def wait() -> None:
            from django.db import connection

            began.set()
            answers.append(idempotency.answer_once(call, lambda: idempotency.Answer(status=200)))
            connection.close()

        waiter = threading.Thread(target=wait)
        with held(admin, call):
            waiter.start()
            began.wait()
        waiter.join(10)
        assert ([one.status for one in answers], call.is_repeated) == ([200], False)

    def test_it_holds_no_connection_while_it_waits(
        self, owner: Any, admin: Any, app_address: str
    ) -> None:
        from django.db import connection

        call = call_for(owner)
        with held(admin, call):
            turns = idempotency.queue.looks("call:x", seconds=0.2, every=0.1)
            next(turns)
            with idempotency.organization_scope(owner.organization_id):
                assert connection.connection is not None
            next(turns)
            assert connection.connection is None


class TestSecrets:
    def test_it_keeps_a_secret_sealed(self, browser: Client, admin: Any) -> None:
        first = send(browser, KEYS, NEW)
        [(body,)] = admin.execute("select body from accounts_idempotentcall").fetchall()
        assert first.json()["secret"] not in body
        assert first.json()["id"] not in body
        assert send(browser, KEYS, NEW).json()["secret"] == first.json()["secret"]

    def test_it_seals_a_webhooks_secret_too(self, browser: Client, admin: Any) -> None:
        hook = {"url": "https://hooks.example/x", "events": ["job.finished"]}
        first = send(browser, "/api/v1/webhooks", hook)
        assert first.status_code == 201
        [(body,)] = admin.execute("select body from accounts_idempotentcall").fetchall()
        assert first.json()["secret"] not in body
        assert send(browser, "/api/v1/webhooks", hook).content == first.content


class TestADay:
    def test_it_forgets_a_key_after_a_day(self, owner: Any) -> None:
        now = timezone.now()
        later = now + timedelta(hours=24)
        first, second = idempotency.Answer(status=200), idempotency.Answer(status=201)
        assert idempotency.answer_once(call_for(owner), lambda: first, now=now) == first
        almost = later - timedelta(seconds=1)
        assert idempotency.answer_once(call_for(owner), lambda: second, now=almost) == first
        other = call_for(owner, fingerprint="other")
        assert idempotency.answer_once(other, lambda: second, now=later) == second
        assert idempotency.kept_answer(other, now=later) == second

    def test_it_purges_what_is_older_and_no_more_than_it_is_told(
        self, owner: Any, outsider: Any, admin: Any
    ) -> None:
        now = timezone.now()
        for person in (owner, outsider):
            for number in range(5):
                call = call_for(person, key=str(number))
                moment = now - timedelta(hours=20 + 2 * number)
                idempotency.answer_once(call, lambda: idempotency.Answer(status=200), now=moment)
        assert idempotency.purge(now=now, most=2) == 2
        assert idempotency.purge(now=now) == 4
        assert idempotency.purge(now=now) == 0
        assert count(admin, "accounts_idempotentcall") == 4
