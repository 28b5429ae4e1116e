"""The page of an invitation's link, for whoever holds the mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.middleware import SESSION_KEY
from accounts.models import User
from accounts.queries.members import has_account
from accounts.services import invitations
from accounts.sign_in import INVITATION_KEY, INVITED_KEY
from common.errors import DomainError


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Tells what an invitation offers, and takes in whom it was sent to. Looking does nothing."""
    context: dict[str, Any] = {"secret": secret}
    try:
        invited = invitations.look(secret=secret)
        context["invited"] = invited
        if request.method == "POST" and isinstance(request.user, User):
            return _join(request, request.user, secret)
    except DomainError as refused:
        context["refused"] = refused
        return render(request, "account/invitation.html", context, status=refused.status)
    if not isinstance(request.user, User):
        context["is_known"] = has_account(invited.email)
        # The sign-up takes this address as confirmed: the link was mailed to it.
        request.session[INVITATION_KEY] = secret
        request.session[INVITED_KEY] = invited.email
    return render(request, "account/invitation.html", context)


def _join(request: HttpRequest, user: User, secret: str) -> HttpResponse:
    membership = invitations.accept(user=user, secret=secret)
    for key in (INVITATION_KEY, INVITED_KEY):
        request.session.pop(key, None)
    request.session[SESSION_KEY] = str(membership.organization_id)
    messages.success(request, "You are in. What you may do here is told under Settings, Roles.")
    return redirect("home")
