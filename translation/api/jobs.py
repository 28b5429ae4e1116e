"""Jobs: one document in one language, what is done with it, and what it came to."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common import paging, telemetry
from common.rest import tags
from common.rest.endpoints import Endpoint
from translation.api.actors import actor
from translation.api.streaming import EventStream, Streaming, event_stream, events
from translation.job_stream import job_frames
from translation.queries import overview
from translation.responses import file_response
from translation.serializers.documents import JobShape
from translation.serializers.jobs import DownloadQuery, ReportShape
from translation.serializers.targets import SegmentPage, SegmentQuery
from translation.services import archive, documents, pausing, retry

BYTES = OpenApiResponse(description="The file's bytes.")
_EVENTS: Final = (
    "Server-sent events, each with a job as its own address tells it: `progress` now and at each"
    " change, and at the end `done` or `unfinished`; or `error`."
)


class JobView(Endpoint):
    """One document in one language."""

    @extend_schema(operation_id="get_job", responses={200: JobShape, 304: None})
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for a job's state and counts."""
        who = actor(request, Permission.DOCUMENTS_READ)
        return tags.read(request, JobShape(overview.job(who.organization_id, job_id)).data)


class JobCancelView(Endpoint):
    """Stop work on one language."""

    @extend_schema(operation_id="cancel_job", responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a running job. What was delivered before stays and is billed."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        documents.cancel_job(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data)


class JobPauseView(Endpoint):
    """Hold work on one language back."""

    @extend_schema(operation_id="pause_job", responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Pause a running job. What is being translated right now is finished."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        pausing.pause_job(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data)


class JobResumeView(Endpoint):
    """Let work on one language go on."""

    @extend_schema(operation_id="resume_job", responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Let a paused job go on."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        pausing.resume_job(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data)


class JobRetryView(Endpoint):
    """Another run over what failed."""

    @extend_schema(operation_id="retry_job", responses={202: JobShape})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Start another run over what failed, was refused or was cancelled."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        retry.retry_failed(actor=who, job_id=job_id)
        return Response(JobShape(overview.job(who.organization_id, job_id)).data, status=202)


class JobSegmentsView(Endpoint):
    """A job's segments."""

    asks = {"GET": SegmentQuery}

    @extend_schema(operation_id="list_segments", responses=SegmentPage)
    def get(self, request: Request, job_id: UUID) -> Response:
        """List segments with targets and findings, in file order."""
        who = actor(request, Permission.DOCUMENTS_READ)
        limit, of = self.query["limit"], paging.listed(f"segments {job_id}", self.query)
        after = paging.read_number(of, self.query.get("cursor"))
        found = overview.segments(
            who.organization_id,
            job_id,
            after=after,
            limit=limit + 1,
            state=self.query.get("state", ""),
            finding=self.query.get("finding", ""),
        )
        shown, more = paging.page(found, limit=limit, of=of, place=lambda one: [one.ordinal])
        return Response(SegmentPage({"segments": shown, "next_cursor": more}).data)


class JobEventsView(Streaming):
    """A job, followed."""

    renderer_classes = [EventStream]

    @extend_schema(
        operation_id="follow_job",
        responses={(200, "text/event-stream"): events(_EVENTS)},
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """Be told of a job's state and counts as they change, until it has ended."""
        who = actor(request, Permission.DOCUMENTS_READ)
        overview.job(who.organization_id, job_id)  # refused before the first event, not within
        frames = job_frames(actor=who, job_id=job_id, request_id=telemetry.request_id())
        return event_stream(request, frames)


class JobReportView(Endpoint):
    """What a job came to."""

    @extend_schema(operation_id="get_report", responses=ReportShape)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for counts, cost, and every segment that has a finding."""
        who = actor(request, Permission.DOCUMENTS_READ)
        return Response(ReportShape(overview.report(who.organization_id, job_id)).data)


class JobDownloadView(Endpoint):
    """The translated file."""

    asks = {"GET": DownloadQuery}

    @extend_schema(
        operation_id="download_job", responses={(200, "application/octet-stream"): BYTES}
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """Download the file in the job's language, a table of it, or its report as a workbook."""
        who = actor(request, Permission.DOCUMENTS_READ)
        kind = self.query["as"]
        return file_response(archive.download(actor=who, job_id=job_id, kind=kind))
