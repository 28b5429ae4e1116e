"""Shapes of what a job came to, and of what can be taken away."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Strict
from translation.serializers.documents import JobShape
from translation.serializers.targets import SegmentShape
from translation.services.archive import KINDS, TARGET


class DownloadQuery(Strict):
    """What of a job to take away."""

    vars()["as"] = serializers.ChoiceField(
        list(KINDS),
        default=TARGET,
        help_text="The translated file, a table of source and target, or the report.",
    )


class ReportShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a job came to: counts, cost, and every segment with a finding."""

    job = JobShape()
    requests = serializers.IntegerField()
    input_tokens = serializers.IntegerField()
    output_tokens = serializers.IntegerField()
    cost_usd = serializers.CharField()
    findings_by_code = serializers.DictField(child=serializers.IntegerField())
    findings = SegmentShape(many=True)
