"""The operator's staff look into one organization: read-only, for an hour, a reason on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import STAFF_RIGHTS, Actor
from accounts.services.audit import record
from accounts.tenancy import organization_scope
from common.errors import Invalid, NotFound

VISIT: Final = timedelta(minutes=60)
LEAST_REASON_CHARS: Final = 10
MAX_REASON_CHARS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody of the staff inside an organization."""

    organization_id: UUID
    until: datetime


def enter(*, user: User, organization_id: UUID, reason: str, now: datetime | None = None) -> Visit:
    """Lets staff into an organization for an hour; its audit trail says who and why.

    Raises NotFound for anybody else and for an organization there is not, Invalid without a reason.
    """
    moment = now or timezone.now()
    refuse_others(user)
    why = " ".join(reason.split())
    if not LEAST_REASON_CHARS <= len(why) <= MAX_REASON_CHARS:
        raise Invalid(
            "staff_reason_invalid",
            f"Say in {LEAST_REASON_CHARS} to {MAX_REASON_CHARS} characters why you have to look:"
            " the organization reads it.",
            detail={"field": "reason"},
        )
    with organization_scope(organization_id):
        if not Organization.objects.filter(pk=organization_id, closed_at=None).exists():
            raise NotFound("organization_not_found", "There is no organization of this id.")
        visit = Visit(organization_id=organization_id, until=moment + VISIT)
        record(
            actor=as_actor(user, organization_id),
            action="staff.enter",
            object_kind="organization",
            object_id=organization_id,
            detail={"reason": why, "until": visit.until.isoformat(timespec="seconds")},
            now=moment,
        )
    return visit


def leave(*, user: User, visit: Visit, now: datetime | None = None) -> None:
    """Ends a visit before its time, and notes it."""
    with organization_scope(visit.organization_id):
        record(
            actor=as_actor(user, visit.organization_id),
            action="staff.leave",
            object_kind="organization",
            object_id=visit.organization_id,
            now=now or timezone.now(),
        )


def as_actor(user: User, organization_id: UUID) -> Actor:
    """Somebody of the staff, looking on in an organization."""
    return Actor(
        organization_id=organization_id,
        user_id=user.pk,
        permissions=STAFF_RIGHTS,
        is_staff=True,
    )


def refuse_others(user: object) -> None:
    """Raises NotFound for who is not of the staff: they are not told that there is such a thing."""
    if not (isinstance(user, User) and user.is_active and user.is_staff):
        raise NotFound("not_found", "There is nothing at this address.")
