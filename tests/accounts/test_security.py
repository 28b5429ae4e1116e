"""What keeps others out: each way in that has a name has a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from accounts.models import User
from accounts.queries import audit_of, organizations_of
from accounts.tenancy import organization_scope
from common import redis
from tests.accounts.door import (
    PASSWORD,
    delivered,
    link_in,
    sign_in,
    sign_up,
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


class TestSessions:
    def test_it_gives_a_session_another_key_at_sign_in(self, client: Client, olga: Any) -> None:
        session = client.session
        session["planted"] = "x"
        session.save()
        before = session.session_key
        sign_in(client, olga.user.email)
        assert is_in(client)
        assert client.session.session_key != before
        assert not client.session.exists(before)

    def test_it_gives_another_key_at_a_change_of_password(self, client: Client, olga: Any) -> None:
        other = Client()
        for one in (client, other):
            sign_in(one, olga.user.email)
        before = client.session.session_key
        fields = {
            "oldpassword": PASSWORD,
            "password1": "a new long one",
            "password2": "a new long one",
        }
        client.post("/settings/profile/password", fields)
        assert client.session.session_key != before
        assert client.get("/settings/profile").status_code == 200
        assert other.get("/settings/profile").status_code == 302

    def test_it_ends_one_session_and_all_others(self, client: Client, olga: Any) -> None:
        others = [Client(headers={"User-Agent": f"Firefox/{n} Linux"}) for n in range(3)]
        for one in (client, *others):
            sign_in(one, olga.user.email)
        page = client.get("/settings/profile")
        listed = page.context["sessions"]
        assert [one.is_current for one in listed] == [True, False, False, False]
        assert listed[1].browser == "Firefox on Linux"
        client.post("/settings/profile/sessions/end", {"session": str(listed[1].id)})
        assert sum(one.get("/settings/profile").status_code == 200 for one in others) == 2
        client.post("/settings/profile/sessions/end", {"session": "others"})
        assert [one.get("/settings/profile").status_code for one in others] == [302] * 3
        assert client.get("/settings/profile").status_code == 200

    def test_it_does_not_end_a_strangers_session(
        self, client: Client, olga: Any, outsider: Any
    ) -> None:
        sign_in(client, olga.user.email)
        [mine] = client.get("/settings/profile").context["sessions"]
        stranger = Client()
        stranger.force_login(outsider.user)
        stranger.post("/settings/profile/sessions/end", {"session": str(mine.id)})
        assert client.get("/settings/profile").status_code == 200


FORMS = (
    *("/accounts/login/", "/accounts/logout/", "/accounts/signup/", "/accounts/confirm-email/"),
    *("/accounts/password/reset/", "/settings/profile/name", "/settings/profile/email"),
    *("/settings/profile/sessions/end", "/settings/profile/delete", "/settings/profile/password"),
    *("/settings/profile/again", "/settings/profile/second-step/on", "/api/v1/me"),
    *("/settings/profile/email/some-secret", "/accounts/confirm-email/some-key/"),
)


class TestForms:
    @pytest.mark.parametrize("path", FORMS)
    def test_it_takes_no_form_of_another_site(self, path: str, owner: Any) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(owner.user)
        method = browser.patch if path.startswith("/api/") else browser.post
        assert method(path, {"name": "x"}, content_type="application/json").status_code == 403

    @pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/settings/profile"])
    def test_it_stands_in_no_frame(self, path: str, client: Client, owner: Any) -> None:
        if path.startswith("/settings"):
            client.force_login(owner.user)
        answer = client.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "next_url",
        [
            *("https://evil.example/", "//evil.example/", r"\\evil.example", "javascript:alert(1)"),
            *("https:evil.example", "http://testserver@evil.example/", "///evil.example"),
        ],
    )
    def test_it_leads_to_no_other_site(self, next_url: str, client: Client, olga: Any) -> None:
        answer = sign_in(client, olga.user.email, next=next_url)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        answer = client.post("/accounts/logout/", {"next": next_url})
        assert answer["Location"] == "/"

    @pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/"])
    def test_it_leads_to_no_other_site_from_any_form(
        self, next_url: str, client: Client, olga: Any
    ) -> None:
        newcomer = Client()
        sign_up(newcomer, next=next_url)
        [message] = delivered()
        confirmed = newcomer.post(link_in(message))
        assert confirmed["Location"] == "/"
        client.force_login(olga.user)
        fields = {"password": PASSWORD, "next": next_url}
        assert client.post("/settings/profile/again", fields)["Location"] == "/"
        for path in ("/preferences/theme", "/organizations/switch"):
            answer = client.post(path, {"theme": "ink", "next": next_url})
            assert "evil" not in answer.get("Location", "/")

    def test_it_leads_on_within_this_site(self, client: Client, olga: Any) -> None:
        assert sign_in(client, olga.user.email, next="/documents")["Location"] == "/documents"


class TestWhoIsKnown:
    @pytest.fixture
    def hashings(self, monkeypatch: Any) -> list[str]:
        """Counted, not replaced: passwords are hashed as ever."""
        made: list[str] = []
        real = Argon2PasswordHasher.encode
        check = Argon2PasswordHasher.verify

        def encode(*args: Any) -> Any:
            made.append("encode")
            return real(*args)

        def verify(*args: Any) -> Any:
            made.append("verify")
            return check(*args)

        monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
        monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
        return made

    def same(self, *answers: Any) -> None:
        shown = [(one.status_code, one.get("Location"), bare(one)) for one in answers]
        assert shown[0] == shown[1]

    def test_it_does_not_show_at_sign_in(self, olga: Any, hashings: list[str]) -> None:
        known = sign_in(Client(), olga.user.email, "wrong")
        of_known = len(hashings)
        stranger = sign_in(Client(), "nobody@northwind.example".replace("nobody", "olgo"), "wrong")
        self.same(known, stranger)
        assert of_known == len(hashings) - of_known == 1

    def test_it_does_not_show_at_sign_up(self, olga: Any, hashings: list[str]) -> None:
        stranger = sign_up(Client(), email="olgo@northwind.example")
        of_stranger = len(hashings)
        known = sign_up(Client(), email=olga.user.email)
        self.same(known, stranger)
        assert of_stranger == len(hashings) - of_stranger == 1
        mails = {message.to[0]: message.subject for message in delivered()}
        assert mails[olga.user.email] == "You have an account already"
        assert organizations_of(olga.user.pk)[0].name == "Northwind"

    def test_it_does_not_show_at_a_reset(self, olga: Any) -> None:
        self.same(
            *(
                Client().post("/accounts/password/reset/", {"email": email}, follow=True)
                for email in (olga.user.email, "olgo@northwind.example")
            )
        )
        assert {message.to[0] for message in delivered()} == {
            olga.user.email,
            "olgo@northwind.example",
        }

    def test_it_does_not_show_at_a_lock_out(self, olga: Any) -> None:
        last = []
        for email in (olga.user.email, "olgo@northwind.example"):
            browser = Client()
            answers = [sign_in(browser, email, "wrong") for _ in range(5)]
            assert [one.status_code for one in answers] == [200, 200, 200, 200, 429]
            assert "1 try left" in answers[3].content.decode()
            last.append(answers[-1])
        self.same(*last)

    def test_it_does_not_show_at_a_change_of_address(
        self, client: Client, olga: Any, outsider: Any
    ) -> None:
        client.force_login(olga.user)
        answers = []
        for email in (outsider.user.email, "free@northwind.example"):
            fields = {"email": email, "password": PASSWORD}
            answers.append(client.post("/settings/profile/email", fields))
        assert {(one.status_code, one["Location"]) for one in answers} == {
            (302, "/settings/profile")
        }


def bare(answer: Any) -> str:
    """A page without what differs each time."""
    import re

    text = answer.content.decode()
    text = re.sub(r'value="[^"]{30,}"|nonce="[^"]+"|olg[ao]@northwind\.example', "", text)
    return re.sub(r"/static/\S+", "", text)


class TestLockOut:
    def test_it_refuses_even_the_right_password_from_there_and_nowhere_else(
        self, client: Client, olga: Any
    ) -> None:
        for spelling in ("olga@", "OLGA@", "Olga@", "olGa@", "olga@"):
            sign_in(client, f"{spelling}northwind.example", "wrong")
        redis.client().flushdb()  # the library's own counters, which are shorter
        answer = sign_in(client, olga.user.email)
        assert answer.status_code == 429
        assert answer["Retry-After"] == "900"
        assert "Too many tries. Wait 15 minutes, or set a new password." in answer.content.decode()
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        assert sign_in(elsewhere, olga.user.email).status_code == 302
        assert actions(olga).count("person.sign_in_failed") == 6

    def test_it_ends_with_a_new_password(self, client: Client, olga: Any) -> None:
        for _ in range(5):
            sign_in(client, olga.user.email, "wrong")
        client.post("/accounts/password/reset/", {"email": olga.user.email})
        redis.client().flushdb()
        [message] = delivered()
        page = client.get(link_in(message), follow=True)
        fields = {"password1": "a new long one", "password2": "a new long one"}
        client.post(page.redirect_chain[-1][0], fields)
        assert sign_in(client, olga.user.email, "a new long one").status_code == 302

    def test_it_forgets_failures_after_a_success(self, client: Client, olga: Any) -> None:
        for _ in range(2):
            for _ in range(4):
                sign_in(client, olga.user.email, "wrong")
                redis.client().flushdb()
            assert sign_in(client, olga.user.email).status_code == 302
            client.post("/accounts/logout/")

    def test_it_counts_guesses_at_the_deletion_too(self, client: Client, olga: Any) -> None:
        client.force_login(olga.user)
        for _ in range(5):
            client.post("/settings/profile/delete", {"password": "wrong"})
            redis.client().flushdb()
        answer = client.post("/settings/profile/delete", {"password": PASSWORD})
        assert answer.status_code == 429
        assert User.objects.filter(pk=olga.user.pk).exists()

    def test_it_believes_no_forwarded_address(self, client: Client, olga: Any) -> None:
        for number in range(5):
            client.post(
                "/accounts/login/",
                {"login": olga.user.email, "password": "wrong"},
                headers={"X-Forwarded-For": f"192.0.2.{number}"},
            )
        redis.client().flushdb()
        assert sign_in(client, olga.user.email).status_code == 429
