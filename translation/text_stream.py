"""A translate call told segment by segment."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

from django.conf import settings

from accounts.services import Actor
from translation.following import Following, frame_of
from translation.serializers.targets import SegmentShape
from translation.serializers.texts import BegunShape, TranslationShape
from translation.services import texts
from translation.streams import Hub, hub


def translation_frames(
    *, actor: Actor, job_id: UUID, request_id: str, source: Hub = hub
) -> AsyncGenerator[str]:
    """Server-sent events of a begun translate call: `job`, each `segment`, then how it ended.

    The last is `done`, `unfinished` after TRANSLATE_STREAM_SECONDS, or `error`.
    """
    followed = _Texts(actor=actor, job_id=job_id, request_id=request_id)
    return followed.frames(source, float(settings.TRANSLATE_STREAM_SECONDS))


class _Texts(Following):
    _told: frozenset[UUID] = frozenset()

    def first(self) -> list[str]:
        begun = texts.begun(organization_id=self.organization_id, job_id=self.job_id)
        return [frame_of("job", BegunShape(begun).data)]

    def news(self) -> list[str]:
        self.finished, rows = texts.segments_so_far(
            organization_id=self.organization_id, job_id=self.job_id
        )
        fresh = [row for row in rows if row.id not in self._told]
        self._told |= {row.id for row in fresh}
        return [frame_of("segment", SegmentShape(row).data) for row in fresh]

    def last(self) -> list[str]:
        # Once more: it may have ended while the stream did.
        told = self.news()
        result = texts.translation_of(actor=self.actor, job_id=self.job_id)
        name = "done" if self.finished and result.finished else "unfinished"
        return [*told, frame_of(name, TranslationShape(result).data)]
