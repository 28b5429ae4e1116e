"""What a caller is told of themselves. Public functions open their organization's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import ApiKey, Membership, Organization
from accounts.tenancy import organization_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """A person as they see themselves, and their role where they work."""

    id: UUID
    email: str
    name: str
    language: str
    time_zone: str
    theme: str
    density: str
    date_format: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTold:
    """A key as its bearer may know it."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    expires_at: datetime | None


def person_told(organization_id: UUID, user_id: UUID) -> tuple[str, PersonTold]:
    """The name of the organization a person works in, and the person."""
    with organization_scope(organization_id):
        place = Membership.objects.select_related("user", "organization").get(
            organization_id=organization_id, user_id=user_id
        )
    person = place.user
    return place.organization.name, PersonTold(
        id=person.pk,
        email=person.email,
        name=person.name,
        language=person.language,
        time_zone=person.time_zone,
        theme=person.theme,
        density=person.density,
        date_format=person.date_format,
        role=place.role,
    )


def key_told(organization_id: UUID, key_id: UUID) -> tuple[str, KeyTold]:
    """The name of a key's organization, and the key."""
    with organization_scope(organization_id):
        name = Organization.objects.values_list("name", flat=True).get(pk=organization_id)
        key = ApiKey.objects.get(organization_id=organization_id, pk=key_id)
    return name, KeyTold(
        id=key.pk,
        name=key.name,
        prefix=key.prefix,
        scopes=list(key.scopes),
        expires_at=key.expires_at,
    )
