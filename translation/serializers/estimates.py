"""Shapes of what files and texts would come to."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Moment, Strict
from translation.serializers.texts import LanguageShape


class EarlierShape(serializers.Serializer):  # type: ignore[type-arg]
    """A document that is there already."""

    document_id = serializers.UUIDField()
    name = serializers.CharField()
    uploaded_at = Moment()
    languages = serializers.ListField(child=serializers.CharField())
    job_id = serializers.UUIDField(allow_null=True)


class FileEstimateShape(serializers.Serializer):  # type: ignore[type-arg]
    """One file. `chars` is what one language holds; the others are of all languages together."""

    name = serializers.CharField()
    size_bytes = serializers.IntegerField()
    refusal = serializers.CharField(help_text="Why an upload would be refused; empty if not.")
    segments = serializers.IntegerField()
    chars = serializers.IntegerField()
    billed_chars = serializers.IntegerField()
    repeated_chars = serializers.IntegerField(help_text="Of segments that occur before; free.")
    carried_chars = serializers.IntegerField(help_text="Kept from the revision before; free.")
    same = EarlierShape(allow_null=True, help_text="The same bytes, uploaded within a day.")
    revises = EarlierShape(allow_null=True, help_text="What it could be the next revision of.")


class EstimateShape(serializers.Serializer):  # type: ignore[type-arg]
    """What files would come to in all languages. Nothing was stored."""

    files = FileEstimateShape(many=True)
    chars = serializers.IntegerField()
    billed_chars = serializers.IntegerField(help_text="The most that would be billed.")
    left_chars = serializers.IntegerField(
        source="usage.left_chars", help_text="What the month's allowance has left."
    )
    fits = serializers.BooleanField()
    seconds = serializers.IntegerField(
        allow_null=True, help_text="About how long it takes; null where nothing is translated."
    )
    is_measured = serializers.BooleanField(
        help_text="Whether `seconds` comes from your own last jobs."
    )


class TextEstimateRequest(Strict):
    """A text to look at."""

    text = serializers.CharField(
        trim_whitespace=False, allow_blank=True, help_text="At most 128 KiB."
    )
    source_language = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=35, help_text="Empty to detect it."
    )
    profile = serializers.UUIDField(required=False, allow_null=True)


class TextEstimateShape(serializers.Serializer):  # type: ignore[type-arg]
    """Which language a text is in, and what it would come to. Nothing was stored."""

    detected_language = serializers.CharField(
        allow_null=True, help_text="Null where the text does not say it surely."
    )
    confidence = serializers.FloatField(source="detection.confidence", help_text="From 0 to 1.")
    candidates = LanguageShape(
        source="detection.candidates", many=True, help_text="Likeliest first."
    )
    billed_chars = serializers.IntegerField(source="chars")
    segments = serializers.IntegerField()
    repeated = serializers.IntegerField(help_text="Segments that occur before; free.")
