"""Shapes of the REST API: what comes in, and what goes out."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Strict
from translation.services.intake import MAX_TEXTS


class TranslateRequest(Strict):
    """Texts to translate now."""

    texts = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False, allow_blank=True),
        help_text=f"One to {MAX_TEXTS} texts, together at most 128 KiB.",
        allow_empty=False,
    )
    source_language = serializers.CharField(max_length=35)
    target_language = serializers.CharField(max_length=35)


class UploadRequest(serializers.Serializer):  # type: ignore[type-arg]
    """Files to translate, as multipart/form-data."""

    file = serializers.ListField(
        child=serializers.FileField(), help_text="One to 20 files; repeat the field."
    )
    source_language = serializers.CharField(max_length=35)
    target_languages = serializers.ListField(
        child=serializers.CharField(max_length=35),
        help_text="Repeat the field, or put commas between the codes.",
    )
    revises = serializers.ListField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="For each file, in order: the document it is a new revision of, or nothing.",
    )
    token = serializers.UUIDField(
        required=False,
        help_text="Any UUID of yours: the same files with the same token are taken in once.",
    )


class FindingShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a check said of one target."""

    code = serializers.CharField()
    category = serializers.CharField(help_text="MQM category, such as accuracy/omission.")
    severity = serializers.ChoiceField(["neutral", "minor", "major", "critical"])
    blocking = serializers.BooleanField()
    form = serializers.CharField()
    sentence = serializers.CharField()
    spans = serializers.JSONField()
    evidence = serializers.JSONField()


class SegmentShape(serializers.Serializer):  # type: ignore[type-arg]
    """One segment and its target; source and target are lists of forms, mostly one."""

    id = serializers.UUIDField()
    ordinal = serializers.IntegerField()
    key = serializers.CharField()
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    labels = serializers.ListField(child=serializers.CharField())
    target = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    sub_state = serializers.CharField()
    origin = serializers.CharField()
    delivered = serializers.BooleanField()
    repaired = serializers.BooleanField()
    repeats = serializers.IntegerField()
    billed_chars = serializers.IntegerField(allow_null=True)
    findings = FindingShape(many=True)


class SegmentPage(serializers.Serializer):  # type: ignore[type-arg]
    """Segments in file order. `next_after` goes into `after` for the next page."""

    segments = SegmentShape(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class TranslationShape(serializers.Serializer):  # type: ignore[type-arg]
    """The result of a translate call; `texts` is empty until `finished`."""

    job_id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    finished = serializers.BooleanField()
    texts = serializers.ListField(child=serializers.CharField())
    segments = SegmentShape(many=True)
    billed_chars = serializers.IntegerField()


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
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class DocumentShape(serializers.Serializer):  # type: ignore[type-arg]
    """A document and its jobs."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    format = serializers.CharField()
    source_language = serializers.CharField()
    created_at = serializers.DateTimeField()
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


class ReportShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a job came to: counts, cost, and every segment with a finding."""

    job = JobShape()
    requests = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.CharField()
    findings_by_code = serializers.DictField(child=serializers.IntegerField())
    findings = SegmentShape(many=True)


class LanguageShape(serializers.Serializer):  # type: ignore[type-arg]
    """A language by its BCP 47 code."""

    code = serializers.CharField()
    name = serializers.CharField()
    own_name = serializers.CharField()
    direction = serializers.ChoiceField(["ltr", "rtl"])
    script = serializers.CharField()


class LanguageList(serializers.Serializer):  # type: ignore[type-arg]
    """All languages. `source_only` can be translated from, and not into."""

    languages = LanguageShape(many=True)
    source_only = LanguageShape(many=True)
