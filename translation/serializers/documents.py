"""Shapes of documents and their jobs."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment
from translation.queries.listing import JOB_STATES
from translation.services.intake import MAX_FILES


class DocumentQuery(PageQuery):
    """Which documents to list. With `state` and `target_language`, one job has both."""

    state = serializers.ChoiceField(
        list(JOB_STATES), required=False, help_text="Of a job; running is queued or translating."
    )
    source_language = serializers.CharField(required=False, max_length=35)
    target_language = serializers.CharField(required=False, max_length=35)
    format = serializers.CharField(required=False, max_length=35)
    name = serializers.CharField(
        required=False, max_length=255, trim_whitespace=False, help_text="How names begin."
    )
    created_from = Moment(required=False)
    created_to = Moment(required=False, help_text="Before this moment.")


class EstimateRequest(serializers.Serializer):  # type: ignore[type-arg]
    """Files to look at, as multipart/form-data. Without target languages nothing is billed."""

    file = serializers.ListField(
        child=serializers.FileField(),
        allow_empty=False,
        max_length=MAX_FILES,
        help_text=f"One to {MAX_FILES} files; repeat the field.",
    )
    source_language = serializers.CharField(max_length=35)
    target_languages = serializers.ListField(
        child=serializers.CharField(max_length=35),
        required=False,
        help_text="Repeat the field, or put commas between the codes.",
    )
    profile = serializers.UUIDField(
        required=False,
        help_text="The domain profile that counts; without it your organization's standard one.",
    )
    revises = serializers.ListField(
        child=serializers.RegexField(
            "^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$", allow_blank=True
        ),
        required=False,
        help_text="For each file, in order: the document it is a new revision of, or nothing.",
    )


class UploadRequest(EstimateRequest):
    """Files to translate, as multipart/form-data."""

    target_languages = serializers.ListField(
        child=serializers.CharField(max_length=35),
        allow_empty=False,
        help_text="Repeat the field, or put commas between the codes.",
    )
    token = serializers.UUIDField(
        required=False,
        help_text="Any UUID of yours: the same files with the same token are taken in once.",
    )


class JobShape(serializers.Serializer):  # type: ignore[type-arg]
    """One document in one target language."""

    id = serializers.UUIDField()
    target_language = serializers.CharField()
    state = serializers.ChoiceField(
        ["queued", "translating", "paused", "ready", "needs_review", "failed", "cancelled"]
    )
    run_id = serializers.UUIDField()
    run_number = serializers.IntegerField()
    segments = serializers.IntegerField()
    done = serializers.IntegerField()
    passed = serializers.IntegerField()
    repaired = serializers.IntegerField()
    needs_review = serializers.IntegerField()
    failed = serializers.IntegerField()
    repeats = serializers.IntegerField()
    prefilled = serializers.IntegerField()
    reserved_chars = serializers.IntegerField()
    billed_chars = serializers.IntegerField()
    waiting_for = serializers.CharField()
    created_at = Moment()
    finished_at = Moment(allow_null=True)


class DocumentShape(serializers.Serializer):  # type: ignore[type-arg]
    """A document and its jobs."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    format = serializers.CharField()
    source_language = serializers.CharField()
    created_at = Moment()
    revision = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    segments = serializers.IntegerField()
    chars = serializers.IntegerField()
    jobs = JobShape(many=True)


class DocumentPage(serializers.Serializer):  # type: ignore[type-arg]
    """Documents, newest first. `next_cursor` goes into `cursor` for the next page."""

    documents = DocumentShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class DocumentList(serializers.Serializer):  # type: ignore[type-arg]
    """The documents that an upload made."""

    documents = DocumentShape(many=True)
