"""The documents page: all files with their progress, uploads, deletion."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.services import Permission
from billing.queries import usage_now
from common.errors import DomainError
from engine.formats import registry
from engine.languages import LANGUAGES, SOURCE_ONLY
from translation import paging
from translation.queries import pages
from translation.responses import read_upload
from translation.services import deletion, intake
from translation.views.guards import acting, for_people

PAGE_DOCUMENTS = 50


@require_http_methods(["GET", "POST"])
@for_people
def document_list(request: HttpRequest) -> HttpResponse:
    """All files with their progress, and the form that takes new ones."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    error = None
    if request.method == "POST":
        try:
            made = _upload(request)
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, f"{made} uploaded. Translation has started.")
            return redirect("documents")
    before = paging.read_cursor(request.GET.get("cursor"))
    found = pages.document_rows(actor.organization_id, limit=PAGE_DOCUMENTS, before=before)
    last = found[-1].document if len(found) == PAGE_DOCUMENTS else None
    sees_usage = Permission.USAGE_READ in actor.permissions
    context = {
        "rows": found,
        "is_first": before is None,
        "older": paging.cursor(last.created_at, last.id) if last else None,
        "usage": usage_now(actor.organization_id, now=timezone.now()) if sees_usage else None,
        "sources": (*SOURCE_ONLY, *LANGUAGES),
        "targets": LANGUAGES,
        "chosen": request.POST.getlist("target_languages") or pages.recent_targets(found),
        "source": request.POST.get("source_language", "en"),
        "formats": registry.supported(),
        "limits": {
            "files": intake.MAX_FILES,
            "bytes": intake.MAX_FILE_BYTES,
            "megabytes": intake.MAX_FILE_BYTES // 1_000_000,
        },
        "error": error,
    }
    return render(
        request, "translation/documents.html", context, status=error.status if error else 200
    )


def _upload(request: HttpRequest) -> str:
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    submitted = intake.submit_files(actor=actor, **read_upload(request.POST, request.FILES))
    return "1 file" if len(submitted) == 1 else f"{len(submitted)} files"


@require_http_methods(["GET", "POST"])
@for_people
def delete(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Asks, then deletes a document."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    row = pages.document_row(actor.organization_id, document_id)
    if request.method == "POST":
        deletion.delete_document(actor=actor, document_id=document_id)
        messages.success(request, f"“{row.document.name}” and its translations were deleted.")
        return redirect("documents")
    return render(request, "translation/delete.html", {"row": row})
