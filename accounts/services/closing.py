"""An account is deleted, and with it the organizations nobody else is in.

What is decided happens in the request; a sweep erases closed organizations, and goes on where it
was interrupted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from accounts import erasure
from accounts.models import ApiKey, Invitation, Membership, Organization, User
from accounts.queries import memberships_of
from accounts.roles import Role
from accounts.services import mail
from accounts.services.audit import record
from accounts.services.removal import remove_person
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import queue
from common.database import atomic
from common.errors import Conflict

_log = structlog.get_logger(__name__)

MAX_SWEPT: Final = 20
_CLOSED: Final = "select id from accounts_organization where closed_at is not null limit %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What becomes of one organization when a person's account is deleted.

    `counted` is what is erased with it, by a word in the plural; None where others go on in it.
    """

    organization_id: UUID
    name: str
    counted: Mapping[str, int] | None
    is_stuck: bool


def endings_of(user_id: UUID) -> list[Ending]:
    """What the deletion of an account comes to, by organization, as they were joined."""
    found = []
    for membership in memberships_of(user_id):
        organization_id = membership.organization_id
        with organization_scope(organization_id):
            others = _others(organization_id, user_id)
        is_alone = not others
        found.append(
            Ending(
                organization_id=organization_id,
                name=membership.organization.name,
                counted=erasure.count_all(organization_id) if is_alone else None,
                is_stuck=not is_alone and _is_last_owner(membership, others),
            )
        )
    return found


def delete_account(*, user: User, now: datetime | None = None) -> list[str]:
    """Deletes a person; the names of the organizations that are erased with them.

    Raises Conflict, with nothing done, where they are the last owner of an organization that others
    are in. Whoever calls has made sure that it is the person.
    """
    moment = now or timezone.now()
    stuck = [one.name for one in endings_of(user.pk) if one.is_stuck]
    if stuck:
        raise _stuck(stuck[0])
    erased = []
    for membership in memberships_of(user.pk):
        if _leave(membership, moment):
            erased.append(membership.organization.name)
        else:
            erasure.forget_all(membership.organization_id, user.pk)
    with atomic():
        context = {"name": user.name, "erased": erased}
        mail.post(to=user.email, name="account_deleted", context=context, now=moment)
        remove_person(user_id=user.pk)
    return erased


def erase_closed(*, organization_id: UUID | None = None) -> int:
    """Erases an organization that is closed, or some of all that are; how many."""
    if organization_id is None:
        with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
            cursor.execute(_CLOSED, [MAX_SWEPT])
            wanted = [row[0] for row in cursor.fetchall()]
    else:
        with organization_scope(organization_id):
            closed = Organization.objects.filter(pk=organization_id, closed_at__isnull=False)
            wanted = list(closed.values_list("pk", flat=True))
    for one in wanted:
        erasure.erase_all(one)
        _log.info("organization.erased", organization_id=str(one))
    return len(wanted)


def erase_accounts(organization_id: UUID) -> None:
    """Removes the organization itself with its people, keys, invitations and audit trail."""
    with organization_scope(organization_id), connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"delete from {table} where organization_id = %s", [organization_id])  # noqa: S608
        # The audit trail, which the app may not delete, goes by the database's own key.
        cursor.execute("delete from accounts_organization where id = %s", [organization_id])


# In this order: what points at a row before the row.
_TABLES: Final = (
    "accounts_idempotentcall",
    "accounts_apirequest",
    "accounts_invitation",
    "accounts_apikey",
    "accounts_membership",
)


def _leave(membership: Membership, moment: datetime) -> bool:
    """Ends a membership; whether nobody is left, and the organization closed with it."""
    organization_id = membership.organization_id
    with organization_scope(organization_id):
        # The lock that everybody takes who changes who is in: two owners cannot leave at once.
        Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
        others = _others(organization_id, membership.user_id)
        if others and _is_last_owner(membership, others):
            raise _stuck(membership.organization.name)
        record(
            actor=membership.as_actor(),
            action="person.delete",
            object_kind="user",
            object_id=membership.user_id,
            now=moment,
        )
        Membership.objects.filter(organization_id=organization_id, pk=membership.pk).delete()
        if others:
            return False
        # Nobody comes in any more, and no program goes on, until all of it is gone.
        Invitation.objects.filter(organization_id=organization_id).delete()
        ApiKey.objects.filter(organization_id=organization_id, revoked_at=None).update(
            revoked_at=moment
        )
        Organization.objects.filter(pk=organization_id).update(closed_at=moment)
        queue.enqueue("accounts.erase_organization", queue="sweep", organization_id=organization_id)
    return True


def _others(organization_id: UUID, user_id: UUID) -> list[str]:
    """The roles of everybody else in an organization."""
    members = Membership.objects.filter(organization_id=organization_id).exclude(user_id=user_id)
    return list(members.values_list("role", flat=True))


def _is_last_owner(membership: Membership, others: list[str]) -> bool:
    return membership.role == Role.OWNER.value and Role.OWNER.value not in others


def _stuck(name: str) -> Conflict:
    return Conflict(
        "last_owner",
        f"You are the only owner of {name}, and others are in it. Make somebody an owner first.",
    )
