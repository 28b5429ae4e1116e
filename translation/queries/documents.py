"""Documents and jobs as pages and the API show them. All need the organization's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from common.errors import NotFound
from translation.models import Document, Job, Revision, Run
from translation.queries.progress import Progress, progress_of


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """One job and its latest run. `done` counts segments that need nothing more of this run.

    `state` is queued, translating, paused, ready, needs_review, failed or cancelled. `waiting_for`
    names why open work waits, "" where it does not.
    """

    id: UUID
    target_language: str
    state: str
    run_id: UUID
    run_number: int
    segments: int
    done: int
    passed: int
    repaired: int
    needs_review: int
    failed: int
    repeats: int
    prefilled: int
    reserved_chars: int
    billed_chars: int
    waiting_for: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStatus:
    """A document, its latest revision and that revision's jobs, in the order of languages."""

    id: UUID
    kind: str
    name: str
    format: str
    source_language: str
    created_at: datetime
    revision: int
    size_bytes: int
    segments: int
    chars: int
    jobs: tuple[JobStatus, ...]


def get_document(organization_id: UUID, document_id: UUID) -> Document:
    """The organization's document; raises NotFound for any other and for a deleted one."""
    found = Document.objects.filter(
        organization_id=organization_id, pk=document_id, deleted_at=None
    ).first()
    if found is None:
        raise NotFound("document_not_found", "There is no such document. It may have been deleted.")
    return found


def get_job(organization_id: UUID, job_id: UUID, *, lock: bool = False) -> Job:
    """The organization's job with its revision and document; raises NotFound for any other.

    `lock` holds the job's row until the transaction ends; whoever deletes its document waits.
    """
    jobs = Job.objects.filter(organization_id=organization_id, pk=job_id)
    if lock:
        # Asked before its document is read: else the answer might be older than the lock.
        list(jobs.select_for_update().values_list("id", flat=True))
    found = (
        jobs.filter(revision__document__deleted_at=None)
        .select_related("revision__document")
        .first()
    )
    if found is None:
        raise NotFound("job_not_found", "There is no such translation. It may have been deleted.")
    return found


def document_status(organization_id: UUID, document_id: UUID) -> DocumentStatus:
    """One document with its jobs; raises NotFound."""
    get_document(organization_id, document_id)
    return statuses(organization_id, [document_id])[0]


def statuses(organization_id: UUID, document_ids: Sequence[UUID]) -> list[DocumentStatus]:
    """These documents in this order, with a fixed number of queries."""
    runs = Run.objects.filter(organization_id=organization_id).order_by("-number")
    jobs = (
        Job.objects.filter(organization_id=organization_id)
        .order_by("target_language")
        .prefetch_related(Prefetch("run_set", queryset=runs, to_attr="runs"))
    )
    revisions = Revision.objects.filter(organization_id=organization_id).order_by("-number")
    documents = Document.objects.filter(
        organization_id=organization_id, pk__in=document_ids, deleted_at=None
    ).prefetch_related(
        Prefetch(
            "revision_set",
            queryset=revisions.prefetch_related(Prefetch("job_set", queryset=jobs, to_attr="jobs")),
            to_attr="revisions",
        )
    )
    found = {document.pk: document for document in documents}
    latest = {key: document.revisions[0] for key, document in found.items()}
    open_runs = [
        job.runs[0].pk
        for revision in latest.values()
        for job in revision.jobs
        if job.runs[0].state == Run.OPEN
    ]
    progress = progress_of(open_runs)
    return [_document(found[key], latest[key], progress) for key in document_ids if key in found]


def _document(
    document: Document, revision: Revision, progress: dict[UUID, Progress]
) -> DocumentStatus:
    return DocumentStatus(
        id=document.pk,
        kind=document.kind,
        name=document.name,
        format=document.format,
        source_language=document.source_language,
        created_at=document.created_at,
        revision=revision.number,
        size_bytes=revision.size_bytes,
        segments=revision.segments,
        chars=revision.chars,
        jobs=tuple(_job(job, job.runs[0], progress) for job in revision.jobs),  # type: ignore[attr-defined]
    )


def _job(job: Job, run: Run, progress: dict[UUID, Progress]) -> JobStatus:
    live = progress.get(run.pk)
    if run.state == Run.OPEN and live is not None:
        passed, repaired = live.passed, live.repaired
        needs_review, failed = live.needs_review, live.failed
        done = run.prefilled + live.done
    else:
        passed, repaired = run.passed, run.repaired
        needs_review, failed = run.needs_review, run.failed
        done = run.prefilled if run.state == Run.OPEN else run.segments
    return JobStatus(
        id=job.pk,
        target_language=job.target_language,
        state=state_of(run, done, needs_review, failed),
        run_id=run.pk,
        run_number=run.number,
        segments=run.segments,
        done=done,
        passed=passed,
        repaired=repaired,
        needs_review=needs_review,
        failed=failed,
        repeats=run.repeats,
        prefilled=run.prefilled,
        reserved_chars=run.reserved_chars,
        billed_chars=run.billed_chars,
        waiting_for=live.waiting_for if live is not None else "",
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def state_of(run: Run, done: int, needs_review: int, failed: int) -> str:
    """A run's state in one word, as people read it."""
    if run.state == Run.CANCELLED:
        return "cancelled"
    if run.state == Run.OPEN and run.paused_at is not None:
        return "paused"
    if run.state == Run.OPEN:
        return "translating" if done > run.prefilled else "queued"
    if failed:
        return "failed"
    return "needs_review" if needs_review else "ready"
