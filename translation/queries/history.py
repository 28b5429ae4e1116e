"""What a target has held before: every text with its state and whose it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from accounts import queries as accounts
from accounts.tenancy import organization_scope
from common.errors import NotFound

MAX_VERSIONS: Final = 50

# The version as it stands comes first, then those it took the place of.
_VERSIONS = """
select t.version, t.forms, t.state, t.sub_state, t.origin, t.updated_by, t.updated_at
  from translation_target t
  join translation_job j on j.organization_id = t.organization_id and j.id = t.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where t.organization_id = %(organization)s and t.id = %(target)s and d.deleted_at is null
union all
(select version, forms, state, sub_state, origin, user_id, written_at
   from translation_targetversion
  where organization_id = %(organization)s and target_id = %(target)s
  order by version desc limit %(limit)s)
order by 1 desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of a target. `author` is None where no person wrote it."""

    version: int
    forms: tuple[str, ...]
    state: str
    sub_state: str
    origin: str
    author: str | None
    at: datetime | None


def versions_of(organization_id: UUID, target_id: UUID) -> list[Version]:
    """A target's texts, newest first, the current one included; raises NotFound."""
    with organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(
            _VERSIONS,
            {"organization": organization_id, "target": target_id, "limit": MAX_VERSIONS},
        )
        found = cursor.fetchall()
        names = accounts.names_of(row[5] for row in found if row[5])
    if not found:
        raise NotFound("segment_not_found", "There is no such segment. It may have been deleted.")
    return [
        Version(
            version=version,
            forms=tuple(forms),
            state=state,
            sub_state=sub_state,
            origin=origin,
            author=names.get(author),
            at=at,
        )
        for version, forms, state, sub_state, origin, author, at in found
    ]
