"""The audit trail: who did what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import AuditEvent
from accounts.roles import Actor
from common import telemetry


def record(
    *,
    actor: Actor,
    action: str,
    object_kind: str = "",
    object_id: UUID | None = None,
    detail: Mapping[str, int | str | None] | None = None,
    now: datetime | None = None,
) -> None:
    """Notes an action in the organization's scope, which the caller holds.

    `detail` takes ids, codes and numbers; never what a customer wrote. The note stands or falls
    with the caller's transaction.
    """
    AuditEvent.objects.create(
        organization_id=actor.organization_id,
        at=now or timezone.now(),
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        detail=dict(detail or {}),
        request_id=telemetry.request_id(),
    )
