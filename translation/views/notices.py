"""What the app has told a person: the list behind the bell, and what has been read of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from accounts.guards import acting, for_people, for_scripts
from accounts.services import Actor, Permission
from common import paging
from translation.queries.notices import MAX_NOTICES, notices_for, unread_count
from translation.services.notices import mark_read

SHORT_LIST = 8
MAX_MARKED = 50


@require_GET
@vary_on_headers("X-Requested-With")
@for_people
def notifications(request: HttpRequest) -> HttpResponse:
    """A page of all of them; behind the bell the newest only."""
    return _shown(request, acting(request, Permission.DOCUMENTS_READ))


@require_POST
@for_people
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Takes the notifications named, or all where none is, for read."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    named = request.POST.getlist("notification")[:MAX_MARKED]
    mark_read(actor=actor, ids=paging.ids("notification", named) if named else None)
    return _shown(request, actor) if _is_part(request) else redirect("notifications")


@require_GET
@for_scripts
def notifications_unread(request: HttpRequest) -> JsonResponse:
    """How many are unread."""
    actor = acting(request, Permission.DOCUMENTS_READ)
    count = unread_count(actor.organization_id, actor.user_id) if actor.user_id else 0
    return JsonResponse({"unread": count})


def _shown(request: HttpRequest, actor: Actor) -> HttpResponse:
    is_part = _is_part(request)
    limit = SHORT_LIST if is_part else MAX_NOTICES
    mine = actor.user_id
    found = notices_for(actor.organization_id, mine, limit=limit) if mine else []
    unread = any(one.read_at is None for one in found)
    template = "notifications/_list.html" if is_part else "notifications/page.html"
    context = {"notices": found, "has_unread": unread, "is_part": is_part}
    return render(request, template, context)


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"
