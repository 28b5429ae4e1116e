"""How a run ends: bill once, release the rest, count, tell. Also cancel and retry.

Lock order everywhere: run, pack, targets, usage period, flow, webhook endpoints; each of several
runs before the next kind of row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from accounts.tenancy import organization_scope
from billing import services as billing
from common import queue
from translation.models import Run
from translation.queries.people import ours
from translation.services.notices import notify
from translation.services.telling import tell_of_run

log = structlog.get_logger(__name__)

_OPEN = """
select exists(select from translation_pack
               where run_id = %s and state in ('ready', 'claimed', 'waiting'))
"""
_RELEASE_GATHERED = """
update translation_pack set state = 'ready' where run_id = %s and state = 'gathering'
"""
# What the model delivered is billed though a person wrote over it before the run ended; what a
# person wrote where nothing was delivered is not.
_BILL = """
with billed as (
  update translation_target t
     set billed_chars = t.chars
   where t.organization_id = %(organization)s and t.job_id = %(job)s and t.leader_id is null
     and t.billed_chars is null
     and (t.origin = 'model' and t.state <> 'initial' and t.deliverable and t.updated_by is null
          or t.updated_by is not null
             and exists (select from translation_targetversion v
                          where v.organization_id = %(organization)s and v.target_id = t.id
                            and v.origin = 'model' and v.state = 'translated'
                            and v.sub_state = '' and v.user_id is null))
  returning t.chars
)
select coalesce(sum(chars), 0) from billed
"""
_TALLY = """
select count(*) filter (where origin in ('copy', 'file', 'carried')),
       count(*) filter (where leader_id is not null),
       count(*) filter (where origin in ('model', 'repeat') and deliverable and not fixed),
       count(*) filter (where origin in ('model', 'repeat') and deliverable and fixed),
       count(*) filter (where sub_state = 'needs_review'),
       count(*) filter (where state = 'initial')
  from (
    select t.*, coalesce(l.repaired, t.repaired) as fixed
      from translation_target t
      left join translation_target l
        on l.organization_id = t.organization_id and l.id = t.leader_id
     where t.organization_id = %s and t.job_id = %s
  ) t
"""
# A repeat follows its leader, also where a person wrote that before any model was asked.
_FOLLOW_PEOPLE = ours("""
update translation_target f
   set state = case when l.deliverable then 'translated' else 'initial' end, sub_state = '',
       origin = case when l.deliverable then 'repeat' else '' end,
       forms = case when l.deliverable then l.forms else '{}' end,
       deliverable = l.deliverable, version = f.version + 1
  from translation_target l
 where f.organization_id = %(organization)s and f.job_id = %(job)s and f.state = 'initial'
   and f.sub_state = 'queued' and ours(f)
   and l.organization_id = %(organization)s and l.id = f.leader_id and l.origin = 'person'
""")
_FINDINGS = """
select n.code, count(*)
  from translation_target t
  join translation_finding n on n.organization_id = t.organization_id and n.target_id = t.id
 where t.organization_id = %(organization)s and t.job_id = %(job)s and n.dismissed_at is null
 group by n.code
"""
_LABELS = """
select r.job_id, r.user_id, r.api_key_id, d.source_language, j.target_language, d.format,
       j.profile_id
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %s and r.id = %s
"""
_CANCEL_PACKS = """
with open as (
  select id from translation_pack
   where run_id = any(%s) and state in ('gathering', 'ready', 'claimed', 'waiting')
   order by id for update
)
update translation_pack p
   set state = 'cancelled', fence = p.fence + 1, owner = null, expires_at = null,
       finished_at = now()
  from open where p.id = open.id
returning p.lane, p.tokens, p.round
"""
_UNQUEUE = ours("""
with unqueued as (
  update translation_target t set sub_state = '', pack_id = null, draft = '{}', round = 0,
         version = t.version + 1
   where t.organization_id = %s and t.job_id = any(%s) and t.state = 'initial'
     and t.sub_state = 'queued' and ours(t)
  returning t.id
)
delete from translation_finding
 where organization_id = %s and target_id in (select id from unqueued)
""")
# The organization's next pack must not start behind packs that never ran.
_FLOW_BACK = """
update translation_flow set finish = finish - %s / weight
 where lane = %s and organization_id = %s
"""


@dataclass(frozen=True, slots=True)
class _Tally:
    prefilled: int
    repeats: int
    passed: int
    repaired: int
    needs_review: int
    failed: int


def settle_if_done(organization_id: UUID, run_id: UUID) -> bool:
    """Ends the run where no pack of it is left to do; whether this call ended it.

    Called after every pack: the last commit to become visible finds nothing open. Repairs that
    were still being gathered are released first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [run_id])
        if cursor.fetchone()[0]:
            return False
    with organization_scope(organization_id):
        run = _lock_open(organization_id, run_id)
        if run is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [run_id])
            if cursor.fetchone()[0]:
                return False
            cursor.execute(_RELEASE_GATHERED, [run_id])
            if cursor.rowcount:
                queue.nudge_on_commit(run.lane)
                return False
        _end(run, Run.FINISHED, timezone.now())
    queue.announce(f"run:{run_id}")
    return True


def cancel_runs(organization_id: UUID, run_ids: Sequence[UUID]) -> int:
    """Cancels open runs: what was committed stays and is billed, the rest is free; how many ended.

    Claims are cleared, so late answers fall on the fence. Needs the organization's scope.
    """
    found = (_lock_open(organization_id, run_id) for run_id in sorted(run_ids))
    runs = [run for run in found if run is not None]
    if not runs:
        return 0
    with connection.cursor() as cursor:
        unspent = _cancel_packs(cursor, [run.pk for run in runs])
        jobs = [run.job_id for run in runs]
        cursor.execute(_UNQUEUE, [organization_id, jobs, organization_id])
    for run in runs:
        _end(run, Run.CANCELLED, timezone.now())
    with connection.cursor() as cursor:
        for lane, tokens in unspent.items():
            cursor.execute(_FLOW_BACK, [tokens, lane, organization_id])
    return len(runs)


def _cancel_packs(cursor: Any, run_ids: Sequence[UUID]) -> Counter[str]:
    """Cancels what is open of these runs; the tokens booked for it, by lane (repairs never were).

    With the runs locked nobody can add packs to them.
    """
    unspent: Counter[str] = Counter()
    cursor.execute(_CANCEL_PACKS, [list(run_ids)])
    for lane, tokens, round_number in cursor.fetchall():
        unspent[lane] += 0 if round_number else tokens
    return unspent


def _lock_open(organization_id: UUID, run_id: UUID) -> Run | None:
    return (
        Run.objects.select_for_update()
        .filter(organization_id=organization_id, pk=run_id, state=Run.OPEN)
        .first()
    )


def _end(run: Run, state: str, now: datetime) -> None:
    job_values = {"organization": run.organization_id, "job": run.job_id}
    with connection.cursor() as cursor:
        cursor.execute(_BILL, job_values)
        billed = cursor.fetchone()[0]
        cursor.execute(_FOLLOW_PEOPLE, job_values)
        cursor.execute(_TALLY, [run.organization_id, run.job_id])
        tally = _Tally(*cursor.fetchone())
        cursor.execute(_FINDINGS, job_values)
        findings = dict(cursor.fetchall())
        cursor.execute(_LABELS, [run.organization_id, run.pk])
        job, user, key, source, target, file_format, profile = cursor.fetchone()
    billing.settle(
        run.organization_id,
        source=f"run:{run.pk}",
        units=billed,
        labels=billing.Labels(
            job_id=job,
            user_id=user,
            api_key_id=key,
            source_language=source,
            target_language=target,
            format=file_format,
            profile_id=profile,
        ),
        now=now,
    )
    Run.objects.filter(organization_id=run.organization_id, pk=run.pk).update(
        state=state,
        finished_at=now,
        billed_chars=billed,
        prefilled=tally.prefilled,
        repeats=tally.repeats,
        passed=tally.passed,
        repaired=tally.repaired,
        needs_review=tally.needs_review,
        failed=tally.failed,
        findings=findings,
    )
    if state == Run.FINISHED:
        notify(run, needs_review=tally.needs_review, failed=tally.failed, now=now)
        tell_of_run(run, needs_review=tally.needs_review, failed=tally.failed, now=now)
    log.info("run.ended", run_id=str(run.pk), state=state, billed_chars=billed)


def end_at(run: Run, state: str, now: datetime) -> None:
    """Ends a run as of a given moment, for histories that are told afterwards.

    In the organization's scope; the run must be open and have no packs.
    """
    _end(run, state, now)
