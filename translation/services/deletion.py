"""Deletes documents: at once, or so that it can be undone for a while; a sweep then purges them.

Lock order: documents, jobs, runs and what follows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor, idempotency
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import queue, storage
from common.errors import NotFound
from translation.models import Document, Job, Pack, Revision, Run
from translation.services.ending import cancel_runs
from translation.services.telling import tell_of_deletion

log = structlog.get_logger(__name__)

MAX_PURGED = 50

_OVERDUE = """
select organization_id, id from translation_document
 where deleted_at < %s order by deleted_at limit %s
"""


def delete_document(*, actor: Actor, document_id: UUID) -> None:
    """Cancels and removes a document with its rows and files; only ledger lines stay."""
    with organization_scope(actor.organization_id):
        lock_documents(actor.organization_id, [document_id])
        remove_document(actor.organization_id, document_id)
        _record(actor, "document.delete", document_id)


def hide_documents(
    *, actor: Actor, document_ids: Sequence[UUID], now: datetime | None = None
) -> int:
    """Deletes documents so that it can be undone for DELETE_GRACE_SECONDS; how many.

    Nobody sees them from here on, and what still runs is cancelled. Raises NotFound, with nothing
    done, where one of them is not there.
    """
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        found = lock_documents(organization_id, document_ids)
        jobs = lock_jobs(organization_id, found)
        runs = open_runs(organization_id, jobs)
        cancel_runs(organization_id, runs)
        Document.objects.filter(organization_id=organization_id, pk__in=found).update(
            deleted_at=now or timezone.now(), deleted_by=actor.user_id
        )
        for document_id in found:
            _record(actor, "document.delete", document_id)
        for run_id in runs:
            queue.announce_on_commit(f"run:{run_id}")
    return len(found)


def restore_documents(*, actor: Actor, document_ids: Sequence[UUID]) -> int:
    """Brings deleted documents back; how many. Work that was cancelled stays cancelled.

    Raises NotFound where one of them is gone for good.
    """
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        wanted = sorted(set(document_ids))
        found = (
            Document.objects.select_for_update()
            .filter(organization_id=organization_id, pk__in=wanted, deleted_at__isnull=False)
            .order_by("id")
        )
        if len(found) < len(wanted):
            raise NotFound(
                "document_not_found", "This can no longer be undone: the document is gone."
            )
        Document.objects.filter(organization_id=organization_id, pk__in=wanted).update(
            deleted_at=None, deleted_by=None
        )
        for document_id in wanted:
            _record(actor, "document.restore", document_id)
    return len(wanted)


def purge_overdue(*, now: datetime) -> int:
    """Removes for good what was deleted more than DELETE_GRACE_SECONDS ago; how many documents."""
    before = now - timedelta(seconds=settings.DELETE_GRACE_SECONDS)
    with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
        cursor.execute(_OVERDUE, [before, MAX_PURGED])
        overdue = cursor.fetchall()
    purged = 0
    for organization_id, document_id in overdue:
        with organization_scope(organization_id):
            # Somebody may have brought it back meanwhile.
            if (
                Document.objects.select_for_update()
                .filter(organization_id=organization_id, pk=document_id, deleted_at__lt=before)
                .exists()
            ):
                remove_document(organization_id, document_id)
                purged += 1
    if purged:
        log.info("documents.purged", documents=purged)
    return purged


def lock_documents(organization_id: UUID, document_ids: Sequence[UUID]) -> list[UUID]:
    """Holds these documents' rows; raises NotFound where one is not there or deleted."""
    wanted = sorted(set(document_ids))
    found = list(
        Document.objects.select_for_update()
        .filter(organization_id=organization_id, pk__in=wanted, deleted_at=None)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if len(found) < len(wanted):
        raise NotFound("document_not_found", "There is no such document. It may have been deleted.")
    return found


def lock_jobs(organization_id: UUID, document_ids: Sequence[UUID]) -> list[UUID]:
    """Holds the jobs of these documents: a retry cannot add a run meanwhile."""
    return list(
        Job.objects.filter(organization_id=organization_id, revision__document_id__in=document_ids)
        .order_by("id")
        .select_for_update(of=("self",))
        .values_list("id", flat=True)
    )


def open_runs(organization_id: UUID, job_ids: Sequence[UUID]) -> list[UUID]:
    """Runs of these jobs that have not ended."""
    return list(
        Run.objects.filter(
            organization_id=organization_id, job_id__in=job_ids, state=Run.OPEN
        ).values_list("id", flat=True)
    )


def remove_document(organization_id: UUID, document_id: UUID) -> None:
    """Removes a document whose row is held, all below it and its files; in its scope."""
    jobs = lock_jobs(organization_id, [document_id])
    cancel_runs(organization_id, open_runs(organization_id, jobs))
    idempotency.forget_answers(organization_id, jobs)
    runs = Run.objects.filter(organization_id=organization_id, job_id__in=jobs)
    Pack.objects.filter(run_id__in=list(runs.values_list("id", flat=True))).delete()
    for name in Revision.objects.filter(
        organization_id=organization_id, document_id=document_id
    ).values_list("storage_name", flat=True):
        storage.delete_on_commit(name)
    tell_of_deletion(organization_id, document_id, now=timezone.now())
    with connection.cursor() as cursor:
        # The composite foreign keys take every row below it along.
        cursor.execute(
            "delete from translation_document where organization_id = %s and id = %s",
            [organization_id, document_id],
        )


def _record(actor: Actor, action: str, document_id: UUID) -> None:
    accounts_services.record(
        actor=actor, action=action, object_kind="document", object_id=document_id, detail={}
    )
