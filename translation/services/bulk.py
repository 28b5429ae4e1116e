"""One action on many documents at once, or on all that run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import queue
from common.errors import Conflict, Invalid
from translation.models import Document, Job, Run
from translation.queries import documents as rows
from translation.services import deletion, documents, pausing, retry
from translation.services.ending import cancel_runs

MAX_DOCUMENTS = 200


def pause(*, actor: Actor, document_ids: Sequence[UUID]) -> int:
    """Pauses what runs of these documents; how many translations."""
    return _mark(actor, document_ids, "document.pause", paused=True)


def resume(*, actor: Actor, document_ids: Sequence[UUID]) -> int:
    """Lets what is paused of these documents go on; how many translations."""
    return _mark(actor, document_ids, "document.resume", paused=False)


def cancel(*, actor: Actor, document_ids: Sequence[UUID]) -> int:
    """Cancels what runs of these documents; how many translations."""
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        jobs = _jobs(organization_id, document_ids)
        runs = deletion.open_runs(organization_id, jobs)
        ended = cancel_runs(organization_id, runs)
        _record(actor, document_ids, "document.cancel")
        for run_id in runs:
            queue.announce_on_commit(f"run:{run_id}")
    return ended


def retry_failed(*, actor: Actor, document_ids: Sequence[UUID]) -> int:
    """Starts another run wherever something of these documents failed; how many translations.

    Where the allowance does not suffice for the next one, those before it have begun.
    """
    with organization_scope(actor.organization_id):
        deletion.lock_documents(actor.organization_id, document_ids)
        found = rows.statuses(actor.organization_id, document_ids)
    # Of the latest revision: what an earlier one left undone is done there.
    jobs = [job.id for one in found for job in one.jobs if job.finished_at and job.failed]
    begun = 0
    for job_id in jobs:
        try:
            retry.retry_failed(actor=actor, job_id=job_id)
        except Conflict:
            continue
        begun += 1
    if not begun:
        raise Conflict("nothing_to_retry", "Nothing of these documents failed; there is no retry.")
    return begun


def running(organization_id: UUID) -> list[UUID]:
    """Documents of which something runs or is paused."""
    with organization_scope(organization_id):
        return list(
            Document.objects.filter(
                organization_id=organization_id,
                kind=Document.FILE,
                deleted_at=None,
                revision__job__run__state=Run.OPEN,
            )
            .distinct()
            .values_list("id", flat=True)
        )


def act(
    *, actor: Actor, action: str, document_ids: Sequence[UUID], job_id: UUID | None = None
) -> int:
    """Does one of ACTIONS, or one of JOB_ACTIONS to a single translation; how many it touched."""
    if job_id is not None:
        if action not in JOB_ACTIONS:
            raise Invalid("action_unknown", "This cannot be done to one translation alone.")
        JOB_ACTIONS[action](actor=actor, job_id=job_id)
        return 1
    if not document_ids:
        if action not in {"pause", "resume"}:
            raise Invalid("documents_missing", "Choose at least one document.")
        document_ids = running(actor.organization_id)
    return ACTIONS[action](actor=actor, document_ids=document_ids)


JOB_ACTIONS: dict[str, Callable[..., object]] = {
    "pause": pausing.pause_job,
    "resume": pausing.resume_job,
    "cancel": documents.cancel_job,
    "retry": retry.retry_failed,
}
ACTIONS: dict[str, Callable[..., int]] = {
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "retry": retry_failed,
    "delete": deletion.hide_documents,
    "restore": deletion.restore_documents,
}


def _mark(actor: Actor, document_ids: Sequence[UUID], action: str, *, paused: bool) -> int:
    with organization_scope(actor.organization_id):
        jobs = _jobs(actor.organization_id, document_ids)
        marked = pausing.mark_runs(actor.organization_id, jobs, paused=paused)
        _record(actor, document_ids, action)
    return marked


def _jobs(organization_id: UUID, document_ids: Sequence[UUID]) -> list[UUID]:
    """Jobs of these documents; raises NotFound where one is not there."""
    deletion.lock_documents(organization_id, document_ids)
    return list(
        Job.objects.filter(
            organization_id=organization_id, revision__document_id__in=document_ids
        ).values_list("id", flat=True)
    )


def _record(actor: Actor, document_ids: Sequence[UUID], action: str) -> None:
    for document_id in set(document_ids):
        accounts_services.record(
            actor=actor, action=action, object_kind="document", object_id=document_id, detail={}
        )
