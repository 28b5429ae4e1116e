"""Puts right what a crash left: expired claims, long waits that are over, runs nobody ended.

And removes what was deleted long enough ago.
"""

from __future__ import annotations

import structlog
from django.db import connection
from django.utils import timezone

from accounts.tenancy import SystemReason, system_scope
from claude import services as claude
from common import queue
from translation.services.deletion import purge_overdue
from translation.services.ending import settle_if_done
from translation.services.work import LANES

log = structlog.get_logger(__name__)

MAX_RUNS = 200

_RETURN_EXPIRED = """
update translation_pack set state = 'ready', owner = null, expires_at = null
 where id in (select id from translation_pack
               where state = 'claimed' and expires_at < now() for update skip locked)
"""
_END_WAITS = """
update translation_pack set state = 'ready'
 where id in (select id from translation_pack
               where state = 'waiting' and ready_at <= now() for update skip locked)
"""
_DUE_LANES = """
select distinct lane from translation_pack
 where state = 'ready' and not paused and ready_at <= now()
"""
_IDLE_RUNS = """
select r.organization_id, r.id from translation_run r
 where r.state = 'open'
   and not exists (select from translation_pack p
                    where p.run_id = r.id and p.state in ('ready', 'claimed', 'waiting'))
 order by r.id limit %s
"""


def sweep() -> None:
    """One pass. Two at once are harmless: rows are skipped when locked, nudges coalesce."""
    with connection.cursor() as cursor:
        cursor.execute(_RETURN_EXPIRED)
        expired = cursor.rowcount
        cursor.execute(_END_WAITS)
        cursor.execute(_DUE_LANES)
        due = [lane for (lane,) in cursor.fetchall()]
    if expired:
        log.warning("sweep.expired_claims", packs=expired)
    with system_scope(SystemReason.SWEEP), connection.cursor() as cursor:
        cursor.execute(_IDLE_RUNS, [MAX_RUNS])
        idle = cursor.fetchall()
    for organization_id, run_id in idle:
        settle_if_done(organization_id, run_id)
    for lane in LANES:
        if lane in due:
            queue.nudge(lane)
    claude.close_lost(timezone.now())
    purge_overdue(now=timezone.now())
