"""The drain loop: claim a pack, work on it outside any transaction, commit, go on."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts.tenancy import organization_scope
from claude import services as claude
from common import queue, telemetry
from engine.pipeline import attempt
from engine.ports import ModelError
from translation.queries.packs import Claim, PackInput, claim_next, load_pack
from translation.services import ending
from translation.services.commit import Fenced, commit_failure, commit_outcome, retire
from translation.services.heartbeat import Heartbeat
from translation.services.requeue import after_error

log = structlog.get_logger(__name__)

LANES = ("interactive", "standard", "bulk")
LOOP_SECONDS = 300.0
MAX_ATTEMPTS = 5
COMMIT_PATIENCE_SECONDS = 600.0
_COMMIT_RETRY_SECONDS = 0.5

# Process ids come back; the host and a random part keep owners apart.
OWNER = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"

heartbeat = Heartbeat(
    lease_seconds=settings.PACK_LEASE_SECONDS, every_seconds=settings.PACK_HEARTBEAT_SECONDS
)


def drain(lane: str, *, stop: threading.Event) -> int:
    """Works until nothing is ready, five minutes have passed or `stop` is set; how many packs.

    A loop that finds work wakes two more, so that one nudge fills all threads.
    """
    queue.clear_nudge(lane)
    ends_at = time.monotonic() + LOOP_SECONDS
    done = 0
    while not stop.is_set() and time.monotonic() < ends_at:
        claim = claim_next(lanes=LANES, owner=OWNER, lease_seconds=settings.PACK_LEASE_SECONDS)
        if claim is None:
            break
        if not done:
            queue.spread(lane, 2)
        _work_safely(claim)
        done += 1
    connection.close()
    return done


def _work_safely(claim: Claim) -> None:
    """One pack's fault must not end the loop: its lease runs out, and five claims are the most."""
    ids = {"run_id": str(claim.run_id), "organization_id": str(claim.organization_id)}
    with telemetry.bound(**ids):
        try:
            work(claim)
        except Exception:
            log.exception("pack.crashed", pack_id=str(claim.id))
            connection.close()


def work(claim: Claim) -> None:
    """Takes one claimed pack to an outcome, whatever happens to the model or the database."""
    heartbeat.hold(claim.id, claim.fence)
    try:
        with organization_scope(claim.organization_id):
            pack = load_pack(claim, whole=claim.attempts <= MAX_ATTEMPTS)
        if pack is None:
            retire(claim)
            return
        _work(claim, pack)
    except Fenced:
        log.info("pack.fenced", pack_id=str(claim.id), fence=claim.fence)
    finally:
        heartbeat.drop(claim.id)
    ending.settle_if_done(claim.organization_id, claim.run_id)


def _work(claim: Claim, pack: PackInput) -> None:
    if claim.attempts > MAX_ATTEMPTS:
        log.error("pack.dead_letter", pack_id=str(claim.id), attempts=claim.attempts)
        _until_known(lambda: commit_failure(claim, pack, "dead_letter"), claim)
        return
    if not pack.segments:
        _until_known(lambda: commit_failure(claim, pack, "written_by_people"), claim)
        return
    connection.close()  # back to the pool: a connection is never held across a vendor call
    model = claude.model_for(
        organization_id=claim.organization_id,
        run_id=claim.run_id,
        pack_id=claim.id,
        attempt=claim.attempts,
    )
    try:
        outcome = attempt(
            pack.segments,
            brief=pack.brief,
            context=pack.context,
            round_number=claim.round,
            model=model,
        )
    except ModelError as caught:
        error = caught
        _until_known(lambda: after_error(claim, pack, error, now=timezone.now()), claim)
        return
    _until_known(lambda: commit_outcome(claim, pack, outcome), claim)


def _until_known(write: Callable[[], None], claim: Claim) -> None:
    """Writes, keeping the result in memory while the database is away.

    A connection lost during a commit leaves its fate open: the row tells. Done under our fence
    means the first try had succeeded.
    """
    gives_up_at = time.monotonic() + COMMIT_PATIENCE_SECONDS
    tried = False
    while True:
        try:
            if tried and _is_ours_and_ended(claim):
                return
            write()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > gives_up_at:
                raise
            log.warning("pack.commit_retried", pack_id=str(claim.id))
            tried = True
            time.sleep(_COMMIT_RETRY_SECONDS)
        else:
            return


def _is_ours_and_ended(claim: Claim) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select state <> 'claimed' and fence = %s from translation_pack where id = %s",
            [claim.fence, claim.id],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
