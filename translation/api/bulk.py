"""Many documents at once: what they would come to, what is done with them, and one archive."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common.downloads import streamed
from common.rest.endpoints import Endpoint
from translation.api.actors import actor
from translation.responses import read_upload
from translation.serializers.bulk import ArchiveQuery, BulkRequest, DoneShape
from translation.serializers.documents import EstimateRequest
from translation.serializers.estimates import EstimateShape
from translation.services import archive, bulk, estimate

_ZIP = OpenApiResponse(description="The archive's bytes.")


class EstimateView(Endpoint):
    """What an upload would come to."""

    parser_classes = [MultiPartParser]
    takes = {"POST": EstimateRequest}

    @extend_schema(operation_id="estimate_documents", responses=EstimateShape)
    def post(self, request: Request) -> Response:
        """Count what files hold and would be billed. Nothing is stored, nothing is billed."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        asked = read_upload(request.POST, request.FILES)
        found = estimate.estimate(
            actor=who,
            uploads=asked["uploads"],
            source_language=asked["source_language"],
            target_languages=asked["target_languages"],
            wishes=asked["wishes"],
            now=timezone.now(),
        )
        return Response(EstimateShape(found).data)


class BulkView(Endpoint):
    """One action on some documents."""

    takes = {"POST": BulkRequest}

    @extend_schema(operation_id="act_on_documents", responses=DoneShape)
    def post(self, request: Request) -> Response:
        """Pause, resume, cancel, retry, delete or restore up to 200 documents."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        wanted = self.body()
        done = bulk.act(
            actor=who, action=wanted["action"], document_ids=wanted.get("documents", [])
        )
        return Response(DoneShape({"done": done}).data)


class ArchiveView(Endpoint):
    """Many translations in one file."""

    asks = {"GET": ArchiveQuery}

    @extend_schema(operation_id="download_documents", responses={(200, "application/zip"): _ZIP})
    def get(self, request: Request) -> HttpResponseBase:
        """Download documents as a zip. What still runs is left out and named in it."""
        who = actor(request, Permission.DOCUMENTS_READ)
        made = archive.archive(
            actor=who,
            document_ids=self.query["document"],
            kind=self.query["as"],
            languages=self.query.get("language", []),
        )
        return streamed(made.name, "application/zip", made.chunks)
