"""Documents: files and the jobs they became."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission
from common import paging
from common.rest import tags
from common.rest.endpoints import Endpoint
from translation.api.actors import actor
from translation.queries import overview
from translation.responses import read_upload
from translation.serializers.documents import (
    DocumentList,
    DocumentPage,
    DocumentQuery,
    DocumentShape,
    UploadRequest,
)
from translation.services import deletion, documents, intake


class DocumentsView(Endpoint):
    """Files and the jobs they became."""

    parser_classes = [MultiPartParser]
    asks = {"GET": DocumentQuery}
    takes = {"POST": UploadRequest}

    @extend_schema(operation_id="list_documents", responses=DocumentPage)
    def get(self, request: Request) -> Response:
        """List documents, newest first."""
        who = actor(request, Permission.DOCUMENTS_READ)
        limit, of = self.query["limit"], paging.listed("documents", self.query)
        before = paging.read_place(of, self.query.get("cursor"))
        found = overview.documents_page(who.organization_id, limit=limit + 1, before=before)
        shown, more = paging.page(
            found, limit=limit, of=of, place=lambda one: [one.created_at, one.id]
        )
        return Response(DocumentPage({"documents": shown, "next_cursor": more}).data)

    @extend_schema(
        operation_id="upload_documents",
        responses={201: DocumentList},
    )
    def post(self, request: Request) -> Response:
        """Upload files and start a job for each target language of each. All or nothing."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        asked = read_upload(request.POST, request.FILES)
        submitted = intake.submit_files(actor=who, **asked)
        ids = [one.document_id for one in submitted]
        made = overview.documents_by_id(who.organization_id, ids)
        return Response(DocumentList({"documents": made}).data, status=201)


class DocumentView(Endpoint):
    """One document."""

    @extend_schema(operation_id="get_document", responses={200: DocumentShape, 304: None})
    def get(self, request: Request, document_id: UUID) -> Response:
        """Ask for a document's state, language by language."""
        who = actor(request, Permission.DOCUMENTS_READ)
        found = overview.document(who.organization_id, document_id)
        return tags.read(request, DocumentShape(found).data)

    @extend_schema(operation_id="delete_document", responses={204: None})
    def delete(self, request: Request, document_id: UUID) -> Response:
        """Delete a document, its translations and its files. What was billed stays billed."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        deletion.delete_document(actor=who, document_id=document_id)
        return Response(status=204)


class DocumentCancelView(Endpoint):
    """Stop all work on a document."""

    @extend_schema(operation_id="cancel_document", responses=DocumentShape)
    def post(self, request: Request, document_id: UUID) -> Response:
        """Cancel what is still running. What was delivered before stays and is billed."""
        who = actor(request, Permission.DOCUMENTS_WRITE)
        documents.cancel_document(actor=who, document_id=document_id)
        found = overview.document(who.organization_id, document_id)
        return Response(DocumentShape(found).data)
