"""Organizations come into being, under names that can stand in a mail."""

from __future__ import annotations

import unicodedata
from typing import Final

from django.conf import settings

from accounts.models import Membership, Organization, User
from accounts.queries import memberships_of
from accounts.roles import Role
from accounts.services.audit import record
from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotAllowed
from common.ids import uuid7

MAX_NAME_CHARS: Final = 200
MAX_ORGANIZATIONS: Final = 50


def is_open() -> bool:
    """Whether people may found organizations by themselves."""
    return bool(settings.SIGN_UP == "open")


def found_another(*, user: User, name: str) -> Organization:
    """Makes a further organization for somebody who is signed in.

    Raises Invalid, NotAllowed where the house takes in nobody new, or Conflict.
    """
    if not is_open():
        raise NotAllowed(
            "founding_closed", "Organizations are made by whoever runs this house: ask there."
        )
    if len(memberships_of(user.pk)) >= MAX_ORGANIZATIONS:
        raise Conflict(
            "organizations_too_many",
            f"You are in {MAX_ORGANIZATIONS} organizations, which is the most. Leave one first.",
        )
    return found(user=user, name=name)


def found(*, user: User, name: str) -> Organization:
    """Makes an organization with this one owner; raises Invalid for its name."""
    organization = Organization(id=uuid7(), name=checked_name(name))
    with organization_scope(organization.pk):
        organization.save(force_insert=True)
        membership = Membership.objects.create(
            organization=organization, user=user, role=Role.OWNER.value
        )
        record(
            actor=membership.as_actor(),
            action="organization.create",
            object_kind="organization",
            object_id=organization.pk,
        )
    return organization


def checked_name(name: str) -> str:
    """An organization's name, its spaces tidied; raises Invalid for what cannot be one."""
    title = tidy(name)
    if not 0 < len(title) <= MAX_NAME_CHARS:
        raise Invalid(
            "organization_name_invalid",
            f"An organization needs a name of 1 to {MAX_NAME_CHARS} characters.",
            detail={"field": "name"},
        )
    # It stands in mails to people who do not know us: no addresses, nothing that turns text around.
    if "://" in title or "www." in title.lower() or not _is_plain(title):
        raise Invalid(
            "organization_name_unsafe",
            "A name has no web addresses and no invisible characters: leave them out.",
            detail={"field": "name"},
        )
    return title


def tidy(name: str) -> str:
    """A name with single spaces, its letters composed."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _is_plain(title: str) -> bool:
    # Joiners belong to Persian and Indian names.
    joiners = {"\u200c", "\u200d"}
    return all(one in joiners or not unicodedata.category(one).startswith("C") for one in title)
