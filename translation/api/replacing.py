"""Find and replace in a job's translations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common.rest.endpoints import Endpoint
from engine.replacing import Search
from translation.api.actors import actor
from translation.serializers.replacing import (
    PreviewShape,
    ReplacedShape,
    ReplaceRequest,
    SearchRequest,
)
from translation.services import replacing


class ReplacementPreviewView(Endpoint):
    """What a replacement would do."""

    takes = {"POST": SearchRequest}

    @extend_schema(operation_id="preview_replacement", responses=PreviewShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """See what a replacement would change. Nothing is written; code and tags are never hit."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        wanted = self.body()
        found = replacing.preview(
            actor=who, job_id=job_id, search=_search(wanted), replacement=wanted["replace"]
        )
        return Response(PreviewShape(found).data)


class ReplacementView(Endpoint):
    """A replacement."""

    takes = {"POST": ReplaceRequest}

    @extend_schema(operation_id="replace_in_job", responses=ReplacedShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Replace in the segments named, where they are as the preview told. Checks look at all."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        wanted = self.body()
        done = replacing.apply(
            actor=who,
            job_id=job_id,
            search=_search(wanted),
            replacement=wanted["replace"],
            versions={one["id"]: one["version"] for one in wanted["segments"]},
        )
        return Response(ReplacedShape(done).data)


def _search(wanted: dict[str, Any]) -> Search:
    return Search(find=wanted["find"], case=wanted["case"], whole=wanted["whole"])
