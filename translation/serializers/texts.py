"""Shapes of texts and languages."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment, Strict
from translation.serializers.targets import SegmentShape
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
    profile = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The domain profile that counts; without it your organization's standard one.",
    )


class BegunShape(serializers.Serializer):  # type: ignore[type-arg]
    """A translate call that was taken in; the first event of its stream."""

    job_id = serializers.UUIDField()
    segments = serializers.IntegerField()


class TranslationShape(serializers.Serializer):  # type: ignore[type-arg]
    """The result of a translate call; `texts` is empty until `finished`."""

    job_id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    finished = serializers.BooleanField()
    texts = serializers.ListField(child=serializers.CharField())
    segments = SegmentShape(many=True)
    billed_chars = serializers.IntegerField()


class TextQuery(PageQuery):
    """Which texts to list."""

    search = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Words of the text or of its translation, among the newest 500.",
    )


class TextShape(serializers.Serializer):  # type: ignore[type-arg]
    """A text that was translated."""

    job_id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    beginning = serializers.CharField(help_text="Its first words.")
    source_language = serializers.CharField(source="source.code")
    target_language = serializers.CharField(source="target.code")
    state = serializers.CharField()
    created_at = Moment()


class TextPage(serializers.Serializer):  # type: ignore[type-arg]
    """Texts, newest first. `next_cursor` goes into `cursor` for the next page."""

    translations = TextShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


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
