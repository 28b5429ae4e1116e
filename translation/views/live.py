"""Live progress, by event stream or by asking."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_GET

from accounts.guards import acting, for_scripts
from accounts.services import Permission
from common import paging
from translation.queries import overview
from translation.streams import hub

MAX_POLLED = 200


@require_GET
@for_scripts
def progress(request: HttpRequest) -> JsonResponse:
    """Counters of some jobs, for readers without an event stream: ids and numbers only."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    runs = paging.ids("run", request.GET.getlist("run")[:MAX_POLLED])
    return JsonResponse({"runs": overview.run_counters(actor.organization_id, runs)})


@require_GET
@for_scripts
def events(request: HttpRequest) -> StreamingHttpResponse:
    """Live progress of this organization's runs as server-sent events."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    # The stream outlives this view: it must not keep the view's connection.
    connection.close()
    answer = StreamingHttpResponse(
        hub.listen(actor.organization_id, request.headers.get("Last-Event-ID", "")),
        content_type="text/event-stream",
    )
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer
