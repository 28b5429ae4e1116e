"""Writes what people leave in targets: text, state, history and findings in one statement.

Whatever the number of targets, each is written only where its version is still the one that was
read; the text before stays in the history.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from common.ids import uuid7
from engine.gates import CHECK_VERSION
from engine.values import Finding

_WRITE = """
with input as (
  select * from unnest(%(ids)s::uuid[], %(versions)s::int[], %(forms)s::text[], %(states)s::text[],
                       %(subs)s::text[], %(origins)s::text[], %(deliverable)s::bool[],
                       %(judged)s::bool[])
    as u(id, version, forms, state, sub, origin, deliverable, judged)
), wrote as (
  update translation_target t
     set forms = array(select jsonb_array_elements_text(i.forms::jsonb)), state = i.state,
         sub_state = i.sub, origin = i.origin, deliverable = i.deliverable,
         repaired = t.repaired and i.origin = t.origin, version = t.version + 1,
         updated_at = %(now)s, updated_by = %(user)s
    from input i
   where t.organization_id = %(organization)s and t.id = i.id and t.version = i.version
  returning t.id, i.judged
), history as (
  insert into translation_targetversion
    (organization_id, id, target_id, version, forms, state, sub_state, origin, user_id, written_at)
  select %(organization)s, gen_random_uuid(), o.id, o.version, o.forms, o.state, o.sub_state,
         o.origin, o.updated_by, o.updated_at
    from input i
    join translation_target o
      on o.organization_id = %(organization)s and o.id = i.id and o.version = i.version
    join wrote on wrote.id = o.id
), gone as (
  delete from translation_finding
   where organization_id = %(organization)s
     and target_id in (select id from wrote where judged)
), kept as (
  insert into translation_finding
    (organization_id, id, target_id, code, category, severity, blocking, form, spans, evidence,
     check_version)
  select %(organization)s, id, target_id, code, category, severity, blocking, form, spans,
         evidence, %(check_version)s
    from jsonb_to_recordset(%(findings)s::jsonb)
      as u(id uuid, target_id uuid, code text, category text, severity text, blocking bool,
           form text, spans jsonb, evidence jsonb)
   where target_id in (select id from wrote where judged)
)
select id from wrote
"""
# A run's counts are those of its end; what people settle since then is taken off or added. An open
# run counts for itself when it ends.
_RECOUNT = """
update translation_run
   set needs_review = greatest(needs_review + %s, 0), failed = greatest(failed + %s, 0)
 where organization_id = %s and id = %s and state <> 'open'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One target as it is to be written over `version`.

    `findings` are those of a new text and take the place of all others; None leaves them standing.
    """

    id: UUID
    version: int
    forms: Sequence[str]
    state: str
    sub_state: str
    origin: str
    deliverable: bool
    findings: Sequence[Finding] | None = None


def write(
    organization_id: UUID, user_id: UUID | None, writings: Sequence[Writing], *, now: datetime
) -> set[UUID]:
    """Writes targets in the organization's scope; the ids of those whose version still held."""
    if not writings:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            {
                "organization": organization_id,
                "user": user_id,
                "now": now,
                "check_version": CHECK_VERSION,
                "ids": [one.id for one in writings],
                "versions": [one.version for one in writings],
                "forms": [json.dumps(list(one.forms), ensure_ascii=False) for one in writings],
                "states": [one.state for one in writings],
                "subs": [one.sub_state for one in writings],
                "origins": [one.origin for one in writings],
                "deliverable": [one.deliverable for one in writings],
                "judged": [one.findings is not None for one in writings],
                "findings": json.dumps(_findings(writings), ensure_ascii=False),
            },
        )
        return {key for (key,) in cursor.fetchall()}


def recount(organization_id: UUID, run_id: UUID, *, needs_review: int, failed: int) -> None:
    """Adds to the counts of a run that has ended, so that lists say what is left to do."""
    if needs_review or failed:
        with connection.cursor() as cursor:
            cursor.execute(_RECOUNT, [needs_review, failed, organization_id, run_id])


def _findings(writings: Sequence[Writing]) -> list[dict[str, object]]:
    return [
        {
            **asdict(finding),
            "evidence": dict(finding.evidence),
            "id": str(uuid7()),
            "target_id": str(one.id),
        }
        for one in writings
        for finding in one.findings or ()
    ]
