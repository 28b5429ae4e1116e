"""The operator's staff look into one organization, and say why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import for_signed_in, person_of
from accounts.middleware import VISIT_KEY, visit_of
from accounts.services import staff
from common.errors import DomainError, Invalid


@require_http_methods(["GET", "POST"])
@for_signed_in
def staff_page(request: HttpRequest) -> HttpResponse:
    """Asks which organization and why, and goes in for an hour. Not there for anybody else."""
    person = person_of(request)
    staff.refuse_others(person)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            visit = staff.enter(
                user=person,
                organization_id=_id(request.POST.get("organization_id", "")),
                reason=request.POST.get("reason", ""),
            )
        except DomainError as error:
            refused = error
        else:
            request.session[VISIT_KEY] = [str(visit.organization_id), visit.until.isoformat()]
            return redirect("home")
    context = {
        "error": refused,
        "error_field": refused.detail.get("field") if refused else None,
        "typed": request.POST,
        "visit": visit_of(request),
    }
    return render(request, "people/staff.html", context, status=refused.status if refused else 200)


@require_POST
@for_signed_in
def staff_leave(request: HttpRequest) -> HttpResponse:
    """Ends a visit before its hour is over."""
    person = person_of(request)
    staff.refuse_others(person)
    visit = visit_of(request)
    if visit is not None:
        staff.leave(user=person, visit=visit)
    request.session.pop(VISIT_KEY, None)
    return redirect("staff")


def _id(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        raise Invalid(
            "organization_id_invalid",
            "Give the id of the organization, as its logs and mails have it.",
            detail={"field": "organization_id"},
        ) from None
