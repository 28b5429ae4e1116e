"""Reads of who is in an organization and who is asked in. Each opens its own scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.models import Invitation, Membership, User
from accounts.queries import names_of
from accounts.tenancy import organization_scope
from common.errors import NotFound

MOST_SHOWN: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """Somebody in an organization. `second_step` says whether a code is asked at their sign-in."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    role: str
    joined_at: datetime
    second_step: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """Somebody asked in who has not come yet; `state` is open or expired."""

    id: UUID
    email: str
    role: str
    state: str
    invited_by: UUID | None
    invited_by_name: str
    created_at: datetime
    sent_at: datetime
    expires_at: datetime


def members_page(
    organization_id: UUID, *, limit: int = MOST_SHOWN, after: tuple[datetime, UUID] | None = None
) -> list[MemberRow]:
    """An organization's members in the order in which they joined, from behind `after` on."""
    with organization_scope(organization_id):
        members = Membership.objects.filter(organization_id=organization_id)
        if after is not None:
            at, key = after
            members = members.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=key))
        found = list(members.select_related("user").order_by("created_at", "id")[:limit])
    return _member_rows(found)


def member(organization_id: UUID, membership_id: UUID) -> MemberRow:
    """One member; raises NotFound."""
    with organization_scope(organization_id):
        found = list(
            Membership.objects.filter(
                organization_id=organization_id, pk=membership_id
            ).select_related("user")
        )
    if not found:
        raise NotFound("member_not_found", "There is no such person in your organization.")
    return _member_rows(found)[0]


def invitations_page(
    organization_id: UUID,
    *,
    now: datetime,
    limit: int = MOST_SHOWN,
    before: tuple[datetime, UUID] | None = None,
) -> list[InvitationRow]:
    """Invitations nobody has accepted or withdrawn, newest first, from `before` backwards."""
    with organization_scope(organization_id):
        waiting = Invitation.objects.filter(
            organization_id=organization_id, accepted_at=None, withdrawn_at=None
        )
        if before is not None:
            at, key = before
            waiting = waiting.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key))
        found = list(waiting.order_by("-created_at", "-id")[:limit])
    names = names_of(one.invited_by for one in found if one.invited_by)
    return [_invitation_row(one, names, now) for one in found]


def invitation(organization_id: UUID, invitation_id: UUID, *, now: datetime) -> InvitationRow:
    """One invitation that waits; raises NotFound."""
    with organization_scope(organization_id):
        found = Invitation.objects.filter(
            organization_id=organization_id, pk=invitation_id, accepted_at=None, withdrawn_at=None
        ).first()
    if found is None:
        raise NotFound(
            "invitation_not_found",
            "There is no such open invitation in your organization. It may have been accepted.",
        )
    return _invitation_row(found, names_of([found.invited_by] if found.invited_by else []), now)


def has_account(email: str) -> bool:
    """Whether somebody is known by this address. For whoever holds a mail sent to it."""
    return User.objects.filter(email=email).exists()


def _member_rows(found: list[Membership]) -> list[MemberRow]:
    users = [one.user_id for one in found]
    secured = set(
        Authenticator.objects.filter(user_id__in=users, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    return [
        MemberRow(
            id=one.pk,
            user_id=one.user_id,
            name=one.user.name,
            email=one.user.email,
            role=one.role,
            joined_at=one.created_at,
            second_step=one.user_id in secured,
        )
        for one in found
    ]


def _invitation_row(found: Invitation, names: dict[UUID, str], now: datetime) -> InvitationRow:
    by = found.invited_by
    return InvitationRow(
        id=found.pk,
        email=found.email,
        role=found.role,
        state="open" if found.expires_at > now else "expired",
        invited_by=by,
        invited_by_name=names.get(by, "") if by else "",
        created_at=found.created_at,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
    )
