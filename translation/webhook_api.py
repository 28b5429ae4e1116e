"""REST API v1 of webhooks. Each endpoint parses, makes one call, and answers."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Actor, Permission, actor_of, require
from common import paging
from common.rest import tags
from common.rest.endpoints import Endpoint
from translation.models import WebhookEndpoint
from translation.queries import webhooks as reading
from translation.services import webhooks
from translation.webhook_serializers import (
    DeliveryDetailShape,
    DeliveryPage,
    DeliveryQuery,
    DeliveryShape,
    ReplayedShape,
    ReplayRequest,
    SecretShape,
    WebhookChange,
    WebhookList,
    WebhookRequest,
    WebhookShape,
    WebhookWithSecret,
)


def _actor(request: Request) -> Actor:
    return require(actor_of(request), Permission.WEBHOOKS_MANAGE)


def _with_secret(endpoint: WebhookEndpoint, status: int) -> Response:
    shown = {**WebhookShape(endpoint).data, "secret": webhooks.secret_of(endpoint)}
    answer = Response(WebhookWithSecret(shown).data, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _told(endpoint: WebhookEndpoint) -> Response:
    return tags.tagged(WebhookShape(endpoint).data, _tag(endpoint))


def _tag(endpoint: WebhookEndpoint) -> str:
    """Of what can be changed."""
    return tags.tag(
        endpoint.pk, endpoint.url, endpoint.description, *endpoint.events, endpoint.state
    )


class WebhooksView(Endpoint):
    """Receivers of the organization."""

    takes = {"POST": WebhookRequest}

    @extend_schema(operation_id="list_webhooks", responses=WebhookList)
    def get(self, request: Request) -> Response:
        """List webhooks, oldest first."""
        found = reading.endpoints_of(_actor(request).organization_id)
        return Response(WebhookList({"webhooks": found}).data)

    @extend_schema(operation_id="create_webhook", responses={201: WebhookWithSecret})
    def post(self, request: Request) -> Response:
        """Make a webhook. The answer holds the secret its signatures are checked with."""
        actor = _actor(request)
        made = webhooks.create_endpoint(actor=actor, **self.body())
        return _with_secret(made, 201)


class WebhookView(Endpoint):
    """One receiver."""

    takes = {"PATCH": WebhookChange}

    @extend_schema(operation_id="get_webhook", responses=WebhookShape)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Ask for a webhook and its state."""
        return _told(reading.endpoint_of(_actor(request).organization_id, webhook_id))

    @extend_schema(operation_id="change_webhook", responses={200: WebhookShape})
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change what is given; `enabled` switches the webhook off and on."""
        actor = _actor(request)
        reading.endpoint_of(actor.organization_id, webhook_id)
        changed = webhooks.change_endpoint(
            actor=actor,
            endpoint_id=webhook_id,
            check=lambda endpoint: tags.require_match(request, _tag(endpoint)),
            **self.body(),
        )
        return _told(changed)

    @extend_schema(operation_id="delete_webhook", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Delete a webhook with its log. What is on its way to it is given up."""
        webhooks.delete_endpoint(actor=_actor(request), endpoint_id=webhook_id)
        return Response(status=204)


class WebhookSecretView(Endpoint):
    """The secret of a receiver."""

    @extend_schema(operation_id="get_webhook_secret", responses=SecretShape)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Ask for the secret that signs now. The audit trail notes that you did."""
        secret = webhooks.show_secret(actor=_actor(request), endpoint_id=webhook_id)
        answer = Response(SecretShape({"secret": secret}).data)
        answer["Cache-Control"] = "no-store"
        return answer


class WebhookRotateView(Endpoint):
    """A new secret."""

    @extend_schema(operation_id="rotate_webhook", responses=WebhookWithSecret)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Make a new secret. For 24 hours the one before signs as well."""
        rotated = webhooks.rotate_secret(actor=_actor(request), endpoint_id=webhook_id)
        return _with_secret(rotated, 200)


class WebhookTestView(Endpoint):
    """A test event."""

    @extend_schema(operation_id="test_webhook", responses={202: DeliveryShape})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a webhook.test event, tried once."""
        actor = _actor(request)
        sent = webhooks.send_test(actor=actor, endpoint_id=webhook_id)
        return _delivery(actor, webhook_id, sent.pk)


class WebhookDeliveriesView(Endpoint):
    """What was sent."""

    asks = {"GET": DeliveryQuery}

    @extend_schema(operation_id="list_deliveries", responses=DeliveryPage)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """List the deliveries of the last 30 days, newest first."""
        actor = _actor(request)
        limit, of = self.query["limit"], paging.listed(f"deliveries {webhook_id}", self.query)
        found = reading.deliveries_of(
            actor.organization_id,
            webhook_id,
            state=self.query.get("state", ""),
            before=paging.read_place(of, self.query.get("cursor")),
            limit=limit + 1,
        )
        shown, more = paging.page(
            found, limit=limit, of=of, place=lambda one: [one.created_at, one.id]
        )
        return Response(DeliveryPage({"deliveries": shown, "next_cursor": more}).data)


class WebhookDeliveryView(Endpoint):
    """One delivery."""

    @extend_schema(operation_id="get_delivery", responses=DeliveryDetailShape)
    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Ask for a delivery with every try and its body."""
        actor = _actor(request)
        found = reading.delivery_of(actor.organization_id, webhook_id, delivery_id)
        return Response(DeliveryDetailShape(found).data)


class WebhookDeliveryReplayView(Endpoint):
    """One delivery once more."""

    @extend_schema(operation_id="replay_delivery", responses={202: DeliveryShape})
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send a delivery once more, with the same id and body."""
        actor = _actor(request)
        webhooks.replay_delivery(actor=actor, endpoint_id=webhook_id, delivery_id=delivery_id)
        return _delivery(actor, webhook_id, delivery_id)


class WebhookReplayView(Endpoint):
    """All that failed once more."""

    takes = {"POST": ReplayRequest}

    @extend_schema(operation_id="replay_failed", responses={202: ReplayedShape})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send everything that failed since a time once more."""
        actor = _actor(request)
        reading.endpoint_of(actor.organization_id, webhook_id)
        count = webhooks.replay_failed(actor=actor, endpoint_id=webhook_id, **self.body())
        return Response(ReplayedShape({"replayed": count}).data, status=202)


def _delivery(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> Response:
    found = reading.delivery_of(actor.organization_id, webhook_id, delivery_id)
    return Response(DeliveryShape(found.delivery).data, status=202)
