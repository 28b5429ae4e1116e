"""API keys: issued once, kept as a keyed digest, checked at every call."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.limits import limits_of
from accounts.models import ApiKey
from accounts.roles import Actor, Permission, parse_scopes
from accounts.services.audit import record
from accounts.tenancy import organization_scope
from common.errors import Invalid, NotAllowed, NotFound, Unauthenticated
from common.rest.tags import changed

MAX_NAME_CHARS: Final = 100
PREFIX_BYTES: Final = 4
SECRET_BYTES: Final = 24
USED_EVERY: Final = timedelta(minutes=1)


class Unchanged:
    """Stands for a field that is to stay as it is, where null means something."""


UNCHANGED: Final = Unchanged()
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
    requests_per_minute: int | None = None,
    now: datetime | None = None,
    randomness: Callable[[int], str] = secrets.token_hex,
) -> IssuedKey:
    """Makes an API key for the actor's organization, with scopes that the person holds.

    `requests_per_minute` is at most the organization's, which holds where none is given. Whoever
    calls has made sure that the actor may (`keys:manage`).
    """
    moment = now or timezone.now()
    title = _title(name)
    if expires_at is not None and expires_at <= moment:
        raise Invalid(
            "key_expiry_past",
            "The key would have expired already: choose a later day.",
            detail={"field": "expires"},
        )
    granted = _granted(actor, scopes)
    _check_limit(actor, requests_per_minute)
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
            requests_per_minute=requests_per_minute,
        )
        record(actor=actor, action="key.issue", object_kind="api_key", object_id=key.pk, now=moment)
    return IssuedKey(key=key, secret=secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody read of a key before changing it."""

    name: str
    requests_per_minute: int | None


def change_key(
    *,
    actor: Actor,
    key_id: UUID,
    name: str | None = None,
    requests_per_minute: int | Unchanged | None = UNCHANGED,
    seen: Seen | None = None,
    now: datetime | None = None,
) -> None:
    """Renames a key or gives it another limit; null takes the organization's.

    Raises NotFound, and PreconditionFailed where the key is not as it was `seen`.
    """
    wanted: dict[str, Any] = {} if name is None else {"name": _title(name)}
    if not isinstance(requests_per_minute, Unchanged):
        _check_limit(actor, requests_per_minute)
        wanted["requests_per_minute"] = requests_per_minute
    with organization_scope(actor.organization_id):
        mine = ApiKey.objects.filter(organization_id=actor.organization_id, pk=key_id)
        if seen is not None and mine.exists():
            mine = mine.filter(name=seen.name, requests_per_minute=seen.requests_per_minute)
            if not mine.select_for_update().first():
                raise changed()
        if not (mine.update(**wanted) if wanted else mine.exists()):
            raise _not_found()
        if wanted:
            record(
                actor=actor,
                action="key.change",
                object_kind="api_key",
                object_id=key_id,
                detail={"fields": " ".join(sorted(wanted))},
                now=now or timezone.now(),
            )


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
            raise _not_found()


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a call has to know of its key: whom it stands for, its own limit, its last use."""

    actor: Actor
    requests_per_minute: int | None
    last_used_at: datetime | None


def authenticate_key(secret: str, *, now: datetime | None = None) -> Bearer:
    """What a key stands for, in one statement; raises Unauthenticated saying what is wrong.

    It does not note the use: that comes with the request log, or by `note_use` without it.
    """
    moment = now or timezone.now()
    row = _row_of(secret) if _SHAPE.fullmatch(secret) else None
    if row is None:
        raise Unauthenticated("key_invalid", "This API key is not known: check that it is whole.")
    key_id, organization_id, scopes, requests_per_minute, used_at, expires_at, revoked_at = row
    if revoked_at is not None:
        raise Unauthenticated("key_revoked", "This API key was revoked: use another one.")
    if expires_at is not None and expires_at <= moment:
        raise Unauthenticated("key_expired", "This API key has expired: use another one.")
    actor = Actor(
        organization_id=organization_id,
        api_key_id=key_id,
        permissions=_permissions(tuple(scopes)),
    )
    return Bearer(actor, requests_per_minute, used_at)


def note_use(*, bearer: Bearer, now: datetime | None = None) -> None:
    """Notes that a key was used, at most once a minute; for when the request log cannot."""
    moment = now or timezone.now()
    if bearer.last_used_at is not None and bearer.last_used_at >= moment - USED_EVERY:
        return
    organization_id, key_id = bearer.actor.organization_id, bearer.actor.api_key_id
    if key_id is None:
        return
    with organization_scope(organization_id):
        ApiKey.objects.filter(
            Q(last_used_at=None) | Q(last_used_at__lt=moment - USED_EVERY),
            organization_id=organization_id,
            pk=key_id,
        ).update(last_used_at=moment)


def _title(name: str) -> str:
    title = name.strip()
    if not 0 < len(title) <= MAX_NAME_CHARS or not title.isprintable():
        raise Invalid(
            "key_name_invalid",
            f"A key needs a name of 1 to {MAX_NAME_CHARS} characters, in one line.",
            detail={"field": "name"},
        )
    return title


def _granted(actor: Actor, names: Iterable[str]) -> tuple[Permission, ...]:
    """The scopes, which a person must hold to give; the operator's command gives any."""
    granted = parse_scopes(names)
    beyond = [one.value for one in granted if one not in actor.permissions]
    if actor.user_id is not None and beyond:
        raise NotAllowed(
            "scope_not_yours",
            f"You can give a key only rights that you have: leave out {', '.join(beyond)}.",
            detail={"field": "scopes", "missing": beyond},
        )
    return granted


def _check_limit(actor: Actor, requests_per_minute: int | None) -> None:
    most = limits_of(actor.organization_id).requests_per_minute
    if requests_per_minute is not None and not 0 < requests_per_minute <= most:
        raise Invalid(
            "key_limit_invalid",
            f"A key's own limit is 1 to {most:,} requests a minute, which is your organization's.",
            detail={"field": "requests_per_minute", "most": most},
        )


def _not_found() -> NotFound:
    return NotFound("key_not_found", "There is no such API key in your organization.")


def _row_of(secret: str) -> Any:
    """What the database tells of the key with this secret, before any organization is known."""
    with connection.cursor() as cursor:
        cursor.execute("select * from api_key_bearer(%s)", [_digest(secret)])
        return cursor.fetchone()


@lru_cache(maxsize=256)
def _permissions(scopes: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset(map(Permission, scopes))


def _digest(secret: str) -> str:
    # Keyed, so that a stolen table does not tell which of some guessed keys exist. The secrets are
    # random and long: a slow hash would add cost to every call and nothing else.
    return hmac.new(settings.API_KEY_PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
