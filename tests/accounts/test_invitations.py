"""Invitations: by mail, once, for one address, and only as long as somebody stands for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import limits
from accounts.models import User
from accounts.queries import membership_of, memberships_of
from accounts.queries.audit import Narrowing, events_page
from accounts.queries.members import invitations_page, members_page
from accounts.roles import Role
from accounts.services import add_member, create_user, invitations, members
from accounts.tenancy import organization_scope
from common.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, OverAllowance
from tests.accounts.door import NEWCOMER, PASSWORD, delivered, link_in, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
GUEST = "gabi@guest.example"


@pytest.fixture
def invited(owner: Any) -> Any:
    """Asks somebody in; gives the path of the link in the mail."""

    def invite(email: str = GUEST, role: str = "linguist", **more: Any) -> str:
        invitations.invite(actor=owner.actor, email=email, role=role, **more)
        [message] = delivered()
        assert message.to == [email]
        return link_in(message)

    return invite


@pytest.fixture
def guest(db: None) -> User:
    return create_user(email=GUEST, password=PASSWORD, name="Gabi")


def secret_of(link: str) -> str:
    return link.rsplit("/", 1)[1]


def code_of(act: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def roles_of(person: Any) -> dict[str, str]:
    return {one.email: one.role for one in members_page(person.organization_id)}


class TestMail:
    def test_it_tells_who_invites_to_what(self, owner: Any, invited: Any) -> None:
        invitations.invite(actor=owner.actor, email=" Gabi@Guest.example ", role="manager")
        [message] = delivered()
        assert message.subject == "olga@northwind.example invites you to Northwind"
        for part in (message.body, message.alternatives[0].content):
            assert "Manager" in part
            assert "Gets documents translated, approves them and keeps the glossaries." in part
        [row] = invitations_page(owner.organization_id, now=NOW)
        assert (row.email, row.state, row.invited_by) == (GUEST, "open", owner.user.pk)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("table", ["invitation", "mail", "auditevent"])
    def test_it_keeps_no_secret(self, invited: Any, admin: Any, table: str) -> None:
        secret = secret_of(invited())
        kept = admin.execute(f"select * from accounts_{table}").fetchall()
        assert kept
        assert secret not in str(kept)

    @pytest.mark.parametrize(
        "email", ["", "gabi", "a@b", "a b@c.example", "x" * 300 + "@a.example"]
    )
    def test_it_refuses_what_is_no_address(self, owner: Any, email: str) -> None:
        with pytest.raises(Invalid) as caught:
            invitations.invite(actor=owner.actor, email=email, role="viewer")
        assert caught.value.code == "email_invalid"
        assert delivered() == []

    def test_it_refuses_who_is_in_or_asked_already(
        self, owner: Any, teammate: Any, invited: Any
    ) -> None:
        invited()
        for email, code in [(teammate.user.email, "member_already"), (GUEST, "invitation_open")]:
            with pytest.raises(Conflict) as caught:
                invitations.invite(actor=owner.actor, email=email, role="viewer")
            assert caught.value.code == code

    def test_it_lets_an_expired_one_give_way(self, owner: Any, invited: Any) -> None:
        old = invited(now=NOW)
        new = invited(now=NOW + WEEK)
        [row] = invitations_page(owner.organization_id, now=NOW + WEEK)
        assert row.state == "open"
        assert code_of(lambda: invitations.look(secret=secret_of(old))) == "invitation_withdrawn"
        assert invitations.look(secret=secret_of(new), now=NOW + WEEK).email == GUEST

    def test_it_stops_a_flood(self, owner: Any, settings: Any) -> None:
        settings.INVITATIONS_PER_DAY = 3
        for number in range(3):
            email = f"guest{number}@guest.example"
            asked = invitations.invite(actor=owner.actor, email=email, role="viewer", now=NOW)
            invitations.withdraw(actor=owner.actor, invitation_id=asked.pk, now=NOW)
        later = {"email": GUEST, "role": "viewer"}
        with pytest.raises(DomainError) as caught:
            invitations.invite(actor=owner.actor, now=NOW + timedelta(hours=23), **later)
        assert (caught.value.code, caught.value.retry_after) == ("invitations_too_many", 3600)
        assert invitations.invite(actor=owner.actor, now=NOW + timedelta(hours=24), **later)

    def test_it_asks_the_plan_for_seats(self, owner: Any, invited: Any, monkeypatch: Any) -> None:
        seats = limits.Limits(seats=2, requests_per_minute=600)
        monkeypatch.setattr(limits, "_ask", lambda _: seats)
        invited()
        with pytest.raises(OverAllowance) as caught:
            invitations.invite(actor=owner.actor, email="one.more@guest.example", role="viewer")
        assert caught.value.detail == {"seats": 2, "members": 1, "invited": 1}

    def test_it_lets_only_owners_ask_owners_in(self, owner: Any) -> None:
        user = create_user(email="adam@northwind.example")
        admin = add_member(actor=owner.actor, user=user, role=Role.ADMIN).as_actor()
        with pytest.raises(NotAllowed):
            invitations.invite(actor=admin, email=GUEST, role="owner")
        assert invitations.invite(actor=admin, email=GUEST, role="admin")

    def test_it_asks_again_who_is_asking(self, owner: Any, teammate: Any) -> None:
        """A page that was open when somebody lost the right does not give it back."""
        stale = replace(teammate.actor, permissions=owner.actor.permissions)
        with pytest.raises(NotAllowed):
            invitations.invite(actor=stale, email=GUEST, role="viewer")


class TestAccept:
    def test_it_takes_in_once(self, owner: Any, invited: Any, guest: User) -> None:
        secret = secret_of(invited())
        member = invitations.accept(user=guest, secret=secret)
        assert member.role == "linguist"
        assert roles_of(owner)[GUEST] == "linguist"
        again = lambda: invitations.accept(user=guest, secret=secret)  # noqa: E731
        assert code_of(again) == "invitation_used"
        assert invitations_page(owner.organization_id, now=NOW) == []

    def test_it_is_for_one_address(self, owner: Any, invited: Any, outsider: Any) -> None:
        secret = secret_of(invited())
        accept = lambda: invitations.accept(user=outsider.user, secret=secret)  # noqa: E731
        assert code_of(accept) == "invitation_for_another"
        assert outsider.user.email not in roles_of(owner)

    @pytest.mark.parametrize("secret", ["", "x", "x" * 101, "ключ"])
    def test_it_knows_no_other_link(self, guest: User, secret: str) -> None:
        with pytest.raises(NotFound) as caught:
            invitations.accept(user=guest, secret=secret)
        assert caught.value.code == "invitation_unknown"

    def test_it_ends_with_the_week(self, invited: Any, guest: User) -> None:
        secret = secret_of(invited(now=NOW))
        late = lambda: invitations.accept(user=guest, secret=secret, now=NOW + WEEK)  # noqa: E731
        assert code_of(late) == "invitation_expired"
        just = NOW + WEEK - timedelta(seconds=1)
        assert invitations.accept(user=guest, secret=secret, now=just)

    def test_it_is_void_once_withdrawn_or_sent_again(
        self, owner: Any, invited: Any, guest: User
    ) -> None:
        first = secret_of(invited())
        [row] = invitations_page(owner.organization_id, now=NOW)
        invitations.resend(actor=owner.actor, invitation_id=row.id)
        [message] = delivered()
        second = secret_of(link_in(message))
        assert first != second
        assert code_of(lambda: invitations.accept(user=guest, secret=first)) == "invitation_unknown"
        invitations.withdraw(actor=owner.actor, invitation_id=row.id)
        withdrawn = lambda: invitations.accept(user=guest, secret=second)  # noqa: E731
        assert code_of(withdrawn) == "invitation_withdrawn"
        twice = lambda: invitations.withdraw(actor=owner.actor, invitation_id=row.id)  # noqa: E731
        assert code_of(twice) == "invitation_not_found"

    @pytest.mark.parametrize("end", ["demoted", "removed"])
    def test_it_is_void_once_its_sender_may_no_longer_give_it(
        self, owner: Any, guest: User, end: str
    ) -> None:
        user = create_user(email="adam@northwind.example")
        admin = add_member(actor=owner.actor, user=user, role=Role.ADMIN)
        invitations.invite(actor=admin.as_actor(), email=GUEST, role="linguist")
        [message] = delivered()
        if end == "demoted":
            members.change_role(actor=owner.actor, membership_id=admin.pk, role="viewer")
        else:
            members.remove_member(actor=owner.actor, membership_id=admin.pk)
        accept = lambda: invitations.accept(user=guest, secret=secret_of(link_in(message)))  # noqa: E731
        assert code_of(accept) == "invitation_void"
        assert memberships_of(guest.pk) == []

    def test_it_leaves_the_role_of_who_is_in_meanwhile(
        self, owner: Any, invited: Any, guest: User
    ) -> None:
        secret = secret_of(invited(role="viewer"))
        add_member(actor=owner.actor, user=guest, role=Role.MANAGER)
        assert invitations.accept(user=guest, secret=secret).role == "manager"

    def test_it_counts_seats_when_it_is_used(
        self, owner: Any, invited: Any, guest: User, monkeypatch: Any
    ) -> None:
        secret = secret_of(invited())
        seats = limits.Limits(seats=1, requests_per_minute=600)
        monkeypatch.setattr(limits, "_ask", lambda _: seats)
        assert code_of(lambda: invitations.accept(user=guest, secret=secret)) == "seats_gone"

    @pytest.mark.django_db(transaction=True)
    def test_it_takes_in_once_whoever_is_first(self, owner: Any, invited: Any, guest: User) -> None:
        secret = secret_of(invited())

        def accept(_: int) -> str:
            try:
                return invitations.accept(user=guest, secret=secret).role
            except DomainError as refused:
                return refused.code
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=6) as pool:
            said = sorted(pool.map(accept, range(6)))
        assert said == [*["invitation_used"] * 5, "linguist"]
        events = events_page(
            owner.organization_id, wanted=Narrowing(action="invitation.accept"), limit=9
        )
        assert len(events) == 1


class TestPage:
    def test_it_takes_in_a_stranger_by_way_of_the_sign_up(
        self, client: Client, owner: Any, invited: Any, redis_server: None
    ) -> None:
        link = invited()
        page = client.get(link)
        assert b"Create an account and join" in page.content
        assert "no-store" in page["Cache-Control"]
        form = NEWCOMER | {"email": GUEST}
        del form["organization"]
        answer = client.post("/accounts/signup/", form)
        # The mail has proved the address: no second one to confirm it.
        assert (answer.status_code, answer["Location"]) == (302, link)
        assert delivered() == []
        answer = client.post(link)
        assert answer["Location"] == "/"
        assert roles_of(owner)[GUEST] == "linguist"
        assert b"Northwind" in client.get("/").content
        assert len(memberships_of(User.objects.get(email=GUEST).pk)) == 1

    def test_it_holds_a_stranger_to_the_address(
        self, client: Client, invited: Any, redis_server: None
    ) -> None:
        client.get(invited())
        form = NEWCOMER | {"email": "else@guest.example"}
        del form["organization"]
        assert client.post("/accounts/signup/", form).status_code == 200
        assert not User.objects.filter(email="else@guest.example").exists()

    def test_it_leads_who_is_known_to_the_sign_in_and_back(
        self, client: Client, owner: Any, invited: Any, guest: User, redis_server: None
    ) -> None:
        link = invited()
        assert f'href="/accounts/login/?next={link}"'.encode() in client.get(link).content
        assert sign_in(client, GUEST, next=link)["Location"] == link
        client.post(link)
        assert GUEST in roles_of(owner)

    def test_it_does_nothing_when_it_is_looked_at(
        self, client: Client, owner: Any, invited: Any, guest: User
    ) -> None:
        link = invited()
        client.force_login(guest)
        for _ in range(3):
            assert client.get(link).status_code == 200
        assert GUEST not in roles_of(owner)

    def test_it_says_so_to_another_person(
        self, client: Client, outsider: Any, owner: Any, invited: Any
    ) -> None:
        link = invited()
        client.force_login(outsider.user)
        page = client.get(link).content.decode()
        assert f"You are signed in as <bdi>{outsider.user.email}</bdi>" in page
        assert client.post(link).status_code == 403
        with organization_scope(owner.organization_id):
            assert membership_of(owner.organization_id, outsider.user.pk) is None

    def test_it_opens_the_sign_up_of_a_closed_house(
        self, client: Client, invited: Any, settings: Any
    ) -> None:
        settings.SIGN_UP = "closed"
        assert b"Password" not in client.get("/accounts/signup/").content
        client.get(invited())
        assert b"Password" in client.get("/accounts/signup/").content

    def test_it_tells_of_a_link_that_is_dead(self, client: Client) -> None:
        answer = client.get("/invitations/nothing-of-ours")
        assert answer.status_code == 404
        assert b"copy it whole" in answer.content
