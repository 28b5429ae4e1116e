"""Pages about the person: what they prefer, and which organization they work in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_people, for_scripts, person_of
from accounts.middleware import SESSION_KEY, chosen
from accounts.services import preferences
from common.errors import DomainError, Malformed
from engine.languages import LANGUAGES

MAX_BODY_BYTES = 64 * 1024


@require_http_methods(["GET", "POST"])
@for_people
def preferences_page(request: HttpRequest) -> HttpResponse:
    """What a person prefers: shown, and kept when sent."""
    person = person_of(request)
    error: DomainError | None = None
    typed: dict[str, Any] = {}
    if request.method == "POST":
        # A box that is not ticked is not sent.
        typed = {"single_keys": ""} | request.POST.dict()
        try:
            preferences.change(user_id=person.pk, wanted=typed)
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, "Your preferences are saved.")
            return redirect("preferences")
    context = {
        "person": person,
        # What was sent stays in the form where it was refused.
        "shown": {name: getattr(person, name) for name in preferences.NAMES} | typed,
        "choices": preferences.CHOICES,
        "zone_options": _zone_options(str(typed.get("time_zone", person.time_zone))),
        "languages": LANGUAGES,
        "now": timezone.now(),
        "error": error,
        "error_field": error.detail.get("field") if error else None,
    }
    return render(
        request, "people/preferences.html", context, status=error.status if error else 200
    )


@require_POST
@for_scripts
def preferences_theme(request: HttpRequest) -> HttpResponse:
    """Keeps the theme that a person has cycled to."""
    person = person_of(request)
    theme = _body(request).get("theme")
    preferences.change(user_id=person.pk, wanted={"theme": theme})
    return JsonResponse({"theme": theme})


@require_POST
@for_scripts
def preferences_shortcuts(request: HttpRequest) -> HttpResponse:
    """Keeps remapped keys: `{"shortcuts": {action: "Ctrl+Enter"}}`, all of them each time."""
    person = person_of(request)
    kept = preferences.remap(user_id=person.pk, shortcuts=_body(request).get("shortcuts"))
    return JsonResponse({"shortcuts": kept})


@require_POST
@for_people
def organization_switch(request: HttpRequest) -> HttpResponse:
    """Goes on in another of the person's organizations, from its start page."""
    request.session[SESSION_KEY] = chosen(request, request.POST.get("organization_id", ""))
    return redirect("home")


@lru_cache(maxsize=64)
def _zone_options(chosen: str) -> SafeString:
    """The options of some 450 time zones: asked of a template they are half of the page's time."""
    return format_html_join(
        "",
        "<option{}>{}</option>",
        ((" selected" if one == chosen else "", one) for one in preferences.time_zones()),
    )


def _body(request: HttpRequest) -> Mapping[str, Any]:
    try:
        value = json.loads(request.body[:MAX_BODY_BYTES])
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Malformed("request_malformed", "Send a JSON object.")
    return value
