"""Documents by what somebody remembers of their name."""

from __future__ import annotations

from uuid import UUID

from accounts.tenancy import organization_scope
from translation.models import Document
from translation.queries import documents as rows
from translation.queries.pages import DocumentRow, as_row


def documents_named(organization_id: UUID, query: str, *, limit: int) -> list[DocumentRow]:
    """Files whose name holds `query` in any case, newest first, at most `limit`."""
    with organization_scope(organization_id):
        ids = list(
            Document.objects.filter(
                organization_id=organization_id,
                kind=Document.FILE,
                deleted_at=None,
                name__icontains=query,
            )
            .order_by("-created_at", "-id")
            .values_list("id", flat=True)[:limit]
        )
        return [as_row(one) for one in rows.statuses(organization_id, ids)]
