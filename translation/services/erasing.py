"""What translation holds of an organization and of a person: counted, told, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from accounts.tenancy import organization_scope
from translation.models import Document, Flow, Job, Notification
from translation.services.deletion import remove_document

DOCUMENTS_A_BATCH: Final = 20


def erase(organization_id: UUID) -> None:
    """Removes all documents of an organization, a few at a time, and its place in the queue.

    Work under way is cancelled with them. May be repeated, and goes on where it was interrupted.
    """
    while True:
        with organization_scope(organization_id):
            mine = Document.objects.filter(organization_id=organization_id).order_by("id")
            found = list(mine.select_for_update()[:DOCUMENTS_A_BATCH])
            for document in found:
                remove_document(organization_id, document.pk)
        if not found:
            break
    Flow.objects.filter(organization_id=organization_id).delete()


def count(organization_id: UUID) -> Mapping[str, int]:
    """How many documents and translations there are, also those that can still be brought back."""
    with organization_scope(organization_id):
        documents = Document.objects.filter(organization_id=organization_id).count()
        jobs = Job.objects.filter(organization_id=organization_id).count()
    return {"documents": documents, "translations": jobs}


def tell(organization_id: UUID, user_id: UUID) -> Mapping[str, Any]:
    """What a person has uploaded, and of what they were told."""
    with organization_scope(organization_id):
        mine = {"organization_id": organization_id, "user_id": user_id}
        documents = Document.objects.filter(**mine, deleted_at=None).order_by("created_at")
        notices = Notification.objects.filter(**mine).order_by("created_at")
        return {
            "documents": list(documents.values("id", "kind", "name", "created_at")),
            "notifications": list(notices.values("kind", "run_id", "created_at", "read_at")),
        }


def forget(organization_id: UUID, user_id: UUID) -> None:
    """Removes what a person was told in an organization they leave."""
    with organization_scope(organization_id):
        Notification.objects.filter(organization_id=organization_id, user_id=user_id).delete()
