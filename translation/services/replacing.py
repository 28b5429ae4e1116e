"""Searches a job's translations and replaces, with a look at it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.errors import Invalid, Malformed
from engine.characters import storable
from engine.replacing import Replacement, Search, replaced
from engine.values import Syntax
from engine.written import judge
from translation.models import Target
from translation.queries.editor import MAX_ROWS, counts_of
from translation.queries.facts import JobFacts, job_facts
from translation.queries.rows import Row, rows_of
from translation.services.targets import Action, decide, recounted
from translation.services.writing import Writing, write

MAX_FIND: Final = 500
MAX_REPLACE: Final = 5_000
MAX_APPLIED: Final = 1_000

_HOLDING = """
select t.id, t.forms, s.syntax, s.flags
  from translation_target t
  join translation_segment s on s.organization_id = t.organization_id and s.id = t.segment_id
 where t.organization_id = %(organization)s and t.job_id = %(job)s and t.state <> 'final'
   and strpos({shown}, %(find)s) > 0
 order by t.ordinal
"""
_TEXT = "array_to_string(t.forms, chr(10))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One form of a segment with something to replace."""

    row: Row
    label: str
    replacement: Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many places there are in all, and the first segments with some."""

    matches: int
    hits: list[Hit] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """How many segments were changed and how many were not, and the changed ones."""

    changed: int
    skipped: int
    rows: list[Row]
    counts: dict[str, int]


def preview(*, actor: Actor, job_id: UUID, search: Search, replacement: str) -> Preview:
    """What a replacement would do, in at most 200 segments; nothing is written.

    Final segments are left out. Raises NotFound, Invalid.
    """
    _check(search, replacement)
    with organization_scope(actor.organization_id):
        job = job_facts(actor.organization_id, job_id)
        counts = _matches(job, search)
        shown = [key for key, count in counts.items() if count][:MAX_ROWS]
        rows = rows_of(job, "t.id = any(%s) order by t.ordinal", [shown])
    return Preview(
        matches=sum(counts.values()),
        hits=[hit for row in rows for hit in _hits(row, search, replacement)],
    )


def apply(
    *,
    actor: Actor,
    job_id: UUID,
    search: Search,
    replacement: str,
    versions: Mapping[UUID, int],
) -> Applied:
    """Replaces in these segments, each only where it is still at the version named.

    Gates look at every new text, and the history keeps the one before. Raises NotFound, Invalid,
    and Malformed for more than 1,000 segments.
    """
    _check(search, replacement)
    if len(versions) > MAX_APPLIED:
        raise Malformed(
            "too_many_rows",
            f"Replace in at most {MAX_APPLIED:,} segments at once.",
            detail={"limit": MAX_APPLIED},
        )
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        job = job_facts(organization_id, job_id)
        found = rows_of(job, "t.id = any(%s) order by t.ordinal", [list(versions)])
        current = [row for row in found if row.version == versions[row.id]]
        writings = {
            writing.id: writing
            for row in current
            if (writing := _writing(job, row, search, replacement)) is not None
        }
        written = write(organization_id, actor.user_id, list(writings.values()), now=timezone.now())
        for row in current:
            if row.id in written:
                recounted(job, [row], writings[row.id])
        shown = [row.id for row in current if row.id in written][:MAX_ROWS]
        return Applied(
            changed=len(written),
            skipped=len(versions) - len(written),
            rows=rows_of(job, "t.id = any(%s) order by t.ordinal", [shown]),
            counts=counts_of(organization_id, job.id),
        )


def _check(search: Search, replacement: str) -> None:
    if not search.find or len(search.find) > MAX_FIND or len(replacement) > MAX_REPLACE:
        raise Invalid(
            "search_invalid",
            f"Type what to find, up to {MAX_FIND} characters, and what to put in its place, up to"
            f" {MAX_REPLACE:,}.",
        )
    if not storable(search.find) or not storable(replacement):
        raise Invalid("text_unreadable", "The text holds a character that is no Unicode text.")


def _matches(job: JobFacts, search: Search) -> dict[UUID, int]:
    """Segments that hold what is looked for in their prose, in order, with how often."""
    shown = _TEXT if search.case else f"lower({_TEXT})"
    find = search.find if search.case else search.find.lower()
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLDING.format(shown=shown),
            {"organization": job.organization_id, "job": job.id, "find": find},
        )
        return {
            key: _count(forms, search, Syntax(syntax), flags)
            for key, forms, syntax, flags in cursor.fetchall()
        }


def _count(forms: Sequence[str], search: Search, syntax: Syntax, flags: Sequence[str]) -> int:
    found = (replaced(text, search, "", syntax, flags) for text in forms)
    return sum(len(one.spans) for one in found if one is not None)


def _hits(row: Row, search: Search, replacement: str) -> list[Hit]:
    return [
        Hit(row=row, label=form.label, replacement=found)
        for form, text in zip(row.task.wanted, row.forms, strict=False)
        if (found := replaced(text, search, replacement, row.task.syntax, row.task.flags))
    ]


def _writing(job: JobFacts, row: Row, search: Search, replacement: str) -> Writing | None:
    if row.state == Target.FINAL or len(row.forms) != len(row.task.wanted):
        return None
    hits: dict[str, Any] = {hit.label: hit for hit in _hits(row, search, replacement)}
    if not hits:
        return None
    texts = [
        hits[form.label].replacement.after if form.label in hits else text
        for form, text in zip(row.task.wanted, row.forms, strict=True)
    ]
    judged = judge(row.task, texts, job.brief)
    if judged.forms == row.forms:
        return None
    return decide(row, judged, Action.SAVE)[0]
