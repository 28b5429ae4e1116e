"""Live progress: one event stream a browser tab, all fed by one loop in each web process.

The loop asks once a second what changed, only while somebody listens. Events carry ids and
numbers; text is fetched from rows. No stream holds a database connection or a scope.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
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
# A tab that was away longer than this reads its rows again instead of catching up.
LONGEST_CATCH_UP = timedelta(minutes=10)
MAX_WAITING_EVENTS = 200


@dataclass(eq=False)
class _Listener:
    organization_id: UUID
    events: asyncio.Queue[str] = field(
        default_factory=lambda: asyncio.Queue(maxsize=MAX_WAITING_EVENTS)
    )


class Hub:
    """The listeners of one event loop and the task that feeds them."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._sent: dict[UUID, Change] = {}

    async def listen(self, organization_id: UUID, last_event_id: str) -> AsyncIterator[str]:
        """Events of one organization as server-sent event frames, until the reader leaves."""
        listener = _Listener(organization_id)
        self._listeners.add(listener)
        try:
            yield "retry: 2000\n\n"
            for frame in await _catch_up(organization_id, last_event_id):
                yield frame
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._feed())
            while True:
                try:
                    yield await asyncio.wait_for(listener.events.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
        finally:
            self._listeners.discard(listener)

    async def _feed(self) -> None:
        moment = await _in_thread(database_now)
        while self._listeners:
            await asyncio.sleep(POLL_SECONDS)
            try:
                moment, changes = await _in_thread(changed_since, moment)
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
            if listener.organization_id == change.organization_id and not listener.events.full():
                listener.events.put_nowait(frame)


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
    """What a reader missed since its last event; a `reload` where that is too long ago."""
    since = _moment(last_event_id)
    if since is None:
        return []
    if datetime.now(UTC) - since > LONGEST_CATCH_UP:
        return ["event: reload\ndata: {}\n\n"]
    moment, changes = await _in_thread(changed_since, since)
    return [
        frame_of(change, moment) for change in changes if change.organization_id == organization_id
    ]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


async def _in_thread(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Runs a database read in a worker thread and gives the connection back at once."""

    def read() -> T:
        try:
            return call(*arguments, **named)
        finally:
            connection.close()

    return await sync_to_async(read, thread_sensitive=False)()


hub = Hub()
