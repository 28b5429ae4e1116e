"""The work queue: platform tables without a policy and without a customer's text."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.ids import uuid7


class Pack(models.Model):
    """Segments that travel in one model request. Rows are the truth, messages only nudges.

    States: gathering (repairs of one round being collected), ready, claimed, waiting (nothing to
    do before `ready_at`), done, failed, cancelled. `fence` rises with every claim and cancel; a
    commit names the fence it was claimed with. `attempts` counts claims that had no outcome,
    `retries` the answered errors since `first_error_at`. `segments` counts leaders, and the counts
    of outcomes take their repeats in. What is `paused` is not claimed, whatever its state.
    """

    GATHERING, READY, CLAIMED, WAITING = "gathering", "ready", "claimed", "waiting"
    DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
    OPEN_STATES = (READY, CLAIMED, WAITING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField()
    run_id = models.UUIDField()
    lane = models.TextField()
    tag = models.BigIntegerField()
    tokens = models.IntegerField()
    round = models.SmallIntegerField(default=0)
    segments = models.IntegerField()
    state = models.TextField(default=READY)
    ready_at = models.DateTimeField()
    owner = models.TextField(null=True)  # noqa: DJ001 - no owner is not an empty name
    expires_at = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    retries = models.SmallIntegerField(default=0)
    paused = models.BooleanField(default=False, db_default=False)
    first_error_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")
    passed = models.IntegerField(default=0)
    repaired = models.IntegerField(default=0)
    needs_review = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "round"],
                condition=Q(state="gathering"),
                name="translation_pack_gathering",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "gathering",
                        "ready",
                        "claimed",
                        "waiting",
                        "done",
                        "failed",
                        "cancelled",
                    ]
                ),
                name="translation_pack_state",
            ),
        ]
        indexes = [
            # Never index expires_at: with it, lease renewals stop being heap-only updates.
            models.Index(
                fields=["lane", "tag", "id"],
                name="translation_pack_ready",
                condition=Q(state="ready", paused=False),
            ),
            models.Index(
                fields=["lane", "tag"],
                name="translation_pack_claimed",
                condition=Q(state="claimed"),
            ),
            models.Index(
                fields=["ready_at"], name="translation_pack_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["run_id", "state"], name="translation_pack_run"),
            models.Index(
                fields=["finished_at"],
                name="translation_pack_finished",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Flow(models.Model):
    """Where an organization's last pack ends in a lane's virtual time."""

    lane = models.TextField()
    organization_id = models.UUIDField()
    finish = models.BigIntegerField(default=0)
    weight = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "organization_id"], name="translation_flow_key")
        ]

    def __str__(self) -> str:
        return f"{self.lane} {self.organization_id}"
