"""Shapes of webhooks in the REST API."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment, Strict
from translation.queries.webhooks import STATES
from translation.services.webhooks import MAX_DESCRIPTION_CHARS
from translation.webhook_addresses import MAX_URL_CHARS
from translation.webhook_rules import EVENTS
from translation.webhook_sender import ERRORS

_REASONS = ("", "person", "gone", "failing")


class WebhookRequest(Strict):
    """A new receiver."""

    url = serializers.CharField(max_length=MAX_URL_CHARS, help_text="Begins with https://.")
    events = serializers.ListField(
        child=serializers.CharField(max_length=50),
        allow_empty=False,
        max_length=20,
        help_text=f"One or more of {', '.join(EVENTS)}.",
    )
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION_CHARS
    )


class WebhookChange(Strict):
    """What is given is changed."""

    url = serializers.CharField(required=False, max_length=MAX_URL_CHARS)
    events = serializers.ListField(
        required=False,
        child=serializers.CharField(max_length=50),
        allow_empty=False,
        max_length=20,
    )
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION_CHARS
    )
    enabled = serializers.BooleanField(required=False)


class ReplayRequest(Strict):
    """From when on what failed is sent once more."""

    since = Moment(help_text="Deliveries made at this time or later.")


class WebhookShape(serializers.Serializer):  # type: ignore[type-arg]
    """A receiver. `disabled_reason` says who switched it off: `person`, `gone` or `failing`."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(["enabled", "disabled"])
    disabled_reason = serializers.ChoiceField(_REASONS)
    disabled_at = Moment(allow_null=True)
    failing_since = Moment(allow_null=True)
    rotated_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()


class WebhookWithSecret(WebhookShape):
    """A receiver and the secret that signs now."""

    secret = serializers.CharField(help_text="Begins with whsec_.")


class WebhookList(serializers.Serializer):  # type: ignore[type-arg]
    """All receivers, oldest first; there are ten at most."""

    webhooks = WebhookShape(many=True)


class SecretShape(serializers.Serializer):  # type: ignore[type-arg]
    """The secret that signs now."""

    secret = serializers.CharField(help_text="Begins with whsec_.")


class DeliveryShape(serializers.Serializer):  # type: ignore[type-arg]
    """One event on its way to one receiver; `status` and what follows are of the last try."""

    id = serializers.UUIDField()
    webhook_id = serializers.UUIDField()
    event_id = serializers.UUIDField(help_text="The header webhook-id of every try.")
    event = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    created_at = Moment()
    tries = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.ChoiceField(list(ERRORS))
    duration_ms = serializers.IntegerField(allow_null=True)
    last_at = Moment(allow_null=True)
    next_at = Moment(allow_null=True)


class AttemptShape(serializers.Serializer):  # type: ignore[type-arg]
    """One try."""

    at = Moment()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.ChoiceField(list(ERRORS))
    duration_ms = serializers.IntegerField()


class DeliveryDetailShape(serializers.Serializer):  # type: ignore[type-arg]
    """A delivery with its tries, newest first, at most 100, and its body as it is sent."""

    delivery = DeliveryShape()
    attempts = AttemptShape(many=True)
    body = serializers.CharField()


class DeliveryQuery(PageQuery):
    """Which deliveries to list."""

    state = serializers.ChoiceField(list(STATES), required=False)


class DeliveryPage(serializers.Serializer):  # type: ignore[type-arg]
    """Deliveries, newest first. `next_cursor` goes into `cursor` for the next page."""

    deliveries = DeliveryShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ReplayedShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many deliveries go out once more."""

    replayed = serializers.IntegerField()
