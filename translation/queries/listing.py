"""The list of documents as somebody looks at it: by name, state, language and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from translation.queries import documents as rows
from translation.queries.pages import DocumentRow, as_row

PERIODS: Final[Mapping[str, tuple[str, int]]] = {
    "day": ("Last 24 hours", 1),
    "week": ("Last 7 days", 7),
    "month": ("Last 30 days", 30),
}
# What a job's latest run must be like for its document to be listed.
JOB_STATES: Final[Mapping[str, str]] = {
    "running": "r.state = 'open' and r.paused_at is null",
    "paused": "r.state = 'open' and r.paused_at is not null",
    "needs_review": "r.state = 'finished' and r.failed = 0 and r.needs_review > 0",
    "failed": "r.state = 'finished' and r.failed > 0",
    "ready": "r.state = 'finished' and r.failed = 0 and r.needs_review = 0",
    "cancelled": "r.state = 'cancelled'",
}
STATES: Final[Mapping[str, str]] = {
    "running": "Running",
    "paused": "Paused",
    "needs_review": "Needs review",
    "failed": "Failed",
    "ready": "Ready",
    "cancelled": "Cancelled",
}
_LIST = """
select d.id from translation_document d
 where d.organization_id = %(organization)s and d.kind = 'file' and d.deleted_at is null
   and {where}
 order by d.created_at desc, d.id desc limit %(limit)s
"""
OF_JOBS = """
exists (
  select from translation_revision v
    join translation_job j on j.organization_id = v.organization_id and j.revision_id = v.id
    join translation_run r on r.organization_id = j.organization_id and r.job_id = j.id
   where v.organization_id = d.organization_id and v.document_id = d.id
     and v.number = (select max(number) from translation_revision
                      where organization_id = d.organization_id and document_id = d.id)
     and r.number = (select max(number) from translation_run
                      where organization_id = j.organization_id and job_id = j.id)
     and {where}
)
"""
_RUNNING = """
select count(*) filter (where r.paused_at is null), count(*) filter (where r.paused_at is not null)
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %s and r.state = 'open' and d.kind = 'file' and d.deleted_at is null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list is narrowed to; "" for no matter."""

    name: str = ""
    state: str = ""
    language: str = ""
    period: str = ""

    @property
    def are_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.name or self.state or self.language or self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of documents, and how many translations run or are paused in all."""

    rows: list[DocumentRow]
    running: int
    paused: int


def listing(
    organization_id: UUID,
    filters: Filters,
    *,
    limit: int,
    now: datetime,
    before: tuple[datetime, UUID] | None = None,
) -> Listing:
    """Files that pass the filters, newest first; `before` is the last row of the page before."""
    where, given = _conditions(filters, now, before)
    given |= {"organization": organization_id, "limit": limit}
    with organization_scope(organization_id):
        with connection.cursor() as cursor:
            cursor.execute(_LIST.format(where=" and ".join(["true", *where])), given)
            ids = [key for (key,) in cursor.fetchall()]
            cursor.execute(_RUNNING, [organization_id])
            running, paused = cursor.fetchone()
        found = [as_row(one) for one in rows.statuses(organization_id, ids)]
    return Listing(rows=found, running=running, paused=paused)


def _conditions(
    filters: Filters, now: datetime, before: tuple[datetime, UUID] | None
) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    given: dict[str, Any] = {}
    if filters.name:
        where.append("d.name ilike %(name)s")
        escaped = filters.name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        given["name"] = f"%{escaped}%"
    if filters.period in PERIODS:
        where.append("d.created_at >= %(since)s")
        given["since"] = now - timedelta(days=PERIODS[filters.period][1])
    of_jobs = [JOB_STATES[filters.state]] if filters.state in JOB_STATES else []
    if filters.language:
        of_jobs.append("j.target_language = %(language)s")
        given["language"] = filters.language
    if of_jobs:
        where.append(OF_JOBS.format(where=" and ".join(of_jobs)))
    if before is not None:
        where.append("(d.created_at, d.id) < (%(moment)s, %(key)s)")
        given |= {"moment": before[0], "key": before[1]}
    return where, given
