"""Reads of the audit trail, narrowed and page by page. Each opens its own scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.actions import ACTIONS, actions_of
from accounts.models import ApiKey, AuditEvent
from accounts.queries import names_of
from accounts.tenancy import organization_scope

EXPORT_BATCH: Final = 2_000
MAX_EXPORTED: Final = 50_000
Before = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which events are wanted: of a person, a key, an action or group of them, in `[since, until)`.

    What is None or empty narrows nothing.
    """

    user_id: UUID | None = None
    api_key_id: UUID | None = None
    action: str = ""
    group: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event: who did what to what, from which request. `who` is empty for the house itself."""

    id: UUID
    at: datetime
    user_id: UUID | None
    api_key_id: UUID | None
    who: str
    action: str
    what: str
    object_kind: str
    object_id: UUID | None
    detail: Mapping[str, Any]
    request_id: str


def events_page(
    organization_id: UUID, *, wanted: Narrowing, limit: int, before: Before | None = None
) -> list[EventRow]:
    """An organization's events, newest first, from `before` backwards."""
    with organization_scope(organization_id):
        found = list(_events(organization_id, wanted, before)[:limit])
        keys = dict(
            ApiKey.objects.filter(
                organization_id=organization_id,
                pk__in={one.api_key_id for one in found if one.api_key_id},
            ).values_list("id", "name")
        )
    people = names_of(one.user_id for one in found if one.user_id)
    return [_row(one, people, keys) for one in found]


def all_events(
    organization_id: UUID, *, wanted: Narrowing, most: int = MAX_EXPORTED
) -> Iterator[EventRow]:
    """All events that are wanted, newest first, at most `most`; read a page at a time."""
    before: Before | None = None
    told = 0
    while told < most:
        limit = min(EXPORT_BATCH, most - told)
        page = events_page(organization_id, wanted=wanted, limit=limit, before=before)
        yield from page
        told += len(page)
        if len(page) < limit:
            return
        before = (page[-1].at, page[-1].id)


def _events(
    organization_id: UUID, wanted: Narrowing, before: Before | None
) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.filter(organization_id=organization_id)
    if wanted.user_id:
        events = events.filter(user_id=wanted.user_id)
    if wanted.api_key_id:
        events = events.filter(api_key_id=wanted.api_key_id)
    if wanted.action:
        events = events.filter(action=wanted.action)
    if wanted.group:
        events = events.filter(action__in=actions_of(wanted.group))
    if wanted.since:
        events = events.filter(at__gte=wanted.since)
    if wanted.until:
        events = events.filter(at__lt=wanted.until)
    if before is not None:
        at, key = before
        events = events.filter(Q(at__lt=at) | Q(at=at, pk__lt=key))
    return events.order_by("-at", "-id")


def _row(event: AuditEvent, people: Mapping[UUID, str], keys: Mapping[UUID, str]) -> EventRow:
    who = ""
    if event.api_key_id:
        who = keys.get(event.api_key_id, "A deleted key")
    elif event.user_id:
        who = people.get(event.user_id, "Somebody whose account is deleted")
    return EventRow(
        id=event.pk,
        at=event.at,
        user_id=event.user_id,
        api_key_id=event.api_key_id,
        who=who,
        action=event.action,
        what=ACTIONS.get(event.action, event.action),
        object_kind=event.object_kind,
        object_id=event.object_id,
        detail=event.detail,
        request_id=event.request_id,
    )
