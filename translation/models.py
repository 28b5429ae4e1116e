"""Documents on their way into other languages. Tenant tables, but for the queue (see queue_models).

A document has revisions; a revision has segments; a job takes one revision into one language and
has runs; a target is the translation of one segment in one job.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.ids import uuid7
from translation.people_models import Notification, TargetVersion
from translation.queue_models import Flow, Pack
from translation.webhook_models import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

__all__ = [
    "Document",
    "Finding",
    "Flow",
    "Job",
    "Notification",
    "Pack",
    "Revision",
    "Run",
    "Segment",
    "Target",
    "TargetVersion",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
]


def _texts() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.TextField(), default=list)


def _owner() -> models.ForeignKey[Any, Any]:
    """The organization of a leaf row: its parent's composite key vouches for it already."""
    return models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, db_constraint=False, db_index=False
    )


def _parent(model: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """What a leaf row hangs on, by a composite key. Every index begins with the organization, as
    every query does: one by the parent alone would only make writing slower.
    """
    return models.ForeignKey(
        model, on_delete=models.CASCADE, db_constraint=False, db_index=False, **options
    )


class Document(models.Model):
    """A file or a list of texts somebody asked to have translated."""

    FILE, TEXT = "file", "text"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    kind = models.TextField(default=FILE)
    name = models.TextField()
    format = models.TextField()
    source_language = models.TextField()
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    # Set while a deletion can still be undone; nobody but the undo sees such a document.
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_document_key"),
            models.CheckConstraint(
                condition=Q(kind__in=["file", "text"]), name="translation_document_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "kind", "-created_at", "-id"],
                name="translation_document_list",
            ),
            models.Index(
                fields=["deleted_at"],
                name="translation_document_deleted",
                condition=Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Revision(models.Model):
    """One upload of a document; its original lies in storage under a random name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, db_constraint=False)
    number = models.IntegerField()
    storage_name = models.TextField()
    size_bytes = models.IntegerField()
    sha256 = models.TextField()
    segments = models.IntegerField()
    chars = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_revision_key"),
            models.UniqueConstraint(
                fields=["organization", "document", "number"], name="translation_revision_number"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "sha256"], name="translation_revision_same")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} r{self.number}"


class Segment(models.Model):
    """One source unit, or one sentence of one: `starts_at`..`ends_at` of unit number `unit`.

    `labels` and `forms` run in parallel. `source_key` is equal for segments that may share a
    translation. `chars` is what the segment would be billed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    revision = _parent("Revision")
    ordinal = models.IntegerField()
    unit = models.IntegerField()
    starts_at = models.IntegerField()
    ends_at = models.IntegerField()
    key = models.TextField()
    syntax = models.TextField()
    flags = _texts()
    labels = _texts()
    forms = _texts()
    context = models.TextField(default="")
    note = models.TextField(default="")
    source_key = models.UUIDField()
    chars = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_segment_key"),
            models.UniqueConstraint(
                fields=["organization", "revision", "ordinal"], name="translation_segment_ordinal"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Job(models.Model):
    """One revision into one target language, by the domain profile that was asked for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, db_constraint=False)
    target_language = models.TextField()
    profile_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_job_key"),
            models.UniqueConstraint(
                fields=["organization", "revision", "target_language"],
                name="translation_job_language",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Run(models.Model):
    """One attempt to finish a job. It keeps the brief it started with.

    The counts are of the whole job and are written once, when the run ends; until then progress is
    read from the run's packs. Of `segments`, `prefilled` needed no model: code, numbers, and what
    the file already held. `findings` counts by gate what the job's targets held when the run ended.
    """

    OPEN, FINISHED, CANCELLED = "open", "finished", "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, db_constraint=False)
    number = models.IntegerField()
    state = models.TextField(default=OPEN)
    lane = models.TextField()
    brief = models.JSONField()
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    reserved_chars = models.IntegerField()
    billed_chars = models.IntegerField(default=0)
    segments = models.IntegerField()
    prefilled = models.IntegerField(default=0)
    repeats = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    repaired = models.IntegerField(default=0)
    needs_review = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    findings = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_run_key"),
            models.UniqueConstraint(
                fields=["organization", "job", "number"], name="translation_run_number"
            ),
            models.UniqueConstraint(
                fields=["organization", "job"],
                condition=Q(state="open"),
                name="translation_run_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "finished", "cancelled"]),
                name="translation_run_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "id"], name="translation_run_open", condition=Q(state="open")
            ),
            models.Index(fields=["finished_at"], name="translation_run_finished"),
            models.Index(fields=["organization", "finished_at"], name="translation_run_ended"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Target(models.Model):
    """The translation of one segment in one job.

    A repeat points at its `leader` and follows it; a leader counts its `repeats`. `draft` is the
    best reply so far of a target still being repaired, marks included. `deliverable` is false where
    a blocking finding holds the text back: the file then keeps the source. `billed_chars` is null
    until billed, and is set at most once. `carried` is text the document's earlier revision held
    for an unchanged segment. `fixes` names what we mended of the model's typography. `updated_at`
    and `updated_by` are of the last person who wrote it.
    """

    INITIAL, TRANSLATED, REVIEWED, FINAL = "initial", "translated", "reviewed", "final"
    QUEUED, REFUSED, FAILED, NEEDS_REVIEW = "queued", "refused", "failed", "needs_review"
    MODEL, REPEAT, COPY, FILE, PERSON = "model", "repeat", "copy", "file", "person"
    CARRIED = "carried"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    job = _parent("Job")
    segment = _parent("Segment")
    leader = _parent("self", null=True)
    ordinal = models.IntegerField()
    pack_id = models.UUIDField(null=True)
    state = models.TextField(default=INITIAL)
    sub_state = models.TextField(default="")
    origin = models.TextField(default="")
    forms = _texts()
    draft = _texts()
    round = models.SmallIntegerField(default=0)
    deliverable = models.BooleanField(default=False)
    repaired = models.BooleanField(default=False)
    fixes = ArrayField(
        models.TextField(),
        default=list,
        db_default=models.Value([], ArrayField(models.TextField())),
    )
    repeats = models.IntegerField(default=0)
    chars = models.IntegerField()
    billed_chars = models.IntegerField(null=True)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="translation_target_key"),
            models.UniqueConstraint(
                fields=["organization", "job", "ordinal"], name="translation_target_ordinal"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["initial", "translated", "reviewed", "final"]),
                name="translation_target_state",
            ),
            models.CheckConstraint(
                condition=Q(sub_state__in=["", "queued", "refused", "failed", "needs_review"]),
                name="translation_target_sub_state",
            ),
            models.CheckConstraint(
                condition=Q(
                    origin__in=["", "model", "repeat", "copy", "file", "person", "carried"]
                ),
                name="translation_target_origin",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "pack_id"],
                name="translation_target_pack",
                condition=Q(pack_id__isnull=False),
            ),
            models.Index(
                fields=["organization", "leader"],
                name="translation_target_leader",
                condition=Q(leader__isnull=False),
            ),
            models.Index(fields=["organization", "segment"], name="translation_target_segment"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Finding(models.Model):
    """What a gate reported of the text a target now holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    target = _parent("Target")
    code = models.TextField()
    category = models.TextField()
    severity = models.TextField()
    blocking = models.BooleanField()
    form = models.TextField(default="")
    spans = models.JSONField(default=list)
    evidence = models.JSONField(default=dict)
    check_version = models.IntegerField()
    # Somebody has said that this is no error; it stays to be seen and counts no more.
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization", "target"], name="translation_finding_target")
        ]

    def __str__(self) -> str:
        return self.code
