"""Takes events to customers' receivers. Rows are the truth, messages only nudge.

A worker leases an endpoint, not a delivery: so each receiver is called by one worker at a time, and
one that hangs costs one thread. Between two short transactions a call is made that holds no
connection. Killed in between, a worker has sent what nobody noted: it is sent again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import services as accounts_services
from accounts.queries import people_who_may
from accounts.services import Actor, Permission, mail
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import queue, telemetry
from translation import webhook_rules as rules
from translation.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from translation.webhook_addresses import AddressRefused, Target, parse
from translation.webhook_sender import Outcome, send

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Send = Callable[..., Outcome]

LOOP_SECONDS: Final = 300.0
# Four times what a call can take: the clocks of two machines may differ a little.
LEASE: Final = timedelta(seconds=60)
# Deliveries one endpoint gets before the next one has its turn.
TURN: Final = 10
GONE: Final = 410

# From endpoint to endpoint along the index of what is pending: a long queue costs one look.
_CLAIM: Final = """
with recursive pending as (
  (select endpoint_id, ready_at from translation_webhookdelivery
    where state = 'pending' order by endpoint_id, ready_at limit 1)
  union all
  select n.endpoint_id, n.ready_at from pending p, lateral (
    select endpoint_id, ready_at from translation_webhookdelivery
     where state = 'pending' and endpoint_id > p.endpoint_id
     order by endpoint_id, ready_at limit 1) n
), busy as (
  select organization_id, count(*) as held from translation_webhookendpoint
   where leased_until > %(now)s group by organization_id
), chosen as (
  select e.id from translation_webhookendpoint e
    join pending p on p.endpoint_id = e.id and p.ready_at <= %(now)s
    left join busy b on b.organization_id = e.organization_id
   where e.state = 'enabled' and coalesce(b.held, 0) < %(most)s
     and (e.leased_until is null or e.leased_until <= %(now)s)
     and (e.paused_until is null or e.paused_until <= %(now)s)
   order by coalesce(b.held, 0), e.served_at nulls first, e.id
   limit 1 for no key update of e skip locked
)
update translation_webhookendpoint e
   set leased_until = %(until)s, served_at = %(now)s, fence = e.fence + 1
  from chosen where e.id = chosen.id
returning e.organization_id, e.id, e.fence
"""
_NEXT: Final = """
select d.id, v.id, v.kind, v.body from translation_webhookdelivery d
  join translation_webhookevent v on v.organization_id = d.organization_id and v.id = d.event_id
 where d.organization_id = %s and d.endpoint_id = %s and d.state = 'pending' and d.ready_at <= %s
 order by d.ready_at, d.id limit 1
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """An endpoint in a worker's hands, for as long as nobody else raises its fence."""

    organization_id: UUID
    endpoint_id: UUID
    fence: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, and where to."""

    delivery_id: UUID
    event_id: UUID
    kind: str
    body: bytes
    url: str
    secrets: tuple[str, ...]


def drain(
    *,
    stop: threading.Event,
    clock: Clock = timezone.now,
    chance: Callable[[], float] = random.random,
    sending: Send = send,
) -> int:
    """Delivers until nothing is due, five minutes have passed or `stop` is set; how many calls.

    A loop that finds work wakes two more.
    """
    ends_at = time.monotonic() + LOOP_SECONDS
    calls = 0
    while not stop.is_set() and time.monotonic() < ends_at:
        claim = claim_endpoint(now=clock())
        if claim is None:
            break
        if not calls:
            for _ in range(2):
                queue.enqueue("translation.deliver_webhooks", queue="webhooks")
        with telemetry.bound(organization_id=claim.organization_id):
            calls += serve(claim, stop=stop, clock=clock, chance=chance, sending=sending)
    connection.close()
    return calls


def claim_endpoint(*, now: datetime) -> Claim | None:
    """Leases an endpoint for which something is due, or nothing.

    First whose organization is served least at the moment, then who waits longest. One organization
    has a quarter of the threads at most.
    """
    values: dict[str, Any] = {
        "now": now,
        "until": now + LEASE,
        "most": max(1, settings.WEBHOOK_THREADS // 4),
    }
    with system_scope(SystemReason.WEBHOOKS), connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    return None if row is None else Claim(*row)


def serve(
    claim: Claim,
    *,
    stop: threading.Event,
    clock: Clock = timezone.now,
    chance: Callable[[], float] = random.random,
    sending: Send = send,
) -> int:
    """Calls one receiver until its turn is over, nothing is due or it fails; how many calls."""
    for calls in range(TURN):
        letter = None if stop.is_set() else next_letter(claim, now=clock())
        if letter is None:
            _release(claim)
            return calls
        connection.close()  # back to the pool: nothing is held while a receiver takes its time
        outcome = _sent(letter, sending, now=clock())
        if not note(claim, letter, outcome, now=clock(), chance=chance()):
            return calls + 1
    _release(claim)
    return TURN


def next_letter(claim: Claim, *, now: datetime) -> Letter | None:
    """The next delivery that is due, and a new lease; None where there is none or we lost it."""
    with organization_scope(claim.organization_id):
        endpoint = _held(claim).filter(state=WebhookEndpoint.ENABLED).first()
        if endpoint is None or not _held(claim).update(leased_until=now + LEASE):
            return None
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [claim.organization_id, claim.endpoint_id, now])
            row = cursor.fetchone()
    if row is None:
        return None
    delivery_id, event_id, kind, body = row
    numbers = rules.secret_numbers(endpoint.secret_number, endpoint.rotated_at, now)
    secrets = tuple(rules.secret(settings.WEBHOOK_KEY, endpoint.pk, one) for one in numbers)
    return Letter(delivery_id, event_id, kind, body.encode(), endpoint.url, secrets)


def _sent(letter: Letter, sending: Send, *, now: datetime) -> Outcome:
    allow_private = settings.WEBHOOK_PRIVATE_TARGETS
    try:
        target: Target = parse(letter.url, allow_private=allow_private)
    except AddressRefused:  # the setting has changed since it was named
        return Outcome(None, "address_refused", 0)
    headers = rules.headers(
        event_id=letter.event_id, body=letter.body, secrets=letter.secrets, now=now
    )
    return sending(target, headers=headers, body=letter.body, allow_private=allow_private)


def note(claim: Claim, letter: Letter, outcome: Outcome, *, now: datetime, chance: float) -> bool:
    """Writes down what came of a call; whether the endpoint is still ours and may be called on.

    Writes nothing where another worker has the endpoint by now: that one sends it again.
    """
    with organization_scope(claim.organization_id):
        endpoint = _held(claim).select_for_update(no_key=True).first()
        if endpoint is None:
            log.info("webhook.fenced", endpoint_id=str(claim.endpoint_id))
            return False
        delivery = WebhookDelivery.objects.filter(
            organization_id=claim.organization_id, pk=letter.delivery_id
        ).first()
        if delivery is None:  # purged meanwhile
            return True
        _note_try(delivery, outcome, now)
        if outcome.is_delivered:
            _note_success(endpoint, delivery)
        else:
            _note_failure(endpoint, delivery, letter.kind, outcome, now=now, chance=chance)
    return outcome.is_delivered


def _held(claim: Claim) -> Any:
    return WebhookEndpoint.objects.filter(
        organization_id=claim.organization_id, pk=claim.endpoint_id, fence=claim.fence
    )


def _release(claim: Claim) -> None:
    with organization_scope(claim.organization_id):
        _held(claim).update(leased_until=None)


def _note_try(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    WebhookAttempt.objects.create(
        organization_id=delivery.organization_id,
        delivery=delivery,
        at=now,
        status=outcome.status,
        error=outcome.error,
        duration_ms=outcome.duration_ms,
    )
    delivery.attempts += 1
    delivery.tries += 1
    delivery.last_at = now
    delivery.last_status = outcome.status
    delivery.last_error = outcome.error
    delivery.last_duration_ms = outcome.duration_ms


def _note_success(endpoint: WebhookEndpoint, delivery: WebhookDelivery) -> None:
    delivery.state = WebhookDelivery.DELIVERED
    delivery.save()
    if endpoint.failures:
        endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
        endpoint.save()


def _note_failure(
    endpoint: WebhookEndpoint,
    delivery: WebhookDelivery,
    kind: str,
    outcome: Outcome,
    *,
    now: datetime,
    chance: float,
) -> None:
    """A test is tried once and blames nobody; anything else is tried again, or given up."""
    again = None
    endpoint.leased_until = None
    if kind != rules.TEST:
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or now
        pause = rules.pause_seconds(endpoint.failures, outcome.wish_seconds)
        endpoint.paused_until = now + timedelta(seconds=pause)
        again = rules.next_try(
            attempts=delivery.attempts,
            began_at=delivery.began_at,
            now=now,
            wish_seconds=outcome.wish_seconds,
            chance=chance,
        )
        if outcome.status == GONE:
            _disable(endpoint, WebhookEndpoint.GONE, now)
            again = None
        elif again is None and now - endpoint.failing_since >= rules.DISABLE_AFTER:
            _disable(endpoint, WebhookEndpoint.FAILING, now)
    if again is None:
        delivery.state = WebhookDelivery.FAILED
    else:
        delivery.ready_at = again
    delivery.save()
    endpoint.save()


def _disable(endpoint: WebhookEndpoint, reason: str, now: datetime) -> None:
    """Switches a receiver off, with an audit row and a mail to whoever may switch it on again."""
    endpoint.state = WebhookEndpoint.DISABLED
    endpoint.disabled_reason = reason
    endpoint.disabled_at = now
    accounts_services.record(
        actor=Actor(organization_id=endpoint.organization_id),
        action="webhook.disable",
        object_kind="webhook",
        object_id=endpoint.pk,
        detail={"reason": reason},
        now=now,
    )
    context = {
        "endpoint": endpoint,
        "is_gone": reason == WebhookEndpoint.GONE,
        "page_url": mail.address(f"/settings/webhooks/{endpoint.pk}"),
    }
    for person in people_who_may(endpoint.organization_id, Permission.WEBHOOKS_MANAGE):
        mail.post(to=person.email, name="webhook_disabled", context=context, now=now)
    log.info("webhook.disabled", endpoint_id=str(endpoint.pk), reason=reason)
