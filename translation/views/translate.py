"""The translate box: its page, and what its script asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import acting, for_people, for_scripts, person_of
from accounts.services import Permission
from common import paging
from common.errors import DomainError
from engine.gates import GATES, STYLE_GATES
from glossaries.queries import Wishes, profile_choices
from translation.box_json import box_json, look_json, past_json
from translation.queries import box as queries
from translation.queries.box import Box
from translation.queries.languages import recent, source_choices, target_choices
from translation.responses import read_json
from translation.services import box, intake
from translation.views.bodies import text_of

MAX_CODE_CHARS = 64
MAX_QUERY_CHARS = 200
CURSORS = "history of texts"
# As much as an address can carry; the rest is typed.
MAX_ASKED_CHARS = 4_000


@require_http_methods(["GET", "POST"])
@for_people
def translate(request: HttpRequest) -> HttpResponse:
    """The empty box, or what a form without scripts has sent."""
    actor = acting(request, Permission.TRANSLATE)
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("text", "").replace("\r\n", "\n")
    source, target = asked.get("source_language", ""), asked.get("target_language", "")
    error: DomainError | None = None
    if request.method == "POST":
        try:
            job_id = box.start(
                actor=actor,
                text=text,
                source_language=source,
                target_language=target,
                token=request.POST.get("token", ""),
                wishes=_wishes(request.POST),
            )
        except DomainError as refused:
            error = refused
        else:
            return redirect("translation", job_id=job_id)
    else:
        text = text[:MAX_ASKED_CHARS]
    context = {
        "typed": text,
        "source": source,
        "target": target or next(iter(person_of(request).recent_targets), "de"),
        "error": error,
        **_page(request),
        **profile_choices(actor.organization_id),
    }
    return _shown(request, context, error.status if error else 200)


@require_GET
@for_people
def translation(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A text with its translation, or how far it has come."""
    actor = acting(request, Permission.TRANSLATE)
    found = queries.box(actor.organization_id, job_id)
    context = {
        "typed": found.text,
        "source": found.source.code,
        "target": found.target.code,
        "box": found,
        "box_json": box_json(found, start=0),
        **_page(request),
        **profile_choices(actor.organization_id, found.profile),
    }
    return _shown(request, context)


@require_POST
@for_scripts
def look(request: HttpRequest) -> JsonResponse:
    """Says of a text that is being typed which language it is in and what it would come to."""
    actor = acting(request, Permission.TRANSLATE)
    body = read_json(request)
    found = box.look(
        organization_id=actor.organization_id,
        text=text_of(body, "text"),
        source_language=text_of(body, "source", most=MAX_CODE_CHARS),
        wishes=_wishes(body),
    )
    return JsonResponse(look_json(found))


@require_POST
@for_scripts
def start(request: HttpRequest) -> JsonResponse:
    """Has a text translated, once for each token."""
    actor = acting(request, Permission.TRANSLATE)
    body = read_json(request)
    job_id = box.start(
        actor=actor,
        text=text_of(body, "text"),
        source_language=text_of(body, "source", most=MAX_CODE_CHARS),
        target_language=text_of(body, "target", most=MAX_CODE_CHARS),
        token=text_of(body, "token", most=MAX_CODE_CHARS),
        wishes=_wishes(body),
    )
    url = reverse("translation", kwargs={"job_id": job_id})
    return JsonResponse({"job": str(job_id), "url": url}, status=201)


@require_GET
@for_scripts
def state(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """How far a text has come, and its segments from an ordinal on."""
    actor = acting(request, Permission.TRANSLATE)
    first = paging.whole_number("from", request.GET.get("from"), default=0)
    return JsonResponse(box_json(_box(actor.organization_id, job_id, first), start=first))


@require_POST
@for_scripts
def stop(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Cancels a text that is being translated."""
    box.stop(actor=acting(request, Permission.TRANSLATE), job_id=job_id)
    return JsonResponse({})


@require_POST
@for_scripts
def go_on(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Tries again what failed of a text."""
    box.go_on(actor=acting(request, Permission.TRANSLATE), job_id=job_id)
    return JsonResponse({})


@require_POST
@for_scripts
def forget(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Deletes a text with its translation."""
    box.forget(actor=acting(request, Permission.TRANSLATE), job_id=job_id)
    return JsonResponse({})


@require_GET
@for_scripts
def history(request: HttpRequest) -> JsonResponse:
    """Texts the person has had translated."""
    actor = acting(request, Permission.TRANSLATE)
    found = queries.history(
        actor.organization_id,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        query=request.GET.get("q", "").strip()[:MAX_QUERY_CHARS].replace("\0", ""),
        before=paging.read_place(CURSORS, request.GET.get("before")),
    )
    last = found[-1] if len(found) >= queries.MAX_HISTORY else None
    more = paging.cursor(CURSORS, last.created_at, last.document_id) if last else None
    return JsonResponse({"texts": past_json(found), "before": more})


def _wishes(body: Mapping[str, Any]) -> Wishes:
    profile = text_of(body, "profile", most=MAX_CODE_CHARS)
    return Wishes(profile=paging.ids("profile", [profile])[0] if profile else None)


def _box(organization_id: UUID, job_id: UUID, first: int) -> Box:
    return queries.box(organization_id, job_id, start=first)


def _page(request: HttpRequest) -> dict[str, Any]:
    """What the page is made of besides its text."""
    person = person_of(request)
    sources, targets = source_choices(person.language), target_choices(person.language)
    return {
        "sources": sources,
        "targets": targets,
        "recent_sources": recent(person.recent_sources, sources),
        "recent_targets": recent(person.recent_targets, targets),
        "max_bytes": intake.MAX_TEXT_BYTES,
        # Those of a style guide look only where there is one.
        "checks": len(GATES) - len(STYLE_GATES),
        "token": uuid4(),
    }


def _shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "translation/translate.html", context, status=status)
