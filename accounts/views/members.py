"""Pages of who is in an organization: members, invitations, roles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import acting, for_people
from accounts.limits import limits_of
from accounts.queries import members as reads
from accounts.roles import LABELS, MEANINGS, RIGHTS, Actor, Permission, Role, roles_given_by
from accounts.services import invitations, members
from common.errors import DomainError


@require_GET
@for_people
def members_page(request: HttpRequest) -> HttpResponse:
    """Who is in the organization, who is asked in, and a form to ask somebody."""
    return _page(request, acting(request, Permission.MEMBERS_READ))


@require_POST
@for_people
def member_invite(request: HttpRequest) -> HttpResponse:
    """Asks somebody in by mail."""
    actor = acting(request, Permission.MEMBERS_MANAGE)
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    try:
        invitation = invitations.invite(actor=actor, email=email, role=role)
    except DomainError as refused:
        return _page(request, actor, refused, {"email": email, "role": role})
    messages.success(request, f"An invitation is on its way to {invitation.email}.")
    return redirect("members")


@require_POST
@for_people
def invitation_resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Sends an invitation again, with a new link."""
    actor = acting(request, Permission.MEMBERS_MANAGE)
    try:
        sent = invitations.resend(actor=actor, invitation_id=invitation_id)
    except DomainError as refused:
        return _page(request, actor, _told(refused))
    messages.success(request, f"A new link is on its way to {sent.email}. The old one is void.")
    return redirect("members")


@require_POST
@for_people
def invitation_withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Takes an invitation back."""
    actor = acting(request, Permission.MEMBERS_MANAGE)
    invitations.withdraw(actor=actor, invitation_id=invitation_id)
    messages.success(request, "The invitation is withdrawn. Its link opens nothing now.")
    return redirect("members")


@require_http_methods(["GET", "POST"])
@for_people
def member_role(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Makes a member something else. Reloaded after a refusal, it leads back to the list."""
    actor = acting(request, Permission.MEMBERS_MANAGE)
    reads.member(actor.organization_id, membership_id)
    if request.method == "GET":
        return redirect("members")
    try:
        changed = members.change_role(
            actor=actor, membership_id=membership_id, role=request.POST.get("role", "")
        )
    except DomainError as refused:
        return _page(request, actor, _told(refused))
    who = changed.user.name or changed.user.email
    messages.success(request, f"{who} is {LABELS[Role(changed.role)][0]} now.")
    return redirect("members")


@require_http_methods(["GET", "POST"])
@for_people
def member_remove(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Asks before somebody is taken out, and takes them out."""
    actor = acting(request, Permission.MEMBERS_MANAGE)
    member = reads.member(actor.organization_id, membership_id)
    if request.method == "POST":
        try:
            members.remove_member(actor=actor, membership_id=membership_id)
        except DomainError as refused:
            return _page(request, actor, _told(refused))
        messages.success(request, f"{member.name or member.email} is out, from this moment on.")
        return redirect("members")
    return render(request, "people/members/remove.html", {"member": member})


@require_GET
@for_people
def roles_page(request: HttpRequest) -> HttpResponse:
    """The table of roles, as the code holds it."""
    context = {
        "roles": [(role.value, *LABELS[role]) for role in Role],
        "rights": [
            (meaning, right.value, [right in RIGHTS[role] for role in Role])
            for right, meaning in MEANINGS.items()
        ],
    }
    return render(request, "people/members/roles.html", context)


def _told(refused: DomainError) -> DomainError:
    """The refusal, for the page to tell, unless it hides something that is not there."""
    if refused.kind == "not_found":
        raise refused
    return refused


def _page(
    request: HttpRequest,
    actor: Actor,
    refused: DomainError | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    organization_id = actor.organization_id
    given = roles_given_by(actor.permissions)
    found = reads.members_page(organization_id)
    is_manager = Permission.MEMBERS_MANAGE in actor.permissions
    context = {
        "members": [(one, *LABELS[Role(one.role)], Role(one.role) in given) for one in found],
        "invitations": [
            (one, LABELS[Role(one.role)][0], Role(one.role) in given)
            for one in reads.invitations_page(organization_id, now=timezone.now())
        ]
        if is_manager
        else [],
        "given": [(role.value, *LABELS[role]) for role in given],
        "seats": limits_of(organization_id).seats,
        "typed": typed or {},
        "error": refused,
        "error_field": refused.detail.get("field") if refused and typed else None,
    }
    status = refused.status if refused else 200
    return render(request, "people/members/list.html", context, status=status)
