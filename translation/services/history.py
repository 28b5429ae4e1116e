"""Writes down work as if it had been done at another time, for examples and measurements.

Rows, bills and notifications come about as in a run: by the same plan, gates, ending and ledger.
Only the answers and the clock are given, and no pack is ever queued.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from accounts import queries as accounts
from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing import services as billing
from common import storage
from common.ids import uuid7
from engine.formats.texts import FORMAT as TEXTS
from engine.gates import CHECK_VERSION
from engine.languages import Language
from engine.sources import SourceSegment, protected_texts, source_segments
from engine.values import Brief
from engine.written import judge, task_of
from glossaries.queries import brief_for
from translation.briefs import brief_json
from translation.models import Document, Job, Revision, Run, Target
from translation.packing import Plan, plan_job
from translation.services import languages, rows
from translation.services.ending import end_at
from translation.services.intake import Upload, read_file
from translation.services.targets import Action, save_target

_ANSWER = """
with input as (
  select * from jsonb_to_recordset(%(answers)s::jsonb)
    as u(id uuid, state text, sub text, forms text[], deliverable bool, repaired bool)
), told as (
  update translation_target t
     set state = i.state, sub_state = i.sub, forms = i.forms, deliverable = i.deliverable,
         repaired = i.repaired and t.leader_id is null, pack_id = null, version = t.version + 1,
         origin = case when i.state <> 'translated' then ''
                       when t.leader_id is null then 'model' else 'repeat' end
    from input i
   where t.organization_id = %(organization)s and t.job_id = %(job)s
     and coalesce(t.leader_id, t.id) = i.id
  returning t.id, i.id as lead
)
insert into translation_finding
  (organization_id, id, target_id, code, category, severity, blocking, form, spans, evidence,
   check_version)
select %(organization)s, gen_random_uuid(), told.id, f.code, f.category, f.severity, f.blocking,
       f.form, f.spans, f.evidence, %(check_version)s
  from told
  join jsonb_to_recordset(%(findings)s::jsonb)
    as f(lead uuid, code text, category text, severity text, blocking bool, form text, spans jsonb,
         evidence jsonb) on f.lead = told.lead
"""
# Halfway: what was answered is done, the rest is held as by somebody who paused it.
_HALFWAY = """
update translation_pack
   set state = case when id = any(%(done)s) then 'done' else state end,
       finished_at = case when id = any(%(done)s) then %(at)s end,
       passed = case when id = any(%(done)s) then segments else 0 end,
       paused = not id = any(%(done)s)
 where run_id = %(run)s
"""
_UNASKED = """
update translation_target set sub_state = '', pack_id = null
 where organization_id = %s and job_id = %s and state = 'initial' and sub_state = 'queued'
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one text; `repaired` where it took a second request. "" is a failure."""

    text: str
    repaired: bool = False


# Given a source text, the target language and the segment's number; None leaves it undone.
Answers = Callable[[str, str, int], Answer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A file and what became of it. Without `ended_after` its runs are still open, and paused."""

    upload: Upload
    source_language: str
    target_languages: Sequence[str]
    begun_at: datetime
    answers: Answers
    ended_after: timedelta | None = timedelta(seconds=40)
    is_cancelled: bool = False
    # Of the translate box: the data is what `pack_texts` makes, the name the text's beginning.
    is_text: bool = False


def write_past(*, actor: Actor, past: Past) -> dict[str, UUID]:
    """Stores one document with a job and a run for each language; job ids by language."""
    source, targets = languages.pair(past.source_language, past.target_languages)
    if past.is_text:
        slug, parsed = TEXTS.name, TEXTS.read(past.upload.data, source=source)
    else:
        slug, parsed = read_file(past.upload.name, past.upload.data, source)
    segments = source_segments(parsed.units, source)
    with organization_scope(actor.organization_id):
        revision = _revision(actor, past, slug, segments)
        ids = rows.store_segments(actor.organization_id, revision.pk, segments)
        return {
            target.code: _job(actor, past, revision, segments, ids, (source, target))
            for target in targets
        }


def has_document(organization_id: UUID, name: str) -> bool:
    """Whether a document of this name is there, so that a history is not told twice."""
    with organization_scope(organization_id):
        return Document.objects.filter(organization_id=organization_id, name=name).exists()


def edit_some(*, actor: Actor, job_id: UUID, count: int, wording: Callable[[str], str]) -> int:
    """Lets the actor write the first `count` targets the model delivered; how many were confirmed.

    `wording` gives the new text for the source's.
    """
    with organization_scope(actor.organization_id):
        found = list(
            Target.objects.filter(
                organization_id=actor.organization_id, job_id=job_id, origin=Target.MODEL
            )
            .order_by("-sub_state", "ordinal")
            .values_list("id", "version", "segment__forms")[:count]
        )
    saved = [
        save_target(
            actor=actor,
            target_id=target_id,
            version=version,
            action=Action.CONFIRM,
            forms=[wording(text) for text in source],
        )
        for target_id, version, source in found
    ]
    return sum(one.refusal is None for one in saved)


def _revision(actor: Actor, past: Past, slug: str, segments: Sequence[SourceSegment]) -> Revision:
    document = Document.objects.create(
        organization_id=actor.organization_id,
        kind=Document.TEXT if past.is_text else Document.FILE,
        name=past.upload.name,
        format=slug,
        source_language=past.source_language,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        created_at=past.begun_at,
    )
    return Revision.objects.create(
        id=uuid7(),
        organization_id=actor.organization_id,
        document=document,
        number=1,
        storage_name=storage.save_bytes(past.upload.data),
        size_bytes=len(past.upload.data),
        sha256=hashlib.sha256(past.upload.data).hexdigest(),
        segments=len(segments),
        chars=sum(segment.chars for segment in segments),
        created_at=past.begun_at,
    )


def _job(
    actor: Actor,
    past: Past,
    revision: Revision,
    segments: Sequence[SourceSegment],
    segment_ids: list[str],
    pair: tuple[Language, Language],
) -> UUID:
    organization_id = actor.organization_id
    source, target = pair
    lane = "interactive" if past.is_text else "standard"
    plan = plan_job(segments, source=source, target=target, held_language="", lane=lane)
    job = Job.objects.create(
        organization_id=organization_id,
        revision=revision,
        target_language=target.code,
        created_at=past.begun_at,
    )
    salt = accounts.prompt_salt(organization_id)
    brief = brief_for(
        organization_id,
        salt=salt,
        source=source.code,
        target=target.code,
        texts=protected_texts(segments),
    )
    run = Run.objects.create(
        organization_id=organization_id,
        job=job,
        number=1,
        lane=lane,
        brief=brief_json(brief),
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        reserved_chars=plan.chars,
        segments=len(segments),
        prefilled=plan.prefilled,
        created_at=past.begun_at,
        paused_at=None if past.ended_after else past.begun_at,
    )
    rows.store_targets(organization_id, job.pk, segment_ids, plan)
    billing.reserve(organization_id, wanted={f"run:{run.pk}": plan.chars}, now=past.begun_at)
    if past.ended_after:
        _answer(job, plan, segments, past.answers, brief, pair)
        _end(run, past)
    else:
        done = {one.id for one in plan.packs[: len(plan.packs) // 2]}
        _answer(job, _only(plan, done), segments, past.answers, brief, pair)
        rows.store_packs(organization_id, lane, [(run.pk, plan.packs)], past.begun_at)
        with connection.cursor() as cursor:
            cursor.execute(_HALFWAY, {"done": list(done), "at": past.begun_at, "run": run.pk})
    return job.pk


def _only(plan: Plan, packs: set[UUID]) -> Plan:
    """The plan with everything outside of these packs taken for known, so that nobody asks it."""
    targets = [
        one if one.origin or one.pack in packs else replace(one, origin="later")
        for one in plan.targets
    ]
    return replace(plan, targets=targets)


def _end(run: Run, past: Past) -> None:
    assert past.ended_after is not None
    with connection.cursor() as cursor:
        cursor.execute(_UNASKED, [run.organization_id, run.job_id])
    state = Run.CANCELLED if past.is_cancelled else Run.FINISHED
    end_at(run, state, past.begun_at + past.ended_after)


def _answer(
    job: Job,
    plan: Plan,
    segments: Sequence[SourceSegment],
    answers: Answers,
    brief: Brief,
    pair: tuple[Language, Language],
) -> None:
    ids = dict(
        Target.objects.filter(organization_id=job.organization_id, job=job, leader=None)
        .values_list("ordinal", "id")
        .order_by("ordinal")
    )
    told: list[dict[str, object]] = []
    findings: list[dict[str, object]] = []
    for ordinal, (one, segment) in enumerate(zip(plan.targets, segments, strict=True)):
        if one.leader is None and not one.origin:
            row, found = _judged(segment, ordinal, answers, brief, pair)
            if row is not None:
                told.append({"id": str(ids[ordinal]), **row})
                findings += [{"lead": str(ids[ordinal]), **each} for each in found]
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWER,
            {
                "organization": job.organization_id,
                "job": job.pk,
                "answers": json.dumps(told, ensure_ascii=False),
                "findings": json.dumps(findings, ensure_ascii=False),
                "check_version": CHECK_VERSION,
            },
        )


def _judged(
    segment: SourceSegment,
    ordinal: int,
    answers: Answers,
    brief: Brief,
    pair: tuple[Language, Language],
) -> tuple[dict[str, object] | None, list[dict[str, object]]]:
    """The target's row, and its findings; no row where the segment was not asked for."""
    source, target = pair
    task = task_of(
        segment.forms, syntax=segment.syntax, flags=segment.flags, source=source, target=target
    )
    found = [answers(form.text, target.code, ordinal) for form in task.wanted]
    given = [one for one in found if one is not None]
    if len(given) < len(found):
        return None, []
    if not all(one.text for one in given):
        failed = {"state": "initial", "sub": "failed", "forms": [], "deliverable": False}
        return failed | {"repaired": False}, []
    judged = judge(task, [one.text for one in given], brief)
    blocked = judged.is_blocked
    row: dict[str, object] = {
        "state": "translated",
        "sub": "needs_review" if blocked else "",
        "forms": list(judged.forms),
        "deliverable": not blocked,
        "repaired": not blocked and any(one.repaired for one in given),
    }
    return row, [{**asdict(one), "evidence": dict(one.evidence)} for one in judged.findings]
