"""People of an organization, each with a key of everything their key may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """Somebody of the cast, where they work, and an API key with all scopes for it."""

    user: Any
    actor: Any
    key: str

    @property
    def organization_id(self) -> UUID:
        return self.actor.organization_id

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def person_of(actor: Any) -> Person:
    from accounts.models import User
    from accounts.services import SCOPES, issue_key

    giver = replace(actor, permissions=frozenset(SCOPES))  # whatever the person's own role
    issued = issue_key(actor=giver, name="tests", scopes=[scope.value for scope in SCOPES])
    return Person(user=User.objects.get(pk=actor.user_id), actor=actor, key=issued.secret)


def founder(name: str, email: str) -> Person:
    from accounts.models import User
    from accounts.queries import memberships_of
    from accounts.services import create_organization

    create_organization(name=name, owner_email=email)
    [membership] = memberships_of(User.objects.get(email=email).pk)
    return person_of(membership.as_actor())
