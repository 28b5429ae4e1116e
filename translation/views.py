"""The pages: translate box, documents, one document in one language. One call each."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import Actor, Permission, actor_of, require
from billing.queries import usage_now
from common.errors import DomainError, NotAllowed
from common.http import error_body
from engine.formats import registry
from engine.languages import LANGUAGES, SOURCE_ONLY
from translation import paging
from translation.queries import overview, pages
from translation.responses import file_response, read_upload
from translation.services import documents, intake, retry, texts
from translation.streams import hub

PAGE_DOCUMENTS = 50
PAGE_SEGMENTS = 100
MAX_POLLED = 200

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_people(view: Page[P]) -> Page[P]:
    """Sends strangers to the sign-in and back; what people see stays out of shared caches."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if actor_of(request) is None:
            if request.user.is_authenticated:
                raise NotAllowed(
                    "organization_missing",
                    "You are in no organization yet: ask an owner of yours to take you in.",
                )
            is_page = request.method == "GET"
            return redirect_to_login(request.get_full_path() if is_page else reverse("documents"))
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return guarded


def for_scripts(view: Page[P]) -> Page[P]:
    """Tells a page's script of a refusal as JSON, for it follows no redirect to a sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as refused:
            return JsonResponse(error_body(refused), status=refused.status)

    return guarded


def _actor(request: HttpRequest, permission: Permission) -> Actor:
    return require(actor_of(request), permission)


@require_GET
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's shape
    """Documents are where everybody starts."""
    return redirect("documents")


@require_http_methods(["GET", "POST"])
@for_people
def translate(request: HttpRequest) -> HttpResponse:
    """The translate box; a posted text is stored and its own page shows what becomes of it."""
    actor = _actor(request, Permission.TRANSLATE)
    asked = {
        "text": request.POST.get("text", "").replace("\r\n", "\n"),
        "source": request.POST.get("source_language", "en"),
        "target": request.POST.get("target_language", "de"),
    }
    error = None
    if request.method == "POST":
        try:
            submitted = intake.submit_texts(
                actor=actor,
                texts=[asked["text"]],
                source_language=asked["source"],
                target_language=asked["target"],
            )
        except DomainError as refused:
            error = refused
        else:
            [job_id] = submitted.job_ids.values()
            return redirect("translation", job_id=job_id)
    context = {"asked": asked, "error": error, **_box()}
    return render(
        request, "translation/translate.html", context, status=error.status if error else 200
    )


def _box() -> dict[str, object]:
    return {
        "sources": (*SOURCE_ONLY, *LANGUAGES),
        "targets": LANGUAGES,
        "max_bytes": intake.MAX_TEXT_BYTES,
    }


@require_GET
@for_people
def translation(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A text with its translation, or how far it has come."""
    actor = _actor(request, Permission.TRANSLATE)
    text = pages.asked_text(actor.organization_id, job_id)
    page = pages.job_page(actor.organization_id, job_id, after=-1, limit=PAGE_SEGMENTS)
    result = texts.translation_of(actor=actor, job_id=job_id)
    asked = {"text": text, "source": page.row.source.code, "target": page.current.language.code}
    context = {"page": page, "result": result, "asked": asked, **_box()}
    return render(request, "translation/translate.html", context)


@require_http_methods(["GET", "POST"])
@for_people
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
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    submitted = intake.submit_files(actor=actor, **read_upload(request.POST, request.FILES))
    return "1 file" if len(submitted) == 1 else f"{len(submitted)} files"


@require_GET
@for_people
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One document in one language: its segments with targets and findings."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    after = paging.whole_number("after", request.GET.get("after"), default=-1)
    page = pages.job_page(actor.organization_id, job_id, after=after, limit=PAGE_SEGMENTS)
    full = len(page.segments) == PAGE_SEGMENTS
    has_more = full and page.segments[-1].ordinal + 1 < page.current.tally.segments
    context = {
        "page": page,
        "after": after,
        "next_after": page.segments[-1].ordinal if has_more else None,
        "previous_after": max(after - PAGE_SEGMENTS, -1) if after >= 0 else None,
    }
    return render(request, "translation/job.html", context)


@require_GET
@for_people
def job_report(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What a job came to: counts, cost and every finding."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    report = overview.report(actor.organization_id, job_id)
    page = pages.job_page(actor.organization_id, job_id, after=-1, limit=0)
    return render(request, "translation/report.html", {"report": report, "page": page})


@require_GET
@for_people
def download(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The translated file; on the job's page, the reason why there is none yet."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    try:
        return file_response(documents.download_job(actor=actor, job_id=job_id))
    except DomainError as refused:
        return _explained(request, job_id, refused)


@require_POST
@for_people
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stops a running job."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: documents.cancel_job(actor=actor, job_id=job_id))


@require_POST
@for_people
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Starts another run over what failed."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    return _act(request, job_id, lambda: retry.retry_failed(actor=actor, job_id=job_id))


def _act(request: HttpRequest, job_id: UUID, action: Callable[[], object]) -> HttpResponse:
    try:
        action()
    except DomainError as refused:
        return _explained(request, job_id, refused)
    return redirect("job", job_id=job_id)


def _explained(request: HttpRequest, job_id: UUID, refused: DomainError) -> HttpResponse:
    """Shows on the job's page what stood in the way, where there is such a page."""
    if refused.kind not in {"conflict", "over_allowance"}:
        raise refused
    messages.error(request, refused.message)
    return redirect("job", job_id=job_id)


@require_http_methods(["GET", "POST"])
@for_people
def delete(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Asks, then deletes a document."""
    actor = _actor(request, Permission.DOCUMENTS_WRITE)
    row = pages.document_row(actor.organization_id, document_id)
    if request.method == "POST":
        documents.delete_document(actor=actor, document_id=document_id)
        messages.success(request, f"“{row.document.name}” and its translations were deleted.")
        return redirect("documents")
    return render(request, "translation/delete.html", {"row": row})


@require_GET
@for_scripts
def progress(request: HttpRequest) -> HttpResponse:
    """Counters of some jobs, for readers without an event stream: ids and numbers only."""
    actor = _actor(request, Permission.DOCUMENTS_READ)
    runs = paging.ids("run", request.GET.getlist("run")[:MAX_POLLED])
    return JsonResponse({"runs": overview.run_counters(actor.organization_id, runs)})


@require_GET
@for_scripts
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
