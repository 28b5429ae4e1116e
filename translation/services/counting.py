"""What is billed of a text before anybody has translated it."""

from __future__ import annotations

from uuid import UUID

from engine.languages import Language
from engine.sources import SourceSegment, without_kept
from glossaries.queries import NO_WISHES, Wishes, kept_terms


def counted(
    organization_id: UUID,
    segments: list[SourceSegment],
    source: Language,
    wishes: Wishes = NO_WISHES,
) -> list[SourceSegment]:
    """The segments as they are billed: what the glossaries never translate costs nothing.

    In the organization's scope.
    """
    kept = kept_terms(organization_id, source.code, wishes)
    return without_kept(segments, kept) if kept else segments
