"""The page that shows what Claude would be told."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.guards import acting, for_people, person_of
from accounts.services import Permission
from common import paging
from common.errors import DomainError
from engine.languages import LANGUAGES, SOURCE_ONLY
from glossaries.queries import Wishes, profiles_of
from translation.services.assist.preview import MAX_SAMPLE_CHARS, preview


@require_http_methods(["GET", "POST"])
@for_people
def prompt_preview(request: HttpRequest) -> HttpResponse:
    """A form for a sample text, and the prompt it makes. Texts travel in the body alone."""
    actor = acting(request, Permission.GLOSSARIES_READ)
    typed = request.POST if request.method == "POST" else request.GET
    named = typed.get("profile", "")
    profile = paging.ids("profile", [named])[0] if named else None
    person = person_of(request)
    context: dict[str, Any] = {
        "text": request.POST.get("text", "").replace("\r\n", "\n"),
        "source": typed.get("source_language") or next(iter(person.recent_sources), "en"),
        "target": typed.get("target_language") or next(iter(person.recent_targets), "de"),
        "sources": (*SOURCE_ONLY, *LANGUAGES),
        "targets": LANGUAGES,
        "profiles": profiles_of(actor.organization_id),
        "profile": profile,
        "most": MAX_SAMPLE_CHARS,
    }
    status = 200
    if request.method == "POST":
        try:
            context["preview"] = preview(
                actor=actor,
                text=context["text"],
                source_language=context["source"],
                target_language=context["target"],
                wishes=Wishes(profile=profile),
            )
        except DomainError as refused:
            context["error"], status = refused, refused.status
    return render(request, "translation/prompt_preview.html", context, status=status)
