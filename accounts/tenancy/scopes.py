"""The three doors to tenant tables. Each is a transaction; none may stand inside another.

Outside of them every tenant table is empty. A scope is for short work on rows: never hold one
across a vendor call, a download or a stream. Lazy querysets must be read before it is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final
from uuid import UUID

import structlog
from django.db import connection

from accounts.tenancy.roles import SYSTEM
from common import telemetry
from common.database import atomic

_log = structlog.get_logger(__name__)

_SYSTEM: Final = "system"
_IDENTITY: Final = "identity"
# An organization's id, one of the two words above, or None outside.
_current: ContextVar[UUID | str | None] = ContextVar("tenancy", default=None)


class SystemReason(StrEnum):
    """Why work crosses organizations. Each place that does has its own."""

    SWEEP = "sweep"
    PROGRESS = "progress"
    RETENTION = "retention"
    WEBHOOKS = "webhooks"


@contextmanager
def organization_scope(organization_id: UUID) -> Iterator[None]:
    """Opens a transaction that sees one organization's rows.

    Inside a scope of the same organization it is a savepoint; inside any other scope it is refused.
    The setting is put back where a transaction goes on; it ends by itself with the outermost one.
    """
    outer = _current.get()
    goes_on = connection.in_atomic_block
    if outer is not None and outer != organization_id:
        raise RuntimeError("leave the scope you are in before entering an organization's")
    with (
        _entered(organization_id),
        telemetry.bound(organization_id=organization_id),
        atomic(),
    ):
        _set("app.organization_id", str(organization_id))
        yield
        # On success only: a rollback undoes the setting by itself, and an aborted transaction
        # would answer this statement with an error that hides the real one.
        if goes_on and not connection.needs_rollback:
            _set("app.organization_id", "" if outer is None else str(outer))


@contextmanager
def system_scope(reason: SystemReason) -> Iterator[None]:
    """Opens a transaction across organizations, limited to the columns granted: never text.

    Read ids and states here, leave, then work organization by organization.
    """
    _refuse_nesting()
    goes_on = connection.in_atomic_block
    with _entered(_SYSTEM), atomic():
        _log.debug("system_scope", reason=reason.value)
        _execute(f"set local role {SYSTEM}")
        yield
        if goes_on and not connection.needs_rollback:
            _execute("set local role none")


@contextmanager
def identity_scope(user_id: UUID) -> Iterator[None]:
    """Opens a transaction that sees one person's memberships and the organizations they lead to."""
    _refuse_nesting()
    goes_on = connection.in_atomic_block
    with _entered(_IDENTITY), atomic():
        _set("app.user_id", str(user_id))
        yield
        if goes_on and not connection.needs_rollback:
            _set("app.user_id", "")


def _refuse_nesting() -> None:
    if _current.get() is not None:
        raise RuntimeError("leave the scope you are in first: scopes are never nested")


@contextmanager
def _entered(name: UUID | str) -> Iterator[None]:
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


def _set(setting: str, value: str) -> None:
    # Local to the transaction, so that nothing is left on a pooled connection.
    _execute("select set_config(%s, %s, true)", [setting, value])


def _execute(statement: str, parameters: list[str] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
