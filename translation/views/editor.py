"""What the editor's script asks: where segments stand, rows, and what changed since."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from accounts.guards import acting, for_scripts
from accounts.services import Permission
from common import paging
from common.errors import Malformed
from translation.editor_json import rows_json
from translation.queries import editor

MAX_SEARCHED = 500


@require_GET
@for_scripts
def index(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Where the segments stand that meet the filter, and how many are in which state."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    asked = request.GET
    wanted = editor.Wanted(
        state=asked.get("state", ""),
        severity=asked.get("severity", ""),
        origin=asked.get("origin", ""),
        text=asked.get("text", "")[:MAX_SEARCHED].replace("\0", ""),
        side=asked.get("in", "") or "both",
        case=asked.get("case", "") in {"1", "true", "on"},
    )
    found = editor.index(actor.organization_id, job_id, wanted)
    answer = JsonResponse({"total": found.total, "counts": found.counts, "version": found.version})
    # The database made the long list JSON already: taking it apart would cost more than it does.
    answer.content = answer.content[:-1] + f', "ordinals": {found.ordinals}}}'.encode()
    return answer


@require_GET
@for_scripts
def rows(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Rows from one on, or those at certain places."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    places = request.GET.get("ordinals")
    if places is not None:
        found = editor.rows_at(actor.organization_id, job_id, _ordinals(places))
    else:
        found = editor.rows_from(
            actor.organization_id,
            job_id,
            start=paging.whole_number("from", request.GET.get("from"), default=0),
            limit=paging.limit(request.GET.get("limit"), default=50, most=editor.MAX_ROWS),
        )
    return JsonResponse({"rows": rows_json(found)})


@require_GET
@for_scripts
def changes(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """What has changed since the page last asked, whoever changed it."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    found = editor.changes(actor.organization_id, job_id, since=request.GET.get("since", ""))
    return JsonResponse(
        {
            "rows": rows_json(found.rows),
            "version": found.version,
            "counts": found.counts,
            "run": found.run,
        }
    )


def _ordinals(text: str) -> list[int]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > editor.MAX_ROWS:
        raise Malformed(
            "too_many_rows",
            f"Ask for at most {editor.MAX_ROWS} rows at once.",
            detail={"limit": editor.MAX_ROWS},
        )
    return [paging.whole_number("ordinals", part, default=0) for part in parts]
