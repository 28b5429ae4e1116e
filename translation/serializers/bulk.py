"""Shapes of what is done with many documents at once."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Strict
from translation.services.archive import KINDS, TARGET
from translation.services.bulk import ACTIONS, MAX_DOCUMENTS


class BulkRequest(Strict):
    """One action on some documents."""

    action = serializers.ChoiceField(list(ACTIONS))
    documents = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=MAX_DOCUMENTS,
        help_text="Left out: all that runs, to pause it or to let it go on.",
    )


class DoneShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many translations an action touched; of delete and restore, how many documents."""

    done = serializers.IntegerField()


class ArchiveQuery(Strict):
    """Which documents to take away together."""

    document = serializers.ListField(
        child=serializers.UUIDField(),
        allow_empty=False,
        max_length=MAX_DOCUMENTS,
        help_text="Repeat the parameter.",
    )
    language = serializers.ListField(
        child=serializers.CharField(max_length=35),
        required=False,
        max_length=MAX_DOCUMENTS,
        help_text="Only these languages; repeat the parameter.",
    )
    vars()["as"] = serializers.ChoiceField(
        list(KINDS), default=TARGET, help_text="As for the download of one job."
    )
