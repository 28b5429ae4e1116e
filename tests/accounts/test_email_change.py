"""Another e-mail address: both say yes, once, in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import EmailChange, User
from accounts.queries import audit_of
from accounts.services import email_change
from accounts.tenancy import organization_scope
from common import redis
from common.errors import Invalid, NotFound
from tests.accounts.door import PASSWORD, delivered, link_in, sign_in

pytestmark = pytest.mark.django_db

NEW = "olga.lind@northwind.example"


@pytest.fixture(autouse=True)
def fresh_counters(redis_server: None) -> Iterator[None]:
    redis.client().flushdb()
    yield
    redis.client().flushdb()


@pytest.fixture
def olga(owner: Any, client: Client) -> Any:
    owner.user.set_password(PASSWORD)
    owner.user.save()
    sign_in(client, owner.user.email)
    return owner


def ask(client: Client, email: str = NEW) -> list[str]:
    """The two links, the old address's first."""
    delivered()  # what was told before
    answer = client.post("/settings/profile/email", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return [link_in(message) for message in delivered()]


class TestBothAddresses:
    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_it_changes_once_both_have_said_yes(
        self, olga: Any, client: Client, order: tuple[int, int]
    ) -> None:
        elsewhere = Client()
        sign_in(elsewhere, olga.user.email)
        links = ask(client)
        first, second = (links[one] for one in order)
        assert "Yes" in client.get(first).content.decode()
        for _ in range(2):
            assert "One address is left" in client.post(first).content.decode()
        olga.user.refresh_from_db()
        assert olga.user.email == "olga@northwind.example"
        assert "Your address is changed" in client.post(second).content.decode()
        olga.user.refresh_from_db()
        assert olga.user.email == NEW
        assert client.get("/settings/profile").status_code == 200
        assert elsewhere.get("/settings/profile").status_code == 302
        [notice] = delivered()
        assert notice.to == ["olga@northwind.example"]
        assert NEW in notice.body
        with organization_scope(olga.organization_id):
            assert audit_of(olga.organization_id)[0].action == "person.email_change"
        for link in links:
            answer = client.post(link)
            assert answer.status_code == 404
            assert "This link does nothing any more" in answer.content.decode()
        assert sign_in(Client(), NEW)["Location"] == "/"

    def test_it_ends_every_session_when_a_stranger_to_it_confirms(
        self, olga: Any, client: Client
    ) -> None:
        for link in ask(client):
            Client().post(link)
        assert client.get("/settings/profile").status_code == 302

    def test_it_changes_nothing_by_looking(self, olga: Any, client: Client) -> None:
        for link in ask(client):
            client.get(link)
        wish = EmailChange.objects.get()
        assert (wish.old_confirmed_at, wish.new_confirmed_at) == (None, None)

    def test_it_is_given_up_by_the_person_or_by_another_wish(
        self, olga: Any, client: Client
    ) -> None:
        old = ask(client)
        new = ask(client, "third@northwind.example")
        client.post("/settings/profile/email", {"withdraw": "1"})
        for link in (*old, *new):
            assert client.post(link).status_code == 404

    def test_it_is_void_after_a_day(self, olga: Any) -> None:
        now = timezone.now()
        secrets = iter(["old-secret", "new-secret"])
        email_change.ask(
            user=olga.user, email=NEW, now=now, randomness=lambda _count: next(secrets)
        )
        with pytest.raises(NotFound):
            email_change.confirm(secret="old-secret", now=now + timedelta(days=1))
        assert not email_change.confirm(secret="old-secret", now=now + timedelta(hours=23))

    def test_it_keeps_no_secret_of_the_links(self, olga: Any, client: Client) -> None:
        links = ask(client)
        wish = EmailChange.objects.get()
        for link in links:
            assert link.rsplit("/", 1)[1] not in str(vars(wish))


class TestRefusals:
    @pytest.mark.parametrize("email", ["", "nora", "a b@northwind.example", "x" * 250 + "@a.de"])
    def test_it_refuses_what_is_no_address(self, olga: Any, client: Client, email: str) -> None:
        fields = {"email": email, "password": PASSWORD}
        answer = client.post("/settings/profile/email", fields)
        assert answer.status_code == 422
        assert 'id="email-error"' in answer.content.decode()

    def test_it_asks_for_the_password(self, olga: Any, client: Client) -> None:
        answer = client.post("/settings/profile/email", {"email": NEW, "password": "wrong"})
        assert 'id="password-error"' in answer.content.decode()
        assert not EmailChange.objects.exists()

    def test_it_sends_no_link_to_somebody_elses_address(
        self, olga: Any, outsider: Any, client: Client
    ) -> None:
        client.post("/settings/profile/email", {"email": outsider.user.email, "password": PASSWORD})
        _, told = delivered()
        assert told.to == [outsider.user.email]
        assert "/settings/profile/email/" not in told.body

    def test_it_refuses_an_address_that_was_taken_meanwhile(
        self, olga: Any, client: Client
    ) -> None:
        from accounts.services import create_user

        old, new = ask(client)
        client.post(old)
        create_user(email=NEW)
        answer = client.post(new)
        assert answer.status_code == 422
        assert "This address is taken" in answer.content.decode()
        assert User.objects.get(pk=olga.user.pk).email == "olga@northwind.example"

    def test_it_refuses_the_same_address(self, olga: Any) -> None:
        with pytest.raises(Invalid) as caught:
            email_change.ask(user=olga.user, email="OLGA@northwind.example")
        assert caught.value.code == "email_same"
