"""Shapes of segments, their targets and findings."""

from __future__ import annotations

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment, Strict
from engine.gates import GATES
from translation.queries.segments import PLAIN_STATES, SUB_STATES
from translation.services.targets import Action


class SegmentQuery(PageQuery):
    """Which segments of a job to list."""

    limit = serializers.IntegerField(
        min_value=1, max_value=500, default=100, help_text="Rows of a page."
    )
    state = serializers.ChoiceField(
        [*PLAIN_STATES, *SUB_STATES],
        required=False,
        help_text="A state without a sub-state, or a sub-state.",
    )
    finding = serializers.ChoiceField(
        sorted(gate.code for gate in GATES),
        required=False,
        help_text="The code of a finding that stands.",
    )


class FindingShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a check said of one target."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    category = serializers.CharField(help_text="MQM category, such as accuracy/omission.")
    severity = serializers.ChoiceField(["neutral", "minor", "major", "critical"])
    blocking = serializers.BooleanField()
    form = serializers.CharField()
    sentence = serializers.CharField()
    spans = serializers.JSONField()
    evidence = serializers.JSONField()
    dismissed = serializers.BooleanField(help_text="Somebody said that it is no error.")


class SegmentShape(serializers.Serializer):  # type: ignore[type-arg]
    """One segment and its target; source and target are lists of forms, mostly one."""

    id = serializers.UUIDField()
    ordinal = serializers.IntegerField()
    key = serializers.CharField()
    context = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField()
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]
    labels = serializers.ListField(child=serializers.CharField())
    target = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    sub_state = serializers.CharField()
    origin = serializers.CharField()
    delivered = serializers.BooleanField()
    repaired = serializers.BooleanField()
    fixes = serializers.ListField(
        child=serializers.CharField(),
        help_text="What we mended by the style guide, by the names of the checks.",
    )
    repeats = serializers.IntegerField()
    billed_chars = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(help_text="Grows with each change of text or state.")
    updated_at = Moment(allow_null=True)
    findings = FindingShape(many=True)


class SegmentPage(serializers.Serializer):  # type: ignore[type-arg]
    """Segments in file order. `next_cursor` goes into `cursor` for the next page."""

    segments = SegmentShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class TargetChange(Strict):
    """What to make of a target. Without `target` the text stays."""

    target = serializers.ListField(
        required=False,
        child=serializers.CharField(trim_whitespace=False, allow_blank=True),
        max_length=64,
        help_text="One text for each of `labels`, in their order.",
    )
    action = serializers.ChoiceField(list(Action), default=Action.SAVE)


class PropagatedShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many repeats took the text."""

    changed = serializers.IntegerField()


class VersionShape(serializers.Serializer):  # type: ignore[type-arg]
    """A text that a target has held, and whose it was."""

    version = serializers.IntegerField()
    target = serializers.ListField(child=serializers.CharField(), source="forms")
    state = serializers.CharField()
    sub_state = serializers.CharField()
    origin = serializers.CharField()
    author = serializers.CharField(allow_null=True, help_text="Null where no person wrote it.")
    at = Moment(allow_null=True)


class VersionList(serializers.Serializer):  # type: ignore[type-arg]
    """What a target has held, newest first, at most 51; the first is what it holds now."""

    versions = VersionShape(many=True)
