"""The request log of API keys: noted in Redis as requests end, moved into rows every few seconds.

No request waits for the database because of it, and none fails: with Redis away nothing is logged.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection
from django.utils import timezone

from accounts.models import ApiRequest
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import redis
from common.ids import uuid7

_log = structlog.get_logger(__name__)

KEPT_DAYS: Final = 30
LIST: Final = "api-requests"
# About 60 MB. With nobody moving them, the newest are lost: the old ones are next to be moved.
MOST_WAITING: Final = 200_000
BATCH: Final = 1_000
MOST_BATCHES: Final = 100
MAX_METHOD_CHARS: Final = 16
# Takes off what was moved, unless somebody else has moved it meanwhile: ids are never equal.
_TAKE_OFF: Final = """
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then redis.call('LTRIM', KEYS[1], ARGV[2], -1) end
"""
# A key or an organization may have gone since. Repeated rows are those of a move that was cut off.
_INSERT: Final = """
with noted as (
  select * from unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[],
                       %s::smallint[], %s::int[], %s::text[])
    as n(id, api_key_id, at, method, route, status, duration_ms, request_id)
), kept as (
  insert into accounts_apirequest
         (id, organization_id, api_key_id, at, method, route, status, duration_ms, request_id)
  select n.id, k.organization_id, k.id, n.at, n.method, n.route, n.status, n.duration_ms,
         n.request_id
    from noted n join accounts_apikey k on k.organization_id = %s and k.id = n.api_key_id
  on conflict (id) do nothing
)
update accounts_apikey k set last_used_at = used.at
  from (select api_key_id, max(at) as at from noted group by api_key_id) used
 where k.organization_id = %s and k.id = used.api_key_id
   and (k.last_used_at is null or k.last_used_at < used.at)
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """One answered request of a key; `route` is the address's pattern, never what was in it."""

    id: UUID
    api_key_id: UUID
    at: datetime
    method: str
    route: str
    status: int
    duration_ms: int
    request_id: str


def note(
    *,
    organization_id: UUID,
    api_key_id: UUID,
    at: datetime,
    method: str,
    route: str,
    status: int,
    duration_ms: int,
    request_id: str,
) -> bool:
    """Leaves a note of a request in Redis; False while Redis is away."""
    line = json.dumps(
        [
            str(organization_id),
            str(uuid7()),
            str(api_key_id),
            at.timestamp(),
            method[:MAX_METHOD_CHARS],
            route,
            status,
            duration_ms,
            request_id,
        ]
    )
    waiting: Any = redis.ask(lambda client: client.rpush(LIST, line))
    if waiting is not None and waiting > MOST_WAITING:
        redis.ask(lambda client: client.ltrim(LIST, 0, MOST_WAITING - 1))
    return waiting is not None


def move_notes() -> int:
    """Moves what was noted into rows; gives how many notes it took.

    Notes leave Redis only after their rows are committed, so a crash moves them again, which
    changes nothing. Two at a time do no harm.
    """
    moved = 0
    for _ in range(MOST_BATCHES):
        lines: Any = redis.ask(lambda client: client.lrange(LIST, 0, BATCH - 1))
        if not lines:
            break
        for organization_id, noted in _by_organization(lines).items():
            _keep(organization_id, noted)
        redis.ask(_taking_off(lines))
        moved += len(lines)
        if len(lines) < BATCH:
            break
    return moved


def purge(*, now: datetime | None = None) -> int:
    """Deletes what was logged more than 30 days ago; gives how many rows went."""
    before = (now or timezone.now()) - timedelta(days=KEPT_DAYS)
    with system_scope(SystemReason.RETENTION):
        old = ApiRequest.objects.filter(at__lt=before).order_by()
        organizations = list(old.values_list("organization_id", flat=True).distinct())
    gone = 0
    for organization_id in organizations:
        with organization_scope(organization_id):
            rows = ApiRequest.objects.filter(organization_id=organization_id, at__lt=before)
            gone += rows.delete()[0]
    return gone


def _by_organization(lines: Sequence[bytes]) -> dict[UUID, list[Noted]]:
    found: dict[UUID, list[Noted]] = defaultdict(list)
    for line in lines:
        try:
            organization_id, key, api_key_id, at, *rest = json.loads(line)
            noted = Noted(UUID(key), UUID(api_key_id), datetime.fromtimestamp(at, UTC), *rest)
            found[UUID(organization_id)].append(noted)
        except (ValueError, TypeError, AttributeError):
            # Written by another release, perhaps: it must not hold up the others.
            _log.warning("request_note_unreadable")
    return found


def _keep(organization_id: UUID, noted: Sequence[Noted]) -> None:
    columns = [list(column) for column in zip(*map(astuple, noted), strict=True)]
    with organization_scope(organization_id), connection.cursor() as cursor:
        cursor.execute(_INSERT, [*columns, organization_id, organization_id])


def _taking_off(lines: Sequence[bytes]) -> Any:
    return lambda client: client.eval(_TAKE_OFF, 1, LIST, lines[0], len(lines))
