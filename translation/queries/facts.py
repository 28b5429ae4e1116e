"""What the editor has to know of a job before anything else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from common.errors import NotFound
from engine.languages import Language, find_source, find_target
from engine.values import Brief
from translation.briefs import brief_of

_JOB = """
select j.revision_id, d.source_language, j.target_language, r.id, r.state, r.paused_at is not null,
       r.brief
  from translation_job j
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
  join translation_run r on r.organization_id = j.organization_id and r.job_id = j.id
 where j.organization_id = %s and j.id = %s and d.deleted_at is null
 order by r.number desc limit 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """What the editor has to know of a job: its languages, and its latest run with its brief."""

    id: UUID
    organization_id: UUID
    revision_id: UUID
    source: Language
    target: Language
    run_id: UUID
    run_state: str
    is_paused: bool
    brief: Brief


def job_facts(organization_id: UUID, job_id: UUID) -> JobFacts:
    """The job, inside its organization's scope; raises NotFound for any other."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB, [organization_id, job_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("job_not_found", "There is no such translation. It may have been deleted.")
    revision_id, source, target, run_id, state, is_paused, brief = found
    return JobFacts(
        id=job_id,
        organization_id=organization_id,
        revision_id=revision_id,
        source=find_source(source),
        target=find_target(target),
        run_id=run_id,
        run_state=state,
        is_paused=is_paused,
        brief=brief_of(json.loads(brief) if isinstance(brief, str) else brief),
    )
