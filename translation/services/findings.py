"""Says that a finding is no error, and takes that back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotFound
from translation.models import Target
from translation.queries.editor import counts_of
from translation.queries.rows import FoundRow, Row, rows_of
from translation.services.targets import Saved, job_of, recounted
from translation.services.writing import Writing, write

# What these report breaks the file or leaves a hole in it, whatever anybody thinks of it.
CERTAIN: Final = frozenset({"segment_count", "empty_target", "placeholder_set", "tag_set"})

_TARGET_OF = "select target_id from translation_finding where organization_id = %s and id = %s"
_DISMISS = """
with changed as (
  update translation_finding
     set dismissed_at = case when %(dismissed)s then %(now)s end,
         dismissed_by = case when %(dismissed)s then %(user)s::uuid end
   where organization_id = %(organization)s and id = %(finding)s
     and (dismissed_at is not null) <> %(dismissed)s
  returning target_id
)
-- Written as it is, so that whoever asks for changes is told of the target.
update translation_target t set version = t.version
  from changed where t.organization_id = %(organization)s and t.id = changed.target_id
"""


def dismiss_finding(*, actor: Actor, finding_id: UUID, dismissed: bool) -> Saved:
    """Takes a finding out of the count, or back into it. Repeating it changes nothing.

    A target that only this finding held back is delivered from then on. Raises NotFound, Invalid
    for a finding that cannot be wrong, and Conflict for what is final.
    """
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        with connection.cursor() as cursor:
            cursor.execute(_TARGET_OF, [organization_id, finding_id])
            found = cursor.fetchone()
        if found is None:
            raise NotFound(
                "finding_not_found", "This finding is gone: the text was changed meanwhile."
            )
        job = job_of(organization_id, found[0])
        [row] = rows_of(job, "t.id = %s", [found[0]])
        finding = next(one for one in row.findings if one.id == finding_id)
        _check(row, finding, dismissed)
        with connection.cursor() as cursor:
            cursor.execute(
                _DISMISS,
                {
                    "organization": organization_id,
                    "finding": finding_id,
                    "dismissed": dismissed,
                    "now": timezone.now(),
                    "user": actor.user_id,
                },
            )
        if finding.finding.blocking and finding.is_dismissed != dismissed:
            writing = _standing(row, finding, dismissed)
            if write(organization_id, actor.user_id, [writing], now=timezone.now()):
                recounted(job, [row], writing)
        [row] = rows_of(job, "t.id = %s", [row.id])
        return Saved(job_id=job.id, row=row, counts=counts_of(organization_id, job.id))


def _check(row: Row, found: FoundRow, dismissed: bool) -> None:
    if row.state == Target.FINAL and found.finding.blocking:
        raise Conflict("target_locked", "This segment is final. Unconfirm it first.")
    if dismissed and found.finding.blocking and found.finding.code in CERTAIN:
        raise Invalid(
            "finding_certain",
            "This check is certain: the file would break. Change the text instead.",
        )


def _standing(row: Row, changed: FoundRow, dismissed: bool) -> Writing:
    """The target with what now holds it back, or nothing any more."""
    others = any(
        one.finding.blocking and not one.is_dismissed
        for one in row.findings
        if one.id != changed.id
    )
    is_held = others or not dismissed
    state = Target.TRANSLATED if is_held else row.state
    return Writing(
        id=row.id,
        version=row.version,
        forms=row.forms,
        state=state,
        sub_state=Target.NEEDS_REVIEW if is_held else "",
        origin=row.origin,
        deliverable=not is_held,
    )
