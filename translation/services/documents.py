"""What is done with a stored document: cancel it, download it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.db import connection

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import queue, storage
from common.errors import Conflict
from engine.assembly import Part, assemble
from engine.formats import registry
from engine.formats.base import Format
from engine.formats.texts import FORMAT as TEXTS
from engine.languages import find_source, find_target
from translation.models import Document, Job
from translation.queries.documents import get_document, get_job
from translation.services.deletion import lock_jobs, open_runs
from translation.services.ending import cancel_runs

_PARTS = """
select s.unit, s.starts_at, s.ends_at, t.forms, t.deliverable
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s
 order by t.ordinal
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A translated file, ready to be sent."""

    name: str
    media_type: str
    data: bytes


def cancel_job(*, actor: Actor, job_id: UUID) -> None:
    """Cancels a job's open run. Raises Conflict where none is open."""
    with organization_scope(actor.organization_id):
        job = get_job(actor.organization_id, job_id)
        run_ids = open_runs(actor.organization_id, [job.pk])
        if not cancel_runs(actor.organization_id, run_ids):
            raise Conflict(
                "run_ended", "This translation has already ended; nothing was cancelled."
            )
        accounts_services.record(
            actor=actor, action="job.cancel", object_kind="job", object_id=job.pk, detail={}
        )
        for run_id in run_ids:
            queue.announce_on_commit(f"run:{run_id}")


def cancel_document(*, actor: Actor, document_id: UUID) -> int:
    """Cancels every open run of a document; how many there were."""
    with organization_scope(actor.organization_id):
        get_document(actor.organization_id, document_id)
        jobs = lock_jobs(actor.organization_id, [document_id])
        run_ids = open_runs(actor.organization_id, jobs)
        ended = cancel_runs(actor.organization_id, run_ids)
        accounts_services.record(
            actor=actor,
            action="document.cancel",
            object_kind="document",
            object_id=document_id,
            detail={"runs": ended},
        )
        for run_id in run_ids:
            queue.announce_on_commit(f"run:{run_id}")
    return ended


def download_job(*, actor: Actor, job_id: UUID) -> Download:
    """The file in the job's language as it stands; what is not delivered keeps its source.

    Raises Conflict while the job's run is open.
    """
    with organization_scope(actor.organization_id):
        job = get_job(actor.organization_id, job_id)
        if open_runs(actor.organization_id, [job.pk]):
            raise Conflict(
                "not_ready",
                "This translation is still running. Wait until its state is ready, then download.",
            )
        parts = parts_of(actor.organization_id, job.pk)
        accounts_services.record(
            actor=actor, action="job.download", object_kind="job", object_id=job.pk, detail={}
        )
    return rebuild(job, parts)


def parts_of(organization_id: UUID, job_id: UUID) -> list[Part]:
    """What a job's segments hold now, in file order. Needs the organization's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [organization_id, job_id])
        return [
            Part(
                unit=unit,
                starts_at=starts_at,
                ends_at=ends_at,
                forms=tuple(forms) if deliverable else None,
            )
            for unit, starts_at, ends_at, forms, deliverable in cursor.fetchall()
        ]


def rebuild(job: Job, parts: Sequence[Part]) -> Download:
    """The job's file with these parts in it; what is not delivered keeps its source."""
    document = job.revision.document
    chosen = TEXTS if document.kind == Document.TEXT else registry.by_name(document.format)
    original = storage.read_bytes(job.revision.storage_name)
    target = find_target(job.target_language)
    parsed = chosen.read(original, source=find_source(document.source_language))
    texts = assemble(parsed.units, parts, target)
    return Download(
        name=_name(document, chosen, target.code),
        media_type=chosen.media_type,
        data=chosen.write(parsed, texts, target=target),
    )


def _name(document: Document, chosen: Format, language: str) -> str:
    path = PurePath(document.name)
    suffix = path.suffix or (chosen.extensions[0] if chosen.extensions else ".json")
    return f"{path.stem}.{language}{suffix}"
