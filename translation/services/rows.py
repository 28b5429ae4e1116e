"""Rows of an intake: laid out for the database, then INSERT ... SELECT under the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from common.bulk import laid_out
from common.ids import uuid7_texts
from engine.sources import SourceSegment
from translation.packing import Plan, PlannedPack

_SEGMENT_COLUMNS = {
    "id": "uuid",
    "ordinal": "int",
    "unit": "int",
    "starts_at": "int",
    "ends_at": "int",
    "key": "text",
    "syntax": "text",
    "flags": "text[]",
    "labels": "text[]",
    "forms": "text[]",
    "context": "text",
    "note": "text",
    "source_key": "uuid",
    "chars": "int",
}
_TARGET_COLUMNS = {
    "id": "uuid",
    "segment_id": "uuid",
    "leader_id": "uuid",
    "pack_id": "uuid",
    "ordinal": "int",
    "state": "text",
    "sub_state": "text",
    "origin": "text",
    "forms": "text[]",
    "deliverable": "bool",
    "repeats": "int",
    "chars": "int",
    "updated_at": "timestamptz",
    "updated_by": "uuid",
}
_INSERT_SEGMENTS = """
insert into translation_segment
  (organization_id, revision_id, id, ordinal, unit, starts_at, ends_at, key, syntax, flags, labels,
   forms, context, note, source_key, chars)
select %s, %s, id, ordinal, unit, starts_at, ends_at, key, syntax, flags, labels,
   forms, context, note, source_key, chars
from {source}
"""
_INSERT_TARGETS = """
insert into translation_target
  (organization_id, job_id, id, segment_id, leader_id, pack_id, ordinal, state, sub_state, origin,
   forms, draft, round, deliverable, repaired, repeats, chars, version, updated_at, updated_by)
select %s, %s, id, segment_id, leader_id, pack_id, ordinal, state, sub_state, origin,
   forms, '{{}}', 0, deliverable, false, repeats, chars, 1, updated_at, updated_by
from {source}
"""
# What was said of a carried text is still true of it.
_CARRY_FINDINGS = """
insert into translation_finding
  (organization_id, id, target_id, code, category, severity, blocking, form, spans, evidence,
   check_version, dismissed_at, dismissed_by)
select f.organization_id, gen_random_uuid(), u.new, f.code, f.category, f.severity, f.blocking,
       f.form, f.spans, f.evidence, f.check_version, f.dismissed_at, f.dismissed_by
  from unnest(%s::uuid[], %s::uuid[]) as u(old, new)
  join translation_finding f on f.organization_id = %s and f.target_id = u.old
"""
# Virtual time is read from the rows: the front of what is claimed, else of what is ready, else
# where everybody's last pack ended.
_FLOW = """
with front as (
  select coalesce(
    (select max(tag) from translation_pack where lane = %(lane)s and state = 'claimed'),
    (select min(tag) from translation_pack where lane = %(lane)s and state = 'ready'),
    (select max(finish) from translation_flow where lane = %(lane)s),
    0) as tag
)
insert into translation_flow as f (lane, organization_id, finish, weight)
select %(lane)s, %(organization)s, tag + %(tokens)s, 1 from front
on conflict (lane, organization_id) do update
  set finish = greatest(f.finish, (select tag from front)) + %(tokens)s / f.weight
returning finish - %(tokens)s / weight, weight
"""
_INSERT_PACKS = """
insert into translation_pack
  (id, organization_id, run_id, lane, tag, tokens, round, segments, state, ready_at, fence,
   attempts, retries, last_error, passed, repaired, needs_review, failed, created_at)
select id, %s, run_id, %s, tag, tokens, 0, segments, 'ready', %s, 0, 0, 0, '', 0, 0, 0, 0, %s
from unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::int[], %s::int[])
  as u(id, run_id, tag, tokens, segments)
"""


def store_segments(
    organization_id: UUID, revision_id: UUID, segments: Sequence[SourceSegment]
) -> list[str]:
    """Stores a revision's segments and returns their ids as text, in order."""
    ids = uuid7_texts(len(segments))
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, _SEGMENT_COLUMNS, _segment_rows(ids, segments))
        insert = _INSERT_SEGMENTS.format(source=source)
        cursor.execute(insert, [organization_id, revision_id, *values])
    return ids


def store_targets(
    organization_id: UUID, job_id: UUID, segment_ids: Sequence[str], plan: Plan
) -> None:
    """Stores a job's targets as planned, one for each segment, and findings of carried ones."""
    ids = uuid7_texts(len(plan.targets))
    carried = [
        (one.carried.target_id, ids[position])
        for position, one in enumerate(plan.targets)
        if one.carried is not None
    ]
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, _TARGET_COLUMNS, _target_rows(ids, segment_ids, plan))
        insert = _INSERT_TARGETS.format(source=source)
        cursor.execute(insert, [organization_id, job_id, *values])
        if carried:
            old, new = zip(*carried, strict=True)
            cursor.execute(_CARRY_FINDINGS, [list(old), list(new), organization_id])


def store_packs(
    organization_id: UUID,
    lane: str,
    plans: Sequence[tuple[UUID, Sequence[PlannedPack]]],
    now: datetime,
) -> None:
    """Stores the packs of several runs, tagged one after the other in the lane's virtual time.

    The flow row is locked here and until the transaction ends: call this last.
    """
    packs = [(run_id, pack) for run_id, planned in plans for pack in planned]
    if not packs:
        return
    with connection.cursor() as cursor:
        tokens = sum(pack.tokens for _, pack in packs)
        base, weight = advance_flow(cursor, organization_id, lane, tokens)
        cursor.execute(
            _INSERT_PACKS,
            [
                organization_id,
                lane,
                now,
                now,
                [pack.id for _, pack in packs],
                [run_id for run_id, _ in packs],
                _tags([pack for _, pack in packs], base, weight),
                [pack.tokens for _, pack in packs],
                [pack.segments for _, pack in packs],
            ],
        )


def advance_flow(cursor: Any, organization_id: UUID, lane: str, tokens: int) -> tuple[int, int]:
    """Books tokens in an organization's flow; where they start in virtual time, and its weight."""
    cursor.execute(_FLOW, {"lane": lane, "organization": organization_id, "tokens": tokens})
    base, weight = cursor.fetchone()
    return base, weight


def _tags(packs: Iterable[PlannedPack], base: int, weight: int) -> list[int]:
    tags: list[int] = []
    before = 0
    for pack in packs:
        tags.append(base + before // weight)
        before += pack.tokens
    return tags


def _segment_rows(
    ids: Sequence[str], segments: Sequence[SourceSegment]
) -> Iterable[tuple[object, ...]]:
    for ordinal, (key, one) in enumerate(zip(ids, segments, strict=True)):
        yield (
            key,
            ordinal,
            one.unit,
            one.starts_at,
            one.ends_at,
            one.key,
            one.syntax.value,
            list(one.flags),
            [form.label for form in one.forms],
            [form.text for form in one.forms],
            one.context,
            one.note,
            one.source_key,
            one.chars,
        )


def _target_rows(
    ids: Sequence[str], segment_ids: Sequence[str], plan: Plan
) -> Iterable[tuple[object, ...]]:
    for ordinal, one in enumerate(plan.targets):
        known, carried = bool(one.origin), one.carried
        yield (
            ids[ordinal],
            segment_ids[ordinal],
            None if one.leader is None else ids[one.leader],
            one.pack,
            ordinal,
            carried.state if carried else "translated" if known else "initial",
            carried.sub_state if carried else "" if known else "queued",
            one.origin,
            list(one.forms),
            carried.deliverable if carried else known,
            one.repeats,
            one.chars,
            carried.updated_at if carried else None,
            carried.updated_by if carried else None,
        )
