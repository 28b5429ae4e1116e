"""A translate call told segment by segment, fed by the one loop that feeds the pages.

The loop says that something moved; what moved is read from rows, in a thread that is given back
with its connection. Whoever leaves changes nothing: the job is begun before the first word.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError
from rest_framework.renderers import JSONRenderer

from accounts.services import Actor
from common import telemetry
from common.errors import DomainError
from common.http import database_away, error_body
from translation.serializers.targets import SegmentShape
from translation.serializers.texts import TranslationShape
from translation.services import texts
from translation.streams import HEARTBEAT_SECONDS, READY, STILL_HERE, Hub, hub, in_thread


def translation_frames(
    *, actor: Actor, job_id: UUID, request_id: str, source: Hub = hub
) -> AsyncGenerator[str]:
    """Server-sent events of a begun translate call: `job`, each `segment`, then how it ended.

    The last is `done`, `unfinished` after TRANSLATE_STREAM_SECONDS, or `error`.
    """
    return _Telling(actor, job_id, request_id).frames(source)


class _Telling:
    def __init__(self, actor: Actor, job_id: UUID, request_id: str) -> None:
        self._actor = actor
        self._job_id = job_id
        self._request_id = request_id
        self._told: set[UUID] = set()
        self._finished = False

    async def frames(self, source: Hub) -> AsyncGenerator[str]:
        yield _frame("job", {"job_id": str(self._job_id)})
        try:
            async with aclosing(self._segments(source)) as segments:
                async for frame in segments:
                    yield frame
            yield await in_thread(self._end)
        except DomainError as error:
            yield self._error(error)
        except (OperationalError, InterfaceError) as error:
            yield self._error(database_away(error))

    async def _segments(self, source: Hub) -> AsyncGenerator[str]:
        seconds = float(settings.TRANSLATE_STREAM_SECONDS)
        listening = source.listen(self._actor.organization_id, "", seconds=seconds)
        spoke_at = time.monotonic()
        async with aclosing(listening) as moves:
            async for move in moves:
                news = await in_thread(self._news) if self._is_ours(move) else []
                # The organization's other jobs may keep the loop from its own heartbeats.
                if not news and time.monotonic() - spoke_at >= HEARTBEAT_SECONDS / 2:
                    news = [STILL_HERE]
                for frame in news:
                    spoke_at = time.monotonic()
                    yield frame
                if self._finished:
                    return

    def _is_ours(self, move: str) -> bool:
        return READY in move or move == STILL_HERE or str(self._job_id) in move

    def _news(self) -> list[str]:
        self._finished, rows = texts.segments_so_far(
            organization_id=self._actor.organization_id, job_id=self._job_id
        )
        fresh = [row for row in rows if row.id not in self._told]
        self._told.update(row.id for row in fresh)
        return [_frame("segment", SegmentShape(row).data) for row in fresh]

    def _end(self) -> str:
        # Once more: it may have ended while the stream did.
        last = "".join(self._news())
        result = texts.translation_of(actor=self._actor, job_id=self._job_id)
        name = "done" if self._finished and result.finished else "unfinished"
        return last + _frame(name, TranslationShape(result).data)

    def _error(self, error: DomainError) -> str:
        with telemetry.bound(request_id=self._request_id):
            return _frame("error", error_body(error))


def _frame(name: str, told: object) -> str:
    return f"event: {name}\ndata: {JSONRenderer().render(told).decode()}\n\n"
