"""Pages of one concept: its form, its history."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import for_people
from accounts.queries import names_of
from common import paging
from common.errors import DomainError
from engine.languages import LANGUAGES, SOURCE_ONLY
from glossaries.forms import read_concept
from glossaries.queries import concepts as reads
from glossaries.queries.glossaries import glossary_of
from glossaries.services import concepts
from glossaries.values import GENDERS, PARTS_OF_SPEECH, STATUSES, ConceptValues, from_json
from glossaries.views.glossaries import reader, writer

EMPTY_ROWS: Final = 3
_CHOICES: Final = {
    "languages": sorted(
        ((one.code, one.name) for one in (*SOURCE_ONLY, *LANGUAGES)), key=lambda one: one[1]
    ),
    "statuses": STATUSES,
    "parts_of_speech": PARTS_OF_SPEECH,
    "genders": GENDERS,
}


@require_http_methods(["GET", "POST"])
@for_people
def concept_new(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """Adds a concept."""
    actor = writer(request)
    about = {"glossary": glossary_of(actor.organization_id, glossary_id)}
    if request.method == "GET":
        return _form(request, about, ConceptValues())
    values = read_concept(request.POST)
    try:
        made = concepts.create_concept(actor=actor, glossary_id=glossary_id, values=values)
    except DomainError as refused:
        return _form(request, about, values, refused)
    messages.success(request, "The concept is added. It counts from the next translation on.")
    if "another" in request.POST:
        return redirect("concept_new", glossary_id)
    return _to(glossary_id, made)


@require_http_methods(["GET", "POST"])
@for_people
def concept_edit(request: HttpRequest, glossary_id: UUID, concept_id: UUID) -> HttpResponse:
    """Changes a concept, from the version that was read."""
    actor = writer(request)
    glossary = glossary_of(actor.organization_id, glossary_id)
    row = reads.concept_of(actor.organization_id, glossary_id, concept_id)
    about: dict[str, Any] = {"glossary": glossary, "concept": row, "version": row.version}
    if request.method == "GET":
        return _form(request, about, row.values)
    values = read_concept(request.POST)
    version = paging.whole_number("version", request.POST.get("version"), default=0)
    try:
        concepts.change_concept(
            actor=actor,
            glossary_id=glossary_id,
            concept_id=concept_id,
            version=version,
            values=values,
        )
    except DomainError as refused:
        if refused.code == "concept_changed":
            theirs: Any = refused.detail["theirs"]
            about |= {"theirs": from_json(theirs)}
        else:
            about |= {"version": version}
        return _form(request, about, values, refused)
    messages.success(request, "The concept is changed. It counts from the next translation on.")
    return _to(glossary_id, concept_id)


@require_GET
@for_people
def concept_history(request: HttpRequest, glossary_id: UUID, concept_id: UUID) -> HttpResponse:
    """What a concept holds and has held."""
    actor = reader(request)
    row = reads.concept_of(actor.organization_id, glossary_id, concept_id)
    versions = reads.versions_of(actor.organization_id, row)
    names = names_of({one.user_id for one in versions if one.user_id is not None})
    context = {
        "glossary": glossary_of(actor.organization_id, glossary_id),
        "concept": row,
        "versions": [(one, names.get(one.user_id, "") if one.user_id else "") for one in versions],
    }
    return render(request, "glossaries/history.html", context)


@require_POST
@for_people
def concept_restore(
    request: HttpRequest, glossary_id: UUID, concept_id: UUID, number: int
) -> HttpResponse:
    """Makes a concept hold what an earlier version held."""
    actor = writer(request)
    concepts.restore_concept(
        actor=actor, glossary_id=glossary_id, concept_id=concept_id, number=number
    )
    messages.success(request, f"The concept holds what version {number} held.")
    return redirect("concept_history", glossary_id, concept_id)


def _to(glossary_id: UUID, concept_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('glossary', args=[glossary_id])}?concept={concept_id}")


def _form(
    request: HttpRequest,
    about: dict[str, Any],
    values: ConceptValues,
    error: DomainError | None = None,
) -> HttpResponse:
    """The form of a concept; what was typed stays where it was refused, and says what is wrong."""
    told: Any = error.detail.get("errors", []) if error else []
    rows = [
        {"term": asdict(term) | {"forms": ", ".join(term.forms)}, "errors": _errors(told, number)}
        for number, term in enumerate(values.terms)
    ]
    rows += [{"term": {}, "errors": []} for _ in range(EMPTY_ROWS)]
    wrong = {one["pointer"].strip("/"): one["message"] for one in told}
    context = {**about, **_CHOICES, "values": values, "rows": rows, "error": error, "wrong": wrong}
    return render(
        request, "glossaries/concept.html", context, status=error.status if error else 200
    )


def _errors(told: list[dict[str, str]], number: int) -> list[str]:
    """What is wrong with one term."""
    place = f"/terms/{number}/"
    return [one["message"] for one in told if one["pointer"].startswith(place)]
