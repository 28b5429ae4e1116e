"""Writes what became of a claimed pack: one transaction, conditional on the claim's fence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from common.ids import uuid7
from engine.gates import CHECK_VERSION
from engine.languages import find_target
from engine.packs import estimate_tokens, output_tokens
from engine.pipeline import PackOutcome, PackSegment, SegmentOutcome, Verdict, give_up
from engine.values import MAX_PACK_OUTPUT_TOKENS, MAX_PACK_SEGMENTS, Brief, Finding
from translation.models import Pack
from translation.packing import OUTPUT_WEIGHT
from translation.queries.packs import Claim, PackInput
from translation.queries.people import ours

# A gathered pack keeps to the same output bound as any other; its cost counts input as well.
MAX_GATHERED_TOKENS = MAX_PACK_OUTPUT_TOKENS * (OUTPUT_WEIGHT + 1)
_GATHER_TRIES = 5

_COMMIT = ours("""
with fin as (
  update translation_pack
     set state = %(state)s, owner = null, expires_at = null, finished_at = now(),
         passed = %(passed)s, repaired = %(repaired)s, needs_review = %(needs_review)s,
         failed = %(failed)s, last_error = %(error)s
   where id = %(pack)s and state = 'claimed' and fence = %(fence)s
  returning id
), input as (
  select * from unnest(%(ids)s::uuid[], %(states)s::text[], %(subs)s::text[], %(forms)s::text[],
                       %(drafts)s::text[], %(packs)s::uuid[], %(rounds)s::int[],
                       %(deliverable)s::bool[], %(repaired_flags)s::bool[],
                       %(fixes)s::text[])
    as u(id, state, sub, forms, draft, pack, round, deliverable, repaired, fixes)
   where exists (select from fin)
), lead as (
  update translation_target t
     set state = i.state, sub_state = i.sub, pack_id = i.pack, round = i.round,
         origin = case when i.state = 'translated' then 'model' else '' end,
         forms = array(select jsonb_array_elements_text(i.forms::jsonb)),
         draft = array(select jsonb_array_elements_text(i.draft::jsonb)),
         deliverable = i.deliverable, repaired = i.repaired,
         fixes = string_to_array(i.fixes, ','), version = t.version + 1
    from input i
   where t.organization_id = %(organization)s and t.id = i.id and t.pack_id = %(pack)s
     and ours(t)
  returning t.id
), follow as (
  update translation_target f
     set state = i.state, sub_state = i.sub,
         origin = case when i.state = 'translated' then 'repeat' else '' end,
         forms = array(select jsonb_array_elements_text(i.forms::jsonb)),
         deliverable = i.deliverable, fixes = string_to_array(i.fixes, ','),
         version = f.version + 1
    from input i
   where f.organization_id = %(organization)s and f.leader_id = any(%(leaders)s)
     and f.leader_id = i.id and i.pack is null and ours(f)
  returning f.id, f.leader_id
), gone as (
  delete from translation_finding
   where organization_id = %(organization)s and target_id in (select id from lead)
     and %(had_findings)s
), kept as (
  insert into translation_finding
    (organization_id, id, target_id, code, category, severity, blocking, form, spans, evidence,
     check_version)
  select %(organization)s, w.id, w.target_id, code, category, severity, blocking, form, spans,
         evidence, %(check_version)s
    from jsonb_to_recordset(%(findings)s::jsonb)
      as u(id uuid, target_id uuid, code text, category text, severity text, blocking bool,
           form text, spans jsonb, evidence jsonb)
   cross join lateral (
     select u.id, lead.id as target_id from lead where lead.id = u.target_id
     union all
     select gen_random_uuid(), follow.id from follow where follow.leader_id = u.target_id
   ) w
)
select (select count(*) from fin), (select count(*) from lead), (select count(*) from follow)
""")
_HOLD_RUN = """
select id from translation_run where organization_id = %s and id = %s and state = 'open' for share
"""
_HOLD_TARGETS = ours("""
select t.id from translation_target t
 where t.organization_id = %s and t.id = any(%s) and ours(t) for update
""")
_BY_PEOPLE = ours("""
select count(*) from translation_target t
 where t.organization_id = %s and t.id = any(%s) and not ours(t)
""")
_GATHERING = """
select id, segments, tokens from translation_pack
 where run_id = %s and round = %s and state = 'gathering' for update
"""
_GATHER_MORE = """
update translation_pack
   set segments = segments + %s, tokens = tokens + %s,
       state = case when segments + %s >= %s then 'ready' else state end
 where id = %s
"""
_GATHER_FIRST = """
insert into translation_pack
  (id, organization_id, run_id, lane, tag, tokens, round, segments, state, ready_at, fence,
   attempts, retries, last_error, passed, repaired, needs_review, failed, created_at, paused)
select %s, %s, r.id, %s, %s, %s, %s, %s, %s, now(), 0, 0, 0, '', 0, 0, 0, 0, now(),
       r.paused_at is not null
  from translation_run r where r.organization_id = %s and r.id = %s
on conflict (run_id, round) where state = 'gathering' do nothing
returning id
"""


_RETIRE = """
update translation_pack
   set state = 'cancelled', owner = null, expires_at = null, finished_at = now()
 where id = %s and state = 'claimed' and fence = %s
"""


class Fenced(Exception):
    """The pack was taken from us: its lease ran out or it was cancelled. Nothing was written."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One target as it is to be written. `pack` is set where the segment goes on."""

    outcome: SegmentOutcome
    state: str
    sub_state: str
    pack: UUID | None
    round: int
    deliverable: bool
    repaired: bool


def commit_outcome(claim: Claim, pack: PackInput, outcome: PackOutcome) -> None:
    """Writes targets and findings of a pack, and moves what needs another round to its pack.

    Raises Fenced where the claim no longer holds; then nothing was written.
    """
    again = [one for one in outcome.outcomes if one.verdict is Verdict.RETRY]
    with organization_scope(claim.organization_id), connection.cursor() as cursor:
        onward = _move_on(cursor, claim, pack, again, outcome) if again else {}
        rows = [
            _row(one, claim, outcome.next_round, onward)
            for one in outcome.outcomes
            if one.verdict is not Verdict.RETRY or one.id in onward
        ]
        _write(cursor, claim, pack, rows, state=Pack.DONE, error="")


def commit_failure(claim: Claim, pack: PackInput, code: str) -> None:
    """Ends a pack nothing more is asked for: drafts stand, the rest has failed. Raises Fenced.

    A pack of which people have written every segment ends without a failure.
    """
    rows = [
        replace(row, sub_state="failed") if row.sub_state == "refused" else row
        for row in (_row(one, claim, claim.round, {}) for one in give_up(pack.segments))
    ]
    state = Pack.FAILED if any(row.sub_state == "failed" for row in rows) else Pack.DONE
    with organization_scope(claim.organization_id), connection.cursor() as cursor:
        _write(cursor, claim, pack, rows, state=state, error=code)


def retire(claim: Claim) -> None:
    """Takes a claimed pack whose run has ended out of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(_RETIRE, [claim.id, claim.fence])


def hold(cursor: Any, claim: Claim, segments: Sequence[PackSegment]) -> Sequence[PackSegment]:
    """Keeps the run open and people away from these segments until the transaction ends.

    Returns those no person has written meanwhile. Raises Fenced where the run has ended. Whoever
    moves segments to another pack needs both: a cancel must see the pack, and its count must hold.
    """
    cursor.execute(_HOLD_RUN, [claim.organization_id, claim.run_id])
    if cursor.fetchone() is None:
        raise Fenced
    cursor.execute(_HOLD_TARGETS, [claim.organization_id, [UUID(one.id) for one in segments]])
    ours = {str(key) for (key,) in cursor.fetchall()}
    return [one for one in segments if one.id in ours]


def _row(one: SegmentOutcome, claim: Claim, next_round: int, onward: Mapping[str, UUID]) -> _Row:
    match one.verdict:
        case Verdict.PASSED:
            repaired = claim.round > 0
            return _Row(
                one, "translated", "", None, claim.round, deliverable=True, repaired=repaired
            )
        case Verdict.HELD:
            return _Row(
                one,
                "translated",
                "needs_review",
                None,
                claim.round,
                deliverable=False,
                repaired=False,
            )
        case Verdict.REFUSED:
            return _Row(
                one, "initial", "refused", None, claim.round, deliverable=False, repaired=False
            )
    return _Row(
        one, "initial", "queued", onward[one.id], next_round, deliverable=False, repaired=False
    )


def _write(
    cursor: Any, claim: Claim, pack: PackInput, rows: Sequence[_Row], *, state: str, error: str
) -> None:
    counts = _counts(rows, pack.repeats)
    cursor.execute(
        _COMMIT,
        {
            "state": state,
            "error": error,
            "pack": claim.id,
            "fence": claim.fence,
            "organization": claim.organization_id,
            "check_version": CHECK_VERSION,
            "ids": [row.outcome.id for row in rows],
            "states": [row.state for row in rows],
            "subs": [row.sub_state for row in rows],
            "forms": [_texts(row.outcome.forms if row.pack is None else ()) for row in rows],
            "drafts": [_texts(row.outcome.draft if row.pack else ()) for row in rows],
            "packs": [row.pack for row in rows],
            "rounds": [row.round for row in rows],
            "deliverable": [row.deliverable for row in rows],
            "repaired_flags": [row.repaired for row in rows],
            "fixes": [",".join(row.outcome.fixes) for row in rows],
            "leaders": list(pack.repeats),
            "had_findings": claim.round > 0,
            "findings": json.dumps(_findings(rows)),
            **counts,
        },
    )
    fenced, written, _ = cursor.fetchone()
    if not fenced:
        raise Fenced
    if written != len(rows):
        _allow_only_people(cursor, claim, pack, written)


def _allow_only_people(cursor: Any, claim: Claim, pack: PackInput, written: int) -> None:
    """Fewer rows may be written than were read only where people wrote some meanwhile."""
    cursor.execute(_BY_PEOPLE, [claim.organization_id, [UUID(one.id) for one in pack.segments]])
    by_people = cursor.fetchone()[0]
    if written + by_people != len(pack.segments):
        raise RuntimeError(f"pack {claim.id}: {written} of {len(pack.segments)} segments written")


def _counts(rows: Sequence[_Row], repeats: Mapping[str, int]) -> dict[str, int]:
    counts = {"passed": 0, "repaired": 0, "needs_review": 0, "failed": 0}
    for row in rows:
        if row.pack is not None:
            continue
        if row.sub_state == "needs_review":
            name = "needs_review"
        elif row.state == "initial":
            name = "failed"
        else:
            name = "repaired" if row.repaired else "passed"
        counts[name] += 1 + repeats.get(row.outcome.id, 0)
    return counts


def _texts(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _findings(rows: Sequence[_Row]) -> list[dict[str, object]]:
    return [
        {"id": str(uuid7()), "target_id": row.outcome.id, **_finding(one)}
        for row in rows
        for one in row.outcome.findings
    ]


def _finding(one: Finding) -> dict[str, object]:
    stored = asdict(one)
    stored["evidence"] = dict(one.evidence)
    return stored


def _move_on(
    cursor: Any,
    claim: Claim,
    pack: PackInput,
    again: Sequence[SegmentOutcome],
    outcome: PackOutcome,
) -> dict[str, UUID]:
    """The pack each unfinished segment joins: its half after a refusal, else its round's."""
    moving = {one.id for one in again}
    segments = hold(cursor, claim, [one for one in pack.segments if one.id in moving])
    if not segments:
        return {}
    if outcome.split:
        return split_rows(cursor, claim, pack.brief, segments)
    tokens = _tokens(segments, pack.brief)
    joined = _gather(cursor, claim, len(segments), tokens, outcome.next_round)
    return {one.id: joined for one in segments}


def split_rows(
    cursor: Any, claim: Claim, brief: Brief, segments: Sequence[PackSegment]
) -> dict[str, UUID]:
    """Stores two packs of the same round for the halves of a pack; the pack of each segment."""
    middle = (len(segments) + 1) // 2
    joined: dict[str, UUID] = {}
    for half in (segments[:middle], segments[middle:]):
        if half:
            made = _insert(cursor, claim, len(half), _tokens(half, brief), claim.round, "ready")
            if made is None:
                raise RuntimeError(f"pack {claim.id}: a half could not be stored")
            joined.update((one.id, made) for one in half)
    return joined


def _gather(cursor: Any, claim: Claim, segments: int, tokens: int, round_number: int) -> UUID:
    """Adds segments to the run's pack of this round; it becomes ready when it is full.

    In the interactive lane nothing is gathered: somebody waits.
    """
    if claim.lane == "interactive":
        made = _insert(cursor, claim, segments, tokens, round_number, "ready")
        if made is not None:
            return made
    for _ in range(_GATHER_TRIES):
        cursor.execute(_GATHERING, [claim.run_id, round_number])
        found = cursor.fetchone()
        if found is not None:
            key, had, weight = found
            if had + segments <= MAX_PACK_SEGMENTS and weight + tokens <= MAX_GATHERED_TOKENS:
                cursor.execute(_GATHER_MORE, [segments, tokens, segments, MAX_PACK_SEGMENTS, key])
                return UUID(str(key))
            cursor.execute("update translation_pack set state = 'ready' where id = %s", [key])
        state = "ready" if segments >= MAX_PACK_SEGMENTS else "gathering"
        made = _insert(cursor, claim, segments, tokens, round_number, state)
        if made is not None:
            return made
    raise RuntimeError(f"run {claim.run_id}: no pack of round {round_number} to gather into")


def _insert(
    cursor: Any, claim: Claim, segments: int, tokens: int, round_number: int, state: str
) -> UUID | None:
    key = uuid7()
    # The caller holds the run: a pause waits for us, or we see it.
    values = [key, claim.organization_id, claim.lane, claim.tag, tokens, round_number, segments]
    cursor.execute(_GATHER_FIRST, [*values, state, claim.organization_id, claim.run_id])
    return key if cursor.fetchone() else None


def _tokens(segments: Sequence[PackSegment], brief: Brief) -> int:
    expansion = find_target(brief.target).expansion
    texts = [[form.text for form in one.forms] for one in segments]
    asked = sum(estimate_tokens(text) for forms in texts for text in forms)
    return asked + OUTPUT_WEIGHT * sum(output_tokens(forms, expansion) for forms in texts)
