"""Members: roles change, people leave, and one owner stays whatever happens at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.queries.audit import Narrowing, events_page
from accounts.queries.members import members_page
from accounts.roles import Role
from accounts.services import add_member, create_user, members
from common.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


@pytest.fixture
def join(owner: Any) -> Any:
    def joined(name: str, role: Role) -> Any:
        user = create_user(email=f"{name}@northwind.example", name=name.title())
        return add_member(actor=owner.actor, user=user, role=role)

    return joined


def roles_of(person: Any) -> dict[str, str]:
    found = members_page(person.organization_id)
    return {one.email.split("@")[0]: one.role for one in found}


def refusal(act: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


class TestChange:
    def test_it_counts_from_the_next_click_on(self, browser: Client, owner: Any, join: Any) -> None:
        member = join("mara", Role.MANAGER)
        theirs = Client()
        theirs.force_login(member.user)
        assert theirs.get("/documents").status_code == 200
        answer = browser.post(f"/settings/members/{member.pk}/role", {"role": "billing"})
        assert answer.status_code == 302
        assert theirs.get("/documents").status_code == 403
        assert roles_of(owner)["mara"] == "billing"
        [event] = events_page(
            owner.organization_id, wanted=Narrowing(action="member.change_role"), limit=5
        )
        assert (event.detail["from"], event.detail["to"]) == ("manager", "billing")

    def test_it_keeps_what_is_as_it_is(self, owner: Any, join: Any) -> None:
        member = join("mara", Role.MANAGER)
        members.change_role(actor=owner.actor, membership_id=member.pk, role="manager")
        wanted = Narrowing(action="member.change_role")
        assert events_page(owner.organization_id, wanted=wanted, limit=5) == []

    def test_it_refuses_a_role_there_is_not(self, browser: Client, owner: Any, join: Any) -> None:
        member = join("mara", Role.MANAGER)
        answer = browser.post(f"/settings/members/{member.pk}/role", {"role": "king"})
        assert answer.status_code == 422
        assert b"Choose one of the roles" in answer.content
        assert roles_of(owner)["mara"] == "manager"

    def test_it_lets_only_owners_make_and_unmake_owners(self, owner: Any, join: Any) -> None:
        admin, second = join("adam", Role.ADMIN), join("otto", Role.OWNER)
        for target, role in [(admin, "owner"), (second, "viewer")]:
            act = lambda t=target, r=role: members.change_role(  # noqa: E731
                actor=admin.as_actor(), membership_id=t.pk, role=r
            )
            assert refusal(act) == "permission_missing"
        remove = lambda: members.remove_member(actor=admin.as_actor(), membership_id=second.pk)  # noqa: E731
        assert refusal(remove) == "permission_missing"

    def test_it_keeps_one_owner(self, owner: Any, join: Any) -> None:
        [mine] = members_page(owner.organization_id)
        actor = owner.actor
        assert (
            refusal(lambda: members.change_role(actor=actor, membership_id=mine.id, role="admin"))
            == "last_owner"
        )
        assert refusal(lambda: members.leave(actor=actor)) == "last_owner"
        assert (
            refusal(lambda: members.remove_member(actor=actor, membership_id=mine.id))
            == "last_owner"
        )
        join("otto", Role.OWNER)
        members.leave(actor=actor)
        assert roles_of(owner) == {"otto": "owner"}

    @pytest.mark.django_db(transaction=True)
    def test_it_keeps_one_owner_when_two_unmake_each_other_at_once(
        self, owner: Any, join: Any
    ) -> None:
        other = join("otto", Role.OWNER)
        [mine, theirs] = members_page(owner.organization_id)
        barrier = Barrier(2)

        def unmake(actor: Any, membership_id: Any) -> str:
            barrier.wait(timeout=20)
            try:
                members.change_role(actor=actor, membership_id=membership_id, role="viewer")
            except DomainError as refused:
                return refused.code
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(max_workers=2) as pool:
            first = pool.submit(unmake, owner.actor, theirs.id)
            second = pool.submit(unmake, other.as_actor(), mine.id)
            said = sorted([first.result(), second.result()])
        assert said == ["done", "permission_missing"]
        assert sorted(roles_of(owner).values()) == ["owner", "viewer"]

    @pytest.mark.django_db(transaction=True)
    def test_it_keeps_one_owner_when_all_leave_at_once(self, owner: Any, join: Any) -> None:
        actors = [owner.actor, *(join(name, Role.OWNER).as_actor() for name in ("otto", "ora"))]

        def leave(actor: Any) -> str:
            try:
                members.leave(actor=actor)
            except DomainError as refused:
                return refused.code
            finally:
                connection.close()
            return "left"

        with ThreadPoolExecutor(max_workers=3) as pool:
            said = sorted(pool.map(leave, actors))
        assert said == ["last_owner", "left", "left"]
        assert list(roles_of(owner).values()) == ["owner"]


class TestEnd:
    def test_it_is_out_at_once(self, browser: Client, owner: Any, join: Any) -> None:
        member = join("mara", Role.MANAGER)
        theirs = Client()
        theirs.force_login(member.user)
        assert b"Remove <bdi>Mara" in browser.get(f"/settings/members/{member.pk}/remove").content
        assert "mara" in roles_of(owner)
        browser.post(f"/settings/members/{member.pk}/remove")
        assert "mara" not in roles_of(owner)
        assert theirs.get("/documents")["Location"] == "/organizations/new"
        assert theirs.get("/api/v1/documents").status_code in {401, 403}

    def test_it_lets_anybody_leave(self, owner: Any, join: Any) -> None:
        member = join("vera", Role.VIEWER)
        theirs = Client()
        theirs.force_login(member.user)
        address = f"/organizations/{owner.organization_id}/leave"
        assert b"Leave <bdi>Northwind" in theirs.get(address).content
        assert theirs.post(address)["Location"] == "/settings/profile"
        assert "vera" not in roles_of(owner)
        assert theirs.post(address).status_code == 404
        page = theirs.get("/", follow=True).content.decode()
        assert "You are in no organization" in page

    def test_it_founds_another(self, owner: Any, join: Any, settings: Any) -> None:
        member = join("vera", Role.VIEWER)
        theirs = Client()
        theirs.force_login(member.user)
        settings.SIGN_UP = "closed"
        assert theirs.post("/organizations/new", {"name": "Vera Ltd"}).status_code == 403
        settings.SIGN_UP = "open"
        answer = theirs.post("/organizations/new", {"name": "see www.evil.example"})
        assert (answer.status_code, b"no web addresses" in answer.content) == (422, True)
        assert theirs.post("/organizations/new", {"name": "Vera Ltd"})["Location"] == "/"
        page = theirs.get("/settings/members").content.decode()
        assert "People of Vera Ltd" in page
        assert "Olga" not in page


class TestApi:
    def test_it_invites_changes_and_removes(
        self, browser: Client, owner: Any, join: Any, redis_server: None
    ) -> None:
        made = browser.post(
            "/api/v1/invitations",
            json.dumps({"email": "gabi@guest.example", "role": "viewer"}),
            content_type="application/json",
        )
        assert made.status_code == 201
        invitation = made.json()
        assert browser.get(made["Location"]).json() == invitation
        again = browser.post(f"{made['Location']}/resend").json()
        assert again["sent_at"] >= invitation["sent_at"]
        assert browser.get("/api/v1/invitations").json()["invitations"] == [again]
        assert browser.delete(made["Location"]).status_code == 204
        assert browser.get(made["Location"]).status_code == 404
        member = join("mara", Role.MANAGER)
        address = f"/api/v1/members/{member.pk}"
        seen = {"If-Match": browser.get(address)["ETag"]}
        wish = {"data": '{"role": "billing"}', "content_type": "application/json"}
        assert browser.patch(address, **wish).status_code == 428
        changed = browser.patch(address, headers=seen, **wish)
        assert changed.json()["role"] == "billing"
        assert browser.get(address).json() == changed.json()
        assert browser.patch(address, headers=seen, **wish).status_code == 412
        assert browser.delete(address).status_code == 204
        assert browser.get(address).json()["error"]["code"] == "member_not_found"

    def test_it_gives_pages(self, owner: Any, join: Any, redis_server: None) -> None:
        for number in range(4):
            join(f"member{number}", Role.VIEWER)
        client, seen, cursor = Client(), [], ""
        for _ in range(3):
            page = client.get(f"/api/v1/members?limit=2{cursor}", headers=owner.headers).json()
            seen += [one["email"].split("@")[0] for one in page["members"]]
            cursor = f"&cursor={page['next_cursor']}"
        assert page["next_cursor"] is None
        assert seen == ["olga", "member0", "member1", "member2", "member3"]
