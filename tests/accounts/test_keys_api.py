"""API keys over REST: for people, with the limits that callers are told of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import issue_key, requests
from common import redis

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("emptied")]

NEW = {"name": "Web shop", "scopes": ["usage:read", "translate"]}


@pytest.fixture
def emptied(redis_server: None) -> None:
    redis.client().flushdb()


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def send(client: Client, method: str, path: str, body: Any = None, **options: Any) -> Any:
    return client.generic(method, path, _json(body), content_type="application/json", **options)


def _json(body: Any) -> str:
    import json

    return "" if body is None else json.dumps(body)


def change(client: Client, path: str, body: Any) -> Any:
    """Changes a key as whoever has just read it."""
    return send(client, "PATCH", path, body, headers={"If-Match": client.get(path)["ETag"]})


def made(client: Client, **fields: Any) -> Any:
    return send(client, "POST", "/api/v1/keys", NEW | fields).json()


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


class TestMaking:
    def test_it_tells_the_secret_once(self, browser: Client, owner: Any) -> None:
        answer = send(browser, "POST", "/api/v1/keys", NEW)
        key = answer.json()
        assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
        assert answer["Location"] == f"/api/v1/keys/{key['id']}"
        assert key["secret"].startswith(f"{key['prefix']}_")
        assert (key["state"], key["limit"], key["requests_per_minute"]) == ("active", 600, None)
        assert set(key["scopes"]) == set(NEW["scopes"])
        for path in ("/api/v1/keys", answer["Location"]):
            shown = browser.get(path).content.decode()
            assert key["id"] in shown
            assert key["secret"] not in shown
        usage = Client().get("/api/v1/usage", headers=bearer(key["secret"]))
        assert usage.status_code == 200

    @pytest.mark.parametrize(
        ("fields", "status", "code"),
        [
            ({"scopes": ["keys:manage"]}, 400, "request_malformed"),
            ({"scopes": []}, 400, "request_malformed"),
            ({"name": None}, 400, "request_malformed"),
            ({"name": "two\nlines"}, 422, "key_name_invalid"),
            ({"secret": "il_mine"}, 400, "request_malformed"),
            ({"requests_per_minute": 0}, 400, "request_malformed"),
            ({"requests_per_minute": 601}, 422, "key_limit_invalid"),
            ({"expires_at": "soon"}, 400, "request_malformed"),
            ({"expires_at": "2020-01-01T00:00:00Z"}, 422, "key_expiry_past"),
        ],
    )
    def test_it_refuses_what_would_be_no_key(
        self, browser: Client, fields: Any, status: int, code: str
    ) -> None:
        answer = send(browser, "POST", "/api/v1/keys", NEW | fields)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)

    def test_it_wants_the_csrf_token(self, owner: Any) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(owner.user)
        assert send(strict, "POST", "/api/v1/keys", NEW).status_code == 403

    def test_it_is_for_who_manages_keys(self, teammate: Any) -> None:
        client = Client()
        client.force_login(teammate.user)
        answer = send(client, "POST", "/api/v1/keys", NEW)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (403, "permission_missing")
        assert error["detail"] == {"missing": "keys:manage"}


class TestChanging:
    def test_it_changes_name_and_limit(self, browser: Client) -> None:
        key = made(browser)
        path = f"/api/v1/keys/{key['id']}"
        told = change(browser, path, {"name": "Till", "requests_per_minute": 7}).json()
        assert (told["name"], told["requests_per_minute"], told["limit"]) == ("Till", 7, 7)
        told = change(browser, path, {"requests_per_minute": None}).json()
        assert (told["name"], told["requests_per_minute"], told["limit"]) == ("Till", None, 600)

    def test_it_changes_nothing_else(self, browser: Client) -> None:
        path = f"/api/v1/keys/{made(browser)['id']}"
        answer = change(browser, path, {"scopes": ["audit:read"]})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "request_malformed")

    def test_it_writes_over_nothing_unseen(self, browser: Client) -> None:
        path = f"/api/v1/keys/{made(browser)['id']}"
        seen = {"If-Match": browser.get(path)["ETag"]}
        assert send(browser, "PATCH", path, {"name": "Till"}, headers=seen).status_code == 200
        late = send(browser, "PATCH", path, {"name": "Shop"}, headers=seen)
        assert (late.status_code, late.json()["error"]["code"]) == (412, "precondition_failed")
        bare = send(browser, "PATCH", path, {"name": "Shop"})
        assert (bare.status_code, bare.json()["error"]["code"]) == (428, "precondition_required")
        assert browser.get(path).json()["name"] == "Till"

    def test_it_revokes_for_good(self, browser: Client) -> None:
        key = made(browser)
        path = f"/api/v1/keys/{key['id']}/revoke"
        first = send(browser, "POST", path).json()
        again = send(browser, "POST", path).json()
        assert (again["state"], again["revoked_at"]) == ("revoked", first["revoked_at"])
        refused = Client().get("/api/v1/usage", headers=bearer(key["secret"]))
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "key_revoked")


class TestLists:
    def test_it_goes_through_keys_page_by_page(self, browser: Client, owner: Any) -> None:
        for number in range(5):
            made(browser, name=f"key {number}")
        seen, cursor = [], None
        while seen == [] or cursor is not None:
            turn = {"cursor": cursor} if cursor else {}
            page = browser.get("/api/v1/keys", {"limit": 2, **turn}).json()
            seen += [key["name"] for key in page["keys"]]
            cursor = page["next_cursor"]
        assert seen == [*(f"key {number}" for number in range(4, -1, -1)), "tests"]

    def test_it_goes_through_requests_by_status(self, browser: Client, owner: Any) -> None:
        key = made(browser)
        headers = bearer(key["secret"])
        for _ in range(3):
            Client().get("/api/v1/usage", headers=headers)
            Client().get("/api/v1/documents", headers=headers)
        requests.move_notes()
        path = f"/api/v1/keys/{key['id']}/requests"
        seen, cursor = [], None
        while seen == [] or cursor is not None:
            turn = {"cursor": cursor} if cursor else {}
            page = browser.get(path, {"limit": 2, "status": "4xx", **turn}).json()
            seen += [(one["route"], one["status"]) for one in page["requests"]]
            cursor = page["next_cursor"]
        assert seen == [("/api/v1/documents", 403)] * 3
        assert len(browser.get(path).json()["requests"]) == 6
        refused = browser.get(path, {"status": "200"})
        [told] = refused.json()["error"]["detail"]["errors"]
        assert (refused.status_code, told["parameter"]) == (400, "status")


class TestRateLimits:
    def test_it_counts_down_and_refuses(self, owner: Any) -> None:
        issued = issue_key(
            actor=owner.actor, name="slow", scopes=["usage:read"], requests_per_minute=2
        )
        told = [Client().get("/api/v1/usage", headers=bearer(issued.secret)) for _ in range(3)]
        assert [one.status_code for one in told] == [200, 200, 429]
        assert [one["RateLimit-Limit"] for one in told] == ["2", "2", "2"]
        assert [one["RateLimit-Remaining"] for one in told] == ["1", "0", "0"]
        assert all(0 < int(one["RateLimit-Reset"]) <= 60 for one in told)
        error = told[2].json()["error"]
        assert (error["code"], error["detail"]) == ("rate_limited", {"limit": 2})
        assert told[2]["Retry-After"] == told[2]["RateLimit-Reset"]
        # Others of the organization go on.
        assert Client().get("/api/v1/usage", headers=owner.headers).status_code == 200

    def test_it_holds_a_key_to_a_limit_that_was_lowered(self, owner: Any, settings: Any) -> None:
        from accounts import limits

        issued = issue_key(
            actor=owner.actor, name="fast", scopes=["usage:read"], requests_per_minute=500
        )
        kept = limits._ask
        limits.fill(lambda _: limits.Limits(seats=None, requests_per_minute=1))
        try:
            told = [Client().get("/api/v1/usage", headers=bearer(issued.secret)) for _ in range(2)]
        finally:
            limits.fill(kept)
        assert [one.status_code for one in told] == [200, 429]

    def test_it_counts_a_person_apart_from_their_keys(self, browser: Client, owner: Any) -> None:
        Client().get("/api/v1/usage", headers=owner.headers)
        told = [browser.get("/api/v1/usage") for _ in range(2)]
        assert [one["RateLimit-Remaining"] for one in told] == ["599", "598"]
        assert [one["RateLimit-Limit"] for one in told] == ["600", "600"]

    def test_it_counts_what_lacks_a_scope(self, owner: Any) -> None:
        issued = issue_key(actor=owner.actor, name="narrow", scopes=["translate"])
        answer = Client().get("/api/v1/usage", headers=bearer(issued.secret))
        assert (answer.status_code, answer["RateLimit-Remaining"]) == (403, "599")

    def test_it_tells_strangers_and_pages_nothing(self, browser: Client, client: Client) -> None:
        told = [client.get("/api/v1/usage"), client.get("/api/v1/languages"), browser.get("/")]
        assert [one for one in told if "RateLimit-Limit" in one.headers] == []


def test_it_tells_when_a_key_ends(browser: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    key = made(browser, expires_at=tomorrow.isoformat())
    assert key["expires_at"].startswith(tomorrow.strftime("%Y-%m-%dT%H:%M"))
