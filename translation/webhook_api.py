"""REST API v1 of webhooks. Each endpoint parses, makes one call, and answers."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services import Actor, Permission, actor_of, require
from common import paging
from translation.models import WebhookEndpoint
from translation.queries import webhooks as reading
from translation.responses import BoundedJson
from translation.services import webhooks
from translation.webhook_serializers import (
    DeliveryDetailShape,
    DeliveryPage,
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
    return Response(WebhookWithSecret(shown).data, status=status)


class WebhooksView(APIView):
    """Receivers of the organization."""

    parser_classes = [BoundedJson]

    @extend_schema(operation_id="list_webhooks", responses=WebhookList)
    def get(self, request: Request) -> Response:
        """List webhooks, oldest first."""
        found = reading.endpoints_of(_actor(request).organization_id)
        return Response(WebhookList({"webhooks": found}).data)

    @extend_schema(
        operation_id="create_webhook", request=WebhookRequest, responses={201: WebhookWithSecret}
    )
    def post(self, request: Request) -> Response:
        """Make a webhook. The answer holds the secret its signatures are checked with."""
        actor = _actor(request)
        asked = WebhookRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = webhooks.create_endpoint(actor=actor, **asked.validated_data)
        return _with_secret(made, 201)


class WebhookView(APIView):
    """One receiver."""

    parser_classes = [BoundedJson]

    @extend_schema(operation_id="get_webhook", responses=WebhookShape)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Ask for a webhook and its state."""
        found = reading.endpoint_of(_actor(request).organization_id, webhook_id)
        return Response(WebhookShape(found).data)

    @extend_schema(
        operation_id="change_webhook", request=WebhookChange, responses={200: WebhookShape}
    )
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change what is given; `enabled` switches the webhook off and on."""
        actor = _actor(request)
        reading.endpoint_of(actor.organization_id, webhook_id)
        asked = WebhookChange(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = webhooks.change_endpoint(
            actor=actor, endpoint_id=webhook_id, **asked.validated_data
        )
        return Response(WebhookShape(changed).data)

    @extend_schema(operation_id="delete_webhook", responses={204: None})
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Delete a webhook with its log. What is on its way to it is given up."""
        webhooks.delete_endpoint(actor=_actor(request), endpoint_id=webhook_id)
        return Response(status=204)


class WebhookSecretView(APIView):
    """The secret of a receiver."""

    @extend_schema(operation_id="get_webhook_secret", responses=SecretShape)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Ask for the secret that signs now. The audit trail notes that you did."""
        secret = webhooks.show_secret(actor=_actor(request), endpoint_id=webhook_id)
        answer = Response(SecretShape({"secret": secret}).data)
        answer["Cache-Control"] = "no-store"
        return answer


class WebhookRotateView(APIView):
    """A new secret."""

    @extend_schema(operation_id="rotate_webhook", request=None, responses=WebhookWithSecret)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Make a new secret. For 24 hours the one before signs as well."""
        rotated = webhooks.rotate_secret(actor=_actor(request), endpoint_id=webhook_id)
        return _with_secret(rotated, 200)


class WebhookTestView(APIView):
    """A test event."""

    @extend_schema(operation_id="test_webhook", request=None, responses={202: DeliveryShape})
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a webhook.test event, tried once."""
        actor = _actor(request)
        sent = webhooks.send_test(actor=actor, endpoint_id=webhook_id)
        return _delivery(actor, webhook_id, sent.pk)


class WebhookDeliveriesView(APIView):
    """What was sent."""

    @extend_schema(
        operation_id="list_deliveries",
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
            OpenApiParameter("state", str, enum=list(reading.STATES)),
        ],
        responses=DeliveryPage,
    )
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """List the deliveries of the last 30 days, newest first."""
        actor = _actor(request)
        limit = paging.limit(request.query_params.get("limit"), default=50, most=200)
        found = reading.deliveries_of(
            actor.organization_id,
            webhook_id,
            state=request.query_params.get("state", ""),
            before=paging.read_cursor(request.query_params.get("cursor")),
            limit=limit,
        )
        more = paging.cursor(found[-1].created_at, found[-1].id) if len(found) == limit else None
        return Response(DeliveryPage({"deliveries": found, "next_cursor": more}).data)


class WebhookDeliveryView(APIView):
    """One delivery."""

    @extend_schema(operation_id="get_delivery", responses=DeliveryDetailShape)
    def get(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Ask for a delivery with every try and its body."""
        actor = _actor(request)
        found = reading.delivery_of(actor.organization_id, webhook_id, delivery_id)
        return Response(DeliveryDetailShape(found).data)


class WebhookDeliveryReplayView(APIView):
    """One delivery once more."""

    @extend_schema(operation_id="replay_delivery", request=None, responses={202: DeliveryShape})
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send a delivery once more, with the same id and body."""
        actor = _actor(request)
        webhooks.replay_delivery(actor=actor, endpoint_id=webhook_id, delivery_id=delivery_id)
        return _delivery(actor, webhook_id, delivery_id)


class WebhookReplayView(APIView):
    """All that failed once more."""

    parser_classes = [BoundedJson]

    @extend_schema(
        operation_id="replay_failed", request=ReplayRequest, responses={202: ReplayedShape}
    )
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send everything that failed since a time once more."""
        actor = _actor(request)
        reading.endpoint_of(actor.organization_id, webhook_id)
        asked = ReplayRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        count = webhooks.replay_failed(actor=actor, endpoint_id=webhook_id, **asked.validated_data)
        return Response(ReplayedShape({"replayed": count}).data, status=202)


def _delivery(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> Response:
    found = reading.delivery_of(actor.organization_id, webhook_id, delivery_id)
    return Response(DeliveryShape(found.delivery).data, status=202)
