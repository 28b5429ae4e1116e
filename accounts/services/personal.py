"""All we hold of a person, for that person to take along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts import erasure
from accounts.models import AuditEvent, Device, EmailChange, User
from accounts.queries import memberships_of
from accounts.tenancy import organization_scope

_PROFILE = (
    *("id", "email", "name", "language", "time_zone", "theme", "density", "date_format"),
    *("shortcuts", "single_keys", "recent_sources", "recent_targets", "created_at", "last_login"),
)


def export_of(user: User, *, now: datetime) -> dict[str, Any]:
    """What a download of one's own holds: plain values for JSON, times and ids as they are.

    No secrets: of a second step only that it is there. Opens its own scopes.
    """
    mine = {"user_id": user.pk}
    return {
        "exported_at": now,
        "profile": {name: getattr(user, name) for name in _PROFILE},
        "email_addresses": list(
            EmailAddress.objects.filter(**mine).values("email", "verified", "primary")
        ),
        "email_change": list(
            EmailChange.objects.filter(**mine).values("email", "created_at", "expires_at")
        ),
        "second_step": list(
            Authenticator.objects.filter(**mine).values("type", "created_at", "last_used_at")
        ),
        "sessions": list(
            UserSession.objects.filter(**mine).values(
                "created_at", "last_seen_at", "ip", "user_agent"
            )
        ),
        "devices": list(
            Device.objects.filter(**mine).values("agent", "created_at", "last_seen_at")
        ),
        "organizations": [_organization(one) for one in memberships_of(user.pk)],
    }


def _organization(membership: Any) -> dict[str, Any]:
    organization_id, user_id = membership.organization_id, membership.user_id
    with organization_scope(organization_id):
        events = AuditEvent.objects.filter(organization_id=organization_id, user_id=user_id)
        trail = list(
            events.order_by("at").values("at", "action", "object_kind", "object_id", "detail")
        )
    return {
        "id": organization_id,
        "name": membership.organization.name,
        "role": membership.role,
        "joined_at": membership.created_at,
        "audit_trail": trail,
        **erasure.tell_all(organization_id, user_id),
    }
