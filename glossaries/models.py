"""Glossaries on TBX's model: concepts, and terms per language. Tenant tables."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from common.ids import uuid7
from glossaries.values import PREFERRED, STATUSES


def _owner() -> models.ForeignKey[Any, Any]:
    """The organization of a row whose parent's composite key vouches for it already."""
    return models.ForeignKey(
        "accounts.Organization", on_delete=models.CASCADE, db_constraint=False, db_index=False
    )


def _parent(model: str) -> models.ForeignKey[Any, Any]:
    """What a row hangs on, by a composite key; every index begins with the organization."""
    return models.ForeignKey(model, on_delete=models.CASCADE, db_constraint=False, db_index=False)


class Glossary(models.Model):
    """A list of concepts. `version` rises with every change of one of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    name = models.TextField()
    folded_name = models.TextField()
    description = models.TextField(blank=True, default="")
    concepts = models.IntegerField(default=0)
    version = models.BigIntegerField(default=1)
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="glossaries_glossary_key"),
            models.UniqueConstraint(
                fields=["organization", "folded_name"], name="glossaries_glossary_name"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Concept(models.Model):
    """One thing that has names. `sort` is what lists are ordered by: its first term, folded.

    `version` rises with every change; an edit names the one it has read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    glossary = _parent("Glossary")
    definition = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    do_not_translate = models.BooleanField(default=False)
    external_id = models.TextField(blank=True, default="")
    sort = models.TextField()
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField(null=True)
    updated_by_key = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="glossaries_concept_key"),
            models.UniqueConstraint(
                fields=["organization", "glossary", "external_id"],
                condition=~Q(external_id=""),
                name="glossaries_concept_external",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "glossary", "sort", "id"], name="glossaries_concept_sort"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class Term(models.Model):
    """One wording of a concept in one language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    concept = _parent("Concept")
    glossary_id = models.UUIDField()
    position = models.IntegerField()
    language = models.TextField()
    text = models.TextField()
    folded = models.TextField()
    status = models.TextField(default=PREFERRED)
    part_of_speech = models.TextField(blank=True, default="")
    gender = models.TextField(blank=True, default="")
    case_sensitive = models.BooleanField(default=False)
    exact_form = models.BooleanField(default=False)
    forms = ArrayField(models.TextField(), default=list)
    example = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(STATUSES)), name="glossaries_term_status"
            ),
            models.UniqueConstraint(
                fields=["organization", "concept", "position"], name="glossaries_term_position"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "glossary_id", "language", "folded"],
                name="glossaries_term_folded",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class ConceptVersion(models.Model):
    """What a concept was before a change: `number` counts from 1, the concept holds the last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    concept = _parent("Concept")
    number = models.IntegerField()
    held = models.JSONField()
    at = models.DateTimeField()
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "concept", "number"], name="glossaries_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.concept_id} {self.number}"


class Profile(models.Model):
    """What a kind of content gets. `values` is `glossaries.profile_values.profile_json`.

    One may be the organization's standard: what every profile falls back to. `version` rises with
    every change; an edit names the one it has read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    name = models.TextField()
    folded_name = models.TextField()
    is_standard = models.BooleanField(default=False)
    parent_id = models.UUIDField(null=True)
    values = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField(null=True)
    updated_by_key = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="glossaries_profile_key"),
            models.UniqueConstraint(
                fields=["organization", "folded_name"], name="glossaries_profile_name"
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(is_standard=True),
                name="glossaries_profile_standard",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class GlossaryImport(models.Model):
    """A file on its way into a glossary: looked at, checked, and then written whole or not at all.

    `columns` says what each column holds, `goal` how far to go. A worker holds it until
    `leased_until`, under a `fence` that rises with every claim; `attempts` counts claims. `counts`
    are concepts by what happens to them, `problems` the first faulty rows, `refusal` why it ended.
    """

    MAPPING, QUEUED, RUNNING, CHECKED = "mapping", "queued", "running", "checked"
    FINISHED, FAILED, CANCELLED = "finished", "failed", "cancelled"
    STATES = (MAPPING, QUEUED, RUNNING, CHECKED, FINISHED, FAILED, CANCELLED)
    CHECK, IMPORT = "check", "import"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    glossary = _parent("Glossary")
    name = models.TextField()
    format = models.TextField()
    storage_name = models.TextField()
    state = models.TextField(default=MAPPING)
    goal = models.TextField(default=CHECK)
    columns = ArrayField(models.TextField(), default=list)
    existing = models.TextField(default="update")
    rows = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    refusal = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="glossaries_import_key"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("mapping", "queued", "running", "checked"),
                        *("finished", "failed", "cancelled"),
                    ]
                ),
                name="glossaries_import_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "glossary", "created_at"], name="glossaries_import_list"
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "running"]),
                name="glossaries_import_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class StyleGuide(models.Model):
    """How one language is to be written. `draft` and what is published are `style_json` values.

    `version` rises with every change of the draft; `published` is the number of the version that
    counts, 0 for none. One guide of a language may be the organization's standard.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE)
    name = models.TextField()
    folded_name = models.TextField()
    language = models.TextField()
    is_standard = models.BooleanField(default=False)
    draft = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    published = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField(null=True)
    updated_by_key = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "id"], name="glossaries_styleguide_key"
            ),
            models.UniqueConstraint(
                fields=["organization", "folded_name"], name="glossaries_styleguide_name"
            ),
            models.UniqueConstraint(
                fields=["organization", "language"],
                condition=Q(is_standard=True),
                name="glossaries_styleguide_standard",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class StyleGuideVersion(models.Model):
    """What a guide said when it was published: `number` counts from 1. It never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = _owner()
    guide = _parent("StyleGuide")
    number = models.IntegerField()
    held = models.JSONField()
    note = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    user_id = models.UUIDField(null=True)
    api_key_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "guide", "number"], name="glossaries_styleversion_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.guide_id} {self.number}"
