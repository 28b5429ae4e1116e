"""Hands a person's text on to the segments that repeat its source."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid
from translation.models import Target
from translation.queries.editor import MAX_ROWS, counts_of
from translation.queries.rows import Row, rows_of
from translation.services.targets import job_of, recounted
from translation.services.writing import Writing, write

# Repeats no person has written or confirmed; what was handed on before may be handed on anew.
_REPEATS = """s.source_key = %s and t.id <> %s and t.origin <> 'person'
   and t.state in ('initial', 'translated') order by t.ordinal"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagated:
    """How many repeats took the text, the first of them, and the job's counts."""

    changed: int
    rows: list[Row]
    counts: dict[str, int]


def propagate(*, actor: Actor, target_id: UUID, version: int) -> Propagated:
    """Copies a target's text to its repeats in the job. What people wrote or confirmed stays.

    Raises NotFound, Conflict where the target is no longer what its reader saw, and Invalid where
    a check holds its text back.
    """
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        job = job_of(organization_id, target_id)
        [row] = rows_of(job, "t.id = %s", [target_id])
        if row.version != version:
            raise Conflict(
                "target_changed",
                "This segment was changed meanwhile. Look at it once more, then hand it on.",
            )
        if not row.delivered:
            raise Invalid(
                "blocking_finding",
                "A check holds this text back. Put right what it names, then hand it on.",
            )
        found = rows_of(job, _REPEATS, [row.source_key, row.id])
        repeats = [one for one in found if one.forms != row.forms or not one.delivered]
        written = write(
            organization_id,
            actor.user_id,
            [_copy(row, one) for one in repeats],
            now=timezone.now(),
        )
        recounted(job, [one for one in repeats if one.id in written], _copy(row, row))
        shown = [one.id for one in repeats if one.id in written][:MAX_ROWS]
        return Propagated(
            changed=len(written),
            rows=rows_of(job, "t.id = any(%s) order by t.ordinal", [shown]) if shown else [],
            counts=counts_of(organization_id, job.id),
        )


def _copy(row: Row, repeat: Row) -> Writing:
    return Writing(
        id=repeat.id,
        version=repeat.version,
        forms=row.forms,
        state=Target.TRANSLATED,
        sub_state="",
        origin=Target.REPEAT,
        deliverable=True,
        findings=[one.finding for one in row.findings if not one.is_dismissed],
    )
