"""The three doors to tenant tables."""

from __future__ import annotations

import itertools
import threading

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from structlog.contextvars import get_contextvars

from accounts.models import ApiKey, AuditEvent, Membership, Organization
from accounts.tenancy import SystemReason, identity_scope, organization_scope, system_scope
from common.ids import uuid7

pytestmark = pytest.mark.django_db


def shown() -> list[str]:
    return sorted(Organization.objects.values_list("name", flat=True))


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


class TestOrganizationScope:
    def test_it_shows_only_the_organization_in_scope(self, owner, outsider):
        with organization_scope(owner.organization_id):
            assert shown() == ["Northwind"]
        with organization_scope(outsider.organization_id):
            assert shown() == ["Contoso"]

    def test_it_leaves_nothing_set_behind_it(self, owner):
        with organization_scope(owner.organization_id):
            assert setting("app.organization_id") == str(owner.organization_id)
        assert setting("app.organization_id") == ""

    def test_it_keeps_the_scope_after_an_inner_one_of_the_same_organization(self, owner):
        with organization_scope(owner.organization_id):
            with organization_scope(owner.organization_id):
                assert shown() == ["Northwind"]
            assert shown() == ["Northwind"]

    def test_it_keeps_the_scope_after_an_inner_one_that_failed(self, owner):
        with organization_scope(owner.organization_id):
            with pytest.raises(ZeroDivisionError), organization_scope(owner.organization_id):
                raise ZeroDivisionError
            assert shown() == ["Northwind"]

    def test_it_is_refused_inside_another_organizations(self, owner, outsider):
        with organization_scope(owner.organization_id):
            with (
                pytest.raises(RuntimeError, match="leave the scope"),
                organization_scope(outsider.organization_id),
            ):
                raise AssertionError
            assert shown() == ["Northwind"]

    def test_it_names_the_organization_in_every_log_line(self, owner):
        with organization_scope(owner.organization_id):
            assert get_contextvars()["organization_id"] == str(owner.organization_id)
        assert "organization_id" not in get_contextvars()

    def test_it_lets_the_databases_own_error_through(self, owner):
        with (
            pytest.raises(DatabaseError, match="division by zero"),
            organization_scope(owner.organization_id),
            connection.cursor() as cursor,
        ):
            cursor.execute("select 1/0")
        assert setting("app.organization_id") == ""

    def test_it_refuses_a_row_of_another_organization(self, owner, outsider):
        stray = ApiKey(
            organization_id=outsider.organization_id,
            name="stray",
            digest="stray",
            scopes=[],
            created_at="2026-01-01T00:00Z",
        )
        with organization_scope(owner.organization_id):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                stray.save(force_insert=True)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                ApiKey.objects.update(organization_id=outsider.organization_id)
            theirs = ApiKey.objects.filter(organization_id=outsider.organization_id)
            assert theirs.update(name="mine now") == 0
            assert theirs.delete()[0] == 0

    def test_it_makes_a_query_outside_of_it_an_error_in_tests(self, owner):
        with pytest.raises(DatabaseError, match="outside of every scope"), transaction.atomic():
            shown()


class TestIdentityScope:
    def test_it_shows_a_persons_memberships_and_where_they_lead(self, owner, teammate, outsider):
        with identity_scope(teammate.user.pk):
            assert shown() == ["Northwind"]
            assert [row.user_id for row in Membership.objects.all()] == [teammate.user.pk]

    def test_it_shows_nothing_of_what_is_in_the_organization(self, owner):
        with identity_scope(owner.user.pk):
            assert not ApiKey.objects.exists()
            assert not AuditEvent.objects.exists()

    def test_it_cannot_change_or_add_a_membership(self, owner, outsider):
        with identity_scope(owner.user.pk):
            assert Membership.objects.update(role="viewer") == 0
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Membership.objects.create(
                    organization_id=outsider.organization_id, user=owner.user, role="owner"
                )

    def test_it_leaves_nothing_set_behind_it(self, owner):
        with identity_scope(owner.user.pk):
            pass
        assert setting("app.user_id") == ""


def doors(owner):
    return {
        "organization": lambda: organization_scope(owner.organization_id),
        "system": lambda: system_scope(SystemReason.SWEEP),
        "identity": lambda: identity_scope(owner.user.pk),
    }


DOORS = ["organization", "system", "identity"]


@pytest.mark.parametrize(
    ("outer", "inner"),
    sorted(set(itertools.product(DOORS, DOORS)) - {("organization", "organization")}),
)
def test_it_never_nests_one_door_in_another(owner, outer, inner):
    with (
        doors(owner)[outer](),
        pytest.raises(RuntimeError, match="leave the scope"),
        doors(owner)[inner](),
    ):
        raise AssertionError


@pytest.mark.parametrize("table", [Organization, Membership, ApiKey, AuditEvent])
def test_it_shows_the_system_role_nothing_that_was_not_granted(owner, table):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        system_scope(SystemReason.SWEEP),
    ):
        list(table.objects.all())
    assert current_role() == "interlinear_web"


def test_it_becomes_the_app_again_after_the_system_scope(owner):
    with system_scope(SystemReason.SWEEP):
        assert current_role() == "interlinear_system"
    assert current_role() == "interlinear_web"


def current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    def test_it_leaves_nothing_set_behind_any_door(self, owner):
        """With the outermost transaction settings and role end by themselves."""
        doors = (
            organization_scope(owner.organization_id),
            identity_scope(owner.user.pk),
            system_scope(SystemReason.SWEEP),
        )
        for door in doors:
            with door:
                pass
            assert setting("app.organization_id") == setting("app.user_id") == ""
            assert current_role() == "interlinear_web"

    def test_it_asks_no_more_than_it_must(self, owner, django_assert_num_queries):
        # BEGIN, the setting, COMMIT.
        with django_assert_num_queries(3), organization_scope(owner.organization_id):
            pass

    def test_it_puts_the_setting_back_where_a_transaction_goes_on(self, owner):
        with transaction.atomic():
            with organization_scope(owner.organization_id):
                assert shown() == ["Northwind"]
            assert setting("app.organization_id") == ""
            with system_scope(SystemReason.SWEEP):
                pass
            assert current_role() == "interlinear_web"

    def test_it_finds_nothing_and_stores_nothing_without_a_scope(self, lenient, owner):
        with organization_scope(owner.organization_id):
            assert shown() == ["Northwind"]  # the same connection was used before
        assert shown() == []
        assert Organization.objects.update(name="taken") == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            Organization.objects.create(id=uuid7(), name="stray")

    def test_it_keeps_the_organizations_of_many_threads_apart(self, owner, outsider):
        wrong: list[object] = []

        def look(person, name):
            for _ in range(20):
                with organization_scope(person.organization_id):
                    if shown() != [name]:
                        wrong.append(name)
            connection.close()

        threads = [
            threading.Thread(target=look, args=pair)
            for pair in [(owner, "Northwind"), (outsider, "Contoso")] * 3
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
