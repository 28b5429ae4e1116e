"""Roles that must not serve customers."""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from accounts.tenancy.guard import assert_runtime_role, role_objection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cluster")]


@contextmanager
def signed_in(user: str, password: str, options: str = ""):
    """Django's connection as somebody else's."""
    login = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        USER=user, PASSWORD=password, OPTIONS={**login["OPTIONS"], "options": options}
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(login)


@pytest.fixture
def login(admin):
    """Makes a login with the attributes given."""
    admin.execute("create role spare_guard login in role interlinear_app password 'spare'")
    yield admin.execute
    admin.execute("drop role spare_guard")


@pytest.fixture
def owner_password(owner_address) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(owner_address)["password"])


def test_it_accepts_the_apps_login():
    assert role_objection() is None
    assert_runtime_role()
    call_command("check", databases=["default"])


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ("alter role spare_guard superuser", "is a superuser"),
        ("alter role spare_guard bypassrls", "BYPASSRLS"),
        ("grant interlinear_owner to spare_guard", "act as interlinear_owner"),
        (
            "grant interlinear_owner to spare_guard with inherit false",
            "act as interlinear_owner",
        ),
    ],
)
def test_it_refuses_a_login_that_row_level_security_does_not_bind(login, attributes, reason):
    login(attributes)
    with signed_in("spare_guard", "spare"):
        with pytest.raises(ImproperlyConfigured, match=reason):
            assert_runtime_role()
        with pytest.raises(SystemCheckError, match=r"accounts\.E001"):
            call_command("check", databases=["default"])


def test_it_lets_the_owner_migrate_but_never_serve(owner_password):
    with signed_in("interlinear_owner", owner_password, "-c app.maintenance=on"):
        assert role_objection(may_migrate=True) is None
        with pytest.raises(ImproperlyConfigured, match="owns the tables"):
            assert_runtime_role()


def test_it_refuses_a_superuser_even_while_migrating_is_switched_on(login):
    login("alter role spare_guard superuser")
    with signed_in("spare_guard", "spare", "-c app.maintenance=on"):
        assert "superuser" in role_objection(may_migrate=True)
