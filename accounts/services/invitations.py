"""Invitations by mail: sent, sent again, withdrawn, and accepted by whom they were sent to.

The link's secret is in the mail and nowhere else; of it a keyed digest is kept. Whoever changes one
holds the organization's row first, so that a link works once however often it is followed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limits_of
from accounts.models import AuditEvent, Invitation, Membership, Organization, User
from accounts.queries import membership_of
from accounts.roles import LABELS, Actor, Permission, Role, require, role_called
from accounts.services import mail
from accounts.services.audit import record
from accounts.services.standing import hold, standing
from accounts.tenancy import organization_scope
from common.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    OverAllowance,
    Throttled,
)

VALID: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
SECRET_BYTES: Final = 32
MAX_SECRET_CHARS: Final = 100
MAX_SHOWN_CHARS: Final = 80
# The longest a mailbox's name can be: RFC 5321 with erratum 1690.
MAX_ADDRESS_CHARS: Final = 254
SENDING: Final = ("invitation.send", "invitation.resend")

Randomness = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What an invitation offers, and to which address."""

    organization_id: UUID
    organization_name: str
    email: str
    role_name: str
    meaning: str


def invite(
    *,
    actor: Actor,
    email: str,
    role: str,
    now: datetime | None = None,
    randomness: Randomness = secrets.token_urlsafe,
) -> Invitation:
    """Asks somebody in by mail, for seven days.

    An invitation to the same address that has expired gives way. Raises Invalid, NotAllowed,
    Conflict for who is in or asked already, OverAllowance without a free seat, Throttled after
    INVITATIONS_PER_DAY mails.
    """
    moment = now or timezone.now()
    address, wanted = _address(email), role_called(role)
    seats = limits_of(actor.organization_id).seats
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.MEMBERS_MANAGE)
        _may_give(current, wanted)
        _refuse_known(current.organization_id, address, moment)
        _refuse_seat(current.organization_id, seats, moment)
        _refuse_flood(current.organization_id, moment)
        secret = randomness(SECRET_BYTES)
        invitation = Invitation.objects.create(
            organization_id=current.organization_id,
            email=address,
            role=wanted.value,
            digest=_digest(secret),
            invited_by=current.user_id,
            created_at=moment,
            sent_at=moment,
            expires_at=moment + VALID,
        )
        _send(current, invitation, secret, "invitation.send", moment)
    return invitation


def resend(
    *,
    actor: Actor,
    invitation_id: UUID,
    now: datetime | None = None,
    randomness: Randomness = secrets.token_urlsafe,
) -> Invitation:
    """Sends an invitation again, with a new link for seven more days; the old link is dead.

    Whoever sends it stands for it from here on. Raises as `invite` does, and NotFound.
    """
    moment = now or timezone.now()
    seats = limits_of(actor.organization_id).seats
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.MEMBERS_MANAGE)
        invitation = _pending(current.organization_id, invitation_id)
        _may_give(current, role_called(invitation.role))
        if invitation.expires_at <= moment:
            _refuse_seat(current.organization_id, seats, moment)
        _refuse_flood(current.organization_id, moment)
        secret = randomness(SECRET_BYTES)
        invitation.digest = _digest(secret)
        invitation.invited_by = current.user_id
        invitation.sent_at, invitation.expires_at = moment, moment + VALID
        invitation.save(update_fields=["digest", "invited_by", "sent_at", "expires_at"])
        _send(current, invitation, secret, "invitation.resend", moment)
    return invitation


def withdraw(*, actor: Actor, invitation_id: UUID, now: datetime | None = None) -> None:
    """Takes an invitation back, whose link then says so; raises NotFound or NotAllowed."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        current = standing(actor, Permission.MEMBERS_MANAGE)
        invitation = _pending(current.organization_id, invitation_id)
        _may_give(current, role_called(invitation.role))
        invitation.withdrawn_at = moment
        invitation.save(update_fields=["withdrawn_at"])
        _record(current, "invitation.withdraw", invitation, moment)


def accept(*, user: User, secret: str, now: datetime | None = None) -> Membership:
    """Takes a person in by their link, once; somebody who is in already keeps their role.

    Raises NotFound for a link nobody knows, NotAllowed for another person's, Conflict for one that
    was used or withdrawn, has expired, or that nobody can stand for any more. Nothing is done then.
    """
    moment = now or timezone.now()
    invitation_id, organization_id = place_of(secret)
    seats = limits_of(organization_id).seats
    with organization_scope(organization_id):
        hold(Actor(organization_id=organization_id, user_id=user.pk))
        invitation = Invitation.objects.get(organization_id=organization_id, pk=invitation_id)
        refuse_ended(invitation, secret, moment)
        if invitation.email != user.email:
            raise NotAllowed(
                "invitation_for_another",
                "This invitation is for another e-mail address: sign in with that one.",
            )
        members = Membership.objects.filter(organization_id=organization_id)
        member = members.filter(user=user).first()
        if member is None:
            if seats is not None and members.count() >= seats:
                raise Conflict(
                    "seats_gone",
                    "Every seat of the organization is taken meanwhile: ask who invited you.",
                )
            member = Membership.objects.create(
                organization_id=organization_id, user=user, role=invitation.role
            )
        invitation.accepted_at, invitation.accepted_by = moment, user.pk
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        _record(member.as_actor(), "invitation.accept", invitation, moment)
    return member


def look(*, secret: str, now: datetime | None = None) -> Invited:
    """What the page of a link shows; raises as `accept` does for a link that takes nobody in."""
    moment = now or timezone.now()
    invitation_id, organization_id = place_of(secret)
    with organization_scope(organization_id):
        invitation = Invitation.objects.select_related("organization").get(
            organization_id=organization_id, pk=invitation_id
        )
        refuse_ended(invitation, secret, moment)
    name, meaning = LABELS[Role(invitation.role)]
    return Invited(
        organization_id=organization_id,
        organization_name=invitation.organization.name,
        email=invitation.email,
        role_name=name,
        meaning=meaning,
    )


def place_of(secret: str) -> tuple[UUID, UUID]:
    """Ids of the invitation a link leads to and of its organization; raises NotFound."""
    row = None
    if 0 < len(secret) <= MAX_SECRET_CHARS:
        with connection.cursor() as cursor:
            cursor.execute(
                "select id, organization_id from invitation_place(%s)", [_digest(secret)]
            )
            row = cursor.fetchone()
    if row is None:
        raise _unknown()
    return row[0], row[1]


def refuse_ended(invitation: Invitation, secret: str, now: datetime) -> None:
    """Raises the refusal of an invitation that takes nobody in any more. In its scope."""
    if not hmac.compare_digest(invitation.digest, _digest(secret)):
        raise _unknown()  # sent again since the link was looked up
    if invitation.accepted_at is not None:
        raise Conflict("invitation_used", "This invitation was accepted already. Sign in instead.")
    if invitation.withdrawn_at is not None:
        raise Conflict(
            "invitation_withdrawn", "This invitation was withdrawn. Ask who invited you."
        )
    if invitation.expires_at <= now:
        raise Conflict(
            "invitation_expired", "This invitation has expired. Ask who invited you for a new one."
        )
    if not _is_vouched_for(invitation):
        raise Conflict(
            "invitation_void",
            "Who invited you can no longer take you in as this. Ask for a new invitation.",
        )


def _is_vouched_for(invitation: Invitation) -> bool:
    """Whether its sender may still give what it gives, and there is still such a role."""
    by = invitation.invited_by
    sender = membership_of(invitation.organization_id, by) if by else None
    if sender is None or invitation.role not in set(Role):
        return False
    rights = sender.as_actor().permissions
    is_owners = invitation.role == Role.OWNER.value
    return Permission.MEMBERS_MANAGE in rights and (
        not is_owners or Permission.ORGANIZATION_OWN in rights
    )


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise _no_address(email) from error
    if len(address) > MAX_ADDRESS_CHARS:
        raise _no_address(email)
    return address


def _no_address(typed: str) -> Invalid:
    shown = typed[:MAX_ADDRESS_CHARS]
    return Invalid(
        "email_invalid", f"“{shown}” is not an e-mail address.", detail={"field": "email"}
    )


def _may_give(actor: Actor, role: Role) -> None:
    if role is Role.OWNER:
        require(actor, Permission.ORGANIZATION_OWN)


def _refuse_known(organization_id: UUID, address: str, moment: datetime) -> None:
    if Membership.objects.filter(organization_id=organization_id, user__email=address).exists():
        raise Conflict("member_already", "This person is in the organization already.")
    earlier = Invitation.objects.filter(
        organization_id=organization_id, email=address, accepted_at=None, withdrawn_at=None
    )
    if earlier.filter(expires_at__gt=moment).exists():
        raise Conflict(
            "invitation_open",
            f"There is an open invitation to {address}. Send it again, or withdraw it first.",
        )
    earlier.update(withdrawn_at=moment)


def _refuse_seat(organization_id: UUID, seats: int | None, moment: datetime) -> None:
    if seats is None:
        return
    members = Membership.objects.filter(organization_id=organization_id).count()
    invited = Invitation.objects.filter(
        organization_id=organization_id,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=moment,
    ).count()
    if members + invited >= seats:
        raise OverAllowance(
            "seats_taken",
            f"Your plan has {seats} seats, and members and open invitations take them all."
            " Remove somebody, withdraw an invitation, or choose a larger plan.",
            detail={"seats": seats, "members": members, "invited": invited},
        )


def _refuse_flood(organization_id: UUID, moment: datetime) -> None:
    """Counts what was sent, not what is open: withdrawing and inviting anew is mail as well."""
    sent = AuditEvent.objects.filter(
        organization_id=organization_id, action__in=SENDING, at__gt=moment - DAY
    )
    most = settings.INVITATIONS_PER_DAY
    recent = list(sent.order_by("-at").values_list("at", flat=True)[:most])
    if len(recent) >= most:
        raise Throttled(
            "invitations_too_many",
            f"Your organization has sent {most} invitations within a day. Go on tomorrow.",
            detail={"most": most},
            retry_after=(recent[-1] + DAY - moment).total_seconds(),
        )


def _pending(organization_id: UUID, invitation_id: UUID) -> Invitation:
    found = Invitation.objects.filter(
        organization_id=organization_id,
        pk=invitation_id,
        accepted_at=None,
        withdrawn_at=None,
    ).first()
    if found is None:
        raise NotFound(
            "invitation_not_found",
            "There is no such open invitation in your organization. It may have been accepted.",
        )
    return found


def _send(actor: Actor, invitation: Invitation, secret: str, action: str, moment: datetime) -> None:
    organization = Organization.objects.get(pk=actor.organization_id)
    assert actor.user_id is not None, "only people invite"
    sender = User.objects.get(pk=actor.user_id)
    name, meaning = LABELS[Role(invitation.role)]
    mail.post(
        to=invitation.email,
        name="invitation",
        context={
            "organization": organization.name[:MAX_SHOWN_CHARS],
            "inviter": (sender.name or sender.email)[:MAX_SHOWN_CHARS],
            "inviter_email": sender.email,
            "role": name,
            "meaning": meaning,
            "link": mail.address(reverse("invitation", args=[secret])),
            "expires_at": invitation.expires_at,
        },
        now=moment,
    )
    _record(actor, action, invitation, moment)


def _record(actor: Actor, action: str, invitation: Invitation, moment: datetime) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="invitation",
        object_id=invitation.pk,
        detail={"role": invitation.role},
        now=moment,
    )


def _unknown() -> NotFound:
    return NotFound(
        "invitation_unknown",
        "This invitation is not known. Use the link of the newest mail, and copy it whole.",
    )


def _digest(secret: str) -> str:
    # Keyed, and told apart from digests of other things.
    message = f"invitation:{secret}".encode()
    return hmac.new(settings.API_KEY_PEPPER.encode(), message, hashlib.sha256).hexdigest()
