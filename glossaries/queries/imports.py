"""Files on their way into a glossary: the last of them, and one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from accounts.tenancy import organization_scope
from common.errors import NotFound
from glossaries.models import Glossary, GlossaryImport

MOST_LISTED: Final = 20


def imports_of(organization_id: UUID, glossary_id: UUID) -> list[GlossaryImport]:
    """The last twenty imports into a glossary, newest first."""
    with organization_scope(organization_id):
        mine = GlossaryImport.objects.filter(
            organization_id=organization_id, glossary_id=glossary_id
        )
        return list(mine.order_by("-created_at", "-id")[:MOST_LISTED])


def import_of(
    organization_id: UUID, glossary_id: UUID, import_id: UUID
) -> tuple[Glossary, GlossaryImport]:
    """An import with its glossary; raises NotFound."""
    with organization_scope(organization_id):
        found: Any = (
            GlossaryImport.objects.filter(
                organization_id=organization_id, glossary_id=glossary_id, pk=import_id
            )
            .select_related("glossary")
            .first()
        )
    if found is None:
        raise NotFound("import_not_found", "There is no such import of this glossary.")
    return found.glossary, found
