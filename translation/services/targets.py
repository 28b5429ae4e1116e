"""What a person does with one target: write, confirm, approve, take back, hand on to repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.services import Actor, Permission, require
from accounts.tenancy import organization_scope
from common.errors import Conflict, DomainError, Invalid, NotFound, TooLarge
from common.rest.tags import changed
from engine.characters import storable
from engine.values import Finding
from engine.written import Judged, judge
from translation.models import Target
from translation.queries.editor import counts_of
from translation.queries.facts import JobFacts, job_facts
from translation.queries.rows import Row, rows_of
from translation.services.writing import Writing, recount, write

MAX_TEXT_CHARS: Final = 50_000

_JOB_OF = "select job_id from translation_target where organization_id = %s and id = %s"
_SAVED_BEFORE = """
select exists (select from translation_targetversion
                where organization_id = %s and target_id = %s and version = %s and user_id = %s
                  and forms = %s)
"""


class Action(StrEnum):
    """What a person does with a target besides writing its text."""

    SAVE = "save"
    CONFIRM = "confirm"
    APPROVE = "approve"
    UNCONFIRM = "unconfirm"
    NEEDS_WORK = "needs_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The target as it now stands, and why what was asked was not done, or not wholly."""

    job_id: UUID
    row: Row
    counts: dict[str, int]
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class _Wish:
    forms: Sequence[str] | None
    version: int
    action: Action
    draft_id: str


def save_target(
    *,
    actor: Actor,
    target_id: UUID,
    version: int,
    action: Action,
    forms: Sequence[str] | None = None,
    draft_id: str = "",
) -> Saved:
    """Writes a text over the version its writer saw, and does what was asked with it.

    Gates look at the text at once. Without `forms` the text stays. What was written meanwhile is
    never written over: the refusal then is `target_changed`, with the row as it is. A call that is
    repeated under its `draft_id`, because its answer was lost, writes nothing twice. Confirming
    what a gate holds back saves the text and refuses the rest. Raises NotFound, NotAllowed or
    Invalid.
    """
    with organization_scope(actor.organization_id):
        job = job_of(actor.organization_id, target_id)
        [row] = rows_of(job, "t.id = %s", [target_id])
        _require_right(actor, row, action)
        wish = _Wish(forms, version, action, draft_id)
        refusal = _step(actor, job, row, wish)
        if refusal is not None and refusal.code == "target_changed":
            # Perhaps by the same call a moment ago: the row as it is now tells.
            [row] = rows_of(job, "t.id = %s", [target_id])
            refusal = _step(actor, job, row, wish)
        [row] = rows_of(job, "t.id = %s", [target_id])
        return Saved(
            job_id=job.id,
            row=row,
            counts=counts_of(actor.organization_id, job.id),
            refusal=refusal,
        )


def edit_target(
    *,
    actor: Actor,
    target_id: UUID,
    version: int,
    action: Action,
    forms: Sequence[str] | None = None,
) -> None:
    """As `save_target`, but whole or not at all: what is refused leaves the target as it was.

    Raises NotFound, NotAllowed, Invalid, Conflict, and PreconditionFailed for another version.
    """
    with organization_scope(actor.organization_id):
        refusal = save_target(
            actor=actor, target_id=target_id, version=version, action=action, forms=forms
        ).refusal
        if refusal is None:
            return
        if refusal.code == "target_changed":
            raise changed()
        if refusal.code == "blocking_finding":
            raise Invalid(
                "blocking_finding",
                "A check holds this text back, so it cannot be confirmed. Put right what the check"
                " names, or save it without confirming. Nothing was stored.",
                detail=refusal.detail,
            )
        raise refusal


def job_of(organization_id: UUID, target_id: UUID) -> JobFacts:
    """The job of a target, inside its organization's scope; raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB_OF, [organization_id, target_id])
        found = cursor.fetchone()
    if found is None:
        raise NotFound("segment_not_found", "There is no such segment. It may have been deleted.")
    return job_facts(organization_id, found[0])


def checked(forms: Sequence[str], row: Row) -> Sequence[str]:
    """The texts, known to be storable and as many as the target has forms; raises Invalid."""
    if len(forms) != len(row.task.wanted):
        raise Invalid(
            "forms_mismatch",
            f"This segment takes {len(row.task.wanted)} wordings in its language, one for each"
            " plural category. Reload the page and write them again.",
            detail={"labels": [form.label for form in row.task.wanted]},
        )
    if not all(map(storable, forms)):
        raise Invalid(
            "text_unreadable",
            "The text holds a character that is no Unicode text. Type it anew instead of pasting.",
        )
    most = max(MAX_TEXT_CHARS, 3 * sum(len(form.text) for form in row.task.wanted))
    if sum(map(len, forms)) > most:
        raise TooLarge(
            "text_too_long",
            f"This segment takes at most {most:,} characters. Shorten the text.",
            detail={"limit": most},
        )
    return forms


def decide(
    row: Row, judged: Judged | None, action: Action
) -> tuple[Writing | None, DomainError | None]:
    """What to write of a new text, if there is one, and what of the wish is refused."""
    findings = _standing(row) if judged is None else judged.findings
    blocking = next((one for one in findings if one.blocking), None)
    if row.state == Target.FINAL and action is not Action.UNCONFIRM:
        done = action is Action.APPROVE and judged is None
        return None, None if done else _locked()
    has_text = judged is not None or bool(row.forms)
    state, sub_state, refusal = _state(row, action, blocking, has_text, judged is not None)
    if judged is None and (state, sub_state) == (row.state, row.sub_state):
        return None, refusal
    if not has_text:
        return None, refusal
    return (
        Writing(
            id=row.id,
            version=row.version,
            forms=judged.forms if judged else row.forms,
            state=state,
            sub_state=sub_state,
            origin=Target.PERSON if judged else row.origin,
            deliverable=blocking is None,
            findings=judged.findings if judged else None,
        ),
        refusal,
    )


def recounted(job: JobFacts, before: Sequence[Row], after: Writing) -> None:
    """Corrects the counts of the job's ended run for rows that were all written alike."""
    review, failed = _weight(after.state, after.sub_state)
    weights = [_weight(row.state, row.sub_state) for row in before]
    recount(
        job.organization_id,
        job.run_id,
        needs_review=sum(review - one[0] for one in weights),
        failed=sum(failed - one[1] for one in weights),
    )


def _weight(state: str, sub_state: str) -> tuple[int, int]:
    """What a target adds to a run's counts of what needs review and what failed."""
    return int(sub_state == Target.NEEDS_REVIEW), int(state == Target.INITIAL)


def _require_right(actor: Actor, row: Row, action: Action) -> None:
    if action is Action.APPROVE or (action is Action.UNCONFIRM and row.state == Target.FINAL):
        require(actor, Permission.REVIEW_APPROVE)


def _judged(job: JobFacts, row: Row, forms: Sequence[str] | None) -> Judged | None:
    """The new text with its findings; None where the text is the one the target holds."""
    if forms is None:
        return None
    checked(forms, row)
    if not row.forms and not any(text.strip() for text in forms):
        return None
    judged = judge(row.task, forms, job.brief)
    return None if judged.forms == row.forms else judged


def _step(actor: Actor, job: JobFacts, row: Row, wish: _Wish) -> DomainError | None:
    """Does what was asked with the row as it was read; what stood in the way, if anything did."""
    judged = _judged(job, row, wish.forms)
    if row.version != wish.version and not _is_harmless(actor, row, judged, wish):
        forms = judged.forms if judged else row.forms
        return None if _was_saved_before(actor, row, forms, wish) else _changed()
    writing, refusal = decide(row, judged, wish.action)
    if writing is None:
        return refusal
    if not write(actor.organization_id, actor.user_id, [writing], now=timezone.now()):
        return _changed()
    recounted(job, [row], writing)
    return refusal


def _is_harmless(actor: Actor, row: Row, judged: Judged | None, wish: _Wish) -> bool:
    """Whether the newer version holds no text of others: none at all, or this person's very own."""
    if not row.forms and row.updated_by is None:
        return True
    is_next = row.version == wish.version + 1 and row.updated_by == actor.user_id
    is_same = judged is None and (wish.forms is not None or bool(wish.draft_id))
    return is_next and is_same


def _was_saved_before(actor: Actor, row: Row, forms: Sequence[str], wish: _Wish) -> bool:
    """Whether this call had been carried out, and the person has written on since."""
    if not wish.draft_id or wish.forms is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _SAVED_BEFORE,
            [actor.organization_id, row.id, wish.version + 1, actor.user_id, list(forms)],
        )
        return bool(cursor.fetchone()[0])


def _state(
    row: Row, action: Action, blocking: Finding | None, has_text: bool, is_new: bool
) -> tuple[str, str, DomainError | None]:
    """The state after an action, its sub-state, and the refusal of a confirmation."""
    held = Target.NEEDS_REVIEW if blocking else ""
    if not has_text:
        confirms = action in {Action.CONFIRM, Action.APPROVE}
        return row.state, row.sub_state, _nothing_to_confirm() if confirms else None
    match action:
        case Action.CONFIRM | Action.APPROVE if blocking is not None:
            return Target.TRANSLATED, held, _held_back(blocking)
        case Action.CONFIRM:
            return Target.REVIEWED, "", None
        case Action.APPROVE:
            return Target.FINAL, "", None
        case Action.NEEDS_WORK:
            return Target.TRANSLATED, Target.NEEDS_REVIEW, None
        case Action.UNCONFIRM:
            was_confirmed = row.state in {Target.REVIEWED, Target.FINAL}
            kept = row.sub_state if not (was_confirmed or is_new) else held
            return Target.TRANSLATED, kept, None
    if not is_new:
        return row.state, row.sub_state, None
    # Somebody's wish for more work outlives a change of the text; a gate's goes with its cause.
    flagged = row.sub_state == Target.NEEDS_REVIEW and not any(
        one.blocking for one in _standing(row)
    )
    return Target.TRANSLATED, Target.NEEDS_REVIEW if flagged else held, None


def _standing(row: Row) -> tuple[Finding, ...]:
    return tuple(one.finding for one in row.findings if not one.is_dismissed)


def _held_back(finding: Finding) -> Invalid:
    return Invalid(
        "blocking_finding",
        "The text is saved, but not confirmed: a check holds it back. Put right what it names.",
        detail={"finding": finding.code},
    )


def _nothing_to_confirm() -> Invalid:
    return Invalid("nothing_to_confirm", "There is no translation to confirm yet. Write one first.")


def _changed() -> Conflict:
    return Conflict(
        "target_changed",
        "This segment was changed meanwhile. Compare both texts and keep one.",
    )


def _locked() -> Conflict:
    return Conflict("target_locked", "This segment is final. Unconfirm it first, then change it.")
