"""The queue as workers see it: claim a pack, read what it carries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from engine.forms import target_forms
from engine.languages import find_source, find_target
from engine.pipeline import PackSegment
from engine.prompts import Context, Neighbour
from engine.values import Brief, Finding, Form, Span, Syntax
from translation.briefs import brief_of
from translation.queries.people import ours

CONTEXT_SENTENCES = 2

_CLAIM = """
with next as (
  select id from translation_pack
   where lane = %(lane)s and state = 'ready' and not paused and ready_at <= now()
   order by tag, id limit 1 for update skip locked
)
update translation_pack p
   set state = 'claimed', owner = %(owner)s, expires_at = now() + %(lease)s * interval '1 second',
       fence = p.fence + 1, attempts = p.attempts + 1
  from next where p.id = next.id
returning p.id, p.organization_id, p.run_id, p.lane, p.tag, p.round, p.segments, p.fence,
          p.attempts, p.retries, p.first_error_at
"""
_BRIEF = """
select r.brief, r.job_id, d.name, d.kind
  from translation_run r
  join translation_job j on j.organization_id = r.organization_id and j.id = r.job_id
  join translation_revision v on v.organization_id = j.organization_id and v.id = j.revision_id
  join translation_document d on d.organization_id = v.organization_id and d.id = v.document_id
 where r.organization_id = %s and r.id = %s and r.state = 'open'
"""
_SEGMENTS = ours("""
select t.id, s.syntax, s.labels, s.forms, s.flags, s.note, t.draft, t.ordinal, t.repeats, ours(t)
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.pack_id = %s
 order by t.ordinal
""")
_FINDINGS = """
select target_id, code, category, severity, blocking, form, spans, evidence
  from translation_finding where organization_id = %s and target_id = any(%s)
"""
_BEFORE = """
select s.forms[1], t.forms[1], t.deliverable
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %s and t.job_id = %s and t.ordinal < %s and t.ordinal >= %s
 order by t.ordinal
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A pack in hand. A commit must name its `fence`."""

    id: UUID
    organization_id: UUID
    run_id: UUID
    lane: str
    tag: int
    round: int
    segments: int
    fence: int
    attempts: int
    retries: int
    first_error_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInput:
    """What a pack carries, ready for the engine. `repeats` by segment id, where there are any.

    What a person has written meanwhile is left out.
    """

    brief: Brief
    context: Context
    segments: Sequence[PackSegment]
    repeats: dict[str, int]


def claim_next(*, lanes: Sequence[str], owner: str, lease_seconds: float) -> Claim | None:
    """Claims the first ready pack, asking lane after lane; None where nothing is ready."""
    with connection.cursor() as cursor:
        for lane in lanes:
            cursor.execute(_CLAIM, {"lane": lane, "owner": owner, "lease": lease_seconds})
            row = cursor.fetchone()
            if row is not None:
                names = (column.name for column in cursor.description)
                return Claim(**dict(zip(names, row, strict=True)))
    return None


def load_pack(claim: Claim, *, whole: bool = True) -> PackInput | None:
    """Reads a claimed pack inside its organization's scope; None where its run has ended.

    Raises RuntimeError where the pack's rows are not those it was stored with; without `whole` it
    gives what rows there are.
    """
    organization_id = claim.organization_id
    with connection.cursor() as cursor:
        cursor.execute(_BRIEF, [organization_id, claim.run_id])
        found = cursor.fetchone()
        if found is None:
            return None
        brief, job_id, name, kind = found
        cursor.execute(_SEGMENTS, [organization_id, claim.id])
        rows = cursor.fetchall()
        if whole and len(rows) != claim.segments:
            raise RuntimeError(f"pack {claim.id}: {len(rows)} of {claim.segments} segments found")
        rows = [row for row in rows if row[9]]
        findings = _findings(cursor, organization_id, rows) if claim.round else {}
        before = _before(cursor, organization_id, job_id, rows) if not claim.round else ()
    frozen = brief_of(_json(brief))
    return PackInput(
        brief=frozen,
        context=Context(title=name if kind == "file" else "", before=before),
        segments=[_segment(row, frozen, findings.get(row[0], ())) for row in rows],
        repeats={str(row[0]): row[8] for row in rows if row[8]},
    )


def _segment(row: Sequence[Any], brief: Brief, findings: tuple[Finding, ...]) -> PackSegment:
    key, syntax, labels, forms, flags, note, draft = row[:7]
    source = tuple(Form(label, text) for label, text in zip(labels, forms, strict=True))
    wanted = target_forms(
        source,
        source=find_source(brief.source),
        target=find_target(brief.target),
        syntax=Syntax(syntax),
    )
    return PackSegment(
        id=str(key),
        syntax=Syntax(syntax),
        forms=wanted,
        flags=tuple(flags),
        note=note,
        draft=tuple(draft),
        findings=findings,
    )


def _findings(
    cursor: Any, organization_id: UUID, rows: Sequence[Sequence[Any]]
) -> dict[UUID, tuple[Finding, ...]]:
    cursor.execute(_FINDINGS, [organization_id, [row[0] for row in rows]])
    found: dict[UUID, tuple[Finding, ...]] = {}
    for target_id, code, category, severity, blocking, form, spans, evidence in cursor.fetchall():
        one = Finding(
            code=code,
            category=category,
            severity=severity,
            blocking=blocking,
            form=form,
            spans=tuple(Span(**span) for span in _json(spans)),
            evidence=_json(evidence),
        )
        found[target_id] = (*found.get(target_id, ()), one)
    return found


def _before(
    cursor: Any, organization_id: UUID, job_id: UUID, rows: Sequence[Sequence[Any]]
) -> tuple[Neighbour, ...]:
    """The sentences before a pack of neighbours, with their translation where accepted."""
    first = rows[0][7] if rows else 0
    if not first:
        return ()
    cursor.execute(_BEFORE, [organization_id, job_id, first, first - CONTEXT_SENTENCES])
    return tuple(
        Neighbour(source=source, target=target if deliverable else None)
        for source, target, deliverable in cursor.fetchall()
    )


def _json(value: Any) -> Any:
    """A jsonb column as Python: Django's connections hand it over as text."""
    return json.loads(value) if isinstance(value, str) else value
