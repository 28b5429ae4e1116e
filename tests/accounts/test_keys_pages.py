"""Pages of API keys."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey
from accounts.queries.keys import key, keys_page
from accounts.services import issue_key, requests
from accounts.tenancy import organization_scope
from common import redis

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("emptied")]

FORM = {"name": "Web shop", "scopes": ["usage:read"], "expires": "90"}


@pytest.fixture
def emptied(redis_server: None) -> None:
    redis.client().flushdb()


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def newest(person: Any) -> Any:
    return keys_page(person.organization_id, now=timezone.now(), limit=1)[0]


def count(person: Any) -> int:
    with organization_scope(person.organization_id):
        return ApiKey.objects.filter(organization_id=person.organization_id).count()


class TestNew:
    def test_it_shows_the_secret_once_with_a_call_that_works(
        self, browser: Client, owner: Any
    ) -> None:
        answer = browser.post("/settings/keys/new", FORM)
        page = answer.content.decode()
        [secret] = set(re.findall(r"il_[0-9a-f]{8}_[0-9a-f]{48}", page))
        assert "no-store" in answer["Cache-Control"]
        assert "curl http://testserver/api/v1/usage -H &quot;Authorization: Bearer il_" in page
        made = newest(owner)
        assert (made.name, made.scopes) == ("Web shop", ("usage:read",))
        headers = {"Authorization": f"Bearer {secret}"}
        assert Client().get("/api/v1/usage", headers=headers).status_code == 200
        for path in ("/settings/keys", f"/settings/keys/{made.id}"):
            shown = browser.get(path).content.decode()
            assert "Web shop" in shown
            assert made.prefix in shown
            assert secret not in shown

    @pytest.mark.parametrize(("choice", "days"), [("30", 30), ("90", 90), ("365", 365)])
    def test_it_counts_days(self, browser: Client, owner: Any, choice: str, days: int) -> None:
        browser.post("/settings/keys/new", FORM | {"expires": choice})
        left = newest(owner).expires_at - timezone.now()
        assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)

    def test_it_lets_a_key_live_for_ever(self, browser: Client, owner: Any) -> None:
        browser.post("/settings/keys/new", FORM | {"expires": "never"})
        assert newest(owner).expires_at is None

    def test_it_ends_with_the_chosen_day_where_the_person_is(
        self, browser: Client, owner: Any
    ) -> None:
        owner.user.time_zone = "Pacific/Auckland"
        owner.user.save()
        browser.post("/settings/keys/new", FORM | {"expires": "date", "expires_on": "2099-06-30"})
        zone = ZoneInfo("Pacific/Auckland")
        assert newest(owner).expires_at == datetime(2099, 7, 1, tzinfo=zone)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": " "}, "A key needs a name"),
            ({"scopes": []}, "one or more of these scopes"),
            ({"scopes": ["keys:manage"]}, "one or more of these scopes"),
            ({"expires": "date", "expires_on": ""}, "Choose the day"),
            ({"expires": "date", "expires_on": "9999-12-31"}, "Choose the day"),
            ({"expires": "-5"}, "Choose the day"),
            ({"expires": "date", "expires_on": "2020-01-01"}, "expired already"),
            ({"requests_per_minute": "many"}, "own limit is 1 to 600"),
            ({"requests_per_minute": "601"}, "own limit is 1 to 600"),
        ],
    )
    def test_it_says_what_is_wrong_and_keeps_the_rest(
        self, browser: Client, owner: Any, wrong: Any, sentence: str
    ) -> None:
        before = count(owner)
        answer = browser.post("/settings/keys/new", FORM | {"name": "Till"} | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in page
        assert ("name" in wrong) or 'value="Till"' in page
        assert count(owner) == before

    def test_it_offers_what_the_person_has(self, browser: Client) -> None:
        page = browser.get("/settings/keys/new").content.decode()
        assert "Approve translations" in page
        assert "Make and revoke API keys" not in page


class TestOneKey:
    @pytest.fixture
    def slow(self, owner: Any) -> Any:
        return issue_key(
            actor=owner.actor, name="slow", scopes=["usage:read"], requests_per_minute=30
        )

    def test_it_lists_its_requests_and_narrows_them(self, browser: Client, slow: Any) -> None:
        headers = {"Authorization": f"Bearer {slow.secret}", "X-Request-ID": "mine-0001"}
        Client().get("/api/v1/usage", headers=headers)
        Client().get("/api/v1/documents", headers=headers)
        requests.move_notes()
        path = f"/settings/keys/{slow.key.pk}"
        page = browser.get(path).content.decode()
        assert "GET /api/v1/usage" in page
        assert "GET /api/v1/documents" in page
        assert "mine-0001" in page
        refused = browser.get(path, {"status": "4xx"}).content.decode()
        assert "GET /api/v1/usage" not in refused
        assert "GET /api/v1/documents" in refused
        assert browser.get(path, {"status": "teapot"}).status_code == 400

    def test_it_turns_pages(
        self, browser: Client, slow: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from accounts.views import keys

        monkeypatch.setattr(keys, "REQUESTS", 2)
        for number in range(3):
            headers = {
                "Authorization": f"Bearer {slow.secret}",
                "X-Request-ID": f"mine-000{number}",
            }
            Client().get("/api/v1/usage", headers=headers)
        requests.move_notes()
        first = browser.get(f"/settings/keys/{slow.key.pk}").content.decode()
        assert ("mine-0002" in first, "mine-0000" in first) == (True, False)
        [older] = re.findall(r'href="(\?cursor=[^#"]+)#requests"', first)
        second = browser.get(f"/settings/keys/{slow.key.pk}{older}").content.decode()
        assert ("mine-0002" in second, "mine-0000" in second) == (False, True)

    def test_it_changes_name_and_limit(self, browser: Client, owner: Any, slow: Any) -> None:
        path = f"/settings/keys/{slow.key.pk}"
        browser.post(path, {"name": "Slower", "requests_per_minute": "10"})
        told = key(owner.organization_id, slow.key.pk, now=timezone.now())
        assert (told.name, told.limit) == ("Slower", 10)
        browser.post(path, {"name": "Slower", "requests_per_minute": ""})
        told = key(owner.organization_id, slow.key.pk, now=timezone.now())
        assert told.requests_per_minute is None
        refused = browser.post(path, {"name": "", "requests_per_minute": "1000"})
        assert refused.status_code == 422
        assert "A key needs a name" in refused.content.decode()

    def test_it_asks_before_it_revokes(self, browser: Client, owner: Any, slow: Any) -> None:
        path = f"/settings/keys/{slow.key.pk}/revoke"
        asked = browser.get(path).content.decode()
        assert "Revoke “<bdi>slow</bdi>”?" in asked
        assert key(owner.organization_id, slow.key.pk, now=timezone.now()).state == "active"
        after = browser.post(path, follow=True).content.decode()
        assert "is revoked" in after
        assert key(owner.organization_id, slow.key.pk, now=timezone.now()).state == "revoked"


def test_it_is_closed_to_who_does_not_manage_keys(teammate: Any) -> None:
    client = Client()
    client.force_login(teammate.user)
    for path in ("/settings/keys", "/settings/keys/new"):
        assert client.get(path).status_code == 403
    assert 'href="/settings/keys"' not in client.get("/preferences").content.decode()


def test_it_says_what_a_key_is_for_where_there_is_none(owner: Any, browser: Client) -> None:
    with organization_scope(owner.organization_id):
        ApiKey.objects.filter(organization_id=owner.organization_id).delete()
    page = browser.get("/settings/keys").content.decode()
    assert "No API keys yet" in page
