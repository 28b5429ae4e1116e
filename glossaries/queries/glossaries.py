"""Glossaries of an organization."""

from __future__ import annotations

from uuid import UUID

from accounts.tenancy import organization_scope
from common.errors import NotFound
from glossaries.models import Glossary


def glossaries_of(organization_id: UUID) -> list[Glossary]:
    """All of them, by name; there are 200 at most."""
    with organization_scope(organization_id):
        mine = Glossary.objects.filter(organization_id=organization_id)
        return list(mine.order_by("folded_name"))


def glossary_of(organization_id: UUID, glossary_id: UUID) -> Glossary:
    """One glossary; raises NotFound."""
    with organization_scope(organization_id):
        mine = Glossary.objects.filter(organization_id=organization_id)
        found = mine.filter(pk=glossary_id).first()
    if found is None:
        raise NotFound("glossary_not_found", "There is no such glossary in your organization.")
    return found
