"""Customer webhooks: receivers, what is told to them, and how it went. Tenant tables, no text."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.ids import uuid7


class WebhookEndpoint(models.Model):
    """A receiver of a customer's, and the events it is told of.

    `secret_number` counts rotations: the secret itself is derived from it and kept nowhere.
    `failing_since` is the first failure after the last success, `failures` how many in a row.
    A worker holds the endpoint until `leased_until`, under a `fence` that rises with every claim;
    until `paused_until` nobody tries it. `served_at` keeps turns among endpoints.
    """

    ENABLED, DISABLED = "enabled", "disabled"
    BY_PERSON, GONE, FAILING = "person", "gone", "failing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    url = models.TextField()
    description = models.TextField(blank=True, default="")
    events = ArrayField(models.TextField(), default=list)
    state = models.TextField(default=ENABLED)
    disabled_reason = models.TextField(blank=True, default="")
    disabled_at = models.DateTimeField(null=True)
    secret_number = models.IntegerField(default=1)
    rotated_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "id"], name="translation_webhookendpoint_key"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["enabled", "disabled"]),
                name="translation_webhookendpoint_state",
            ),
            models.CheckConstraint(
                condition=Q(disabled_reason__in=["", "person", "gone", "failing"]),
                name="translation_webhookendpoint_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookEvent(models.Model):
    """Something that happened, as it is told: `body` goes out unchanged at every try."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    kind = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "id"], name="translation_webhookevent_key"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="translation_webhook_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. `began_at` moves when it is replayed."""

    PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    event = models.ForeignKey(
        WebhookEvent, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )
    state = models.TextField(default=PENDING)
    created_at = models.DateTimeField()
    began_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    # `attempts` of this round decide on the next wait, `tries` are all there ever were.
    attempts = models.IntegerField(default=0)
    tries = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_status = models.SmallIntegerField(null=True)
    last_error = models.TextField(blank=True, default="")
    last_duration_ms = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "id"], name="translation_webhookdelivery_key"
            ),
            models.UniqueConstraint(
                fields=["organization", "event", "endpoint"],
                name="translation_webhookdelivery_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "delivered", "failed"]),
                name="translation_webhookdelivery_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "ready_at", "id"],
                name="translation_webhook_due",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["organization", "endpoint", "-created_at", "-id"],
                name="translation_webhook_log",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookAttempt(models.Model):
    """One call of a receiver: never what it answered, beyond the status."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, db_constraint=False
    )
    delivery = models.ForeignKey(
        WebhookDelivery, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    status = models.SmallIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    duration_ms = models.IntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "delivery", "at"], name="translation_webhook_tries"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status}"
