"""A translate call as its caller asks for it: all but its segments in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from common.errors import NotFound
from translation.models import Document, Run

_RUN: Final = """
select d.kind, r.id, d.id, r.state, r.segments, r.billed_chars, v.storage_name, d.source_language,
       j.target_language
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %s and r.job_id = %s and d.deleted_at is null
 order by r.number desc limit 1
"""


@dataclass(frozen=True, slots=True)
class TextsRun:
    """The last run of a translate call's job; `storage_name` is where the texts lie."""

    id: UUID
    document_id: UUID
    state: str
    segments: int
    billed_chars: int
    storage_name: str
    source_language: str
    target_language: str

    @property
    def finished(self) -> bool:
        return self.state != Run.OPEN


def run_of_texts(organization_id: UUID, job_id: UUID) -> TextsRun:
    """The last run of a job of texts, in its scope; raises NotFound, also for the job of a file."""
    with connection.cursor() as cursor:
        cursor.execute(_RUN, [organization_id, job_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("job_not_found", "There is no such translation. It may have been deleted.")
    kind, *facts = found
    if kind != Document.TEXT:
        raise NotFound("translation_not_found", "There is no translated text at this address.")
    return TextsRun(*facts)
