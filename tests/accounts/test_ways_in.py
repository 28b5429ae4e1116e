"""Links, codes and mails: each works once, for whom it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from accounts.models import User
from accounts.queries import audit_of, organizations_of
from accounts.tenancy import organization_scope
from common import redis
from tests.accounts.door import (
    NEWCOMER,
    PASSWORD,
    code_now,
    confirmed,
    delivered,
    link_in,
    sign_in,
    sign_up,
    with_second_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(redis_server: None) -> Iterator[None]:
    redis.client().flushdb()
    yield
    redis.client().flushdb()


@pytest.fixture
def olga(owner: Any) -> Any:
    owner.user.set_password(PASSWORD)
    owner.user.save()
    return owner


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def actions(person: Any) -> list[str]:
    with organization_scope(person.organization_id):
        return [event.action for event in audit_of(person.organization_id)]


class TestLinks:
    def test_it_sets_a_password_once(self, client: Client, olga: Any) -> None:
        client.post("/accounts/password/reset/", {"email": olga.user.email})
        [message] = delivered()
        page = client.get(link_in(message), follow=True)
        fields = {"password1": "a new long one", "password2": "a new long one"}
        assert client.post(page.redirect_chain[-1][0], fields).status_code == 302
        assert sign_in(Client(), olga.user.email).status_code == 200
        assert sign_in(Client(), olga.user.email, "a new long one").status_code == 302
        again = Client().get(link_in(message), follow=True)
        assert "This link does nothing any more" in again.content.decode()
        assert "person.password_reset" in actions(olga)

    def test_it_confirms_once_and_makes_one_organization(self, client: Client) -> None:
        sign_up(client)
        assert not is_in(client)
        [message] = delivered()
        assert "Confirm my address" in message.alternatives[0].content
        assert client.get(link_in(message)).context["can_confirm"]
        assert client.post(link_in(message))["Location"] == "/"
        assert is_in(client)
        for browser in (client, Client()):
            for answer in (browser.get(link_in(message)), browser.post(link_in(message))):
                assert "This link does nothing any more" in answer.content.decode()
        nora = User.objects.get(email=NEWCOMER["email"])
        assert nora.name == "Nora Lind"
        assert [one.name for one in organizations_of(nora.pk)] == ["Lind Instruments"]

    def test_it_lets_nobody_in_before_that(self, client: Client) -> None:
        sign_up(client)
        browser = Client()
        assert sign_in(browser, NEWCOMER["email"])["Location"] == "/accounts/confirm-email/"
        assert not is_in(browser)
        assert browser.get("/documents").status_code == 302

    def test_it_signs_nobody_in_who_confirms_elsewhere(self, client: Client) -> None:
        sign_up(client)
        [message] = delivered()
        browser = Client()
        browser.post(link_in(message))
        assert not is_in(browser)
        assert sign_in(browser, NEWCOMER["email"])["Location"] == "/"

    def test_it_begins_links_with_the_address_that_is_set(self, client: Client, olga: Any) -> None:
        answer = client.post(
            "/accounts/password/reset/",
            {"email": olga.user.email},
            headers={"Host": "localhost:1", "X-Forwarded-Host": "evil.example"},
        )
        assert answer.status_code == 302
        [message] = delivered()
        assert "http://localhost:8000/accounts/password/reset/key/" in message.body
        assert "evil" not in message.body + message.alternatives[0].content


class TestSecondStep:
    def test_it_takes_a_code_once(self, client: Client) -> None:
        nora = confirmed(client)
        secret = with_second_step(client)
        client.post("/accounts/logout/")
        code = code_now(secret)
        assert sign_in(client, nora.email)["Location"] == "/accounts/code/"
        assert not is_in(client)
        assert client.post("/accounts/code/", {"code": code}).status_code == 302
        assert is_in(client)
        # The library forgets used codes with the cache, and before they end.
        redis.client().flushdb()
        other = Client()
        sign_in(other, nora.email)
        for replayed in (code, code_now(secret, step=-1)):
            answer = other.post("/accounts/code/", {"code": replayed})
            assert "This code does not fit" in answer.content.decode()
        assert not is_in(other)
        assert other.post("/accounts/code/", {"code": code_now(secret, step=1)}).status_code == 302
        assert is_in(other)

    def test_it_takes_a_recovery_code_once(self, client: Client) -> None:
        nora = confirmed(client)
        with_second_step(client)
        codes = client.get("/settings/profile/recovery-codes").context["unused_codes"]
        assert len(codes) == 10
        for status, browser in ((302, Client()), (200, Client())):
            sign_in(browser, nora.email)
            assert browser.post("/accounts/code/", {"code": codes[0]}).status_code == status

    def test_it_lets_nobody_guess_codes(self, client: Client) -> None:
        nora = confirmed(client)
        secret = with_second_step(client)
        other = Client()
        sign_in(other, nora.email)
        for number in range(5):
            other.post("/accounts/code/", {"code": f"{number:06}"})
        answer = other.post("/accounts/code/", {"code": code_now(secret)})
        assert "Too many tries" in answer.content.decode()
        assert not is_in(other)

    def test_it_keeps_no_secret_in_the_clear(self, client: Client, admin: Any) -> None:
        from allauth.mfa.models import Authenticator

        confirmed(client)
        secret = with_second_step(client)
        stored = [str(one.data) for one in Authenticator.objects.all()]
        assert len(stored) == 2
        assert all(secret not in one and "gAAAA" in one for one in stored)

    def test_it_fits_no_code_after_a_change_of_the_key(self, client: Client, settings: Any) -> None:
        from accounts.services import codes

        hidden = codes.encrypt("JBSWY3DPEHPK3PXP")
        assert codes.decrypt(hidden) == "JBSWY3DPEHPK3PXP"
        settings.SECRET_KEY = "another" * 8
        assert codes.decrypt(hidden) != codes.decrypt(hidden)

    def test_it_is_switched_off_for_who_knows_the_password(self, client: Client) -> None:
        nora = confirmed(client)
        with_second_step(client)
        client.post("/accounts/logout/")
        client.force_login(nora)
        answer = client.post("/settings/profile/second-step/off")
        assert answer["Location"].startswith("/settings/profile/again")
        client.post("/settings/profile/again", {"password": PASSWORD})
        client.post("/settings/profile/second-step/off")
        client.post("/accounts/logout/")
        assert sign_in(client, nora.email)["Location"] == "/"


class TestMails:
    def test_it_puts_no_header_of_a_form_into_a_mail(self, client: Client) -> None:
        sign_up(client, name="Nora\r\nBcc: all@lind.example", organization="L\nSubject: x")
        sign_up(client, email="nora@lind.example\r\nBcc: all@lind.example")
        for message in delivered():
            raw = message.message()
            assert raw["Bcc"] is None
            assert "\n" not in message.subject
            assert message.recipients() == ["nora@lind.example"]
        assert User.objects.filter(email__contains="\n").count() == 0

    def test_it_carries_nothing_a_stranger_typed_into_a_mailbox(self, client: Client) -> None:
        sign_up(client, name="Buy at evil.example", organization="evil.example")
        [message] = delivered()
        assert "evil" not in message.subject + message.body + message.alternatives[0].content

    def test_it_tells_of_a_new_browser_once(self, client: Client, olga: Any) -> None:
        sign_in(client, olga.user.email)
        User.objects.update(created_at="2026-01-01T00:00Z")
        other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/145.0"})
        for _ in range(2):
            sign_in(other, olga.user.email)
            other.post("/accounts/logout/")
        assert [message.subject for message in delivered()] == [
            "New sign-in with Firefox on Windows"
        ]
        assert actions(olga).count("person.new_device") == 2
        assert django_mail.outbox[0].to == [olga.user.email]


class TestClosedDoor:
    def test_it_takes_no_stranger_in(self, client: Client, settings: Any) -> None:
        settings.SIGN_UP = "closed"
        assert "By invitation only" in sign_up(client).content.decode()
        assert not User.objects.exists()
        assert "Create an account" not in client.get("/accounts/login/").content.decode()

    def test_it_takes_in_who_is_invited_without_an_organization(
        self, client: Client, settings: Any
    ) -> None:
        settings.SIGN_UP = "closed"
        client.get("/accounts/login/")
        session = client.session
        session["invitation"] = "secret"
        session["account_verified_email"] = "ina@lind.example"
        session.save()
        wrong = sign_up(client)
        assert "The invitation is for another address." in wrong.content.decode()
        answer = sign_up(client, email="ina@lind.example", next="/invitations/secret")
        assert answer["Location"] == "/invitations/secret"
        assert is_in(client)
        ina = User.objects.get(email="ina@lind.example")
        assert organizations_of(ina.pk) == []
