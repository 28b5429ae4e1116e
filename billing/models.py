"""What an organization may use, has set aside and has used. Units are source characters."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from common.ids import uuid7


class Plan(models.Model):
    """What a month gives. Immutable once used: a change is a new version with a new code."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    included_chars = models.BigIntegerField()

    def __str__(self) -> str:
        return self.code


def _owner() -> models.ForeignKey[Any, Any]:
    """The organization a row was written for; the row outlives it, and then names nobody."""
    return models.ForeignKey(
        "accounts.Organization", on_delete=models.DO_NOTHING, db_constraint=False
    )


class UsagePeriod(models.Model):
    """One half-open stretch [starts_at, ends_at) of an organization's usage, in whole seconds.

    `reserved_chars` are held for runs that have not ended, `settled_chars` equal the sum of the
    period's ledger lines.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cap_chars = models.BigIntegerField()
    reserved_chars = models.BigIntegerField(default=0)
    settled_chars = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="billing_period_key"),
            models.UniqueConstraint(
                fields=["organization", "starts_at"], name="billing_period_once"
            ),
            models.CheckConstraint(
                condition=Q(reserved_chars__gte=0, settled_chars__gte=0),
                name="billing_period_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="billing_period_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.starts_at:%Y-%m-%d}"


class Reservation(models.Model):
    """Characters held for one source of usage, such as "run:<id>", until it ends."""

    RESERVED, SETTLED, RELEASED = "reserved", "settled", "released"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    period = models.ForeignKey(UsagePeriod, on_delete=models.CASCADE, db_constraint=False)
    source = models.TextField()
    units = models.BigIntegerField()
    state = models.TextField(default=RESERVED)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source"], name="billing_reservation_source"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "settled", "released"]),
                name="billing_reservation_state",
            ),
            models.CheckConstraint(condition=Q(units__gte=0), name="billing_reservation_units"),
        ]

    def __str__(self) -> str:
        return self.source


class LedgerLine(models.Model):
    """What was used, once and for good: the run-time role may only insert and read.

    The labels hold ids and codes, never names, and stay when what they point at is deleted.
    """

    USAGE = "usage"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    period = models.ForeignKey(UsagePeriod, on_delete=models.PROTECT, db_constraint=False)
    source = models.TextField()
    kind = models.TextField(default=USAGE)
    units = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    job_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    profile_id = models.UUIDField(null=True)
    source_language = models.TextField()
    target_language = models.TextField()
    format = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "kind"], name="billing_ledger_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "occurred_at"], name="billing_ledger_time"),
            models.Index(fields=["organization", "job_id"], name="billing_ledger_job"),
        ]

    def __str__(self) -> str:
        return self.source
