"""Shapes of imports and exports."""

from __future__ import annotations

from rest_framework import serializers

from common.shapes import Moment, Strict
from glossaries.exchange.merging import EXISTING, UPDATE
from glossaries.exchange.tables import MAX_COLUMNS
from glossaries.services.exports import FORMATS


class ImportStartRequest(Strict):
    """How an import goes on."""

    columns = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=80),
        max_length=MAX_COLUMNS,
        help_text="What each column holds, in order; empty for nothing.",
    )
    existing = serializers.ChoiceField(EXISTING, default=UPDATE)
    goal = serializers.ChoiceField(["check", "import"], default="import")


class ImportRequest(Strict):
    """A file to import, as multipart/form-data."""

    file = serializers.FileField()
    columns = serializers.ListField(
        child=serializers.CharField(allow_blank=True, max_length=80),
        required=False,
        max_length=MAX_COLUMNS,
        help_text="What each column holds, in order; repeat the field. Without it we guess.",
    )
    existing = serializers.ChoiceField(EXISTING, default=UPDATE)
    goal = serializers.ChoiceField(["look", "check", "import"], default="import")


class ImportCountsShape(serializers.Serializer):  # type: ignore[type-arg]
    """Concepts by what happens to them, and rows that are left out."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    skipped = serializers.IntegerField()
    faulty_rows = serializers.IntegerField()


class ImportProblemShape(serializers.Serializer):  # type: ignore[type-arg]
    """What is wrong with a row. Rows count as in a spreadsheet: the header is row 1."""

    row = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class ImportRefusalShape(serializers.Serializer):  # type: ignore[type-arg]
    """Why an import has ended without an effect."""

    code = serializers.CharField()
    message = serializers.CharField()


class ImportShape(serializers.Serializer):  # type: ignore[type-arg]
    """An import. `problems` are of the first 2,000 faulty rows; it is forgotten after a week."""

    id = serializers.UUIDField()
    glossary_id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(
        ["mapping", "queued", "running", "checked", "finished", "failed", "cancelled"]
    )
    goal = serializers.ChoiceField(["check", "import"])
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True))
    existing = serializers.ChoiceField(EXISTING)
    rows = serializers.IntegerField()
    rows_done = serializers.IntegerField()
    counts = ImportCountsShape(allow_null=True)
    problems = ImportProblemShape(many=True)
    refusal = ImportRefusalShape(allow_null=True)
    created_at = Moment()
    ended_at = Moment(allow_null=True)


class ImportList(serializers.Serializer):  # type: ignore[type-arg]
    """The last twenty imports, newest first."""

    imports = ImportShape(many=True)


class ExportQuery(Strict):
    """As which file."""

    vars()["as"] = serializers.ChoiceField(FORMATS, default="csv")
