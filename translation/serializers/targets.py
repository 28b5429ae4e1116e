"""Shapes of segments, their targets and findings."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery


class SegmentQuery(PageQuery):
    """Which segments of a job to list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=500, default=100, help_text="Rows of a page."
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
    """Segments in file order. `next_cursor` goes into `cursor` for the next page."""

    segments = SegmentShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)
