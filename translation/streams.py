"""Live progress: one event stream a browser tab, all fed by one loop in each web process.

The loop asks once a second what changed, only while somebody listens. Events carry ids and
numbers; text is fetched from rows. No stream holds a database connection or a scope.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.db import Error, connection

from translation.queries.progress import Change, changed_since, database_now

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
# A tab that was away longer than this asks for its counters instead of catching up.
LONGEST_CATCH_UP = timedelta(minutes=10)
MAX_WAITING_EVENTS = 200


# Then the browser comes back by itself, and is asked who it is again.
LONGEST_STREAM_SECONDS = 600.0
# Tells a reader to ask for its counters once: from here on it misses nothing.
READY = "event: ready\ndata: {}\n\n"
STILL_HERE = ": still here\n\n"


@dataclass(eq=False)
class _Listener:
    organization_id: UUID
    events: asyncio.Queue[str] = field(
        default_factory=lambda: asyncio.Queue(maxsize=MAX_WAITING_EVENTS)
    )

    def tell(self, frame: str) -> None:
        """Puts a frame into the queue; a reader too slow for its queue is told to ask instead."""
        if self.events.full():
            while not self.events.empty():
                self.events.get_nowait()
            frame = READY
        self.events.put_nowait(frame)


class Hub:
    """The listeners of one event loop and the task that feeds them."""

    def __init__(
        self, *, heartbeat_seconds: float = HEARTBEAT_SECONDS, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._heartbeat_seconds = heartbeat_seconds
        self._poll_seconds = poll_seconds
        self._listeners: set[_Listener] = set()
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._sent: dict[UUID, Change] = {}

    @property
    def listeners(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    async def listen(
        self,
        organization_id: UUID,
        last_event_id: str,
        *,
        seconds: float = LONGEST_STREAM_SECONDS,
    ) -> AsyncGenerator[str]:
        """Events of one organization as server-sent event frames, until the reader leaves."""
        listener = _Listener(organization_id)
        self._listeners.add(listener)
        ends_at = time.monotonic() + seconds
        try:
            # Watching before `ready` is said: nothing can fall between the two.
            await self._watch()
            yield f"retry: 2000\n{READY}"
            for frame in await _catch_up(organization_id, last_event_id):
                yield frame
            while time.monotonic() < ends_at:
                yield await self._next(listener, ends_at)
        except Error:
            log.warning("stream.database_away", exc_info=True)
        finally:
            self._listeners.discard(listener)

    async def _next(self, listener: _Listener, ends_at: float) -> str:
        wait = min(self._heartbeat_seconds, max(ends_at - time.monotonic(), 0))
        try:
            return await asyncio.wait_for(listener.events.get(), wait)
        except TimeoutError:
            return STILL_HERE

    async def _watch(self) -> None:
        async with self._starting:
            if self._task is None or self._task.done():
                moment = await in_thread(database_now)
                self._task = asyncio.create_task(self._feed(moment))

    async def _feed(self, moment: datetime) -> None:
        while self._listeners:
            await asyncio.sleep(self._poll_seconds)
            try:
                moment, changes = await in_thread(changed_since, moment)
            except Error:
                log.warning("stream.database_away", exc_info=True)
                continue
            for change in changes:
                if self._sent.get(change.run_id) != change:
                    self._tell(change, moment)
            self._sent = {change.run_id: change for change in changes}

    def _tell(self, change: Change, moment: datetime) -> None:
        frame = frame_of(change, moment)
        for listener in self._listeners:
            if listener.organization_id == change.organization_id:
                listener.tell(frame)


def frame_of(change: Change, moment: datetime) -> str:
    """One run's counters as a server-sent event; its id is the database's time of reading."""
    payload = {
        "run": str(change.run_id),
        "job": str(change.job_id),
        "state": change.state,
        "segments": change.segments,
        "done": change.done,
        "needs_review": change.needs_review,
        "failed": change.failed,
    }
    return f"id: {moment.isoformat()}\nevent: progress\ndata: {json.dumps(payload)}\n\n"


async def _catch_up(organization_id: UUID, last_event_id: str) -> list[str]:
    """What a reader missed since its last event; none where that is too long ago: it asks then."""
    since = _moment(last_event_id)
    if since is None or datetime.now(UTC) - since > LONGEST_CATCH_UP:
        return []
    moment, changes = await in_thread(changed_since, since)
    return [
        frame_of(change, moment) for change in changes if change.organization_id == organization_id
    ]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


async def in_thread(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Runs a database read in a worker thread and gives the connection back at once."""

    def read() -> T:
        try:
            return call(*arguments, **named)
        finally:
            connection.close()

    return await sync_to_async(read, thread_sensitive=False)()


hub = Hub()
