"""Accounts end: what goes with them, what stays, and what a person takes along."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, SignUp, User
from accounts.queries import audit_of, membership_of
from accounts.services import Role, add_member, closing, create_user, sign_up
from accounts.tenancy import organization_scope
from common import redis
from common.errors import Conflict
from common.ids import uuid7
from tests.accounts.door import PASSWORD, confirmed, delivered, sign_in
from tests.accounts.door import sign_up as send_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters(redis_server: None) -> Iterator[None]:
    redis.client().flushdb()
    yield
    redis.client().flushdb()


@pytest.fixture
def estate(owner: Any) -> Any:
    """The owner alone, with a password, a document and a ledger line."""
    from billing.services import Labels, reserve, settle
    from translation.services.intake import Upload, submit_files

    owner.user.set_password(PASSWORD)
    owner.user.save()
    [stored] = submit_files(
        actor=owner.actor,
        uploads=[Upload(name="letter.txt", data=b"Hello there.\n\nGo on.\n")],
        source_language="en",
        target_languages=["de", "fr"],
    )
    now = timezone.now()
    with organization_scope(owner.organization_id):
        source = f"run:{uuid7()}"
        reserve(owner.organization_id, wanted={source: 7}, now=now)
        labels = Labels(job_id=uuid7(), source_language="en", target_language="de", format="txt")
        settle(owner.organization_id, source=source, units=7, labels=labels, now=now)
    return stored


def rows(admin: Any, organization_id: Any) -> dict[str, int]:
    """How many rows each table holds of an organization."""
    tables = admin.execute(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and column_name = 'organization_id'"
    ).fetchall()
    found = {}
    for (table,) in [*tables, ("accounts_organization",)]:
        column = "id" if table == "accounts_organization" else "organization_id"
        query = f"select count(*) from {table} where {column} = %s"
        [(count,)] = admin.execute(query, [organization_id]).fetchall()
        found[table] = count
    return {table: count for table, count in found.items() if count}


class TestAlone:
    @pytest.mark.django_db(transaction=True)
    def test_it_leaves_ledger_lines_and_their_month_and_nothing_else(
        self, estate: Any, owner: Any, admin: Any, client: Client
    ) -> None:
        [name] = admin.execute("select storage_name from translation_revision").fetchone()
        assert default_storage.exists(name)
        sign_in(client, owner.user.email)
        page = client.get("/settings/profile/delete").content.decode()
        assert "Northwind is erased with you" in page
        assert "1 documents, 2 translations" in page
        answer = client.post("/settings/profile/delete", {"password": PASSWORD}, follow=True)
        assert "Your account is deleted" in answer.content.decode()
        assert not User.objects.exists()
        assert client.get("/api/v1/usage", headers=owner.headers).status_code == 401
        assert closing.erase_closed() == 1
        assert closing.erase_closed() == 0
        left = rows(admin, owner.organization_id)
        assert left == {"billing_ledgerline": 1, "billing_usageperiod": 1}
        assert not default_storage.exists(name)
        for table in ("account_emailaddress", "accounts_device", "usersessions_usersession"):
            assert admin.execute(f"select count(*) from {table}").fetchone() == (0,)
        [message] = [one for one in delivered() if one.subject == "Your account is deleted"]
        assert "Northwind" in message.body

    def test_it_asks_for_the_password(self, estate: Any, owner: Any, client: Client) -> None:
        sign_in(client, owner.user.email)
        answer = client.post("/settings/profile/delete", {"password": "wrong"})
        assert answer.status_code == 422
        assert "This is not your password." in answer.content.decode()
        assert User.objects.filter(pk=owner.user.pk).exists()

    def test_it_does_not_touch_another_organization(
        self, estate: Any, owner: Any, outsider: Any, admin: Any
    ) -> None:
        before = rows(admin, outsider.organization_id)
        closing.delete_account(user=owner.user)
        closing.erase_closed(organization_id=owner.organization_id)
        closing.erase_closed(organization_id=outsider.organization_id)
        assert rows(admin, outsider.organization_id) == before


class TestAmongOthers:
    def test_it_keeps_the_last_owner(self, owner: Any, teammate: Any, client: Client) -> None:
        owner.user.set_password(PASSWORD)
        owner.user.save()
        sign_in(client, owner.user.email)
        page = client.get("/settings/profile/delete").content.decode()
        assert "Make somebody an owner first, on its" in page
        answer = client.post("/settings/profile/delete", {"password": PASSWORD})
        assert answer.status_code == 409
        with pytest.raises(Conflict) as caught:
            closing.delete_account(user=owner.user)
        assert caught.value.code == "last_owner"
        with organization_scope(owner.organization_id):
            assert membership_of(owner.organization_id, owner.user.pk) is not None

    def test_it_leaves_an_id_where_others_go_on(self, owner: Any, teammate: Any) -> None:
        closing.delete_account(user=teammate.user)
        with organization_scope(owner.organization_id):
            [event] = [
                one for one in audit_of(owner.organization_id) if one.action == "person.delete"
            ]
            assert membership_of(owner.organization_id, teammate.user.pk) is None
        assert event.user_id == teammate.user.pk
        assert event.detail == {}
        assert not User.objects.filter(pk=teammate.user.pk).exists()
        assert User.objects.filter(pk=owner.user.pk).exists()

    @pytest.mark.django_db(transaction=True)
    def test_it_lets_only_one_of_two_owners_go_at_once(self, owner: Any, teammate: Any) -> None:
        second = create_user(email="second@northwind.example")
        add_member(actor=owner.actor, user=second, role=Role.OWNER)
        ended: list[str] = []

        def leave(user: Any) -> None:
            from django.db import connection

            try:
                closing.delete_account(user=user)
                ended.append("gone")
            except Conflict as refused:
                ended.append(refused.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=leave, args=(one,)) for one in (owner.user, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(ended) == ["gone", "last_owner"]
        with organization_scope(owner.organization_id):
            owners = Membership.objects.filter(organization_id=owner.organization_id, role="owner")
            assert owners.count() == 1


class TestExport:
    def test_it_holds_what_is_ones_own_and_no_secret(
        self, estate: Any, owner: Any, outsider: Any, client: Client
    ) -> None:
        sign_in(client, owner.user.email)
        answer = client.get("/settings/profile/export")
        assert answer["Content-Disposition"].startswith('attachment; filename="interlinear-')
        assert "no-store" in answer["Cache-Control"]
        told = json.loads(answer.content)
        assert told["profile"]["email"] == owner.user.email
        assert told["email_addresses"][0]["verified"] is True
        assert len(told["sessions"]) == len(told["devices"]) == 1
        [organization] = told["organizations"]
        assert (organization["name"], organization["role"]) == ("Northwind", "owner")
        assert [one["name"] for one in organization["documents"]] == ["letter.txt"]
        assert "person.sign_in" in [one["action"] for one in organization["audit_trail"]]
        assert organization["notifications"] == []
        text = answer.content.decode()
        owner.user.refresh_from_db()
        assert owner.user.password not in text
        assert outsider.user.email not in text


class TestNewcomers:
    def test_it_forgets_who_never_confirmed_after_a_week(self, client: Client) -> None:
        send_form(client)
        now = timezone.now()
        assert sign_up.forget_unconfirmed(now=now + timedelta(days=6)) == 0
        assert sign_up.forget_unconfirmed(now=now + timedelta(days=8)) == 1
        assert not User.objects.exists()
        send_form(client)
        assert User.objects.count() == 1

    def test_it_keeps_who_has_confirmed(self, client: Client) -> None:
        confirmed(client)
        assert not SignUp.objects.exists()
        assert sign_up.forget_unconfirmed(now=timezone.now() + timedelta(days=99)) == 0

    @pytest.mark.django_db(transaction=True)
    def test_it_makes_one_organization_however_many_confirm_at_once(self, client: Client) -> None:
        send_form(client)
        [person] = User.objects.all()
        made: list[Any] = []

        def settle() -> None:
            from django.db import connection

            try:
                made.append(sign_up.settle(user_id=person.pk))
            finally:
                connection.close()

        threads = [threading.Thread(target=settle) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(one is not None for one in made) == 1
