"""What the migration operations do to a table, tried on two made for it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from accounts.tenancy import schema

pytestmark = pytest.mark.django_db(transaction=True)

A = UUID("0190a000-0000-7000-8000-00000000000a")
B = UUID("0190a000-0000-7000-8000-00000000000b")


@pytest.fixture
def migrating(owner_address):
    """The owner, as a migration runs."""
    options = "-c app.maintenance=on -c lock_timeout=5s"
    with psycopg.connect(owner_address, autocommit=True, options=options) as connection:
        yield connection


@pytest.fixture
def trees(migrating):
    """Tables tree and leaf, a tree of each organization, made by the operations under test."""
    migrating.execute(
        "create table tree (id uuid primary key, organization_id uuid not null, name text,"
        " unique (organization_id, id));"
        "create table leaf (id uuid primary key, organization_id uuid not null, tree_id uuid)"
    )
    operations = [
        schema.protect("tree"),
        schema.protect("leaf"),
        schema.composite_key("leaf", "tree_id", "tree"),
        schema.system_grant("tree", select=["id", "organization_id"], update=["organization_id"]),
    ]
    for operation in operations:
        migrating.execute(operation.sql)
    migrating.execute("insert into tree values (%s, %s, 'a'), (%s, %s, 'b')", [A, A, B, B])
    yield operations
    migrating.execute("drop table if exists leaf, tree")


@pytest.fixture
def app(app_address):
    """The app's login, outside of Django."""
    with psycopg.connect(app_address, autocommit=True) as connection:
        yield connection


def enter(app: psycopg.Connection, organization: UUID) -> None:
    app.execute("select set_config('app.organization_id', %s, true)", [str(organization)])


def within(
    app: psycopg.Connection, organization: UUID, statement: str, values: Sequence[UUID] = ()
) -> None:
    with app.transaction():
        enter(app, organization)
        app.execute(statement, values)


def names(app: psycopg.Connection) -> list[str]:
    return [name for (name,) in app.execute("select name from tree order by name")]


class TestProtect:
    def test_it_shows_each_organization_its_own_rows(self, trees, app):
        for organization, expected in ((A, ["a"]), (B, ["b"])):
            with app.transaction():
                enter(app, organization)
                assert names(app) == expected

    def test_it_shows_the_owner_nothing_unless_migrating(self, trees, owner_address, migrating):
        with psycopg.connect(owner_address, autocommit=True) as running:
            assert names(running) == []
        assert names(migrating) == ["a", "b"]

    def test_it_does_not_open_to_an_app_that_claims_to_migrate(self, trees, app):
        with app.transaction():
            app.execute("set local app.maintenance = 'on'")
            enter(app, A)
            assert names(app) == ["a"]

    @pytest.mark.parametrize(
        "statement",
        ["truncate tree", "create table mine (id uuid references tree)", "copy tree from stdin"],
    )
    def test_it_leaves_the_app_no_way_round(self, trees, app, statement):
        with pytest.raises((errors.InsufficientPrivilege, errors.FeatureNotSupported)):
            app.execute(statement)


class TestCompositeKey:
    @pytest.mark.parametrize("parent", [B, UUID(int=1)], ids=["foreign", "missing"])
    def test_it_refuses_a_parent_of_another_organization_like_a_missing_one(
        self, trees, app, parent
    ):
        with pytest.raises(errors.ForeignKeyViolation) as caught:
            within(app, A, "insert into leaf values (%s, %s, %s)", [A, A, parent])
        assert str(parent) not in str(caught.value)

    def test_it_removes_the_children_with_their_parent(self, trees, app, migrating):
        with app.transaction():
            enter(app, A)
            app.execute("insert into leaf values (%s, %s, %s)", [A, A, A])
            app.execute("delete from tree")
        assert migrating.execute("select count(*) from leaf").fetchone() == (0,)
        assert names(migrating) == ["b"]

    def test_it_only_cuts_the_tie_where_asked_to(self, trees, migrating):
        migrating.execute(trees[2].reverse_sql)
        migrating.execute(schema.composite_key("leaf", "tree_id", "tree", "set_null").sql)
        migrating.execute("insert into leaf values (%s, %s, %s)", [A, A, A])
        migrating.execute("delete from tree where id = %s", [A])
        row = migrating.execute("select organization_id, tree_id from leaf").fetchone()
        assert row == (A, None)

    def test_it_holds_a_parent_that_is_in_use_where_asked_to(self, trees, migrating):
        migrating.execute(trees[2].reverse_sql)
        migrating.execute(schema.composite_key("leaf", "tree_id", "tree", "restrict").sql)
        migrating.execute("insert into leaf values (%s, %s, %s)", [A, A, A])
        with pytest.raises(errors.ForeignKeyViolation):
            migrating.execute("delete from tree where id = %s", [A])

    def test_it_finds_rows_that_were_wrong_before(self, trees, migrating):
        migrating.execute(trees[2].reverse_sql)
        migrating.execute("insert into leaf values (%s, %s, %s)", [A, A, B])
        with pytest.raises(errors.ForeignKeyViolation):
            migrating.execute(trees[2].sql)

    def test_it_is_not_validated_against_nothing(self, trees, owner_address):
        with (
            psycopg.connect(owner_address, autocommit=True) as running,
            pytest.raises(errors.RaiseException, match=r"app\.maintenance=on"),
        ):
            running.execute(trees[2].sql)


class TestSystemGrant:
    def test_it_lends_the_columns_named_and_no_other(self, trees, app):
        with app.transaction():
            app.execute("set local role interlinear_system")
            rows = app.execute("select id from tree order by id").fetchall()
            assert rows == [(A,), (B,)]
            with pytest.raises(errors.InsufficientPrivilege), app.transaction():
                app.execute("select name from tree")
            with pytest.raises(errors.InsufficientPrivilege), app.transaction():
                app.execute("update tree set name = ''")
            assert app.execute("update tree set organization_id = organization_id").rowcount == 2

    def test_it_lends_the_app_nothing(self, trees, app):
        with app.transaction():
            enter(app, A)
            assert names(app) == ["a"]

    def test_it_wants_columns(self):
        with pytest.raises(ValueError, match="name the columns"):
            schema.platform_grant("tree")


def test_it_makes_a_table_append_only(trees, app, migrating):
    migrating.execute(schema.append_only("tree").sql)
    for statement in ("update tree set name = 'x'", "delete from tree"):
        with pytest.raises(errors.InsufficientPrivilege):
            within(app, A, statement)


def test_it_takes_every_operation_back(trees, migrating):
    for operation in reversed(trees):
        migrating.execute(operation.reverse_sql)
    left = "select count(*) from pg_policies where tablename in ('tree', 'leaf')"
    assert migrating.execute(left).fetchone() == (0,)
    state = "select relrowsecurity, relforcerowsecurity from pg_class where relname = 'tree'"
    assert migrating.execute(state).fetchone() == (False, False)


class TestDefinerFunction:
    @pytest.fixture
    def search(self, trees, migrating):
        grant = schema.search_grant("tree", select=["id", "name"])
        function = schema.definer_function(
            "tree_called", "wanted text", "setof uuid", "select id from public.tree where name = $1"
        )
        migrating.execute(grant.sql)
        migrating.execute(function.sql)
        yield
        with migrating.transaction():
            migrating.execute(function.reverse_sql)
        migrating.execute(grant.reverse_sql)

    def test_it_looks_behind_the_policies(self, search, app):
        assert app.execute("select tree_called('b')").fetchall() == [(B,)]

    def test_it_is_not_led_astray_by_a_temporary_table(self, search, app):
        app.execute("create temporary table tree (id uuid, name text)")
        app.execute("insert into pg_temp.tree values (%s, 'b')", [A])
        assert app.execute("select tree_called('b')").fetchall() == [(B,)]

    def test_it_belongs_to_a_role_nobody_can_become(self, search, app):
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("set role interlinear_search")
