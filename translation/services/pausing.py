"""Holds work back and lets it go on. What is in a worker's hands is finished either way."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import queue
from common.errors import Conflict
from translation.models import Run
from translation.queries.documents import get_job

_MARK_PACKS = """
update translation_pack p set paused = %s
  from (select id from translation_pack
         where run_id = any(%s) and state in ('gathering', 'ready', 'claimed', 'waiting')
         order by id for update) open
 where p.id = open.id
"""


def pause_job(*, actor: Actor, job_id: UUID) -> None:
    """Pauses a job's open run; once more changes nothing. Raises Conflict where none is open."""
    _act(actor, job_id, paused=True)


def resume_job(*, actor: Actor, job_id: UUID) -> None:
    """Lets a paused run go on; once more changes nothing. Raises Conflict where none is open."""
    _act(actor, job_id, paused=False)


def _act(actor: Actor, job_id: UUID, *, paused: bool) -> None:
    with organization_scope(actor.organization_id):
        job = get_job(actor.organization_id, job_id)
        if not mark_runs(actor.organization_id, [job.pk], paused=paused):
            raise Conflict("run_ended", "This translation has already ended; nothing was changed.")
        accounts_services.record(
            actor=actor,
            action="job.pause" if paused else "job.resume",
            object_kind="job",
            object_id=job.pk,
            detail={},
        )


def mark_runs(organization_id: UUID, job_ids: Sequence[UUID], *, paused: bool) -> int:
    """Pauses or resumes the open runs of these jobs; how many there are. Needs the scope.

    With a run locked nobody can add packs to it, and those added later look at the run.
    """
    runs = list(
        Run.objects.select_for_update()
        .filter(organization_id=organization_id, job_id__in=job_ids, state=Run.OPEN)
        .order_by("id")
    )
    changed = [run for run in runs if (run.paused_at is not None) is not paused]
    if changed:
        ids = [run.pk for run in changed]
        with connection.cursor() as cursor:
            cursor.execute(_MARK_PACKS, [paused, ids])
        Run.objects.filter(organization_id=organization_id, pk__in=ids).update(
            paused_at=timezone.now() if paused else None
        )
    if not paused:
        for lane in {run.lane for run in changed}:
            queue.nudge_on_commit(lane)
    return len(runs)
