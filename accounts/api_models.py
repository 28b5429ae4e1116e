"""What the REST API remembers of calls: a log of each key, answers to repeat. Tenant tables."""

from __future__ import annotations

from django.db import models

from common.ids import uuid7


class ApiRequest(models.Model):
    """One call by an API key: which route answered what, when. Never a body or a query."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    api_key = models.ForeignKey("accounts.ApiKey", on_delete=models.CASCADE, db_constraint=False)
    at = models.DateTimeField()
    method = models.TextField()
    route = models.TextField()
    status = models.SmallIntegerField()
    duration_ms = models.IntegerField()
    request_id = models.TextField()

    class Meta:
        indexes = [
            models.Index(
                fields=["organization", "api_key", "-at", "-id"], name="accounts_apirequest_list"
            ),
            models.Index(fields=["at"], name="accounts_apirequest_age"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


class IdempotentCall(models.Model):
    """A write that named an `Idempotency-Key`, and what it was answered.

    `caller` is the API key or the person; `fingerprint` a digest of method, path and body.
    `effect_id` is what the call made, where the answer is to be told from rows; `status` is null
    until there is an answer to repeat.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    caller = models.UUIDField()
    key = models.TextField()
    fingerprint = models.TextField()
    created_at = models.DateTimeField()
    effect_id = models.UUIDField(null=True)
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "caller", "key"], name="accounts_idempotentcall_once"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="accounts_idempotentcall_age"),
            models.Index(
                fields=["organization", "effect_id"],
                name="accounts_idempotentcall_effect",
                condition=models.Q(effect_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
