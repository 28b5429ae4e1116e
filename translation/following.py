"""One job followed over an event stream, fed by the one loop that feeds the pages.

The loop says that something moved; what moved is read from rows, in a thread that is given back
with its connection. Whoever leaves changes nothing: no stream does any work.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from django.db import InterfaceError, OperationalError
from rest_framework.renderers import JSONRenderer

from accounts.services import Actor
from common import telemetry
from common.errors import DomainError
from common.http import database_away, error_body
from translation.streams import HEARTBEAT_SECONDS, READY, STILL_HERE, Hub, in_thread


class Following(ABC):
    """The server-sent events of one job, up to the one that ends them.

    What tells of the job (`first`, `news`, `last`) is called in a thread, and sets `finished`.
    """

    def __init__(self, *, actor: Actor, job_id: UUID, request_id: str) -> None:
        self.organization_id = actor.organization_id
        self.actor = actor
        self.job_id = job_id
        self.finished = False
        self._request_id = request_id

    @abstractmethod
    def first(self) -> list[str]:
        """What the stream begins with."""

    @abstractmethod
    def news(self) -> list[str]:
        """What was not told before."""

    @abstractmethod
    def last(self) -> list[str]:
        """What ends the stream, also where its time is up before the job has ended."""

    async def frames(self, source: Hub, seconds: float) -> AsyncGenerator[str]:
        """All of it, for so many seconds at most; the last event is `error` where one came up."""
        try:
            for frame in await in_thread(self.first):
                yield frame
            if not self.finished:
                async with aclosing(self._moves(source, seconds)) as told:
                    async for frame in told:
                        yield frame
            for frame in await in_thread(self.last):
                yield frame
        except DomainError as error:
            yield self._error(error)
        except (OperationalError, InterfaceError) as error:
            yield self._error(database_away(error))

    async def _moves(self, source: Hub, seconds: float) -> AsyncGenerator[str]:
        listening = source.listen(self.organization_id, "", seconds=seconds)
        spoke_at = time.monotonic()
        async with aclosing(listening) as moves:
            async for move in moves:
                told = await in_thread(self.news) if self._is_ours(move) else []
                # The organization's other jobs may keep the loop from its own heartbeats.
                if not told and time.monotonic() - spoke_at >= HEARTBEAT_SECONDS / 2:
                    told = [STILL_HERE]
                for frame in told:
                    spoke_at = time.monotonic()
                    yield frame
                if self.finished:
                    return

    def _is_ours(self, move: str) -> bool:
        return READY in move or move == STILL_HERE or str(self.job_id) in move

    def _error(self, error: DomainError) -> str:
        with telemetry.bound(request_id=self._request_id):
            return frame_of("error", error_body(error))


def frame_of(name: str, told: object) -> str:
    """One event with its value as JSON."""
    return f"event: {name}\ndata: {JSONRenderer().render(told).decode()}\n\n"
