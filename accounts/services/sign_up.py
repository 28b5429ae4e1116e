"""Signing up: somebody comes by themselves, confirms their address, and owns an organization."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress

from accounts.models import Organization, SignUp, User
from accounts.services.founding import MAX_NAME_CHARS
from accounts.services.people import create_organization
from accounts.services.removal import remove_person
from common.database import atomic

__all__ = ["MAX_NAME_CHARS", "begin", "forget_unconfirmed", "settle"]

KEPT_FOR: Final = timedelta(days=7)
MAX_SWEPT: Final = 100


def begin(*, user: User, name: str, organization_name: str | None) -> None:
    """Keeps what a newcomer is called, and the organization they are to have.

    Without `organization_name` they get none of their own: they come by an invitation.
    """
    user.name = name
    user.save(update_fields=["name"])
    if organization_name is not None:
        SignUp.objects.create(user=user, organization_name=organization_name)


def settle(*, user_id: UUID) -> Organization | None:
    """Makes the organization of a newcomer whose address is confirmed; None where it is made.

    Exactly one, however often and by however many at once it is called: the wish is a row that goes
    in the same transaction.
    """
    with atomic():
        wish = SignUp.objects.select_for_update().filter(user_id=user_id).first()
        if wish is None:
            return None
        person = User.objects.get(pk=user_id)
        organization = create_organization(name=wish.organization_name, owner_email=person.email)
        wish.delete()
    return organization


def forget_unconfirmed(*, now: datetime) -> int:
    """Removes people who signed up a week ago and never confirmed their address; how many."""
    overdue = SignUp.objects.filter(created_at__lt=now - KEPT_FOR).values_list("user_id", flat=True)
    forgotten = 0
    for user_id in overdue.order_by("created_at")[:MAX_SWEPT]:
        with atomic():
            # Locked as in `settle`: whoever confirms at this moment wins or is too late.
            wish = SignUp.objects.select_for_update().filter(user_id=user_id).first()
            if wish and not EmailAddress.objects.filter(user_id=user_id, verified=True).exists():
                remove_person(user_id=user_id)
                forgotten += 1
    return forgotten
