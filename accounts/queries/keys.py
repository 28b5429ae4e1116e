"""Reads of API keys and of what they asked. Each opens its own scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from accounts.limits import limits_of
from accounts.models import ApiKey, ApiRequest
from accounts.queries import names_of
from accounts.tenancy import organization_scope
from common.errors import Malformed, NotFound

# What a list of requests can be narrowed to: the first digit of the status.
STATUS_CLASSES: Final = ("2xx", "3xx", "4xx", "5xx")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """An API key as people see it. `prefix` is how the secret begins; `state` is active, expired
    or revoked; `limit` is in force, `requests_per_minute` the key's own where it has one.
    """

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    state: str
    created_by: UUID | None
    created_by_name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    requests_per_minute: int | None
    limit: int


def keys_page(
    organization_id: UUID,
    *,
    now: datetime,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> list[KeyRow]:
    """An organization's API keys, newest first, ended ones included, from `before` backwards."""
    with organization_scope(organization_id):
        keys = ApiKey.objects.filter(organization_id=organization_id)
        if before is not None:
            at, key_id = before
            keys = keys.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=key_id))
        found = list(keys.order_by("-created_at", "-id")[:limit])
    return _rows(organization_id, found, now)


def key(organization_id: UUID, key_id: UUID, *, now: datetime) -> KeyRow:
    """One API key; raises NotFound."""
    with organization_scope(organization_id):
        found = ApiKey.objects.filter(organization_id=organization_id, pk=key_id).first()
    if found is None:
        raise NotFound("key_not_found", "There is no such API key in your organization.")
    return _rows(organization_id, [found], now)[0]


def requests_page(
    organization_id: UUID,
    key_id: UUID,
    *,
    status: str,
    limit: int,
    before: tuple[datetime, UUID] | None = None,
) -> list[ApiRequest]:
    """What a key asked, newest first, from `before` backwards; `status` is "" or such as "4xx"."""
    with organization_scope(organization_id):
        asked = ApiRequest.objects.filter(organization_id=organization_id, api_key_id=key_id)
        if status:
            lowest = 100 * int(_known(status)[0])
            asked = asked.filter(status__gte=lowest, status__lt=lowest + 100)
        if before is not None:
            at, request_id = before
            asked = asked.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=request_id))
        return list(asked.order_by("-at", "-id")[:limit])


def _known(status: str) -> str:
    if status not in STATUS_CLASSES:
        raise Malformed(
            "filter_unknown",
            f"“status” takes one of {', '.join(STATUS_CLASSES)}, or nothing.",
            detail={"choices": list(STATUS_CLASSES)},
        )
    return status


def _rows(organization_id: UUID, keys: Sequence[ApiKey], now: datetime) -> list[KeyRow]:
    names = names_of(one.created_by for one in keys if one.created_by)
    most = limits_of(organization_id).requests_per_minute
    return [
        KeyRow(
            id=one.pk,
            name=one.name,
            prefix=str(one),
            scopes=tuple(one.scopes),
            state=one.state(now),
            created_by=one.created_by,
            created_by_name=names.get(one.created_by, "") if one.created_by else "",
            created_at=one.created_at,
            last_used_at=one.last_used_at,
            expires_at=one.expires_at,
            revoked_at=one.revoked_at,
            requests_per_minute=one.requests_per_minute,
            limit=min(most, one.requests_per_minute or most),
        )
        for one in keys
    ]
