"""The night's work: what an organization or the house no longer keeps is deleted.

Everything goes in bounded batches, each a transaction of its own, the oldest first. So a night that
is cut short goes on with the next call, and calling twice deletes nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import connection

from accounts import erasure
from accounts.models import Organization
from accounts.roles import Actor
from accounts.services.audit import record
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common.database import atomic

_log = structlog.get_logger(__name__)

DOCUMENTS_A_BATCH: Final = 50
ROWS_A_BATCH: Final = 2_000
ORGANIZATIONS_A_PAGE: Final = 500
# Other work of the queue waits at most this long; what is left goes on with the next message.
SECONDS_A_CALL: Final = 60.0
KEPT_MAILS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Kept:
    """How long the house keeps rows of a tenant table, by their column of time."""

    table: str
    column: str
    kept: timedelta


KEPT: Final = (_Kept("accounts_invitation", "expires_at", timedelta(days=90)),)
_KEEPING = """
select id, retention_days from accounts_organization
 where retention_days is not null and closed_at is null and id > %s order by id limit %s
"""
_MAILS = """
delete from accounts_mail where id in
 (select id from accounts_mail where sent_at < %s or failed_at < %s limit %s)
"""
_FIRST: Final = UUID(int=0)


def clean(
    *,
    now: datetime,
    seconds: float = SECONDS_A_CALL,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Deletes what is due, for about so many seconds; whether nothing is left."""
    ends_at = clock() + seconds
    return all(clock() < ends_at and _finished(step, clock, ends_at) for step in _steps(now))


def delete_overdue(*, organization_id: UUID, now: datetime) -> int:
    """Deletes one batch of documents older than the organization keeps them; how many went.

    The audit trail tells of them in the same transaction. 0 where nothing is due.
    """
    with organization_scope(organization_id):
        # Read now: somebody may have chosen to keep more since the night began.
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
        days = organization.retention_days
        if days is None or organization.closed_at is not None:
            return 0
        before = now - timedelta(days=days)
        removed = erasure.delete_overdue(organization_id, before, most=DOCUMENTS_A_BATCH)
        if removed:
            record(
                actor=Actor(organization_id=organization_id),
                action="retention.delete",
                object_kind="organization",
                object_id=organization_id,
                detail={"documents": removed, "retention_days": days},
                now=now,
            )
    return removed


Step = Callable[[], bool]


def _finished(step: Step, clock: Callable[[], float], ends_at: float) -> bool:
    """Repeats a step until it says that it did not do a whole batch; False when time ran out."""
    while step():
        if clock() >= ends_at:
            return False
    return True


def _steps(now: datetime) -> Iterator[Step]:
    """What there is to do; each step does one batch and says whether there may be more."""
    yield from (_deleting(one, now) for one in _organizations_keeping())
    for kept in KEPT:
        yield from (_purging(kept, one, now) for one in _organizations_with(kept, now))
    yield lambda: _purge_mails(now) == ROWS_A_BATCH


def _deleting(organization_id: UUID, now: datetime) -> Step:
    def delete() -> bool:
        removed = delete_overdue(organization_id=organization_id, now=now)
        if removed:
            _log.info("retention.deleted", organization_id=str(organization_id), documents=removed)
        return removed == DOCUMENTS_A_BATCH

    return delete


def _purging(kept: _Kept, organization_id: UUID, now: datetime) -> Step:
    statement = f"""
    delete from {kept.table} where organization_id = %s and id in
     (select id from {kept.table} where organization_id = %s and {kept.column} < %s limit %s)
    """  # noqa: S608 - names of the table above

    def purge() -> bool:
        with organization_scope(organization_id), connection.cursor() as cursor:
            cursor.execute(
                statement, [organization_id, organization_id, now - kept.kept, ROWS_A_BATCH]
            )
            return bool(cursor.rowcount == ROWS_A_BATCH)

    return purge


def _organizations_keeping() -> Iterator[UUID]:
    """Organizations that keep documents for a time, a page of ids after the other."""
    after = _FIRST
    while page := _ids(_KEEPING, [after, ORGANIZATIONS_A_PAGE]):
        yield from page
        after = page[-1]


def _organizations_with(kept: _Kept, now: datetime) -> Iterator[UUID]:
    """Organizations with rows that are due; those that were yielded have lost theirs meanwhile."""
    query = f"""
    select distinct organization_id from {kept.table}
     where {kept.column} < %s and organization_id > %s order by organization_id limit %s
    """  # noqa: S608 - names of the table above
    after = _FIRST
    while page := _ids(query, [now - kept.kept, after, ORGANIZATIONS_A_PAGE]):
        yield from page
        after = page[-1]


def _ids(query: str, values: list[UUID | int | datetime]) -> list[UUID]:
    with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def _purge_mails(now: datetime) -> int:
    before = now - KEPT_MAILS
    with atomic(), connection.cursor() as cursor:
        cursor.execute(_MAILS, [before, before, ROWS_A_BATCH])
        return int(cursor.rowcount)
