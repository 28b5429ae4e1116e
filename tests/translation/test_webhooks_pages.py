"""Pages of webhooks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.services import Role
from tests.translation.posting import deliver, endpoint, happen
from tests.translation.receivers import receiving, status
from translation.queries import webhooks as reads
from translation.services import webhooks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_walls")]

LIST = "/settings/webhooks"
URL = "https://hooks.northwind.example/in"
FORM = {"url": URL, "description": "Shop", "events": ["job.failed", "job.finished"]}


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


def page(browser: Client, path: str = "") -> str:
    answer = browser.get(f"{LIST}{path}")
    assert answer.status_code == 200
    return answer.content.decode()


class TestForm:
    def test_it_makes_and_changes_a_webhook(self, browser: Client, owner: Any) -> None:
        made = browser.post(f"{LIST}/new", FORM)
        [kept] = reads.endpoints_of(owner.organization_id)
        assert made["Location"] == f"{LIST}/{kept.pk}"
        assert (kept.url, kept.events) == (URL, ["job.finished", "job.failed"])
        assert URL in page(browser)
        place = f"/{kept.pk}/edit"
        assert 'value="Shop"' in page(browser, place)
        browser.post(f"{LIST}{place}", {**FORM, "events": ["document.deleted"]})
        assert reads.endpoint_of(owner.organization_id, kept.pk).events == ["document.deleted"]

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"url": "ftp://x"}, "url"),
            ({"events": []}, "events"),
            ({"description": "x" * 201}, "description"),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
        self, browser: Client, owner: Any, values: Any, field: str
    ) -> None:
        answer = browser.post(f"{LIST}/new", {**FORM, **values})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert f'id="{field}-error"' in text
        for name in {"url", "description"} - {field}:
            assert f'value="{FORM[name]}"' in text
        assert reads.endpoints_of(owner.organization_id) == []

    def test_it_says_when_there_are_ten(self, browser: Client, owner: Any) -> None:
        for _ in range(10):
            endpoint(owner, URL)
        assert "New webhook" not in page(browser)
        answer = browser.post(f"{LIST}/new", FORM)
        assert answer.status_code == 409
        assert "delete one first" in answer.content.decode()


class TestPage:
    def test_it_shows_the_secret_when_asked_and_lies_in_no_cache(
        self, browser: Client, owner: Any, rows: Any
    ) -> None:
        made = endpoint(owner, URL)
        assert "whsec_" not in page(browser, f"/{made.pk}")
        shown = browser.post(f"{LIST}/{made.pk}/secret")
        assert "no-store" in shown["Cache-Control"]
        assert webhooks.secret_of(made) in shown.content.decode()
        assert rows("select 1 from accounts_auditevent where action = 'webhook.show_secret'")
        browser.post(f"{LIST}/{made.pk}/rotate")
        again = browser.post(f"{LIST}/{made.pk}/secret").content.decode()
        assert webhooks.secret_of(made) not in again

    def test_it_sends_a_test_and_tells_how_it_went(self, browser: Client, owner: Any) -> None:
        with receiving(status(500)) as receiver:
            made = endpoint(owner, receiver.url)
            sent = browser.post(f"{LIST}/{made.pk}/test")
            assert "Not tried yet" in browser.get(sent["Location"]).content.decode()
            deliver()
            text = browser.get(sent["Location"]).content.decode()
            assert "The answer’s status" in text or "The answer&#x27;s status" in text
            receiver.answer = status(200)
            browser.post(f"{sent['Location']}/replay")
            deliver()
        assert "The receiver has it." in browser.get(sent["Location"]).content.decode()
        assert "webhook.test" in page(browser, f"/{made.pk}?state=delivered")
        assert "Nothing has failed" in page(browser, f"/{made.pk}?state=failed")

    def test_it_says_who_switched_it_off_and_switches_it_on(
        self, browser: Client, owner: Any
    ) -> None:
        with receiving(status(410)) as receiver:
            made = endpoint(owner, receiver.url)
            happen(owner)
            deliver()
            place = f"/{made.pk}"
            assert "410 Gone" in page(browser, place)
            assert "Send once more" not in page(browser, place)
            browser.post(f"{LIST}{place}/switch", {"enabled": "true"})
            receiver.answer = status(200)
            assert "Send once more" in page(browser, place)
            told = browser.post(f"{LIST}{place}/replay", {"days": "1"}, follow=True)
            assert "1 delivery goes out once more." in told.content.decode()
            assert deliver() == 1
        browser.post(f"{LIST}{place}/switch", {"enabled": "false"})
        assert "was switched off" in page(browser, place)

    def test_it_says_that_a_receiver_fails(self, browser: Client, owner: Any) -> None:
        with receiving(status(500)) as receiver:
            made = endpoint(owner, receiver.url)
            happen(owner)
            deliver()
        assert "Nothing has got through since" in page(browser, f"/{made.pk}")
        assert "Failing" in page(browser)

    def test_it_goes_back_through_the_log(self, browser: Client, owner: Any) -> None:
        made = endpoint(owner, URL)
        for _ in range(51):
            happen(owner, now=datetime.now(UTC))
        first = page(browser, f"/{made.pk}")
        [cursor] = set(re.findall(r"cursor=([\w%-]+)#", first))
        second = page(browser, f"/{made.pk}?cursor={cursor}")
        counts = [len(re.findall(r"/deliveries/[0-9a-f-]{36}\"", text)) for text in (first, second)]
        assert counts == [50, 1]

    def test_it_asks_before_it_deletes(self, browser: Client, owner: Any) -> None:
        made = endpoint(owner, URL)
        assert "Delete this webhook?" in page(browser, f"/{made.pk}/delete")
        assert len(reads.endpoints_of(owner.organization_id)) == 1
        browser.post(f"{LIST}/{made.pk}/delete")
        assert reads.endpoints_of(owner.organization_id) == []

    def test_it_shows_what_a_customer_typed_as_text(self, browser: Client, owner: Any) -> None:
        made = endpoint(owner, f"{URL}?a=<b>'\"", description="<script>alert(1)</script>")
        for path in ("", f"/{made.pk}", f"/{made.pk}/edit", f"/{made.pk}/delete"):
            assert "<script>alert" not in page(browser, path)
            assert "<b>" not in page(browser, path)


@pytest.mark.parametrize("role", list(Role))
def test_it_is_for_owners_and_admins(owner: Any, role: Role) -> None:
    from accounts.services import add_member, create_user

    user = create_user(email=f"{role}@northwind.example")
    add_member(actor=owner.actor, user=user, role=role)
    made = endpoint(owner, URL)
    client = Client()
    client.force_login(user)
    expected = 200 if role in {Role.OWNER, Role.ADMIN} else 403
    for path in ("", "/new", f"/{made.pk}", f"/{made.pk}/edit", f"/{made.pk}/delete"):
        assert client.get(f"{LIST}{path}").status_code == expected, path
    for path in ("test", "switch", "rotate", "secret", "replay"):
        answer = client.post(f"{LIST}/{made.pk}/{path}")
        # An owner's switch comes before the rest of them: it is off by then.
        assert (answer.status_code == 403) == (expected == 403), path
