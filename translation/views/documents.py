"""The documents page: files with their progress, uploads, and what is done with many at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import acting, for_people, for_scripts
from accounts.services import Actor, Permission
from billing.queries import usage_now
from common import paging
from common.downloads import streamed
from common.errors import DomainError, Invalid
from common.ids import uuid7
from engine.formats import registry
from engine.languages import LANGUAGES, SOURCE_ONLY
from glossaries.queries import profile_choices
from translation.estimate_json import estimate_json
from translation.queries import pages
from translation.queries.listing import PERIODS, STATES, Filters, listing
from translation.responses import read_json, read_upload
from translation.services import archive, bulk, deletion, intake
from translation.services.estimate import estimate

PAGE_DOCUMENTS = 30
CURSORS = "page of documents"
MAX_QUERY_CHARS = 200
# What an action has done, for one and for many.
_DONE: Final[Mapping[str, tuple[str, str]]] = {
    "pause": ("1 translation is paused", "{} translations are paused"),
    "resume": ("1 translation goes on", "{} translations go on"),
    "cancel": ("1 translation cancelled", "{} translations cancelled"),
    "retry": ("1 translation starts again", "{} translations start again"),
    "delete": ("1 document deleted", "{} documents deleted"),
    "restore": ("1 document is back", "{} documents are back"),
}


@require_http_methods(["GET", "POST"])
@for_people
def document_list(request: HttpRequest) -> HttpResponse:
    """All files with their progress, and the form that takes new ones."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    error = None
    if request.method == "POST":
        try:
            _upload(request)
        except DomainError as refused:
            error = refused
        else:
            return redirect("documents")
    context = {**_list(request, actor), "error": error}
    if request.headers.get("HX-Request"):
        answer = render(request, "translation/_document_list.html", context)
    else:
        context |= _form(request, actor, context["rows"])
        status = error.status if error else 200
        answer = render(request, "translation/documents.html", context, status=status)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _list(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    before = paging.read_place(CURSORS, request.GET.get("cursor"))
    filters = Filters(
        name=request.GET.get("q", "").strip()[:MAX_QUERY_CHARS],
        state=request.GET.get("state", ""),
        language=request.GET.get("language", ""),
        period=request.GET.get("period", ""),
    )
    found = listing(
        actor.organization_id, filters, limit=PAGE_DOCUMENTS, now=timezone.now(), before=before
    )
    last = found.rows[-1].document if len(found.rows) == PAGE_DOCUMENTS else None
    query = request.GET.copy()
    query.pop("cursor", None)
    return {
        "rows": found.rows,
        "running": found.running,
        "paused": found.paused,
        "filters": filters,
        "query": query.urlencode(),
        "is_first": before is None,
        "older": paging.cursor(CURSORS, last.created_at, last.id) if last else None,
    }


def _form(request: HttpRequest, actor: Actor, rows: list[pages.DocumentRow]) -> dict[str, Any]:
    sees_usage = Permission.USAGE_READ in actor.permissions
    return {
        "usage": usage_now(actor.organization_id, now=timezone.now()) if sees_usage else None,
        "sources": (*SOURCE_ONLY, *LANGUAGES),
        "targets": LANGUAGES,
        "states": STATES.items(),
        "periods": [(slug, name) for slug, (name, _) in PERIODS.items()],
        "chosen": request.POST.getlist("target_languages") or pages.recent_targets(rows),
        "source": request.POST.get("source_language", "en"),
        "formats": registry.supported(),
        "token": uuid7(),
        **profile_choices(actor.organization_id),
        "limits": {
            "files": intake.MAX_FILES,
            "bytes": intake.MAX_FILE_BYTES,
            "megabytes": intake.MAX_FILE_BYTES // 1_000_000,
        },
    }


def _upload(request: HttpRequest) -> int:
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    made = len(intake.submit_files(actor=actor, **read_upload(request.POST, request.FILES)))
    files = "1 file" if made == 1 else f"{made} files"
    messages.success(request, f"{files} uploaded. Translation has started.")
    return made


@require_POST
@for_scripts
def upload(request: HttpRequest) -> JsonResponse:
    """Takes files in for the page's script, which then loads the list anew."""
    return JsonResponse({"files": _upload(request)}, status=201)


@require_POST
@for_scripts
def estimated(request: HttpRequest) -> JsonResponse:
    """What files would come to. Nothing is kept."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    asked = read_upload(request.POST, request.FILES)
    found = estimate(
        actor=actor,
        uploads=asked["uploads"],
        source_language=asked["source_language"],
        target_languages=asked["target_languages"],
        wishes=asked["wishes"],
        now=timezone.now(),
    )
    return JsonResponse(estimate_json(found))


@require_POST
@for_scripts
def act(request: HttpRequest) -> JsonResponse:
    """One action on some documents, or on one translation."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    body = read_json(request)
    action = str(body.get("action", ""))
    ids = body.get("documents", [])
    if action not in _DONE or not isinstance(ids, list) or len(ids) > bulk.MAX_DOCUMENTS:
        raise Invalid(
            "action_unknown", f"Name an action and at most {bulk.MAX_DOCUMENTS} documents."
        )
    done = bulk.act(
        actor=actor,
        action=action,
        document_ids=paging.ids("documents", [str(one) for one in ids]),
        job_id=paging.ids("job", [str(body["job"])])[0] if body.get("job") else None,
    )
    one, many = _DONE[action]
    return JsonResponse({"done": done, "message": f"{one if done == 1 else many.format(done)}."})


@require_GET
@for_people
def download(request: HttpRequest) -> HttpResponseBase:
    """Some documents as a zip; on the list, the reason why there is none."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    try:
        made = archive.archive(
            actor=actor,
            document_ids=paging.ids("document", request.GET.getlist("document")),
            kind=request.GET.get("as", archive.TARGET),
            languages=request.GET.getlist("language"),
        )
    except DomainError as refused:
        if refused.kind in {"not_found", "malformed"}:
            raise
        messages.error(request, refused.message)
        return redirect("documents")
    return streamed(made.name, "application/zip", made.chunks)


@require_http_methods(["GET", "POST"])
@for_people
def delete(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Asks, then deletes a document so that it can be undone from the list."""
    actor = acting(request, Permission.DOCUMENTS_WRITE)
    row = pages.document_row(actor.organization_id, document_id)
    if request.method == "POST":
        deletion.hide_documents(actor=actor, document_ids=[document_id])
        messages.success(request, f"“{row.document.name}” and its translations were deleted.")
        return redirect(f"{reverse('documents')}?deleted={document_id}")
    return render(request, "translation/delete.html", {"row": row})
