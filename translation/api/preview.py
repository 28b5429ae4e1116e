"""The prompt of a sample text, without a translation."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common.rest.endpoints import Endpoint
from glossaries.queries import Wishes
from translation.api.actors import actor
from translation.serializers.preview import PreviewRequest, PromptPreviewShape
from translation.services.assist.preview import preview


class PromptPreviewView(Endpoint):
    """What Claude would be told."""

    takes = {"POST": PreviewRequest}

    @extend_schema(operation_id="preview_prompt", responses=PromptPreviewShape)
    def post(self, request: Request) -> Response:
        """Show the exact prompt of a sample text, block by block. Claude is not asked."""
        who, body = actor(request, Permission.GLOSSARIES_READ), dict(self.body())
        wishes = Wishes(profile=body.pop("profile", None))
        return Response(PromptPreviewShape(preview(actor=who, wishes=wishes, **body)).data)
