"""Reads of webhooks: receivers, their deliveries, each try. All open their own scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.tenancy import organization_scope
from common.errors import Invalid, NotFound
from translation.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from translation.webhook_sender import ERRORS

STATES: Final = (WebhookDelivery.PENDING, WebhookDelivery.DELIVERED, WebhookDelivery.FAILED)
MAX_ATTEMPTS: Final = 100


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery of a list. `status`, `error` and `duration_ms` are of the last try."""

    id: UUID
    webhook_id: UUID
    event_id: UUID
    event: str
    state: str
    created_at: datetime
    tries: int
    status: int | None
    error: str
    duration_ms: int | None
    last_at: datetime | None
    next_at: datetime | None

    @property
    def sentence(self) -> str:
        """What went wrong at the last try, in words."""
        return sentence_of(self.error)


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A delivery with its tries, the newest first, and the body as it is sent."""

    delivery: DeliveryRow
    attempts: Sequence[WebhookAttempt]
    body: str


def endpoints_of(organization_id: UUID) -> list[WebhookEndpoint]:
    """An organization's receivers, oldest first."""
    with organization_scope(organization_id):
        found = WebhookEndpoint.objects.filter(organization_id=organization_id)
        return list(found.order_by("created_at", "id"))


def endpoint_of(organization_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """One receiver; raises NotFound."""
    with organization_scope(organization_id):
        found = WebhookEndpoint.objects.filter(organization_id=organization_id, pk=endpoint_id)
        endpoint = found.first()
    if endpoint is None:
        raise NotFound("webhook_not_found", "There is no such webhook in your organization.")
    return endpoint


def deliveries_of(
    organization_id: UUID,
    endpoint_id: UUID,
    *,
    state: str = "",
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[DeliveryRow]:
    """A receiver's deliveries, newest first, from a place backwards; raises NotFound, Invalid."""
    if state and state not in STATES:
        raise Invalid(
            "delivery_state_unknown",
            f"A delivery's state is one of: {', '.join(STATES)}.",
            detail={"field": "state", "choices": list(STATES)},
        )
    endpoint_of(organization_id, endpoint_id)
    with organization_scope(organization_id):
        found = _deliveries(organization_id, endpoint_id)
        if state:
            found = found.filter(state=state)
        if before is not None:
            at, key = before
            found = found.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=key))
        return [_row(one) for one in found.order_by("-created_at", "-id")[:limit]]


def delivery_of(organization_id: UUID, endpoint_id: UUID, delivery_id: UUID) -> DeliveryDetail:
    """One delivery with its tries; raises NotFound."""
    with organization_scope(organization_id):
        found = _deliveries(organization_id, endpoint_id).filter(pk=delivery_id).first()
        if found is None:
            raise NotFound(
                "delivery_not_found", "There is no such delivery. They are kept for 30 days."
            )
        attempts = WebhookAttempt.objects.filter(
            organization_id=organization_id, delivery_id=delivery_id
        )
        newest = list(attempts.order_by("-at", "-id")[:MAX_ATTEMPTS])
        return DeliveryDetail(_row(found), newest, found.event.body)


def has_failed(organization_id: UUID, endpoint_id: UUID) -> bool:
    """Whether anything sent there was given up and could be replayed."""
    with organization_scope(organization_id):
        found = _deliveries(organization_id, endpoint_id)
        return found.filter(state=WebhookDelivery.FAILED).exists()


def sentence_of(error: str) -> str:
    """What an error means, for people."""
    return ERRORS.get(error, "")


def _deliveries(organization_id: UUID, endpoint_id: UUID) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        organization_id=organization_id, endpoint_id=endpoint_id
    ).select_related("event")


def _row(found: WebhookDelivery) -> DeliveryRow:
    return DeliveryRow(
        id=found.pk,
        webhook_id=found.endpoint_id,
        event_id=found.event_id,
        event=found.event.kind,
        state=found.state,
        created_at=found.created_at,
        tries=found.tries,
        status=found.last_status,
        error=found.last_error,
        duration_ms=found.last_duration_ms,
        last_at=found.last_at,
        # What goes before all that waits is set back: nobody is told of a time before they asked.
        next_at=(
            max(found.ready_at, found.began_at) if found.state == WebhookDelivery.PENDING else None
        ),
    )
