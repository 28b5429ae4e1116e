"""Database roles, made by a superuser or by a login that may create roles and databases.

No Django: the supervisor runs this before anything else. None of the roles is a superuser or goes
round row-level security, so it works on managed servers.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

OWNER: Final = "interlinear_owner"  # owns the tables and migrates; nothing at run time
APP: Final = "interlinear_app"  # group of the run-time logins; policies name it
SYSTEM: Final = "interlinear_system"  # work across organizations, column by column
SEARCH: Final = "interlinear_search"  # owns the few functions that look behind the policies
APP_LOGIN: Final = "interlinear_web"

_Connection = psycopg.Connection[Any]


def bootstrap(
    connection: _Connection,
    *,
    database: str,
    owner_password: str,
    app_password: str,
    owner: str = OWNER,
    app_login: str = APP_LOGIN,
) -> None:
    """Makes roles and database where missing and sets the passwords; repeating changes nothing.

    `connection` is in autocommit, on any database of the server. `owner` other than the default
    is a login that may act as the owner group.
    """
    _role(connection, OWNER, login=owner == OWNER)
    for group in (APP, SYSTEM, SEARCH):
        _role(connection, group, login=False)
    _role(connection, owner, login=True, password=owner_password)
    _role(connection, app_login, login=True, password=app_password)
    _member(connection, APP, app_login, inherit=True)
    # Without inherit: an inherited system role would lend its policies to the app, and row-level
    # security would be off without a sign.
    _member(connection, SYSTEM, app_login, inherit=False)
    _member(connection, SEARCH, OWNER, inherit=False)
    if owner != OWNER:
        _member(connection, OWNER, owner, inherit=True)
    _database(connection, database)


def _role(connection: _Connection, name: str, *, login: bool, password: str | None = None) -> None:
    role = sql.Identifier(name)
    known = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    if known is None:
        connection.execute(sql.SQL("create role {}").format(role))
    if not login:
        return
    # Sent scrambled, so that no server log ever holds the password.
    _ = connection.execute(sql.SQL("alter role {} login").format(role))
    if password is not None:
        scrambled = connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL("alter role {} password {}").format(role, sql.Literal(scrambled))
        )


def _member(connection: _Connection, group: str, member: str, *, inherit: bool) -> None:
    connection.execute(
        sql.SQL("grant {} to {} with inherit {}, set true").format(
            sql.Identifier(group), sql.Identifier(member), sql.SQL("true" if inherit else "false")
        )
    )


def _database(connection: _Connection, database: str) -> None:
    name = sql.Identifier(database)
    known = connection.execute("select 1 from pg_database where datname = %s", [database])
    if known.fetchone() is None:
        # Owning for others takes the right to act as them.
        connection.execute(
            sql.SQL("grant {} to current_user with set true").format(sql.Identifier(OWNER))
        )
        connection.execute(
            sql.SQL("create database {} owner {}").format(name, sql.Identifier(OWNER))
        )
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    connection.execute(
        sql.SQL("grant connect, temporary on database {} to {}").format(name, sql.Identifier(APP))
    )
