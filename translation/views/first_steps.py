"""The first steps of a new organization: what the home page shows of them, and what is done there.

The list comes by itself in the first month and can be asked for later: `/?steps`.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.guards import acting, acting_anyhow, for_people, person_of
from accounts.services import Actor, Permission
from accounts.services.welcome import choose_languages, close_first_steps
from common.errors import DomainError
from common.ids import uuid7
from engine.formats import registry
from engine.languages import Language, find_source
from translation.queries.first_steps import first_steps, is_for
from translation.queries.languages import recent, source_choices, target_choices
from translation.services.languages import pair

ASKED: Final = "steps"
# Something to send at once; in another language people type their own.
SAMPLES: Final = {
    "en": "Hello {name}, your order has left our house. It reaches you within 3 days.",
    "de": "Hallo {name}, Ihre Bestellung ist unterwegs. Sie kommt in 3 Tagen bei Ihnen an.",
}
LIKELY: Final = ("de", "fr", "es")


def steps_of(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """What the home page shows of the first steps; nothing where they are closed or not due."""
    membership = getattr(request, "membership", None)
    may_run = Permission.ORGANIZATION_MANAGE in actor.permissions
    if membership is None or not may_run:
        return {}
    organization = membership.organization
    due = membership.welcomed_at is None and is_for(
        actor.permissions, created_at=organization.created_at, now=timezone.now()
    )
    is_asked = ASKED in request.GET
    if not due and not is_asked:
        return {}
    targets = [find_source(code) for code in organization.target_languages]
    steps = first_steps(actor.organization_id, actor.permissions, has_languages=bool(targets))
    done = sum(one.is_done for one in steps)
    return {
        "steps": steps,
        "steps_done": done,
        "steps_left": len(steps) - done,
        "steps_query": f"?{ASKED}" if is_asked else "",
        "members_url": reverse("members"),
        "first_name": next(iter(person_of(request).name.split()), ""),
        **_languages(request, organization.source_language, targets),
    }


def _languages(request: HttpRequest, source: str, targets: list[Language]) -> dict[str, Any]:
    person = person_of(request)
    sources, offered = source_choices(person.language), target_choices(person.language)
    spoken = source or person.language.partition("-")[0]
    chosen = [one.code for one in targets]
    return {
        "step_source": find_source(source) if source else None,
        "step_targets": targets,
        "step_sources": sources,
        "step_offered": offered,
        "step_spoken": spoken,
        # What most choose is ticked before, so that one press is enough.
        "step_chosen": chosen or [code for code in LIKELY if code != spoken],
        "step_recents": recent(LIKELY, offered),
        "step_sample": SAMPLES.get(source, ""),
        "step_formats": registry.supported(),
        "sentence_token": str(uuid4()),
        "file_token": str(uuid7()),
    }


@require_POST
@for_people
def languages(request: HttpRequest) -> HttpResponse:
    """Keeps which languages the organization translates between."""
    actor = acting(request, Permission.ORGANIZATION_MANAGE)
    try:
        source, targets = pair(
            request.POST.get("source_language", ""), request.POST.getlist("target_languages")
        )
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        codes = [target.code for target in targets]
        choose_languages(actor=actor, source=source.code, targets=codes)
    return redirect(f"{reverse('home')}{_query(request)}")


@require_POST
@for_people
def close(request: HttpRequest) -> HttpResponse:
    """Puts the list away for this person."""
    actor = acting_anyhow(request)
    close_first_steps(
        organization_id=actor.organization_id, user_id=person_of(request).pk, now=timezone.now()
    )
    return redirect("home")


def _query(request: HttpRequest) -> str:
    return f"?{ASKED}" if ASKED in request.GET else ""
