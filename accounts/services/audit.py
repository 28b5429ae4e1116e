"""The audit trail: who did what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from accounts.models import AuditEvent
from accounts.queries import memberships_of
from accounts.roles import Actor
from accounts.tenancy import organization_scope
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


def record_everywhere(
    *,
    user_id: UUID,
    action: str,
    object_kind: str = "user",
    object_id: UUID | None = None,
    detail: Mapping[str, int | str | None] | None = None,
    now: datetime | None = None,
) -> None:
    """Notes what concerns a person in each of their organizations. Outside of every scope."""
    for membership in memberships_of(user_id):
        with organization_scope(membership.organization_id):
            record(
                actor=membership.as_actor(),
                action=action,
                object_kind=object_kind,
                object_id=object_id or user_id,
                detail=detail,
                now=now,
            )
