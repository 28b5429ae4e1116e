"""What is done with texts besides having them translated."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common.rest.endpoints import Endpoint
from glossaries.queries import Wishes
from translation.api.actors import actor
from translation.queries import overview
from translation.serializers.documents import JobShape
from translation.serializers.estimates import TextEstimateRequest, TextEstimateShape
from translation.services import box


class TextEstimateView(Endpoint):
    """What a text would come to."""

    takes = {"POST": TextEstimateRequest}

    @extend_schema(operation_id="estimate_text", responses=TextEstimateShape)
    def post(self, request: Request) -> Response:
        """Ask which language a text is in, and what it would come to. Nothing is stored."""
        who = actor(request, Permission.TRANSLATE)
        body = dict(self.body())
        wishes = Wishes(profile=body.pop("profile", None))
        found = box.look(organization_id=who.organization_id, wishes=wishes, **body)
        return Response(TextEstimateShape(found).data)


class TranslationCancelView(Endpoint):
    """The end of a translation under way."""

    @extend_schema(operation_id="cancel_translation", responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a text that is being translated. What has come stays, and is billed."""
        who = actor(request, Permission.TRANSLATE)
        box.stop(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data)


class TranslationRetryView(Endpoint):
    """Another try of what failed of a text."""

    @extend_schema(operation_id="retry_translation", responses={202: JobShape})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Start another run over what failed, was refused or was cancelled."""
        who = actor(request, Permission.TRANSLATE)
        box.go_on(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data, status=202)
