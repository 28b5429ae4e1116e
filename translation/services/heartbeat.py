"""Renews the leases of all packs this process holds, in one statement from one thread."""

from __future__ import annotations

import threading
from uuid import UUID

import structlog
from django.db import Error, connection

log = structlog.get_logger(__name__)

# Locked in the order a cancel locks them, or the two could wait for each other.
_RENEW = """
with ours as (
  select p.id from translation_pack p
    join unnest(%s::uuid[], %s::int[]) as held(id, fence)
      on p.id = held.id and p.fence = held.fence and p.state = 'claimed'
   order by p.id for update of p
)
update translation_pack p set expires_at = now() + %s * interval '1 second'
  from ours where p.id = ours.id
"""


class Heartbeat:
    """The packs in hand, and the thread that keeps them ours."""

    def __init__(self, *, lease_seconds: float, every_seconds: float) -> None:
        self._lease_seconds = lease_seconds
        self._every_seconds = every_seconds
        self._held: dict[UUID, int] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def hold(self, pack_id: UUID, fence: int) -> None:
        """Keeps this claim alive until `drop`; starts the thread at first use."""
        with self._lock:
            self._held[pack_id] = fence
            if self._thread is None:
                self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()

    def drop(self, pack_id: UUID) -> None:
        """Lets a claim go."""
        with self._lock:
            self._held.pop(pack_id, None)

    def renew(self) -> int:
        """Renews once; how many claims were still ours."""
        with self._lock:
            held = dict(self._held)
        if not held:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_RENEW, [list(held), list(held.values()), self._lease_seconds])
            return int(cursor.rowcount)

    def _beat(self) -> None:
        wake = threading.Event()
        while not wake.wait(self._every_seconds):
            try:
                self.renew()
            except Error:
                log.warning("heartbeat.database_away", exc_info=True)
            finally:
                connection.close()
