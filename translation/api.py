"""REST API v1 of documents and translations. Each endpoint parses, makes one call, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services import Actor, Permission, actor_of, idempotency, require
from common import paging
from engine.languages import LANGUAGES, SOURCE_ONLY
from translation.queries import overview
from translation.responses import BoundedJson, file_response, read_upload
from translation.serializers import (
    DocumentList,
    DocumentPage,
    DocumentShape,
    JobShape,
    LanguageList,
    ReportShape,
    SegmentPage,
    TranslateRequest,
    TranslationShape,
    UploadRequest,
)
from translation.services import archive, deletion, documents, intake, pausing, retry, texts

_ANY = OpenApiResponse(description="The file's bytes.")


def _actor(request: Request, permission: Permission) -> Actor:
    return require(actor_of(request), permission)


class TranslateView(APIView):
    """Texts, translated while the caller waits."""

    parser_classes = [BoundedJson]
    waits = True

    @extend_schema(
        operation_id="translate",
        request=TranslateRequest,
        responses={200: TranslationShape, 202: TranslationShape},
    )
    def post(self, request: Request) -> Response:
        """Translate up to 50 texts. After 20 seconds answers 202 with the Location to ask."""
        actor = _actor(request, Permission.TRANSLATE)
        asked = TranslateRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        call = idempotency.call_on(request)
        result = texts.translate_texts(actor=actor, call=call, **asked.validated_data)
        return _translation(result)


class TranslationView(APIView):
    """The result of a translate call that took longer."""

    @extend_schema(
        operation_id="get_translation", responses={200: TranslationShape, 202: TranslationShape}
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for the texts of an earlier translate call."""
        actor = _actor(request, Permission.TRANSLATE)
        return _translation(texts.translation_of(actor=actor, job_id=job_id))


def _translation(result: texts.Translation) -> Response:
    answer = Response(TranslationShape(result).data, status=200 if result.finished else 202)
    if not result.finished:
        answer["Location"] = reverse("api_translation", args=[result.job_id])
        answer["Retry-After"] = "1"
    return answer


class DocumentsView(APIView):
    """Files and the jobs they became."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="list_documents",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=DocumentPage,
    )
    def get(self, request: Request) -> Response:
        """List documents, newest first."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        limit = paging.limit(request.query_params.get("limit"), default=50, most=200)
        before = paging.read_cursor(request.query_params.get("cursor"))
        found = overview.documents_page(actor.organization_id, limit=limit, before=before)
        more = paging.cursor(found[-1].created_at, found[-1].id) if len(found) == limit else None
        return Response(DocumentPage({"documents": found, "next_cursor": more}).data)

    @extend_schema(
        operation_id="upload_documents",
        request={"multipart/form-data": UploadRequest},
        responses={201: DocumentList},
    )
    def post(self, request: Request) -> Response:
        """Upload files and start a job for each target language of each. All or nothing."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        asked = read_upload(request.POST, request.FILES)
        submitted = intake.submit_files(actor=actor, **asked)
        ids = [one.document_id for one in submitted]
        made = overview.documents_by_id(actor.organization_id, ids)
        return Response(DocumentList({"documents": made}).data, status=201)


class DocumentView(APIView):
    """One document."""

    @extend_schema(operation_id="get_document", responses=DocumentShape)
    def get(self, request: Request, document_id: UUID) -> Response:
        """Ask for a document's state, language by language."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        found = overview.document(actor.organization_id, document_id)
        return Response(DocumentShape(found).data)

    @extend_schema(operation_id="delete_document", responses={204: None})
    def delete(self, request: Request, document_id: UUID) -> Response:
        """Delete a document, its translations and its files. What was billed stays billed."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        deletion.delete_document(actor=actor, document_id=document_id)
        return Response(status=204)


class DocumentCancelView(APIView):
    """Stop all work on a document."""

    @extend_schema(operation_id="cancel_document", request=None, responses=DocumentShape)
    def post(self, request: Request, document_id: UUID) -> Response:
        """Cancel what is still running. What was delivered before stays and is billed."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        documents.cancel_document(actor=actor, document_id=document_id)
        found = overview.document(actor.organization_id, document_id)
        return Response(DocumentShape(found).data)


class JobView(APIView):
    """One document in one language."""

    @extend_schema(operation_id="get_job", responses=JobShape)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for a job's state and counts."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        return Response(JobShape(overview.job(actor.organization_id, job_id)).data)


class JobCancelView(APIView):
    """Stop work on one language."""

    @extend_schema(operation_id="cancel_job", request=None, responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel a running job. What was delivered before stays and is billed."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        documents.cancel_job(actor=actor, job_id=job_id)
        return Response(JobShape(overview.job(actor.organization_id, job_id)).data)


class JobPauseView(APIView):
    """Hold work on one language back."""

    @extend_schema(operation_id="pause_job", request=None, responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Pause a running job. What is being translated right now is finished."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        pausing.pause_job(actor=actor, job_id=job_id)
        return Response(JobShape(overview.job(actor.organization_id, job_id)).data)


class JobResumeView(APIView):
    """Let work on one language go on."""

    @extend_schema(operation_id="resume_job", request=None, responses=JobShape)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Let a paused job go on."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        pausing.resume_job(actor=actor, job_id=job_id)
        return Response(JobShape(overview.job(actor.organization_id, job_id)).data)


class JobRetryView(APIView):
    """Another run over what failed."""

    @extend_schema(operation_id="retry_job", request=None, responses={202: JobShape})
    def post(self, request: Request, job_id: UUID) -> Response:
        """Start another run over what failed, was refused or was cancelled."""
        actor = _actor(request, Permission.DOCUMENTS_WRITE)
        retry.retry_failed(actor=actor, job_id=job_id)
        found = overview.job(actor.organization_id, job_id)
        return Response(JobShape(found).data, status=202)


class JobSegmentsView(APIView):
    """A job's segments."""

    @extend_schema(
        operation_id="list_segments",
        parameters=[OpenApiParameter("after", int), OpenApiParameter("limit", int)],
        responses=SegmentPage,
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """List segments with targets and findings, in file order."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        limit = paging.limit(request.query_params.get("limit"), default=100, most=500)
        after = paging.whole_number("after", request.query_params.get("after"), default=-1)
        found = overview.segments(actor.organization_id, job_id, after=after, limit=limit)
        more = found[-1].ordinal if len(found) == limit else None
        return Response(SegmentPage({"segments": found, "next_after": more}).data)


class JobReportView(APIView):
    """What a job came to."""

    @extend_schema(operation_id="get_report", responses=ReportShape)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for counts, cost, and every segment that has a finding."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        return Response(ReportShape(overview.report(actor.organization_id, job_id)).data)


class JobDownloadView(APIView):
    """The translated file."""

    @extend_schema(
        operation_id="download_job",
        parameters=[OpenApiParameter("as", str, enum=list(archive.KINDS))],
        responses={(200, "application/octet-stream"): _ANY},
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """Download the file in the job's language, a table of it, or its report as a workbook."""
        actor = _actor(request, Permission.DOCUMENTS_READ)
        kind = request.query_params.get("as") or archive.TARGET
        return file_response(archive.download(actor=actor, job_id=job_id, kind=kind))


class LanguagesView(APIView):
    """The languages on offer."""

    authentication_classes: Sequence[type] = ()
    permission_classes: Sequence[type] = ()

    @extend_schema(operation_id="list_languages", responses=LanguageList, auth=[])
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the languages texts can be translated into and from."""
        return Response(LanguageList({"languages": LANGUAGES, "source_only": SOURCE_ONLY}).data)
