"""Files into a glossary and out of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.downloads import streamed
from common.rest.endpoints import Endpoint
from glossaries.api.glossaries import reader, writer
from glossaries.models import GlossaryImport
from glossaries.queries import imports as reads
from glossaries.queries.glossaries import glossary_of
from glossaries.serializers.imports import (
    ExportQuery,
    ImportList,
    ImportRequest,
    ImportShape,
    ImportStartRequest,
)
from glossaries.services import exports, imports

_CSV = OpenApiResponse(description="The faulty rows, with what is wrong in the first column.")


class ImportsView(Endpoint):
    """Imports into a glossary."""

    parser_classes = [MultiPartParser]
    takes = {"POST": ImportRequest}

    @extend_schema(operation_id="list_imports", responses=ImportList)
    def get(self, request: Request, glossary_id: UUID) -> Response:
        """List the last twenty imports, newest first."""
        organization_id = writer(request).organization_id
        glossary_of(organization_id, glossary_id)
        found = reads.imports_of(organization_id, glossary_id)
        return Response(ImportList({"imports": map(_shape, found)}).data)

    @extend_schema(operation_id="create_import", responses={202: ImportShape})
    def post(self, request: Request, glossary_id: UUID) -> Response:
        """Take a file in. Answers 202; ask at `Location` what came of it.

        With `goal` `look` its columns are guessed and nothing more, `check` tells what it would
        change, and `import` writes it, without its faulty rows.
        """
        actor = writer(request)
        glossary_of(actor.organization_id, glossary_id)
        body = self.body()
        file = body["file"]
        one = imports.begin_import(
            actor=actor, glossary_id=glossary_id, name=file.name, data=file.read()
        )
        if body["goal"] != "look":
            one = imports.start_import(
                actor=actor,
                glossary_id=glossary_id,
                import_id=one.pk,
                told=body.get("columns") or one.columns,
                existing=body["existing"],
                goal=body["goal"],
            )
        answer = _told(one, 202)
        answer["Location"] = reverse("api_import", args=[glossary_id, one.pk])
        return answer


class ImportView(Endpoint):
    """One import."""

    takes = {"POST": ImportStartRequest}

    @extend_schema(operation_id="get_import", responses=ImportShape)
    def get(self, request: Request, glossary_id: UUID, import_id: UUID) -> Response:
        """Ask how far an import is, what it would change, or what it has changed."""
        actor = writer(request)
        _, one = reads.import_of(actor.organization_id, glossary_id, import_id)
        return _told(one)

    @extend_schema(operation_id="start_import", responses={202: ImportShape})
    def post(self, request: Request, glossary_id: UUID, import_id: UUID) -> Response:
        """Check an import that was looked at or checked, or write it."""
        actor = writer(request)
        reads.import_of(actor.organization_id, glossary_id, import_id)
        body = self.body()
        one = imports.start_import(
            actor=actor,
            glossary_id=glossary_id,
            import_id=import_id,
            told=body["columns"],
            existing=body["existing"],
            goal=body["goal"],
        )
        return _told(one, 202)


class ImportCancelView(Endpoint):
    """The end of an import."""

    @extend_schema(operation_id="cancel_import", responses=ImportShape)
    def post(self, request: Request, glossary_id: UUID, import_id: UUID) -> Response:
        """Cancel an import. Nothing of it is in the glossary."""
        one = imports.cancel_import(
            actor=writer(request), glossary_id=glossary_id, import_id=import_id
        )
        return _told(one)


class ImportFaultyView(Endpoint):
    """What an import left out."""

    @extend_schema(operation_id="download_faulty_rows", responses={(200, "text/csv"): _CSV})
    def get(self, request: Request, glossary_id: UUID, import_id: UUID) -> HttpResponseBase:
        """Download the rows that are faulty, to mend and send again."""
        actor = writer(request)
        _, one = reads.import_of(actor.organization_id, glossary_id, import_id)
        lines = (line.encode() for line in imports.faulty_rows(one))
        return streamed(f"mend {one.name}.csv", "text/csv; charset=utf-8", lines)


class ExportView(Endpoint):
    """A glossary as a file."""

    asks = {"GET": ExportQuery}

    @extend_schema(
        operation_id="export_glossary",
        responses={
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "text/tab-separated-values"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, glossary_id: UUID) -> HttpResponseBase:
        """Download a glossary, a row for each term. Importing it again changes nothing."""
        made = exports.export_glossary(
            organization_id=reader(request).organization_id,
            glossary_id=glossary_id,
            kind=self.query["as"],
        )
        return streamed(made.name, made.media_type, made.chunks)


def _told(one: GlossaryImport, status: int = 200) -> Response:
    return Response(ImportShape(_shape(one)).data, status=status)


def _shape(one: GlossaryImport) -> dict[str, Any]:
    shape: dict[str, Any] = {
        name: getattr(one, name)
        for name in (
            *("id", "glossary_id", "name", "state", "goal", "columns", "existing", "rows"),
            *("rows_done", "problems", "created_at", "ended_at"),
        )
    }
    shape["counts"] = one.counts or None
    shape["refusal"] = one.refusal or None
    return shape
