"""The translate box."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.services import Permission
from common.errors import DomainError
from engine.languages import LANGUAGES, SOURCE_ONLY
from translation.queries import pages
from translation.services import intake, texts
from translation.views.guards import acting, for_people

PAGE_SEGMENTS = 100


@require_http_methods(["GET", "POST"])
@for_people
def translate(request: HttpRequest) -> HttpResponse:
    """The translate box; a posted text is stored and its own page shows what becomes of it."""
    actor = acting(request, Permission.TRANSLATE)
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
    actor = acting(request, Permission.TRANSLATE)
    text = pages.asked_text(actor.organization_id, job_id)
    page = pages.job_page(actor.organization_id, job_id, after=-1, limit=PAGE_SEGMENTS)
    result = texts.translation_of(actor=actor, job_id=job_id)
    asked = {"text": text, "source": page.row.source.code, "target": page.current.language.code}
    context = {"page": page, "result": result, "asked": asked, **_box()}
    return render(request, "translation/translate.html", context)
