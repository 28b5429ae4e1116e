"""Shapes of a search through a job's translations, and of what is put in the place of finds."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Strict
from translation.services.replacing import MAX_APPLIED, MAX_FIND, MAX_REPLACE


class SearchRequest(Strict):
    """What to find in the prose of translations, and what to put in its place."""

    find = serializers.CharField(max_length=MAX_FIND, trim_whitespace=False)
    replace = serializers.CharField(max_length=MAX_REPLACE, trim_whitespace=False, allow_blank=True)
    case = serializers.BooleanField(default=False, help_text="Tell capitals from small letters.")
    whole = serializers.BooleanField(default=False, help_text="Whole words only.")


class VersionSeen(Strict):
    """A segment and its version as the preview told it."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 2)


class ReplaceRequest(SearchRequest):
    """A replacement in the segments named, each only where nobody changed it meanwhile."""

    segments = serializers.ListField(child=VersionSeen(), allow_empty=False, max_length=MAX_APPLIED)


class HitShape(serializers.Serializer):  # type: ignore[type-arg]
    """One form of a segment as it is and as it would be."""

    id = serializers.UUIDField(source="row.id")
    ordinal = serializers.IntegerField(source="row.ordinal")
    version = serializers.IntegerField(source="row.version")
    label = serializers.CharField(help_text="Which form; empty where there is one.")  # type: ignore[assignment]
    before = serializers.CharField(source="replacement.before")
    after = serializers.CharField(source="replacement.after")


class PreviewShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many places there are in all, and the first 200 segments with some."""

    matches = serializers.IntegerField()
    hits = HitShape(many=True)


class ReplacedShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many segments were changed, and how many were not: changed meanwhile, or refused."""

    changed = serializers.IntegerField()
    skipped = serializers.IntegerField()
