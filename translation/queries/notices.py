"""What the app has told a person. Public functions open their organization's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope

MAX_NOTICES: Final = 50

_NOTICES = """
select n.id, n.kind, n.created_at, n.read_at, r.id, r.job_id, d.name, d.kind, j.target_language,
       r.segments, r.needs_review, r.failed
  from translation_notification n
  join translation_run r on r.organization_id = n.organization_id and r.id = n.run_id
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where n.organization_id = %(organization)s and n.user_id = %(user)s and d.deleted_at is null
   and {where}
 order by n.created_at desc, n.id desc limit %(limit)s
"""

# Every page asks this. Hidden documents are few: their part starts from them and mostly ends there.
_UNREAD: Final = """
select (select count(*) from translation_notification
         where organization_id = %(organization)s and user_id = %(user)s and read_at is null)
     - (select count(*)
          from translation_document d
          join translation_revision v
            on v.organization_id = d.organization_id and v.document_id = d.id
          join translation_job j
            on j.organization_id = d.organization_id and j.revision_id = v.id
          join translation_run r on r.organization_id = d.organization_id and r.job_id = j.id
          join translation_notification n
            on n.organization_id = d.organization_id and n.run_id = r.id
         where d.organization_id = %(organization)s and d.deleted_at is not null
           and n.user_id = %(user)s and n.read_at is null)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """How one run ended, as its requester is told. `kind` is finished, failed or needs_review."""

    id: UUID
    kind: str
    created_at: datetime
    read_at: datetime | None
    run_id: UUID
    job_id: UUID
    name: str
    is_text: bool
    target_language: str
    segments: int
    needs_review: int
    failed: int


def notices_for(
    organization_id: UUID,
    user_id: UUID,
    *,
    limit: int = MAX_NOTICES,
    before: tuple[datetime, UUID] | None = None,
) -> list[Notice]:
    """A person's notifications, newest first; `before` is the last one of the page before."""
    where = "(n.created_at, n.id) < (%(moment)s, %(key)s)" if before else "true"
    moment, key = before or (None, None)
    given = {"organization": organization_id, "user": user_id, "moment": moment, "key": key}
    with organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(_NOTICES.format(where=where), given | {"limit": limit})
        return [_notice(*row) for row in cursor.fetchall()]


def unread_count(organization_id: UUID, user_id: UUID) -> int:
    """How many notifications a person has not read, those of hidden documents left out."""
    with organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(_UNREAD, {"organization": organization_id, "user": user_id})
        return int(cursor.fetchone()[0])


def _notice(
    key: UUID,
    kind: str,
    created_at: datetime,
    read_at: datetime | None,
    run_id: UUID,
    job_id: UUID,
    name: str,
    document_kind: str,
    target_language: str,
    segments: int,
    needs_review: int,
    failed: int,
) -> Notice:
    return Notice(
        id=key,
        kind=kind,
        created_at=created_at,
        read_at=read_at,
        run_id=run_id,
        job_id=job_id,
        name=name,
        is_text=document_kind == "text",
        target_language=target_language,
        segments=segments,
        needs_review=needs_review,
        failed=failed,
    )
