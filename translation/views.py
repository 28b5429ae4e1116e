"""The pages: translate box, documents, one document in one language. One call each."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import Actor, Permission, actor_of, require
from billing.queries import usage_now
from common.errors import DomainError
from engine.formats import registry
from engine.languages import LANGUAGES
from translation import paging
from translation.queries import overview
from translation.responses import file_response, listed
from translation.services import documents, intake, retry, texts
from translation.streams import hub

PAGE_DOCUMENTS = 50
PAGE_SEGMENTS = 100
MAX_POLLED = 100


def _actor(request: HttpRequest, permission: Permission) -> Actor:
    return require(actor_of(request), permission)


@require_GET
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's shape
    """Documents are where everybody starts."""
    return redirect("documents")


@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest) -> HttpResponse:
    """The translate box; a posted text is stored and its own page shows what becomes of it."""
    actor = _actor(request, Permission.TRANSLATE)
    asked = {
        "text": request.POST.get("text", ""),
        "source_language": request.POST.get("source_language", "en"),
        "target_language": request.POST.get("target_language", "de"),
    }
    error = None
    if request.method == "POST":
        try:
            submitted = intake.submit_texts(
                actor=actor,
                texts=[asked["text"].replace("\r\n", "\n")],
                source_language=asked["source_language"],
                target_language=asked["target_language"],
            )
        except DomainError as refused:
            error = refused
        else:
            [job_id] = submitted.job_ids.values()
            return redirect("translation", job_id=job_id)
    context = {"languages": LANGUAGES, "asked": asked, "error": error}
    return render(
        request, "translation/translate.html", context, status=error.status if error else 200
    )


@require_GET
def translation(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A text with its translation, or how far it has come."""
    actor = _actor(request, Permission.TRANSLATE)
    page = overview.job_page(actor.organization_id, job_id, after=-1, limit=PAGE_SEGMENTS)
    result = texts.translation_of(actor=actor, job_id=job_id)
    context = {"page": page, "result": result}
    return render(request, "translation/translation.html", context)


@require_http_methods(["GET", "POST"])
def document_list(request: HttpRequest) -> HttpResponse:
    """All files with their progress, and the form that takes new ones."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
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
    found = overview.documents_page(actor.organization_id, limit=PAGE_DOCUMENTS, before=before)
    full = len(found) == PAGE_DOCUMENTS
    context = {
        "documents": found,
        "older": paging.cursor(found[-1].created_at, found[-1].id) if full else None,
        "languages": LANGUAGES,
        "formats": registry.supported(),
        "usage": usage_now(actor.organization_id, now=timezone.now()),
        "chosen": request.POST.getlist("target_languages"),
        "source_language": request.POST.get("source_language", "en"),
        "error": error,
    }
    return render(
        request, "translation/documents.html", context, status=error.status if error else 200
    )


def _upload(request: HttpRequest) -> str:
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    files = intake.checked(request.FILES.getlist("file"))
    submitted = intake.submit_files(
        actor=actor,
        uploads=[intake.Upload(name=file.name or "", data=file.read()) for file in files],
        source_language=request.POST.get("source_language", ""),
        target_languages=listed(request.POST.getlist("target_languages")),
    )
    return "1 file" if len(submitted) == 1 else f"{len(submitted)} files"


@require_GET
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One document in one language: its segments with targets and findings."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    after = paging.whole_number("after", request.GET.get("after"), default=-1)
    page = overview.job_page(actor.organization_id, job_id, after=after, limit=PAGE_SEGMENTS)
    full = len(page.segments) == PAGE_SEGMENTS
    context = {"page": page, "next_after": page.segments[-1].ordinal if full else None}
    return render(request, "translation/job.html", context)


@require_GET
def job_report(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What a job came to: counts, cost and every finding."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    report = overview.report(actor.organization_id, job_id)
    page = overview.job_page(actor.organization_id, job_id, after=-1, limit=1)
    return render(request, "translation/report.html", {"report": report, "page": page})


@require_GET
def download(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The translated file."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    return file_response(documents.download_job(actor=actor, job_id=job_id))


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stops a running job."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: documents.cancel_job(actor=actor, job_id=job_id))


@require_POST
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Starts another run over what failed."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: retry.retry_failed(actor=actor, job_id=job_id))


def _act(request: HttpRequest, job_id: UUID, action: Callable[[], object]) -> HttpResponse:
    """Does it, and shows on the job's page what stood in the way."""
    try:
        action()
    except DomainError as refused:
        if refused.kind != "conflict":
            raise
        messages.error(request, refused.message)
    return redirect("job", job_id=job_id)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Asks, then deletes a document."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    found = overview.document(actor.organization_id, document_id)
    if request.method == "POST":
        documents.delete_document(actor=actor, document_id=document_id)
        messages.success(request, "The document and its translations were deleted.")
        return redirect("documents")
    return render(request, "translation/delete.html", {"document": found})


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """Counters of some jobs, for readers without an event stream: ids and numbers only."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    runs = paging.ids("run", request.GET.getlist("run")[:MAX_POLLED])
    return JsonResponse({"runs": overview.run_counters(actor.organization_id, runs)})


@require_GET
def events(request: HttpRequest) -> StreamingHttpResponse:
    """Live progress of this organization's runs as server-sent events."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    # The stream outlives this view: it must not keep the view's connection.
    connection.close()
    answer = StreamingHttpResponse(
        hub.listen(actor.organization_id, request.headers.get("Last-Event-ID", "")),
        content_type="text/event-stream",
    )
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer
