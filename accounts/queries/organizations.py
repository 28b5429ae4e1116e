"""Reads of an organization's own settings. Each opens its own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Organization
from accounts.tenancy import organization_scope
from common.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationTold:
    """An organization's settings; `retention_days` is None where documents are kept for good."""

    id: UUID
    name: str
    source_language: str
    target_languages: tuple[str, ...]
    retention_days: int | None
    created_at: datetime


def organization_told(organization_id: UUID) -> OrganizationTold:
    """What an organization has chosen; raises NotFound."""
    with organization_scope(organization_id):
        found = Organization.objects.filter(pk=organization_id, closed_at=None).first()
    if found is None:
        raise NotFound("organization_not_found", "There is no organization of this id.")
    return OrganizationTold(
        id=found.pk,
        name=found.name,
        source_language=found.source_language,
        target_languages=tuple(found.target_languages),
        retention_days=found.retention_days,
        created_at=found.created_at,
    )
