"""Models, tiers, prices and one row per Claude call.

Platform tables: they hold no customer text and have no policy, because calls are recorded and
swept across organizations. Ids of organizations, runs and packs are plain values, so that a
deleted customer takes nothing of our own accounts along.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.ids import uuid7


class Model(models.Model):
    """One model of the vendor, by its own id, and how we call it."""

    id = models.TextField(primary_key=True)
    max_input_tokens = models.IntegerField()
    max_output_tokens = models.IntegerField()
    min_cache_tokens = models.IntegerField()
    effort = models.TextField(blank=True, default="")
    thinking = models.TextField(blank=True, default="")
    active = models.BooleanField(default=True)
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(max_input_tokens__gt=0, max_output_tokens__gt=0)
                & Q(min_cache_tokens__gte=0),
                name="claude_model_limits",
            )
        ]

    def __str__(self) -> str:
        return self.id


class Tier(models.Model):
    """Which model serves a tier of `engine.values.Tier`."""

    slug = models.TextField(primary_key=True)
    model = models.ForeignKey(Model, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.slug


class Price(models.Model):
    """US dollars per million tokens from a day (UTC) on, for prompts of up to `prompt_band` tokens.

    Rows are never changed once a call points at them: a new price is a new row with its own day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    model = models.ForeignKey(Model, on_delete=models.PROTECT)
    effective_from = models.DateField()
    prompt_band = models.IntegerField(null=True, blank=True)
    input_rate = models.DecimalField(max_digits=12, decimal_places=6)
    output_rate = models.DecimalField(max_digits=12, decimal_places=6)
    cache_write_5m_rate = models.DecimalField(max_digits=12, decimal_places=6)
    cache_write_1h_rate = models.DecimalField(max_digits=12, decimal_places=6)
    cache_read_rate = models.DecimalField(max_digits=12, decimal_places=6)
    source = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "effective_from", "prompt_band"],
                nulls_distinct=False,
                name="claude_price_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    input_rate__gte=0,
                    output_rate__gte=0,
                    cache_write_5m_rate__gte=0,
                    cache_write_1h_rate__gte=0,
                    cache_read_rate__gte=0,
                ),
                name="claude_price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model_id} from {self.effective_from}"


class CallRecord(models.Model):
    """One attempt to ask Claude, written before it is made.

    While `estimated`, tokens and cost are our own guess: of a call under way, of one that was lost,
    and of one that failed after it was sent. `input_tokens` is what no cache touched; thinking is
    part of `output_tokens`.
    """

    STARTED, DONE, FAILED, LOST = "started", "done", "failed", "lost"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField()
    run_id = models.UUIDField()
    pack_id = models.UUIDField()
    purpose = models.TextField()
    attempt = models.IntegerField()
    model_asked = models.TextField()
    model_returned = models.TextField(db_default="")
    state = models.TextField(db_default=STARTED)
    error = models.TextField(db_default="")
    http_status = models.IntegerField(null=True)
    request_id = models.TextField(db_default="")
    input_tokens = models.IntegerField()
    output_tokens = models.IntegerField()
    cache_read_tokens = models.IntegerField(db_default=0)
    cache_write_5m_tokens = models.IntegerField(db_default=0)
    cache_write_1h_tokens = models.IntegerField(db_default=0)
    thinking_tokens = models.IntegerField(db_default=0)
    price = models.ForeignKey(Price, on_delete=models.PROTECT, db_index=False)
    cost = models.DecimalField(max_digits=12, decimal_places=8)
    estimated = models.BooleanField(db_default=True)
    latency_ms = models.IntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["started", "done", "failed", "lost"]),
                name="claude_call_state",
            ),
        ]
        indexes = [
            models.Index(fields=["run_id"], name="claude_call_run"),
            models.Index(
                fields=["started_at"], condition=Q(state="started"), name="claude_call_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
