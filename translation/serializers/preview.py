"""Shapes of the prompt preview."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Strict
from translation.services.assist.preview import MAX_SAMPLE_CHARS


class PreviewRequest(Strict):
    """A sample text."""

    text = serializers.CharField(
        trim_whitespace=False, help_text=f"At most {MAX_SAMPLE_CHARS:,} characters."
    )
    source_language = serializers.CharField(max_length=35)
    target_language = serializers.CharField(max_length=35)
    profile = serializers.UUIDField(required=False, allow_null=True)


class PreviewBlockShape(serializers.Serializer):  # type: ignore[type-arg]
    """One part of the prompt. `tokens` is an estimate; `cached` parts are paid once for many."""

    name = serializers.ChoiceField(["rules", "organization", "glossary", "segments"])
    origin = serializers.CharField()
    text = serializers.CharField()
    tokens = serializers.IntegerField()
    cached = serializers.BooleanField()


class DisagreementShape(serializers.Serializer):  # type: ignore[type-arg]
    """A term of the sample that two glossaries have: the first one's concept counts."""

    language = serializers.CharField()
    text = serializers.CharField()
    winner = serializers.CharField()
    winner_concept = serializers.UUIDField()
    loser = serializers.CharField()
    loser_concept = serializers.UUIDField()


class PromptPreviewShape(serializers.Serializer):  # type: ignore[type-arg]
    """A prompt: its blocks in order, and the last message as it would be sent."""

    blocks = PreviewBlockShape(many=True)
    user = serializers.CharField()
    tokens = serializers.IntegerField()
    disagreements = DisagreementShape(many=True)
