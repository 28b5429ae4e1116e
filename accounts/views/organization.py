"""Pages of an organization itself: its settings, its end; founding one and leaving one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import acting, for_people, for_signed_in, person_of
from accounts.middleware import SESSION_KEY
from accounts.models import Membership
from accounts.queries.organizations import organization_told
from accounts.roles import LABELS, Actor, Permission, Role
from accounts.services import founding, members, organizations
from common.errors import DomainError, NotFound
from engine.languages import LANGUAGES, SOURCE_ONLY

KEPT_FOR_GOOD: Final = "for_good"


@require_http_methods(["GET", "POST"])
@for_people
def organization_page(request: HttpRequest) -> HttpResponse:
    """Name, usual languages, and how long documents are kept.

    Where less is to be kept than now, it asks once more and says how much would go.
    """
    actor = acting(request, Permission.ORGANIZATION_MANAGE)
    refused: DomainError | None = None
    doomed = 0
    if request.method == "POST":
        try:
            wanted = _wanted(request.POST)
            doomed = _doomed(actor, wanted["retention_days"])
            if not doomed or request.POST.get("sure") == str(wanted["retention_days"]):
                organizations.change_organization(actor=actor, wanted=wanted)
                messages.success(request, "The organization's settings are saved.")
                return redirect("organization")
        except DomainError as error:
            refused = error
    context = {
        **_shown(actor, request.POST if request.method == "POST" else None),
        "doomed": doomed,
        "error": refused,
        "error_field": refused.detail.get("field") if refused else None,
        "most_days": organizations.MAX_RETENTION_DAYS,
        "may_delete": Permission.ORGANIZATION_OWN in actor.permissions,
    }
    status = refused.status if refused else 200
    return render(request, "people/organization/general.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_people
def organization_delete(request: HttpRequest) -> HttpResponse:
    """Asks for the name before an organization is deleted for good, and deletes it."""
    actor = acting(request, Permission.ORGANIZATION_OWN)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            organizations.close_organization(
                actor=actor, typed_name=request.POST.get("typed_name", "")
            )
        except DomainError as error:
            refused = error
        else:
            request.session.pop(SESSION_KEY, None)
            messages.success(request, "The organization is deleted.")
            return redirect("organization_new")
    context = {
        "counted": organizations.counted(actor=actor),
        "error": refused,
        "error_field": refused.detail.get("field") if refused else None,
    }
    status = refused.status if refused else 200
    return render(request, "people/organization/delete.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_signed_in
def organization_new(request: HttpRequest) -> HttpResponse:
    """Where people stand who are in no organization; and a form to found one."""
    person = person_of(request)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            made = founding.found_another(user=person, name=request.POST.get("name", ""))
        except DomainError as error:
            refused = error
        else:
            request.session[SESSION_KEY] = str(made.pk)
            return redirect("home")
    context = {
        "error": refused,
        "typed_name": request.POST.get("name", ""),
        "may_found": founding.is_open(),
    }
    status = refused.status if refused else 200
    return render(request, "people/organization/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_signed_in
def organization_leave(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Asks before somebody leaves an organization of theirs, and ends their membership."""
    membership = _mine(request, organization_id)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            members.leave(actor=membership.as_actor())
        except DomainError as error:
            refused = error
        else:
            if request.session.get(SESSION_KEY) == str(organization_id):
                request.session.pop(SESSION_KEY)
            messages.success(request, f"You have left {membership.organization.name}.")
            return redirect("profile")
    context = {
        "membership": membership,
        "role": LABELS[Role(membership.role)][0],
        "error": refused,
    }
    status = refused.status if refused else 200
    return render(request, "people/organization/leave.html", context, status=status)


def _mine(request: HttpRequest, organization_id: UUID) -> Membership:
    mine: list[Membership] = request.memberships  # type: ignore[attr-defined]
    for one in mine:
        if one.organization_id == organization_id:
            return one
    raise NotFound("organization_not_found", "You are in no organization of this id.")


def _wanted(typed: QueryDict) -> dict[str, Any]:
    days: int | None = None
    if typed.get("keep") != KEPT_FOR_GOOD:
        text = typed.get("retention_days", "").strip()
        # What is no number is none that is allowed: one sentence for both.
        days = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return {
        "name": typed.get("name", ""),
        "source_language": typed.get("source_language", ""),
        "target_languages": typed.getlist("target_languages"),
        "retention_days": days,
    }


def _doomed(actor: Actor, days: int | None) -> int:
    """How many documents would go in the next night that would stay as things are."""
    if days is None or days == organization_told(actor.organization_id).retention_days:
        return 0
    return organizations.count_overdue(actor=actor, retention_days=days)


def _shown(actor: Actor, typed: QueryDict | None) -> dict[str, Any]:
    """What the form holds: what was typed, else what is kept."""
    kept = organization_told(actor.organization_id)
    if typed is None:
        shown: dict[str, Any] = {
            "name": kept.name,
            "source_language": kept.source_language,
            "chosen": kept.target_languages,
            "retention_days": kept.retention_days,
            "for_good": kept.retention_days is None,
        }
    else:
        shown = {
            "name": typed.get("name", ""),
            "source_language": typed.get("source_language", ""),
            "chosen": typed.getlist("target_languages"),
            "retention_days": typed.get("retention_days", ""),
            "for_good": typed.get("keep") == KEPT_FOR_GOOD,
        }
    return {
        "shown": shown,
        "sources": [one.code for one in (*LANGUAGES, *SOURCE_ONLY)],
        "targets": [(one.code, one.code in shown["chosen"]) for one in LANGUAGES],
    }
