"""Receivers of an organization: made, changed, given new secrets, tested, sent things again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import SystemReason, organization_scope, system_scope
from common import queue
from common.database import take_turn
from common.errors import Conflict, Invalid, NotFound
from translation import webhook_rules as rules
from translation.models import WebhookDelivery, WebhookEndpoint
from translation.services.telling import write_event
from translation.webhook_addresses import AddressRefused, parse

MAX_ENDPOINTS: Final = 10
MAX_DESCRIPTION_CHARS: Final = 200
KEPT: Final = timedelta(days=30)
MAX_PURGED: Final = 2000
MAX_PURGES: Final = 500

_OLD: Final = """
select organization_id, id from translation_webhookevent
 where created_at < %s order by created_at limit %s
"""
_PURGE: Final = """
delete from translation_webhookevent where organization_id = %s and id = any(%s)
"""


def create_endpoint(
    *,
    actor: Actor,
    url: str,
    events: Iterable[str],
    description: str = "",
    now: datetime | None = None,
) -> WebhookEndpoint:
    """Makes a receiver; raises Invalid for what it cannot be, Conflict where there are ten."""
    moment = now or timezone.now()
    values = {"url": _url(url), "events": _events(events), "description": _words(description)}
    with organization_scope(actor.organization_id):
        # Else two could both find nine endpoints and make the tenth.
        take_turn(f"webhooks {actor.organization_id}")
        mine = WebhookEndpoint.objects.filter(organization_id=actor.organization_id)
        if mine.count() >= MAX_ENDPOINTS:
            raise Conflict(
                "webhooks_full",
                f"Your organization has {MAX_ENDPOINTS} webhooks, the most there can be: delete"
                " one first.",
                detail={"most": MAX_ENDPOINTS},
            )
        endpoint = WebhookEndpoint.objects.create(
            organization_id=actor.organization_id,
            created_by=actor.user_id,
            created_at=moment,
            updated_at=moment,
            **values,
        )
        _record(actor, "webhook.create", endpoint.pk, now=moment)
    return endpoint


def change_endpoint(
    *,
    actor: Actor,
    endpoint_id: UUID,
    url: str | None = None,
    events: Iterable[str] | None = None,
    description: str | None = None,
    enabled: bool | None = None,
    check: Callable[[WebhookEndpoint], None] | None = None,
    now: datetime | None = None,
) -> WebhookEndpoint:
    """Changes what is given, all or nothing; raises Invalid or NotFound, and whatever `check` does.

    `check` sees it as it is, held so that nobody else changes it.

    Switched on again, it starts anew: nothing is held against it, and what waited goes out.
    """
    moment = now or timezone.now()
    values: dict[str, Any] = {}
    if url is not None:
        values["url"] = _url(url)
    if events is not None:
        values["events"] = _events(events)
    if description is not None:
        values["description"] = _words(description)
    with organization_scope(actor.organization_id):
        endpoint = _locked(actor, endpoint_id)
        if check is not None:
            check(endpoint)
        if any(getattr(endpoint, name) != value for name, value in values.items()):
            _record(actor, "webhook.change", endpoint_id, now=moment)
        if enabled is not None and enabled != (endpoint.state == WebhookEndpoint.ENABLED):
            values |= _switched_on() if enabled else _switched_off(moment)
            action = "webhook.enable" if enabled else "webhook.disable"
            _record(actor, action, endpoint_id, now=moment)
        for name, value in values.items():
            setattr(endpoint, name, value)
        endpoint.updated_at = moment
        endpoint.save()
        _nudge()
    return endpoint


def delete_endpoint(*, actor: Actor, endpoint_id: UUID) -> None:
    """Removes a receiver with its log; what is on its way is given up. Raises NotFound."""
    with organization_scope(actor.organization_id):
        _locked(actor, endpoint_id)
        with connection.cursor() as cursor:
            # The composite foreign keys take its deliveries and their attempts along.
            cursor.execute(
                "delete from translation_webhookendpoint where organization_id = %s and id = %s",
                [actor.organization_id, endpoint_id],
            )
        _record(actor, "webhook.delete", endpoint_id)


def rotate_secret(
    *, actor: Actor, endpoint_id: UUID, now: datetime | None = None
) -> WebhookEndpoint:
    """Gives a receiver another secret; the one before signs too for a day. Raises NotFound."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        endpoint = _locked(actor, endpoint_id)
        endpoint.secret_number += 1
        endpoint.rotated_at = moment
        endpoint.updated_at = moment
        endpoint.save()
        _record(actor, "webhook.rotate", endpoint_id, now=moment)
    return endpoint


def show_secret(*, actor: Actor, endpoint_id: UUID) -> str:
    """The secret that signs now, noted in the audit trail; raises NotFound."""
    with organization_scope(actor.organization_id):
        endpoint = _locked(actor, endpoint_id)
        _record(actor, "webhook.show_secret", endpoint_id)
    return secret_of(endpoint)


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The newest secret of a receiver: for whoever made it or gave it this moment."""
    return rules.secret(settings.WEBHOOK_KEY, endpoint.pk, endpoint.secret_number)


def send_test(*, actor: Actor, endpoint_id: UUID, now: datetime | None = None) -> WebhookDelivery:
    """Sends a receiver an event that means nothing, once, before all that waits.

    Raises NotFound, or Conflict where the receiver is off.
    """
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        endpoint = _working(actor, endpoint_id)
        told = {"webhook_id": str(endpoint_id)}
        [delivery] = write_event(
            actor.organization_id,
            rules.TEST,
            told,
            [endpoint_id],
            moment,
            ready_at=moment - rules.AHEAD,
        )
        WebhookEndpoint.objects.filter(
            organization_id=actor.organization_id, pk=endpoint.pk
        ).update(paused_until=None)
        _record(actor, "webhook.test", endpoint_id, now=moment)
    return delivery


def replay_delivery(
    *, actor: Actor, endpoint_id: UUID, delivery_id: UUID, now: datetime | None = None
) -> WebhookDelivery:
    """Sends an event once more, with the same id and body, and three days of tries if need be.

    It goes before all that waits. Raises NotFound, or Conflict where the receiver is off.
    """
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        _working(actor, endpoint_id)
        delivery = WebhookDelivery.objects.filter(
            organization_id=actor.organization_id, endpoint_id=endpoint_id, pk=delivery_id
        ).first()
        if delivery is None:
            raise NotFound(
                "delivery_not_found",
                "There is no such delivery. They are kept for 30 days.",
            )
        _send_again(actor, endpoint_id, [delivery_id], moment, ready_at=moment - rules.AHEAD)
        _record(actor, "webhook.replay", endpoint_id, {"deliveries": 1}, now=moment)
        delivery.refresh_from_db()
    return delivery


def replay_failed(
    *, actor: Actor, endpoint_id: UUID, since: datetime, now: datetime | None = None
) -> int:
    """Sends what was given up since then once more; how many. Raises NotFound or Conflict."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        _working(actor, endpoint_id)
        failed = WebhookDelivery.objects.filter(
            organization_id=actor.organization_id,
            endpoint_id=endpoint_id,
            state=WebhookDelivery.FAILED,
            created_at__gte=since,
        )
        ids = list(failed.values_list("id", flat=True))
        _send_again(actor, endpoint_id, ids, moment, ready_at=moment)
        _record(actor, "webhook.replay", endpoint_id, {"deliveries": len(ids)}, now=moment)
    return len(ids)


def purge_old(*, now: datetime) -> int:
    """Forgets events older than 30 days with their deliveries, batch by batch; how many events."""
    purged = 0
    for _ in range(MAX_PURGES):
        with system_scope(SystemReason.RETENTION), connection.cursor() as cursor:
            cursor.execute(_OLD, [now - KEPT, MAX_PURGED])
            found = cursor.fetchall()
        by_organization: dict[UUID, list[UUID]] = {}
        for organization_id, event_id in found:
            by_organization.setdefault(organization_id, []).append(event_id)
        for organization_id, ids in by_organization.items():
            with organization_scope(organization_id), connection.cursor() as cursor:
                cursor.execute(_PURGE, [organization_id, ids])
                purged += cursor.rowcount
        if len(found) < MAX_PURGED:
            break
    return purged


def _locked(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = (
        WebhookEndpoint.objects.select_for_update(no_key=True)
        .filter(organization_id=actor.organization_id, pk=endpoint_id)
        .first()
    )
    if endpoint is None:
        raise NotFound("webhook_not_found", "There is no such webhook in your organization.")
    return endpoint


def _working(actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = _locked(actor, endpoint_id)
    if endpoint.state != WebhookEndpoint.ENABLED:
        raise Conflict("webhook_disabled", "This webhook is switched off: switch it on first.")
    return endpoint


def _send_again(
    actor: Actor,
    endpoint_id: UUID,
    delivery_ids: list[UUID],
    moment: datetime,
    *,
    ready_at: datetime,
) -> None:
    WebhookDelivery.objects.filter(
        organization_id=actor.organization_id, pk__in=delivery_ids
    ).update(state=WebhookDelivery.PENDING, began_at=moment, ready_at=ready_at, attempts=0)
    WebhookEndpoint.objects.filter(organization_id=actor.organization_id, pk=endpoint_id).update(
        paused_until=None
    )
    _nudge()


def _nudge() -> None:
    queue.enqueue("translation.deliver_webhooks", queue="webhooks")


def _switched_on() -> dict[str, Any]:
    return {
        "state": WebhookEndpoint.ENABLED,
        "disabled_reason": "",
        "disabled_at": None,
        "failures": 0,
        "failing_since": None,
        "paused_until": None,
    }


def _switched_off(moment: datetime) -> dict[str, Any]:
    return {
        "state": WebhookEndpoint.DISABLED,
        "disabled_reason": WebhookEndpoint.BY_PERSON,
        "disabled_at": moment,
    }


def _url(url: str) -> str:
    wanted = url.strip()
    try:
        parse(wanted, allow_private=settings.WEBHOOK_PRIVATE_TARGETS)
    except AddressRefused as refused:
        raise Invalid("webhook_url_invalid", str(refused), detail={"field": "url"}) from None
    return wanted


def _events(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    if not wanted or wanted - set(rules.EVENTS):
        raise Invalid(
            "webhook_events_invalid",
            f"Choose one or more of these events: {', '.join(rules.EVENTS)}.",
            detail={"field": "events", "choices": list(rules.EVENTS)},
        )
    return [kind for kind in rules.EVENTS if kind in wanted]


def _words(description: str) -> str:
    words = " ".join(description.split())
    if len(words) > MAX_DESCRIPTION_CHARS or not words.isprintable():
        raise Invalid(
            "webhook_description_invalid",
            f"Describe the webhook in at most {MAX_DESCRIPTION_CHARS} characters.",
            detail={"field": "description"},
        )
    return words


def _record(
    actor: Actor,
    action: str,
    endpoint_id: UUID,
    detail: dict[str, int | str | None] | None = None,
    *,
    now: datetime | None = None,
) -> None:
    accounts_services.record(
        actor=actor,
        action=action,
        object_kind="webhook",
        object_id=endpoint_id,
        detail=detail,
        now=now,
    )
