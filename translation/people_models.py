"""What people leave and get: earlier texts of targets, and notifications. Tenant tables."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.ids import uuid7


class TargetVersion(models.Model):
    """What a target held before somebody wrote it anew: text, state and whose it was.

    `version` is the target's own at that time; `user_id` is null for text no person wrote.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, db_constraint=False
    )
    target = models.ForeignKey("translation.Target", on_delete=models.CASCADE, db_constraint=False)
    version = models.IntegerField()
    forms = ArrayField(models.TextField(), default=list)
    state = models.TextField()
    sub_state = models.TextField()
    origin = models.TextField()
    user_id = models.UUIDField(null=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "target", "version"], name="translation_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_id} v{self.version}"


class Notification(models.Model):
    """Tells one person how a run they had asked for has ended."""

    FINISHED, FAILED, NEEDS_REVIEW = "finished", "failed", "needs_review"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    user_id = models.UUIDField()
    run = models.ForeignKey("translation.Run", on_delete=models.CASCADE, db_constraint=False)
    kind = models.TextField(default=FINISHED)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user_id", "run"], name="translation_notification_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["finished", "failed", "needs_review"]),
                name="translation_notification_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "user_id", "-created_at"],
                name="translation_notification_list",
            ),
            models.Index(
                fields=["organization", "user_id"],
                name="translation_notification_new",
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.run_id}"
