"""The first steps of a new organization: its usual languages, and closing the list of steps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import Membership, Organization
from accounts.roles import Actor, Permission, require
from accounts.services.audit import record
from accounts.tenancy import organization_scope


def choose_languages(*, actor: Actor, source: str, targets: Sequence[str]) -> None:
    """Keeps the languages that an organization usually translates between.

    The codes are known to be on offer: what offers languages has checked them.
    """
    require(actor, Permission.ORGANIZATION_MANAGE)
    with organization_scope(actor.organization_id):
        Organization.objects.filter(pk=actor.organization_id).update(
            source_language=source, target_languages=list(targets)
        )
        record(
            actor=actor,
            action="organization.change",
            object_kind="organization",
            object_id=actor.organization_id,
            detail={"fields": "source_language, target_languages"},
        )


def close_first_steps(*, organization_id: UUID, user_id: UUID, now: datetime) -> None:
    """Keeps that a person wants to see the list no more; repeating it changes nothing."""
    with organization_scope(organization_id):
        Membership.objects.filter(
            organization_id=organization_id, user_id=user_id, welcomed_at=None
        ).update(welcomed_at=now)
