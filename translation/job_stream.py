"""A job's state and counts, told as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.services import Actor
from translation.following import Following, frame_of
from translation.queries import overview
from translation.serializers.documents import JobShape
from translation.streams import Hub, hub


def job_frames(
    *, actor: Actor, job_id: UUID, request_id: str, source: Hub = hub
) -> AsyncGenerator[str]:
    """Server-sent events of a job: `progress` now and at each change, then how it ended.

    The last is `done`, `unfinished` after JOB_STREAM_SECONDS, or `error`.
    """
    followed = _Job(actor=actor, job_id=job_id, request_id=request_id)
    return followed.frames(source, float(settings.JOB_STREAM_SECONDS))


class _Job(Following):
    _told: dict[str, Any] | None = None

    def first(self) -> list[str]:
        return self.news()

    def news(self) -> list[str]:
        now = self._now()
        # How it ended is for the last event to say.
        if self.finished or now == self._told:
            return []
        self._told = now
        return [frame_of("progress", now)]

    def last(self) -> list[str]:
        now = self._now()
        return [frame_of("done" if self.finished else "unfinished", now)]

    def _now(self) -> dict[str, Any]:
        job = overview.job(self.organization_id, self.job_id)
        self.finished = job.finished_at is not None
        return dict(JobShape(job).data)
