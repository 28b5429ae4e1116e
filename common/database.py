"""Transactions that clean up after themselves, and connections that are not held while waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from django.db import connection, transaction

_log = structlog.get_logger(__name__)
_undo: ContextVar[list[Callable[[], None]] | None] = ContextVar("undo", default=None)


@contextmanager
def atomic() -> Iterator[None]:
    """Opens a transaction (or a savepoint) whose `on_rollback` callbacks run when it fails.

    Callbacks of an inner block that succeeded belong to the outer one from then on.
    """
    outer = _undo.get()
    callbacks: list[Callable[[], None]] = []
    token = _undo.set(callbacks)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        _run_all(callbacks)
        raise
    else:
        if outer is not None:
            outer.extend(callbacks)
    finally:
        _undo.reset(token)


def on_rollback(callback: Callable[[], None]) -> None:
    """Has `callback` called if the surrounding `atomic` fails; there must be one."""
    callbacks = _undo.get()
    if callbacks is None:
        raise RuntimeError("on_rollback needs common.database.atomic around it")
    callbacks.append(callback)


def take_turn(name: str) -> None:
    """Waits until nobody else is in this turn, and holds it until the transaction ends.

    For what no row can be locked for, such as a count that must not pass a limit.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a turn needs a transaction: it lasts as long as it")
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def connection_released() -> Iterator[None]:
    """Gives the database connection back before waiting for a vendor, a client or a message.

    Refused inside a transaction: the connection could not be given back.
    """
    if connection.in_atomic_block:
        raise RuntimeError("leave the transaction before waiting")
    connection.close()
    yield


def _run_all(callbacks: list[Callable[[], None]]) -> None:
    for callback in reversed(callbacks):
        try:
            callback()
        except Exception:  # noqa: BLE001 - the failure that brought us here must reach the caller
            _log.exception("rollback_callback_failed")
