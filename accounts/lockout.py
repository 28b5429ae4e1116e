"""Lock-out after failed sign-ins: what django-axes asks of the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from allauth.account.forms import LoginForm
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from common.errors import Throttled
from common.http import error_headers, error_response

PAUSE_MINUTES: Final = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)


def typed_address(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The e-mail that was tried, in one spelling: else each spelling had tries of its own."""
    typed = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(typed).strip().lower()[:254]


def locked_out(
    request: HttpRequest,
    _response: HttpResponse | None = None,
    _credentials: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """What somebody reads who has guessed too often, whether or not there is such a person."""
    refused = Throttled(
        "sign_in_locked",
        f"Too many tries. Wait {PAUSE_MINUTES} minutes, or set a new password.",
        retry_after=PAUSE_MINUTES * 60,
    )
    if request.path != reverse("account_login"):
        return error_response(request, refused)
    context = {
        "refused": refused,
        "typed": request.POST.get("login", ""),
        "form": LoginForm(request=request),
    }
    answer = render(request, "account/login.html", context, status=refused.status)
    for name, value in error_headers(refused).items():
        answer[name] = value
    return answer
