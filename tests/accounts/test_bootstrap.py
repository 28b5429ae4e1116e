"""Database roles and the rights they start with."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from accounts.tenancy import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cluster")]


@pytest.fixture
def spare(admin):
    """Names for a database and a login of this test's own."""
    yield {"database": "spare_house", "app_login": "spare_web"}
    admin.execute("drop database if exists spare_house")
    admin.execute("drop role if exists spare_web")


def passwords(owner_address: str) -> dict[str, str]:
    own = psycopg.conninfo.conninfo_to_dict(owner_address)["password"]
    return {"owner_password": str(own), "app_password": "first"}


def test_it_may_be_repeated_and_then_sets_the_password_anew(admin, spare, owner_address):
    given = {**passwords(owner_address), **spare}
    roles.bootstrap(admin, **given)
    roles.bootstrap(admin, **{**given, "app_password": "second"})
    address = psycopg.conninfo.make_conninfo(
        owner_address, dbname="spare_house", user="spare_web", password="second"
    )
    with psycopg.connect(address) as connection:
        assert connection.execute("select current_user").fetchone() == ("spare_web",)


def test_it_makes_no_role_that_row_level_security_does_not_bind(admin):
    rows = admin.execute(
        "select rolname from pg_roles where rolname like 'interlinear%%'"
        " and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"
    ).fetchall()
    assert rows == []


def test_it_lets_the_login_become_the_system_role_without_inheriting_it(admin):
    row = admin.execute(
        "select inherit_option, set_option from pg_auth_members"
        " where roleid = 'interlinear_system'::regrole and member = 'interlinear_web'::regrole"
    ).fetchone()
    assert row == (False, True)


def test_it_works_for_a_login_that_is_no_superuser(admin, owner_address):
    """As on a managed server: everything anew, by a role that may make roles and databases."""
    with psycopg.connect(owner_address) as probe:
        assert probe.info.user == roles.OWNER
    admin.execute("create role host_admin login createrole createdb password 'host'")
    for group in (roles.OWNER, roles.APP, roles.SYSTEM, roles.SEARCH):
        admin.execute(f"grant {group} to host_admin with admin option")
    address = psycopg.conninfo.make_conninfo(
        owner_address, dbname="postgres", user="host_admin", password="host"
    )
    admin.execute("grant connect on database postgres to host_admin")
    try:
        with psycopg.connect(address, autocommit=True) as host:
            roles.bootstrap(
                host,
                database="hosted_house",
                app_login="hosted_web",
                **passwords(owner_address),
            )
        owner = admin.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname = 'hosted_house'"
        ).fetchone()
        assert owner == (roles.OWNER,)
    finally:
        admin.execute("drop database if exists hosted_house")
        for role in ("hosted_web", "host_admin"):
            admin.execute(f"drop owned by {role} cascade; drop role {role}")


def test_it_keeps_strangers_out_of_the_house(admin):
    allowed = admin.execute(
        "select has_database_privilege('interlinear_search', current_database(), 'connect')"
    ).fetchone()
    assert allowed == (False,)


def test_it_lets_the_app_stage_rows_but_make_no_table(admin, app_address):
    with psycopg.connect(app_address, autocommit=True) as app:
        app.execute("create temporary table scratch (id int)")
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("create table scratch_for_good (id int)")
