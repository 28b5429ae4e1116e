"""Style guides: all of them, one, its versions, and the one that counts for a language."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.tenancy import organization_scope
from common.errors import NotFound
from engine.guide import Style
from glossaries.models import StyleGuide, StyleGuideVersion
from glossaries.style_values import style_of


@dataclass(frozen=True, slots=True)
class Counting:
    """The guide that counts: its rules, and its name among the parts of a brief."""

    style: Style | None = None
    parts: tuple[str, ...] = ()


def guides_of(organization_id: UUID) -> list[StyleGuide]:
    """All of them, by language and name; there are 100 at most."""
    with organization_scope(organization_id):
        mine = StyleGuide.objects.filter(organization_id=organization_id)
        return list(mine.order_by("language", "folded_name"))


def guide_of(organization_id: UUID, guide_id: UUID) -> StyleGuide:
    """One guide; raises NotFound."""
    with organization_scope(organization_id):
        mine = StyleGuide.objects.filter(organization_id=organization_id)
        found = mine.filter(pk=guide_id).first()
    if found is None:
        raise NotFound("style_guide_not_found", "There is no such style guide.")
    return found


def versions_of(organization_id: UUID, guide_id: UUID) -> list[StyleGuideVersion]:
    """What a guide said each time it was published, the newest first, at most 200."""
    with organization_scope(organization_id):
        mine = StyleGuideVersion.objects.filter(organization_id=organization_id, guide_id=guide_id)
        return list(mine.order_by("-number")[:200])


def version_of(organization_id: UUID, guide_id: UUID, number: int) -> StyleGuideVersion:
    """One published version; raises NotFound."""
    with organization_scope(organization_id):
        found = StyleGuideVersion.objects.filter(
            organization_id=organization_id, guide_id=guide_id, number=number
        ).first()
    if found is None:
        raise NotFound("style_version_not_found", "The style guide has no such version.")
    return found


def style_for(organization_id: UUID, language: str) -> Counting:
    """The published standard guide of a language, or of the language without its region.

    In the organization's scope.
    """
    base = language.split("-", maxsplit=1)[0]
    mine = StyleGuide.objects.filter(
        organization_id=organization_id,
        is_standard=True,
        language__in=[language, base],
        published__gt=0,
    )
    found = max(mine, key=lambda one: len(one.language), default=None)
    if found is None:
        return Counting()
    held = StyleGuideVersion.objects.get(
        organization_id=organization_id, guide_id=found.pk, number=found.published
    )
    return Counting(style_of(held.held), (f"guide:{found.pk}:{found.published}",))
