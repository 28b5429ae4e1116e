"""People and organizations come into being."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Membership, Organization, User
from accounts.roles import Actor, Role
from accounts.services.audit import record
from accounts.services.founding import MAX_NAME_CHARS, checked_name, found
from accounts.tenancy import organization_scope
from common.database import atomic
from common.errors import Conflict, Invalid


def create_user(*, email: str, password: str | None = None, name: str = "") -> User:
    """Makes a person; without a password they can only sign in after setting one by e-mail.

    Raises Invalid for what is no address, Conflict for one that is taken.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("email_invalid", f"“{email}” is not an e-mail address.") from error
    if User.objects.filter(email=address).exists():
        raise Conflict("email_taken", f"There is already a person with the e-mail {address}.")
    with atomic():
        person = User.objects.create_user(address, password, name=name.strip()[:MAX_NAME_CHARS])
        # Whoever makes people by hand vouches for their addresses; strangers confirm theirs.
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    return person


def create_organization(
    *, name: str, owner_email: str, password: str | None = None
) -> Organization:
    """Makes an organization with one owner, who is made too if nobody has that e-mail.

    `password` is for a new person; somebody we know keeps theirs.
    """
    title = checked_name(name)
    with atomic():
        owner = User.objects.filter(email=owner_email.strip().lower()).first()
        if owner is None:
            owner = create_user(email=owner_email, password=password)
        return found(user=owner, name=title)


def add_member(*, actor: Actor, user: User, role: Role) -> Membership:
    """Takes a person into the actor's organization; raises Conflict if they are in it."""
    with organization_scope(actor.organization_id):
        membership, is_new = Membership.objects.get_or_create(
            organization_id=actor.organization_id, user=user, defaults={"role": role.value}
        )
        if not is_new:
            raise Conflict("member_already", "This person is in the organization already.")
        record(
            actor=actor,
            action="member.add",
            object_kind="membership",
            object_id=membership.pk,
            detail={"role": role.value},
        )
    return membership
