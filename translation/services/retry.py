"""Starts another run of a job over what failed, was refused or was cancelled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts import queries as accounts
from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing import services as billing
from common import queue
from common.errors import Conflict
from engine.languages import find_source, find_target
from engine.protect import protect
from engine.values import Form, Syntax
from glossaries.queries import Wishes, brief_for
from translation.briefs import brief_json
from translation.models import Job, Run
from translation.packing import Asked, pack_asked
from translation.queries.documents import get_job
from translation.queries.people import ours
from translation.services import rows

_LEFT = ours("""
select t.id, s.syntax, s.labels, s.forms, case when t.billed_chars is null then t.chars else 0 end
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s and t.state = 'initial' and t.leader_id is null
   and ours(t)
 order by t.ordinal
""")
_QUEUE = ours("""
with queued as (
  update translation_target t
     set sub_state = 'queued', pack_id = u.pack, round = 0, draft = '{}', version = t.version + 1
    from unnest(%s::uuid[], %s::uuid[]) as u(id, pack)
   where t.organization_id = %s and t.id = u.id and ours(t)
  returning t.id
)
delete from translation_finding
 where organization_id = %s and target_id in (select id from queued)
""")
_QUEUE_REPEATS = ours("""
with queued as (
  update translation_target t set sub_state = 'queued', version = t.version + 1
   where t.organization_id = %s and t.job_id = %s and t.state = 'initial'
     and t.leader_id is not null and ours(t)
  returning t.id
)
delete from translation_finding
 where organization_id = %s and target_id in (select id from queued)
""")


def retry_failed(*, actor: Actor, job_id: UUID) -> Run:
    """Starts the next run of a job. Raises Conflict while one is open or where nothing is left."""
    now = timezone.now()
    with organization_scope(actor.organization_id):
        job = get_job(actor.organization_id, job_id, lock=True)
        last = Run.objects.filter(organization_id=actor.organization_id, job=job).latest("number")
        if last.state == Run.OPEN:
            raise Conflict(
                "run_open", "This translation is still running; retry when it has ended."
            )
        run = _next_run(actor, job, last, now)
        queue.nudge_on_commit(run.lane)
    return run


def _next_run(actor: Actor, job: Job, last: Run, now: datetime) -> Run:
    organization_id = actor.organization_id
    source = job.revision.document.source_language
    asked = _left(organization_id, job.pk)
    if not asked:
        raise Conflict("nothing_to_retry", "Nothing of this translation failed; there is no retry.")
    packs, pack_of = pack_asked(
        asked, source=find_source(source), target=find_target(job.target_language), lane=last.lane
    )
    salt = accounts.prompt_salt(organization_id)
    texts = (protect(form.text, one.syntax).text for one in asked for form in one.forms)
    brief = brief_for(
        organization_id,
        salt=salt,
        source=source,
        target=job.target_language,
        texts=texts,
        wishes=Wishes(profile=job.profile_id),
    )
    run = Run.objects.create(
        organization_id=organization_id,
        job=job,
        number=last.number + 1,
        lane=last.lane,
        brief=brief_json(brief),
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        reserved_chars=sum(one.chars for one in asked),
        segments=last.segments,
        prefilled=_settled(organization_id, job.pk),
        created_at=now,
    )
    with connection.cursor() as cursor:
        packed = [list(pack_of), list(pack_of.values())]
        cursor.execute(_QUEUE, [*packed, organization_id, organization_id])
        cursor.execute(_QUEUE_REPEATS, [organization_id, job.pk, organization_id])
    accounts_services.record(
        actor=actor, action="job.retry", object_kind="job", object_id=job.pk, detail={}
    )
    wanted = {f"run:{run.pk}": run.reserved_chars}
    billing.reserve(organization_id, wanted=wanted, now=now)
    rows.store_packs(organization_id, run.lane, [(run.pk, packs)], now)
    return run


def _left(organization_id: UUID, job_id: UUID) -> list[Asked[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [organization_id, job_id])
        return [
            Asked(
                id=key,
                syntax=Syntax(syntax),
                forms=tuple(map(Form, labels, forms)),
                chars=chars,
            )
            for key, syntax, labels, forms, chars in cursor.fetchall()
        ]


def _settled(organization_id: UUID, job_id: UUID) -> int:
    """Targets that need nothing of the new run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from translation_target"
            " where organization_id = %s and job_id = %s and state <> 'initial'",
            [organization_id, job_id],
        )
        return int(cursor.fetchone()[0])
