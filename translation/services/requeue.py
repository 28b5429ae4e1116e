"""Gives a claimed pack back: to wait, to be split, or to be failed."""

from __future__ import annotations

import random
from datetime import datetime

import structlog
from django.db import connection

from accounts.tenancy import organization_scope
from engine.ports import ModelError
from engine.schedule import GiveUp, Hold, Split, Wait, next_step
from engine.values import ModelErrorKind
from translation.queries.packs import Claim, PackInput
from translation.queries.people import ours
from translation.services.commit import Fenced, commit_failure, hold, split_rows

log = structlog.get_logger(__name__)

# Longer waits leave the index of ready packs; the sweep brings them back.
SHORT_WAIT_SECONDS = 30.0

_WAIT = """
update translation_pack
   set state = %(state)s, ready_at = now() + %(seconds)s * interval '1 second', owner = null,
       expires_at = null, attempts = 0, retries = retries + %(counts)s,
       first_error_at = coalesce(first_error_at, now()), last_error = %(error)s
 where id = %(id)s and state = 'claimed' and fence = %(fence)s
"""
_SPLIT = """
update translation_pack set state = 'done', owner = null, expires_at = null, finished_at = now(),
       last_error = 'split'
 where id = %s and state = 'claimed' and fence = %s
"""
_MOVE = ours("""
update translation_target t set pack_id = u.pack
  from unnest(%s::uuid[], %s::uuid[]) as u(id, pack)
 where t.organization_id = %s and t.id = u.id and t.pack_id = %s and ours(t)
""")


def after_error(claim: Claim, pack: PackInput, error: ModelError, *, now: datetime) -> None:
    """Takes the step the schedule names for a model error. Raises Fenced."""
    since = claim.first_error_at or now
    step = next_step(
        error.kind,
        retries=claim.retries,
        retry_after=error.retry_after,
        failing_seconds=(now - since).total_seconds(),
        segments=len(pack.segments),
        draw=random.random(),  # noqa: S311 - jitter, not a secret
    )
    log.info("pack.model_error", pack_id=str(claim.id), kind=error.kind.value, step=str(step))
    match step:
        case Wait(seconds):
            counts = error.kind is not ModelErrorKind.RATE_LIMITED
            _wait(claim, seconds, error.kind.value, counts=counts)
        case Hold(seconds, code):
            log.error("pack.held", pack_id=str(claim.id), code=code)
            _wait(claim, seconds, code, counts=False)
        case Split():
            _split(claim, pack)
        case GiveUp(code):
            commit_failure(claim, pack, code)


def _wait(claim: Claim, seconds: float, error: str, *, counts: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _WAIT,
            {
                "state": "waiting" if seconds > SHORT_WAIT_SECONDS else "ready",
                "seconds": seconds,
                "counts": int(counts),
                "error": error,
                "id": claim.id,
                "fence": claim.fence,
            },
        )
        if not cursor.rowcount:
            raise Fenced


def _split(claim: Claim, pack: PackInput) -> None:
    with organization_scope(claim.organization_id), connection.cursor() as cursor:
        segments = hold(cursor, claim, pack.segments)
        cursor.execute(_SPLIT, [claim.id, claim.fence])
        if not cursor.rowcount:
            raise Fenced
        joined = split_rows(cursor, claim, pack.brief, segments)
        cursor.execute(
            _MOVE, [list(joined), list(joined.values()), claim.organization_id, claim.id]
        )
