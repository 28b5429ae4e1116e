"""The ground every test stands on: real PostgreSQL and Redis, three people, no way out.

Both servers are made for this run and thrown away after it. Alone, a test process starts them when
a test first asks; under xdist the controller starts them and each worker has its own database.
Tests run as the app's database role, and a query outside of every scope is an error.
"""

from __future__ import annotations

import fcntl
import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from tests.people import Person, founder, person_of

HOME = "INTERLINEAR_TEST_HOME"
TEMPLATE = "test_template"
SUPERUSER = "postgres"
OWNER = "interlinear_owner"
APP_LOGIN = "interlinear_web"

SETTINGS = "DJANGO_SETTINGS_MODULE"

hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


# --- Servers -------------------------------------------------------------------------------------


@cache
def _servers() -> tuple[Any, Any]:
    """The run's PostgreSQL and Redis, not started by this."""
    from config.embedded.postgres import Postgres
    from config.embedded.redis import Redis

    home = Path(os.environ[HOME])
    return (
        Postgres(home / "postgres", home / "sockets" / "postgres"),
        Redis(home / "redis", home / "sockets" / "redis"),
    )


@cache
def _started(number: int) -> None:
    """Starts one of the two, once; a worker finds them running."""
    if _worker() is None:
        _servers()[number].start()


def _worker() -> str | None:
    return os.environ.get("PYTEST_XDIST_WORKER")


def _database() -> str:
    return f"test_{_worker() or 'main'}"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if SETTINGS in os.environ:
        # Pytest-django has then read the settings already, with the shell's own addresses.
        raise pytest.UsageError(f"unset {SETTINGS}: the tests set it themselves")
    _guard_sockets()
    if _worker() is None:
        home = Path(tempfile.mkdtemp(prefix="interlinear-tests-"))
        home.chmod(0o711)  # PostgreSQL may run as another user and has to pass
        os.environ[HOME] = str(home)
    postgres, redis = _servers()
    number = (_worker() or "gw0").removeprefix("gw")
    # What stands in the developer's shell must not change a result.
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "PROCESS", "HTTPS", "DEBUG", "PORT"):
        os.environ.pop(name, None)
    os.environ |= {
        SETTINGS: "config.settings",
        "VAR_DIR": f"{os.environ[HOME]}/var-{number}",
        "SECRET_KEY": "for-tests-only-" + "x" * 40,
        "API_KEY_PEPPER": "for-tests-only-" + "y" * 40,
        "WEBHOOK_KEY": "for-tests-only-" + "z" * 40,
        "DATABASE_URL": postgres.dsn(APP_LOGIN, _database()),
        "DATABASE_OWNER_URL": postgres.dsn(OWNER, _database()),
        "REDIS_URL": redis.url.replace("db=0", f"db={number}"),
        "STATIC_MANIFEST": "false",
    }
    # Whitenoise warns of a folder that is not there.
    Path(os.environ["VAR_DIR"], "static").mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    if _worker() is None and getattr(config.option, "numprocesses", None):
        _started(0)
        _started(1)
        # Workers read the settings for themselves, once their own addresses stand.
        del os.environ[SETTINGS]


def pytest_unconfigure() -> None:
    if _worker() is None and HOME in os.environ:
        for server in _servers():
            server.stop()
        shutil.rmtree(os.environ.pop(HOME), ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server() -> None:
    """A running Redis at settings.REDIS_URL."""
    _started(1)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Pytest-django's own, replaced: made by the owner, used by the app."""
    _started(0)
    _started(1)
    with (
        _locked(),
        django_db_blocker.unblock(),
        psycopg.connect(_admin_address("postgres"), autocommit=True) as admin,
    ):
        if not _exists(admin, TEMPLATE):
            _make_template(admin)
        admin.execute(f"create database {_database()} template {TEMPLATE} owner {OWNER}")
        _bootstrap(admin, _database())
    from django.test import TransactionTestCase

    # Django's flush would take the seeded rows as well, and the app may not truncate.
    TransactionTestCase._fixture_teardown = _restore_rows
    yield
    from django.db import connections

    with django_db_blocker.unblock():
        connections.close_all()


@contextmanager
def _locked() -> Iterator[None]:
    with (Path(os.environ[HOME]) / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _admin_address(database: str) -> str:
    return str(_servers()[0].dsn(SUPERUSER, database))


def _exists(admin: psycopg.Connection[Any], database: str) -> bool:
    query = "select 1 from pg_database where datname = %s"
    return admin.execute(query, [database]).fetchone() is not None


def _bootstrap(admin: psycopg.Connection[Any], database: str) -> None:
    from accounts.tenancy import roles

    password = _servers()[0].password
    roles.bootstrap(
        admin,
        database=database,
        owner_password=password(OWNER),
        app_password=password(APP_LOGIN),
    )


def _make_template(admin: psycopg.Connection[Any]) -> None:
    _bootstrap(admin, "test_draft")
    with _as_owner("test_draft"):
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    with psycopg.connect(_admin_address("test_draft"), autocommit=True) as inside:
        inside.execute(STRICT)
        inside.execute(RESET)
    admin.execute(f"alter database test_draft rename to {TEMPLATE}")


@contextmanager
def _as_owner(database: str) -> Iterator[None]:
    """Makes Django's connection the owner's, migrating, in another database."""
    from django.db import connection

    login = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        NAME=database,
        USER=OWNER,
        PASSWORD=_servers()[0].password(OWNER),
        OPTIONS={**login["OPTIONS"], "options": "-c app.maintenance=on"},
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(login)


# In production a query outside of every scope finds nothing, without an error; here it is one.
STRICT = """
create or replace function app_org() returns uuid language plpgsql stable parallel safe as $$
declare
  organization text := nullif(current_setting('app.organization_id', true), '');
begin
  if organization is null and nullif(current_setting('app.user_id', true), '') is null then
    raise exception 'a tenant table was asked outside of every scope';
  end if;
  return organization::uuid;
end $$;
"""
LENIENT = """
create or replace function app_org() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.organization_id', true), '')::uuid $$;
"""
# Puts every table back to what the migrations left in it.
RESET = """
create schema test_support;
grant usage on schema test_support to interlinear_app;
do $$
declare name text; has_rows boolean;
begin
  for name in select tablename from pg_tables where schemaname = 'public' loop
    execute format('select exists (select from public.%I)', name) into has_rows;
    if has_rows then
      execute format('create table test_support.%1$I as table public.%1$I', name);
    end if;
  end loop;
end $$;
create function test_support.reset() returns void language plpgsql security definer
  set session_replication_role = 'replica' set lock_timeout = '10s' as $$
declare name text;
begin
  for name in select tablename from pg_tables where schemaname = 'public' loop
    execute format('delete from public.%I', name);
    if to_regclass(format('test_support.%I', name)) is not null then
      execute format(
        'insert into public.%1$I overriding system value select * from test_support.%1$I', name);
    end if;
  end loop;
end $$;
"""


def _restore_rows(_case: object) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select test_support.reset()")


@pytest.fixture
def admin(db: None) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the test database, outside of the test's transaction."""
    with psycopg.connect(_admin_address(_database()), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner_address(db: None) -> str:
    """Where the role that owns the tables signs in."""
    return str(_servers()[0].dsn(OWNER, _database()))


@pytest.fixture
def app_address(db: None) -> str:
    """Where the app signs in, for tests that need a connection beside Django's."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def cluster(db: None) -> Iterator[None]:
    """Roles to oneself: they belong to the server, which other workers use too."""
    with _locked():
        yield


@pytest.fixture
def lenient(admin: psycopg.Connection[Any]) -> Iterator[None]:
    """The database as it is in production: outside of every scope nothing is found, silently."""
    admin.execute(LENIENT)
    yield
    admin.execute(STRICT)


# --- People --------------------------------------------------------------------------------------


@pytest.fixture
def owner(db: None) -> Person:
    """Owns the organization Northwind."""
    return founder("Northwind", "olga@northwind.example")


@pytest.fixture
def teammate(owner: Person) -> Person:
    """A linguist at Northwind."""
    from accounts.services import Role, add_member, create_user

    user = create_user(email="timo@northwind.example", name="Timo")
    return person_of(add_member(actor=owner.actor, user=user, role=Role.LINGUIST).as_actor())


@pytest.fixture
def outsider(db: None) -> Person:
    """Owns another organization and must see nothing of Northwind."""
    return founder("Contoso", "oskar@contoso.example")


# --- No way out, nothing skipped -----------------------------------------------------------------


def _guard_sockets() -> None:
    """Lets tests reach this machine only; the PostgreSQL driver's own sockets are unix ones."""

    class Guarded(socket.socket):
        def connect(self, address: Any) -> None:
            _refuse_far(self.family, address)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            _refuse_far(self.family, address)
            return super().connect_ex(address)

    socket.socket = Guarded  # type: ignore[misc]


def _refuse_far(family: int, address: Any) -> None:
    if family == socket.AF_UNIX:
        return
    host = str(address[0])
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    if host != "localhost":
        raise RuntimeError(f"tests talk to this machine only, not to {host}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return _never_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return _never_skipped((yield))


def _never_skipped(report: Any) -> Any:
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"tests are never skipped: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, in one order for all: at the end every worker finds something short."""
    items.sort(key=lambda item: item.path.parent.name not in {"journeys", "soak"})


def pytest_collection_finish() -> None:
    """What was imported by now stays: the collector need not walk it again and again."""
    gc.freeze()
