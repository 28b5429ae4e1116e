"""The list of documents as programs narrow it, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from translation.queries import documents as rows
from translation.queries.documents import DocumentStatus
from translation.queries.listing import JOB_STATES, OF_JOBS

# The prefix is asked for with ^@, which an index serves under the policy where LIKE has none.
_LIST = """
select d.id from translation_document d
 where d.organization_id = %(organization)s and d.kind = 'file' and d.deleted_at is null
   and {where}
 order by d.created_at desc, d.id desc limit %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a list of documents is narrowed to; None for no matter. `name` is how names begin."""

    state: str | None = None
    source_language: str | None = None
    target_language: str | None = None
    format: str | None = None
    name: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


def documents_page(
    organization_id: UUID,
    narrowed: Narrowed,
    *,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> list[DocumentStatus]:
    """Files that pass, newest first; `before` is the last row of the page before."""
    where, given = _conditions(narrowed, before)
    given |= {"organization": organization_id, "limit": limit}
    with organization_scope(organization_id):
        with connection.cursor() as cursor:
            cursor.execute(_LIST.format(where=" and ".join(["true", *where])), given)
            ids = [key for (key,) in cursor.fetchall()]
        return rows.statuses(organization_id, ids)


def _conditions(
    narrowed: Narrowed, before: tuple[datetime, UUID] | None
) -> tuple[list[str], dict[str, Any]]:
    tests = {
        "source_language": "d.source_language = %(source_language)s",
        "format": "d.format = %(format)s",
        "name": "d.name ^@ %(name)s",
        "created_from": "d.created_at >= %(created_from)s",
        "created_to": "d.created_at < %(created_to)s",
    }
    given = {name: getattr(narrowed, name) for name in (*tests, "target_language")}
    where = [test for name, test in tests.items() if given[name] is not None]
    of_jobs = [JOB_STATES[narrowed.state]] if narrowed.state else []
    if narrowed.target_language:
        of_jobs.append("j.target_language = %(target_language)s")
    if of_jobs:
        where.append(OF_JOBS.format(where=" and ".join(of_jobs)))
    if before is not None:
        where.append("(d.created_at, d.id) < (%(moment)s, %(key)s)")
        given |= {"moment": before[0], "key": before[1]}
    return where, given
