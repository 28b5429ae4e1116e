"""The request log: what is noted, how it comes into rows, and when it goes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import ApiKey, ApiRequest
from accounts.services import authenticate_key, requests
from accounts.tenancy import organization_scope
from common import redis
from common.ids import uuid7

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "emptied")]

NOON = datetime(2100, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def emptied(redis_server: None) -> None:
    redis.client().flushdb()


def waiting() -> list[list[Any]]:
    lines: Any = redis.client().lrange(requests.LIST, 0, -1)
    return [json.loads(line) for line in lines]


def key_of(person: Any) -> Any:
    return authenticate_key(person.key).actor.api_key_id


def rows(person: Any) -> list[ApiRequest]:
    with organization_scope(person.organization_id):
        mine = ApiRequest.objects.filter(organization_id=person.organization_id)
        return list(mine.order_by("at", "id"))


def note(person: Any, at: datetime = NOON, **given: Any) -> None:
    wanted = {"method": "GET", "route": "/api/v1/usage", "status": 200, "duration_ms": 3} | given
    assert requests.note(
        organization_id=person.organization_id,
        api_key_id=wanted.pop("api_key_id", None) or key_of(person),
        at=at,
        request_id="abcdefgh",
        **wanted,
    )


class TestWhatIsNoted:
    def test_it_notes_the_pattern_and_nothing_that_was_sent(
        self, client: Client, owner: Any
    ) -> None:
        ids = {"X-Request-ID": "mine-0001"}
        job_id = uuid7()
        client.get(f"/api/v1/jobs/{job_id}?q=secret", headers=owner.headers | ids)
        client.post(
            "/api/v1/translate",
            {"texts": ["secret"], "target_language": "secret"},
            content_type="application/json",
            headers=owner.headers,
        )
        told = str(waiting())
        assert "secret" not in told
        assert str(job_id) not in told
        assert requests.move_notes() == 2
        first, second = rows(owner)
        assert (first.method, first.route, first.status) == ("GET", "/api/v1/jobs/{job_id}", 400)
        assert (first.request_id, first.api_key_id) == ("mine-0001", key_of(owner))
        assert (second.method, second.route, second.status) == ("POST", "/api/v1/translate", 400)
        assert 0 <= first.duration_ms < 10_000

    def test_it_notes_no_stranger_and_no_person(self, client: Client, owner: Any) -> None:
        client.get("/api/v1/usage", headers={"Authorization": "Bearer il_0_0"})
        client.get("/api/v1/usage")
        client.get("/api/v1/languages", headers=owner.headers)
        client.force_login(owner.user)
        assert client.get("/api/v1/usage").status_code == 200
        assert waiting() == []

    def test_it_bounds_what_a_caller_chooses(self, client: Client, owner: Any) -> None:
        client.generic("X" * 500, "/api/v1/usage", headers=owner.headers)
        requests.move_notes()
        [row] = rows(owner)
        assert (row.method, row.status) == ("X" * 16, 405)

    def test_it_loses_the_newest_when_nobody_moves_them(
        self, owner: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(requests, "MOST_WAITING", 3)
        for number in range(5):
            note(owner, duration_ms=number)
        requests.move_notes()
        assert [row.duration_ms for row in rows(owner)] == [0, 1, 2]

    def test_it_does_without_redis(self, client: Client, owner: Any, settings: Any) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        redis._quick_client.cache_clear()
        try:
            answer = client.get("/api/v1/usage", headers=owner.headers)
        finally:
            redis._quick_client.cache_clear()
            redis.forget_absence()
        assert answer.status_code == 200
        assert "RateLimit-Limit" not in answer.headers
        with organization_scope(owner.organization_id):
            # The request itself has noted the use, for the log could not.
            assert ApiKey.objects.get(pk=key_of(owner)).last_used_at is not None


class TestMoveNotes:
    def test_it_moves_each_into_its_organization(self, owner: Any, outsider: Any) -> None:
        for person in (owner, outsider, owner):
            note(person)
        assert requests.move_notes() == 3
        assert (len(rows(owner)), len(rows(outsider)), waiting()) == (2, 1, [])
        assert requests.move_notes() == 0

    def test_it_tells_when_the_key_was_last_used(self, owner: Any) -> None:
        for minutes in (5, 9, 7):
            note(owner, NOON + timedelta(minutes=minutes))
        requests.move_notes()
        note(owner, NOON)  # comes late
        requests.move_notes()
        with organization_scope(owner.organization_id):
            used_at = ApiKey.objects.get(pk=key_of(owner)).last_used_at
        assert used_at == NOON + timedelta(minutes=9)

    def test_it_moves_again_what_a_crash_left_and_doubles_nothing(
        self, owner: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        note(owner)

        class Killed(BaseException):
            """The process ends between the commit and the taking off."""

        def killed(_lines: Any) -> Any:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(requests, "_taking_off", killed)
            with pytest.raises(Killed):
                requests.move_notes()
        assert (len(rows(owner)), len(waiting())) == (1, 1)
        note(owner)
        assert requests.move_notes() == 2
        assert (len(rows(owner)), waiting()) == (2, [])

    def test_it_takes_off_nothing_that_another_has_not_moved(self, owner: Any) -> None:
        note(owner)
        lines: Any = redis.client().lrange(requests.LIST, 0, -1)
        requests.move_notes()
        note(owner)  # after both have read, one has moved
        redis.ask(requests._taking_off(lines))
        assert len(waiting()) == 1

    def test_it_leaves_out_what_has_no_key_and_what_it_cannot_read(
        self, owner: Any, outsider: Any
    ) -> None:
        note(owner, api_key_id=uuid7())
        note(owner, api_key_id=key_of(outsider))
        for line in ("{", "[]", '["a", "b", "c", 1]', "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"):
            redis.client().rpush(requests.LIST, line)
        note(owner)
        assert requests.move_notes() == 7
        assert (len(rows(owner)), rows(outsider)) == (1, [])

    def test_it_moves_many_in_few_statements(
        self, owner: Any, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
    ) -> None:
        monkeypatch.setattr(requests, "BATCH", 20)
        key_id = key_of(owner)
        for _ in range(50):
            note(owner, api_key_id=key_id)
        with django_assert_max_num_queries(3 * 5):
            requests.move_notes()
        assert len(rows(owner)) == 50


class TestPurge:
    def test_it_keeps_thirty_days(self, owner: Any, outsider: Any) -> None:
        for person, days in ((owner, 31), (owner, 29), (outsider, 31)):
            note(person, NOON - timedelta(days=days))
        requests.move_notes()
        assert requests.purge(now=NOON) == 2
        assert [row.at for row in rows(owner)] == [NOON - timedelta(days=29)]
        assert rows(outsider) == []
        assert connection.in_atomic_block  # the test's own; the purge left its scopes
