"""Reads of accounts. Those that take an organization expect its scope around them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from accounts.models import AuditEvent, Membership, Organization, User
from accounts.roles import RIGHTS, Permission
from accounts.tenancy import identity_scope

MAX_EVENTS = 200


def memberships_of(user_id: UUID) -> list[Membership]:
    """A person's memberships with their organizations, oldest first. Opens its own scope."""
    with identity_scope(user_id):
        return list(
            Membership.objects.filter(user_id=user_id, organization__closed_at=None)
            .select_related("organization")
            .order_by("created_at", "id")
        )


def person_by_email(email: str) -> User | None:
    """The person with this e-mail, however it is typed."""
    return User.objects.filter(email=email.strip().lower()).first()


def organizations_of(user_id: UUID) -> list[Organization]:
    """The organizations a person is in, in the order they joined. Opens its own scope."""
    return [membership.organization for membership in memberships_of(user_id)]


def membership_of(organization_id: UUID, user_id: UUID) -> Membership | None:
    """A person's place in one organization."""
    return Membership.objects.filter(organization_id=organization_id, user_id=user_id).first()


def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What to call these people, by id: their name, else their e-mail."""
    found = User.objects.filter(pk__in=set(user_ids)).values_list("id", "name", "email")
    return {key: name or email for key, name, email in found}


def people_who_may(organization_id: UUID, permission: Permission) -> list[User]:
    """The people of an organization whose role gives them a right, in the order they joined."""
    roles = [role.value for role, rights in RIGHTS.items() if permission in rights]
    found = Membership.objects.filter(organization_id=organization_id, role__in=roles)
    joined = found.select_related("user").order_by("created_at", "id")
    return [membership.user for membership in joined]


def audit_of(
    organization_id: UUID, *, before: datetime | None = None, limit: int = MAX_EVENTS
) -> list[AuditEvent]:
    """An organization's audit trail, newest first, from `before` backwards."""
    events = AuditEvent.objects.filter(organization_id=organization_id)
    if before is not None:
        events = events.filter(at__lt=before)
    return list(events.order_by("-at", "-id")[: min(limit, MAX_EVENTS)])


def prompt_salt(organization_id: UUID) -> str:
    """What keeps an organization's prompts apart in the model's cache."""
    return Organization.objects.get(pk=organization_id).prompt_salt


def organization_exists(organization_id: UUID) -> bool:
    """Whether there is such an organization."""
    return Organization.objects.filter(pk=organization_id).exists()
