"""Who is calling, over REST, and what people change of their own profile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/api/v1/me"


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


def change(client: Client, body: dict[str, Any], **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.patch(ME, json.dumps(body), content_type="application/json", headers=named)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_it_tells_a_person_and_a_key_apart(browser: Client, owner: Any) -> None:
    person = browser.get(ME).json()
    assert (person["person"]["email"], person["key"]) == (owner.user.email, None)
    key = Client().get(ME, headers=owner.headers).json()
    assert key["person"] is None
    assert key["organization"] == person["organization"]
    assert owner.key.startswith(f"il_{key['key']['prefix']}_")


def test_it_changes_what_was_seen(browser: Client) -> None:
    seen = browser.get(ME)["ETag"]
    assert code(change(browser, {"theme": "ink"})) == (428, "precondition_required")
    changed = change(browser, {"theme": "ink"}, If_Match=seen)
    assert changed.json()["person"]["theme"] == "ink"
    assert changed["ETag"] == browser.get(ME)["ETag"] != seen
    late = change(browser, {"theme": "paper"}, If_Match=seen)
    assert code(late) == (412, "precondition_failed")
    assert browser.get(ME).json() == changed.json()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"theme": "plaid"}, (422, "preference_invalid")),
        ({"time_zone": "Mars/Olympus"}, (422, "preference_invalid")),
        ({"email": "x@y.example"}, (400, "request_malformed")),
    ],
)
def test_it_refuses(browser: Client, body: dict[str, Any], told: tuple[int, str]) -> None:
    before = browser.get(ME)
    assert code(change(browser, body, If_Match="*")) == told
    assert browser.get(ME).json() == before.json()


def test_it_is_no_programs(owner: Any) -> None:
    refused = change(Client(), {"name": "x"}, If_Match="*", **owner.headers)
    assert code(refused) == (403, "person_only")
