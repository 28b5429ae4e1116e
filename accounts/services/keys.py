"""API keys: issued once, kept as a keyed digest, checked at every call."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiKey
from accounts.roles import Actor, Permission, parse_scopes
from accounts.services.audit import record
from accounts.tenancy import organization_scope
from common.errors import Invalid, NotFound, Unauthenticated

MAX_NAME_CHARS: Final = 100
PREFIX_BYTES: Final = 4
SECRET_BYTES: Final = 24
USED_EVERY: Final = timedelta(minutes=1)
_SHAPE = re.compile(rf"il_[0-9a-f]{{{2 * PREFIX_BYTES}}}_[0-9a-f]{{{2 * SECRET_BYTES}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key. `secret` exists nowhere else: show it once."""

    key: ApiKey
    secret: str


def issue_key(
    *,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    now: datetime | None = None,
    randomness: Callable[[int], str] = secrets.token_hex,
) -> IssuedKey:
    """Makes an API key for the actor's organization.

    Whoever calls has made sure that the actor may (`keys:manage`).
    """
    moment = now or timezone.now()
    title = name.strip()
    if not 0 < len(title) <= MAX_NAME_CHARS:
        raise Invalid(
            "key_name_invalid", f"A key needs a name of 1 to {MAX_NAME_CHARS} characters."
        )
    if expires_at is not None and expires_at <= moment:
        raise Invalid("key_expiry_past", "The key would have expired already: choose a later day.")
    granted = parse_scopes(scopes)
    prefix = randomness(PREFIX_BYTES)
    secret = f"il_{prefix}_{randomness(SECRET_BYTES)}"
    with organization_scope(actor.organization_id):
        key = ApiKey.objects.create(
            organization_id=actor.organization_id,
            name=title,
            prefix=prefix,
            digest=_digest(secret),
            scopes=[scope.value for scope in granted],
            created_by=actor.user_id,
            created_at=moment,
            expires_at=expires_at,
        )
        record(actor=actor, action="key.issue", object_kind="api_key", object_id=key.pk, now=moment)
    return IssuedKey(key=key, secret=secret)


def revoke_key(*, actor: Actor, key_id: UUID, now: datetime | None = None) -> None:
    """Ends a key for good; a key that has ended already stays as it is. Raises NotFound."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        mine = ApiKey.objects.filter(organization_id=actor.organization_id, pk=key_id)
        if mine.filter(revoked_at=None).update(revoked_at=moment):
            record(
                actor=actor,
                action="key.revoke",
                object_kind="api_key",
                object_id=key_id,
                now=moment,
            )
        elif not mine.exists():
            raise NotFound("key_not_found", "There is no such API key in your organization.")


def authenticate_key(secret: str, *, now: datetime | None = None) -> Actor:
    """The actor a key stands for; raises Unauthenticated saying what is wrong with it."""
    moment = now or timezone.now()
    found = _bearer_of(secret) if _SHAPE.fullmatch(secret) else None
    if found is None:
        raise Unauthenticated("key_invalid", "This API key is not known: check that it is whole.")
    if found.revoked_at is not None:
        raise Unauthenticated("key_revoked", "This API key was revoked: use another one.")
    if found.expires_at is not None and found.expires_at <= moment:
        raise Unauthenticated("key_expired", "This API key has expired: use another one.")
    if found.last_used_at is None or found.last_used_at < moment - USED_EVERY:
        _note_use(found, moment)
    return Actor(
        organization_id=found.organization_id,
        api_key_id=found.key_id,
        permissions=frozenset(Permission(scope) for scope in found.scopes),
    )


@dataclass(frozen=True, slots=True)
class _Bearer:
    """What a call has to know of its key, in the order in which the database tells it."""

    key_id: UUID
    organization_id: UUID
    scopes: list[str]
    requests_per_minute: int | None
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


def _bearer_of(secret: str) -> _Bearer | None:
    """The key with this secret, asked before any organization is known."""
    with connection.cursor() as cursor:
        cursor.execute("select * from api_key_bearer(%s)", [_digest(secret)])
        row = cursor.fetchone()
    return None if row is None else _Bearer(*row)


def _note_use(found: _Bearer, moment: datetime) -> None:
    with organization_scope(found.organization_id):
        ApiKey.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=moment - USED_EVERY),
            organization_id=found.organization_id,
            pk=found.key_id,
        ).update(last_used_at=moment)


def _digest(secret: str) -> str:
    # Keyed, so that a stolen table does not tell which of some guessed keys exist. The secrets are
    # random and long: a slow hash would add cost to every call and nothing else.
    return hmac.new(settings.API_KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
