"""Progress read from packs: counters that no commit has to share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.tenancy import SystemReason, system_scope
from translation.models import Run

_PROGRESS = """
select run_id, sum(passed), sum(repaired), sum(needs_review), sum(failed),
       coalesce(max(last_error) filter (where state = 'waiting'), '')
  from translation_pack where run_id = any(%s) group by run_id
"""
# Reads a little behind: a commit stamps its rows before it becomes visible.
_CHANGED = """
with changed as (
  select run_id from translation_pack where finished_at > %(since)s - interval '2 seconds'
  union
  select id from translation_run where finished_at > %(since)s - interval '2 seconds'
  union
  select id from translation_run where state = 'open'
)
select now(), r.organization_id, r.id, r.job_id,
       case when r.state = 'open' and r.paused_at is not null then 'paused' else r.state end,
       r.segments, r.prefilled,
       coalesce(sum(p.passed), 0), coalesce(sum(p.repaired), 0),
       coalesce(sum(p.needs_review), 0), coalesce(sum(p.failed), 0)
  from translation_run r
  left join translation_pack p on p.run_id = r.id
 where r.id in (select run_id from changed)
 group by r.organization_id, r.id, r.job_id, r.state, r.paused_at, r.segments, r.prefilled
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """Finished segments of one run so far, repeats with their leaders."""

    passed: int
    repaired: int
    needs_review: int
    failed: int
    waiting_for: str

    @property
    def done(self) -> int:
        """Segments that need nothing more of this run."""
        return self.passed + self.repaired + self.needs_review + self.failed


_NONE = Progress(0, 0, 0, 0, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One run whose counters or state changed: ids and numbers only.

    `state` is open, paused, finished or cancelled.
    """

    organization_id: UUID
    run_id: UUID
    job_id: UUID
    state: str
    segments: int
    done: int
    needs_review: int
    failed: int


def progress_of(run_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """Progress by run, for those that have packs."""
    if not run_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [list(run_ids)])
        return {
            run_id: Progress(passed, repaired, review, failed, waiting)
            for run_id, passed, repaired, review, failed, waiting in cursor.fetchall()
        }


def counters_of(organization_id: UUID, run_ids: Sequence[UUID]) -> list[dict[str, object]]:
    """Counters of an organization's runs, in its scope: ids and numbers only."""
    live = progress_of(run_ids)
    found: list[dict[str, object]] = []
    for run in Run.objects.filter(
        organization_id=organization_id,
        pk__in=run_ids,
        job__revision__document__deleted_at=None,
    ):
        packs = live.get(run.pk, _NONE)
        is_open = run.state == Run.OPEN
        found.append(
            {
                "run": str(run.pk),
                "job": str(run.job_id),
                "state": "paused" if is_open and run.paused_at is not None else run.state,
                "segments": run.segments,
                "done": run.prefilled + packs.done if is_open else run.segments,
                "needs_review": packs.needs_review if is_open else run.needs_review,
                "failed": packs.failed if is_open else run.failed,
            }
        )
    return found


def database_now() -> datetime:
    """The database's time."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        now: datetime = cursor.fetchone()[0]
    return now


def changed_since(moment: datetime) -> tuple[datetime, list[Change]]:
    """The database's time, and the runs of every organization that moved since a moment.

    Some come twice: the window reaches two seconds back.
    """
    with system_scope(SystemReason.PROGRESS), connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"since": moment})
        rows = cursor.fetchall()
    return (rows[0][0] if rows else moment), [_change(row[1:]) for row in rows]


def _change(row: Sequence[object]) -> Change:
    organization_id, run_id, job_id, state, segments, prefilled, *counts = row
    passed, repaired, review, failed = (int(str(count)) for count in counts)
    assert isinstance(segments, int)
    assert isinstance(prefilled, int)
    finished = (
        segments
        if state not in {"open", "paused"}
        else prefilled + passed + repaired + review + failed
    )
    return Change(
        organization_id=UUID(str(organization_id)),
        run_id=UUID(str(run_id)),
        job_id=UUID(str(job_id)),
        state=str(state),
        segments=segments,
        done=finished,
        needs_review=review,
        failed=failed,
    )
