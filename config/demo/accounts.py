"""Whose organization the demo works in."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts import queries, services
from billing.queries import usage_now
from common.errors import Conflict
from config.embedded.keeping import kept_secret

# What one round of the demo needs at most; below it the next one gets an organization of its own.
NEEDED_CHARS = 150_000
MAX_ORGANIZATIONS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """How to sign in, in the browser and by key."""

    email: str
    password: str
    key: str


def demo_account() -> DemoAccount:
    """An organization with enough of its month left, made where there is none, and a new key."""
    password = kept_secret(settings.SECRETS_DIR, "demo_password")[:16]
    for number in range(1, MAX_ORGANIZATIONS):
        email = f"demo{'' if number == 1 else number}@interlinear.example"
        actor = _actor(email, password)
        left = usage_now(actor.organization_id, now=timezone.now()).left_chars
        if left >= NEEDED_CHARS:
            issued = services.issue_key(
                actor=actor, name="demo", scopes=[scope.value for scope in services.SCOPES]
            )
            return DemoAccount(email=email, password=password, key=issued.secret)
    raise Conflict("demo_spent", "Every demo organization has spent its month; remove var/ first.")


def _actor(email: str, password: str) -> services.Actor:
    person = queries.person_by_email(email)
    if person is None:
        services.create_organization(
            name="Halden Instruments", owner_email=email, password=password
        )
        person = queries.person_by_email(email)
    if person is None:
        raise LookupError(email)
    return queries.memberships_of(person.pk)[0].as_actor()
