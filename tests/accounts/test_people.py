"""People and organizations come into being."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import AuditEvent, Organization, User
from accounts.queries import audit_of, membership_of, organizations_of, prompt_salt
from accounts.services import Role, add_member, create_organization, create_user
from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db


class TestCreateUser:
    def test_it_keeps_the_address_in_lower_case(self):
        user = create_user(email="  Ada@Example.COM ", password="correct horse battery")
        assert user.email == "ada@example.com"
        assert user.check_password("correct horse battery")

    def test_it_refuses_an_address_that_differs_by_case_only(self):
        create_user(email="ada@example.com")
        with pytest.raises(Conflict) as caught:
            create_user(email="ADA@example.com")
        assert caught.value.code == "email_taken"

    @pytest.mark.parametrize("email", ["", "ada", "ada@", "@example.com", "a b@example.com"])
    def test_it_refuses_what_is_no_address(self, email):
        with pytest.raises(Invalid) as caught:
            create_user(email=email)
        assert caught.value.code == "email_invalid"

    def test_it_makes_somebody_without_password_who_cannot_sign_in_by_one(self):
        assert not create_user(email="ada@example.com").has_usable_password()

    @pytest.mark.parametrize("email", ["Ada@example.com", "ada@EXAMPLE.com"])
    def test_it_is_held_by_the_database_too(self, email):
        with pytest.raises(IntegrityError), transaction.atomic():
            User(email=email).save()

    @pytest.mark.parametrize("typed", ["ada@example.com", " ADA@Example.com"])
    def test_it_finds_people_however_they_type(self, typed):
        user = create_user(email="ada@example.com")
        assert User.objects.get_by_natural_key(typed) == user


class TestOperators:
    @pytest.mark.parametrize(
        ("is_staff", "is_active", "may"),
        [(True, True, True), (True, False, False), (False, True, False)],
    )
    def test_it_opens_the_operators_pages_to_active_staff(self, is_staff, is_active, may):
        user = User(email="a@example.com", is_staff=is_staff, is_active=is_active)
        assert user.has_perm("accounts.view_user") is may
        assert user.has_module_perms("accounts") is may


class TestCreateOrganization:
    def test_it_makes_the_owner_too(self):
        organization = create_organization(name=" Northwind ", owner_email="olga@northwind.example")
        olga = User.objects.get(email="olga@northwind.example")
        assert [found.name for found in organizations_of(olga.pk)] == ["Northwind"]
        with organization_scope(organization.pk):
            assert membership_of(organization.pk, olga.pk).role == "owner"

    def test_it_takes_somebody_we_know_and_leaves_their_password(self, owner):
        user = create_user(email="una@example.com", password="the first one")
        create_organization(name="One", owner_email="una@example.com")
        create_organization(name="Two", owner_email="UNA@example.com", password="another")
        user.refresh_from_db()
        assert user.check_password("the first one")
        assert [found.name for found in organizations_of(user.pk)] == ["One", "Two"]

    def test_it_gives_each_a_salt_of_its_own(self, owner, outsider):
        salts = set()
        for person in (owner, outsider):
            with organization_scope(person.organization_id):
                salts.add(prompt_salt(person.organization_id))
        assert len(salts) == 2
        assert all(len(salt) == 32 for salt in salts)

    @pytest.mark.parametrize("name", ["", "   ", "x" * 201])
    def test_it_wants_a_name(self, name):
        with pytest.raises(Invalid) as caught:
            create_organization(name=name, owner_email="olga@northwind.example")
        assert caught.value.code == "organization_name_invalid"

    def test_it_leaves_nothing_behind_when_the_owner_has_no_address(self, admin):
        with pytest.raises(Invalid):
            create_organization(name="Northwind", owner_email="nobody")
        found = admin.execute("select count(*) from accounts_organization").fetchone()
        assert found == (0,)


class TestAddMember:
    def test_it_takes_a_person_in_once(self, owner):
        user = create_user(email="timo@northwind.example")
        add_member(actor=owner.actor, user=user, role=Role.VIEWER)
        with pytest.raises(Conflict) as caught:
            add_member(actor=owner.actor, user=user, role=Role.ADMIN)
        assert caught.value.code == "member_already"
        with organization_scope(owner.organization_id):
            assert membership_of(owner.organization_id, user.pk).role == "viewer"


class TestAuditTrail:
    def test_it_tells_who_did_what_newest_first(self, owner, teammate):
        with organization_scope(owner.organization_id):
            events = audit_of(owner.organization_id)
        actions = [event.action for event in events]
        assert actions == ["key.issue", "member.add", "key.issue", "organization.create"]
        assert [event.user_id for event in events[:2]] == [teammate.user.pk, owner.user.pk]

    def test_it_goes_back_from_a_moment(self, owner):
        with organization_scope(owner.organization_id):
            newest, *rest = audit_of(owner.organization_id)
            assert audit_of(owner.organization_id, before=newest.at) == rest
            assert audit_of(owner.organization_id, limit=1) == [newest]

    def test_it_is_not_shown_to_an_outsider(self, owner, outsider):
        with organization_scope(outsider.organization_id):
            assert audit_of(owner.organization_id) == []

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_it_cannot_be_changed_by_the_app(self, owner, change):
        with organization_scope(owner.organization_id):
            event = AuditEvent.objects.all()
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                event.update(action="nothing") if change == "update" else event._raw_delete(
                    "default"
                )


def test_it_names_things_for_operators(owner):
    with organization_scope(owner.organization_id):
        assert str(Organization.objects.get()) == "Northwind"
    assert str(owner.user) == "olga@northwind.example"
