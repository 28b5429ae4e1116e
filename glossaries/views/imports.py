"""Pages of files on their way into a glossary, and out of it."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import for_people
from common import storage
from common.downloads import streamed
from common.errors import DomainError
from engine.languages import LANGUAGES, SOURCE_ONLY
from glossaries.exchange.columns import CONCEPT_FIELDS, LONG_FIELDS, TERM_FIELDS
from glossaries.models import GlossaryImport
from glossaries.queries import imports as reads
from glossaries.queries.glossaries import glossary_of
from glossaries.services import exports, imports
from glossaries.values import STATUSES
from glossaries.views.glossaries import reader, writer

ROWS_SHOWN: Final = 6
PROBLEMS_SHOWN: Final = 50
_WORDS: Final = {
    "external_id": "External id",
    "do_not_translate": "Never translated",
    "part_of_speech": "part of speech",
    "case_sensitive": "case matters",
    "exact_form": "never inflected",
    "forms": "other forms",
    "concept": "Concept (which rows belong together)",
}
_EXISTING: Final = (
    ("update", "Take what the file says of them; what it does not speak of stays"),
    ("skip", "Leave them as they are"),
    ("add", "Add the file's concepts beside them"),
)
_ACTS: Final = {"check": GlossaryImport.CHECK, "import": GlossaryImport.IMPORT}


@require_http_methods(["GET", "POST"])
@for_people
def import_new(request: HttpRequest, glossary_id: UUID) -> HttpResponse:
    """Takes a file in, whose columns are then looked at."""
    actor = writer(request)
    context: dict[str, Any] = {
        "glossary": glossary_of(actor.organization_id, glossary_id),
        "endings": imports.ENDINGS,
    }
    if request.method == "GET":
        return render(request, "glossaries/import_new.html", context)
    file = request.FILES.get("file")
    try:
        one = imports.begin_import(
            actor=actor,
            glossary_id=glossary_id,
            name=(file.name or "") if file else "",
            data=file.read() if file else b"",
        )
    except DomainError as refused:
        context["error"] = refused
        return render(request, "glossaries/import_new.html", context, status=refused.status)
    return redirect("glossary_import", glossary_id, one.pk)


@require_http_methods(["GET", "POST"])
@for_people
def import_page(request: HttpRequest, glossary_id: UUID, import_id: UUID) -> HttpResponse:
    """What the columns hold, what the file would change, how far it is, what it has changed."""
    actor = writer(request)
    glossary, one = reads.import_of(actor.organization_id, glossary_id, import_id)
    error: DomainError | None = None
    told = one.columns
    if request.method == "POST":
        told = request.POST.getlist("column") or one.columns
        try:
            _act(request, actor, one, told)
        except DomainError as refused:
            error = refused
        else:
            return redirect("glossary_import", glossary_id, import_id)
    if request.headers.get("HX-Request") and _is_over(one):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    context: dict[str, Any] = {
        "glossary": glossary,
        "one": one,
        "error": error,
        "is_running": _is_running(one),
    }
    if one.state in {GlossaryImport.MAPPING, GlossaryImport.CHECKED}:
        context |= _columns(one, told)
    context["existing"] = _EXISTING
    context["problems"] = one.problems[:PROBLEMS_SHOWN]
    page = "_import_progress" if request.headers.get("HX-Request") else "import"
    status = error.status if error else 200
    return render(request, f"glossaries/{page}.html", context, status=status)


@require_GET
@for_people
def import_faulty(request: HttpRequest, glossary_id: UUID, import_id: UUID) -> HttpResponseBase:
    """The rows that were left out, to be mended and sent again."""
    actor = writer(request)
    _, one = reads.import_of(actor.organization_id, glossary_id, import_id)
    lines = (line.encode() for line in imports.faulty_rows(one))
    return streamed(f"mend {one.name}.csv", "text/csv; charset=utf-8", lines)


@require_GET
@for_people
def glossary_export(request: HttpRequest, glossary_id: UUID) -> HttpResponseBase:
    """The glossary as a file."""
    made = exports.export_glossary(
        organization_id=reader(request).organization_id,
        glossary_id=glossary_id,
        kind=request.GET.get("as", "csv"),
    )
    return streamed(made.name, made.media_type, made.chunks)


def _act(request: HttpRequest, actor: Any, one: GlossaryImport, told: list[str]) -> None:
    where = {"actor": actor, "glossary_id": one.glossary_id, "import_id": one.pk}
    action = request.POST.get("action", "check")
    if action == "cancel":
        imports.cancel_import(**where)
        messages.success(request, "The import is cancelled. Nothing of it is in the glossary.")
        return
    imports.start_import(
        **where,
        told=told,
        existing=request.POST.get("existing", one.existing),
        goal=_ACTS.get(action, GlossaryImport.CHECK),
    )


def _is_running(one: GlossaryImport) -> bool:
    return one.state in {GlossaryImport.QUEUED, GlossaryImport.RUNNING}


def _is_over(one: GlossaryImport) -> bool:
    return not _is_running(one)


def _columns(one: GlossaryImport, told: list[str]) -> dict[str, Any]:
    table = imports.table_of(one.name, storage.read_bytes(one.storage_name))
    shown = [cells for _, cells in islice(table.rows(), ROWS_SHOWN)]
    width = len(table.header)
    return {
        "table": table,
        "columns": list(zip(table.header, told, strict=False)),
        "shown": [[*cells[:width], *[""] * (width - len(cells))] for cells in shown],
        "choices": _choices(told),
    }


def _choices(told: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column can hold, in groups: languages in use first."""
    used = list(dict.fromkeys(one.split(":")[1] for one in told if ":" in one))
    names = {one.code: one.name for one in (*SOURCE_ONLY, *LANGUAGES)}
    rest = sorted((code for code in names if code not in used), key=lambda code: names[code])
    groups = [
        ("The concept", [(name, _name(name)) for name in CONCEPT_FIELDS]),
        ("A term a row", [(name, _name(name)) for name in LONG_FIELDS]),
    ]
    for code in used:
        held = [(f"term:{code}:{one}", f"{names[code]}, {one}") for one in STATUSES]
        held += [(f"{one}:{code}", f"{names[code]}: {_name(one).lower()}") for one in TERM_FIELDS]
        groups.append((names[code], held))
    others = [
        (f"term:{code}:{one}", f"{names[code]}, {one}")
        for code in rest
        for one in ("preferred", "forbidden")
    ]
    return [*groups, ("Other languages", others)]


def _name(field: str) -> str:
    return _WORDS.get(field, field.capitalize())
