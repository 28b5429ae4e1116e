"""Documents that an organization no longer wants kept: counted, and deleted with rows and files."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.tenancy import organization_scope
from translation.models import Document
from translation.services.deletion import remove_document

# A document is as old as its newest upload. What was deleted by hand is purged by the sweep.
_OLD = """
  from translation_document d
 where d.organization_id = %s and d.created_at < %s and d.deleted_at is null
   and not exists (select from translation_revision r
                    where r.organization_id = d.organization_id and r.document_id = d.id
                      and r.created_at >= %s)
"""


def count_old(organization_id: UUID, before: datetime) -> int:
    """How many documents and texts were last uploaded before a moment. Opens its own scope."""
    with organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(f"select count(*) {_OLD}", [organization_id, before, before])
        return int(cursor.fetchone()[0])


def delete_old(organization_id: UUID, before: datetime, most: int) -> int:
    """Removes at most `most` of them for good, the oldest first, in one transaction; how many.

    What still runs of them is cancelled. What was billed stays billed.
    """
    with organization_scope(organization_id):
        with connection.cursor() as cursor:
            cursor.execute(
                f"select d.id {_OLD} order by d.created_at, d.id limit %s",
                [organization_id, before, before, most],
            )
            old = [row[0] for row in cursor.fetchall()]
        held = list(
            Document.objects.select_for_update()
            .filter(organization_id=organization_id, pk__in=old, deleted_at=None)
            .order_by("id")
            .values_list("id", flat=True)
        )
        for document_id in held:
            remove_document(organization_id, document_id)
    return len(held)
