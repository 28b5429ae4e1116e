"""Pages of glossaries: the list, one with its concepts, its name, its end."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import acting, for_people
from accounts.services import Actor, Permission
from common import paging
from common.errors import DomainError
from engine.languages import find_source
from glossaries.models import Glossary
from glossaries.queries import concepts as reads
from glossaries.queries.glossaries import glossaries_of, glossary_of
from glossaries.services import concepts, glossaries
from glossaries.values import STATUSES, ConceptValues, TermValues

CONCEPTS: Final = 50
LANGUAGES_SHOWN: Final = 4


def reader(request: HttpRequest) -> Actor:
    """Who reads the page, known to be allowed to see glossaries."""
    return acting(request, Permission.GLOSSARIES_READ)


def writer(request: HttpRequest) -> Actor:
    """Who acts on the page, known to be allowed to change glossaries."""
    return acting(request, Permission.GLOSSARIES_WRITE)


@require_GET
@for_people
def glossaries_page(request: HttpRequest) -> HttpResponse:
    """The organization's glossaries."""
    found = glossaries_of(reader(request).organization_id)
    context = {"glossaries": found, "most": glossaries.MAX_GLOSSARIES}
    return render(request, "glossaries/list.html", context)


@require_http_methods(["GET", "POST"])
@for_people
def glossary_new(request: HttpRequest) -> HttpResponse:
    """Makes a glossary."""
    actor = writer(request)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            made = glossaries.create_glossary(actor=actor, **_wanted(request))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, "The glossary is made. Add its first concept.")
            return redirect("glossary", made.pk)
    return _form(request, None, error)


@require_http_methods(["GET", "POST"])
@for_people
def glossary_edit(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """Changes a glossary's name and description."""
    actor = writer(request)
    glossary = glossary_of(actor.organization_id, glossary_id)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            glossaries.change_glossary(actor=actor, glossary_id=glossary_id, **_wanted(request))
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, "The glossary is changed.")
            return redirect("glossary", glossary_id)
    return _form(request, glossary, error)


@require_http_methods(["GET", "POST"])
@for_people
def glossary_delete(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """Asks before a glossary is deleted, and deletes it."""
    actor = writer(request)
    glossary = glossary_of(actor.organization_id, glossary_id)
    if request.method == "POST":
        glossaries.delete_glossary(actor=actor, glossary_id=glossary_id)
        messages.success(request, f"The glossary “{glossary.name}” is deleted.")
        return redirect("glossaries")
    return render(request, "glossaries/delete.html", {"glossary": glossary})


@require_GET
@for_people
def glossary_page(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """The concepts of a glossary, all or those that are looked for; one of them opened."""
    actor = reader(request)
    glossary = glossary_of(actor.organization_id, glossary_id)
    asked = {name: request.GET.get(name, "") for name in ("q", "language", "status", "only")}
    query = urlencode({name: value for name, value in asked.items() if value})
    of = f"concepts {glossary_id} {query}"
    found = reads.concepts_of(
        actor.organization_id,
        glossary_id,
        _looked_for(asked),
        after=_place(of, request.GET.get("cursor")),
        limit=CONCEPTS + 1,
    )
    shown, more = paging.page(found, limit=CONCEPTS, of=of, place=lambda one: [one.sort, one.id])
    languages = reads.languages_of(actor.organization_id, glossary_id)
    columns = _columns(languages, asked["language"])
    context = {
        "glossary": glossary,
        "rows": [(one, _cells(one.values, columns)) for one in shown],
        "columns": [(code, find_source(code).name) for code in columns],
        "languages": [(code, find_source(code).name) for code in languages],
        "statuses": STATUSES,
        "asked": asked,
        "query": query,
        "is_first": not request.GET.get("cursor"),
        "more": more,
        "opened": _opened(actor, glossary_id, request.GET.get("concept", "")),
    }
    return render(request, "glossaries/glossary.html", context)


@require_GET
@for_people
def concept_page(request: HttpRequest, concept_id: UUID) -> HttpResponse:
    """Leads from a finding to its concept, beside the list it stands in."""
    glossary_id = reads.glossary_of_concept(reader(request).organization_id, concept_id)
    return redirect(f"{reverse('glossary', args=[glossary_id])}?concept={concept_id}#concept")


@require_POST
@for_people
def concepts_act(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """Deletes the chosen concepts, or gives their terms of a language a status."""
    actor = writer(request)
    glossary_of(actor.organization_id, glossary_id)
    chosen = paging.ids("concept", request.POST.getlist("concept"))
    which: dict[str, Any] = {"actor": actor, "glossary_id": glossary_id, "concept_ids": chosen}
    try:
        if request.POST.get("action") == "delete":
            told = f"{_counted(concepts.delete_concepts(**which))} deleted."
        else:
            wanted: dict[str, Any] = {
                name: request.POST.get(name, "") for name in ("language", "status")
            }
            told = f"{_counted(concepts.set_status(**which | wanted))} changed."
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, told)
    return redirect("glossary", glossary_id)


def _counted(count: int) -> str:
    return f"{count:,} concept{'' if count == 1 else 's'}"


def _wanted(request: HttpRequest) -> dict[str, Any]:
    return {name: request.POST.get(name, "") for name in ("name", "description")}


def _form(
    request: HttpRequest, glossary: Glossary | None, error: DomainError | None
) -> HttpResponse:
    typed = _wanted(request) if error else {}
    context = {
        "glossary": glossary,
        "name": typed.get("name", glossary.name if glossary else ""),
        "description": typed.get("description", glossary.description if glossary else ""),
        "error": error,
        "error_field": error.detail.get("field") if error else None,
    }
    return render(request, "glossaries/form.html", context, status=error.status if error else 200)


def _looked_for(asked: dict[str, str]) -> reads.Wanted:
    return reads.Wanted(
        text=asked["q"],
        language=asked["language"],
        status=asked["status"] if asked["status"] in STATUSES else "",
        do_not_translate=True if asked["only"] == "kept" else None,
        duplicates=asked["only"] == "duplicates",
    )


def _place(of: str, cursor: str | None) -> reads.Place | None:
    if not cursor:
        return None
    sort, key = paging.read_cursor(of, cursor)
    return sort, UUID(key)


def _columns(languages: list[str], wanted: str) -> list[str]:
    """The languages of the table: those with most terms, and the one that is looked for."""
    shown = languages[:LANGUAGES_SHOWN]
    if wanted in languages and wanted not in shown:
        shown = [*shown[:-1], wanted]
    return shown


def _cells(values: ConceptValues, columns: list[str]) -> list[list[TermValues]]:
    return [[term for term in values.terms if term.language == code] for code in columns]


def _opened(actor: Actor, glossary_id: UUID, concept_id: str) -> dict[str, Any] | None:
    """The concept that stands beside the list, its terms by language."""
    if not concept_id:
        return None
    [key] = paging.ids("concept", [concept_id])
    found = reads.concept_of(actor.organization_id, glossary_id, key)
    by_language: dict[str, list[TermValues]] = {}
    for term in found.values.terms:
        by_language.setdefault(find_source(term.language).name, []).append(term)
    return {"row": found, "terms": list(by_language.items())}
