"""What the command palette finds."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from accounts.guards import acting, for_scripts
from accounts.services import Permission
from translation.queries.finding import documents_named
from translation.queries.pages import DocumentRow

MAX_FOUND = 8
MAX_QUERY_CHARS = 200


@require_GET
@for_scripts
def palette(request: HttpRequest) -> JsonResponse:
    """Documents whose name holds what was typed, newest first."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    query = request.GET.get("q", "").strip()[:MAX_QUERY_CHARS]
    found = documents_named(actor.organization_id, query, limit=MAX_FOUND) if query else []
    return JsonResponse({"found": [_entry(one) for one in found]})


def _entry(row: DocumentRow) -> dict[str, str]:
    first = row.jobs[0]
    many = len(row.jobs)
    return {
        "group": "Documents",
        "icon": "file-text",
        "label": row.document.name,
        "hint": first.language.name if many == 1 else f"{many} languages",
        "url": f"/jobs/{first.job.id}",
    }
