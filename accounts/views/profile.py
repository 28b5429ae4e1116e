"""A person's own page: name, e-mail, how they sign in and where, their data, and the way out."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import for_signed_in, person_of
from accounts.models import User
from accounts.services import closing, codes, email_change, personal, preferences, sessions
from common.errors import DomainError, Invalid


@require_GET
@for_signed_in
def profile_page(request: HttpRequest) -> HttpResponse:
    """All there is to see and change."""
    return _page(request)


@require_POST
@for_signed_in
def profile_name(request: HttpRequest) -> HttpResponse:
    """Keeps the name others see."""
    person = person_of(request)
    name = request.POST.get("name", "")
    try:
        preferences.change(user_id=person.pk, wanted={"name": name})
    except DomainError as refused:
        return _page(request, refused=refused, typed_name=name)
    messages.success(request, "Your name is saved.")
    return redirect("profile")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@for_signed_in
def profile_email(request: HttpRequest) -> HttpResponse:
    """Asks for another e-mail address, or gives the wish up."""
    person = person_of(request)
    if "withdraw" in request.POST:
        email_change.withdraw(user_id=person.pk)
        messages.success(request, "Your address stays as it is.")
        return redirect("profile")
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            _prove(person, request)
            email_change.ask(user=person, email=request.POST.get("email", ""))
        except DomainError as error:
            refused = error
        else:
            messages.success(request, "We have asked both addresses. Look into the mail of each.")
            return redirect("profile")
    context = _form_context(refused) | {"email": request.POST.get("email", "")}
    return render(
        request, "people/profile_email.html", context, status=refused.status if refused else 200
    )


@require_POST
@for_signed_in
def session_end(request: HttpRequest) -> HttpResponse:
    """Signs the person out of one other browser, or of all others."""
    person = person_of(request)
    wanted = request.POST.get("session", "")
    if wanted == "others":
        sessions.end_all(user_id=person.pk, but=request.session.session_key)
        messages.success(request, "You are signed out everywhere else.")
    elif wanted.isascii() and wanted.isdecimal() and len(wanted) < 19:
        sessions.end(user_id=person.pk, session_id=int(wanted))
        messages.success(request, "You are signed out there.")
    return redirect("profile")


@require_GET
@for_signed_in
def profile_export(request: HttpRequest) -> HttpResponse:
    """All we hold of the person, as a file."""
    told = personal.export_of(person_of(request), now=timezone.now())
    answer = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    day = timezone.localdate().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="interlinear-{day}.json"'
    return answer


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@for_signed_in
def profile_delete(request: HttpRequest) -> HttpResponse:
    """Says what the deletion of the account comes to; does it for who knows the password."""
    person = person_of(request)
    refused: DomainError | None = None
    if request.method == "POST":
        try:
            _prove(person, request)
            closing.delete_account(user=person)
        except DomainError as error:
            refused = error
        else:
            logout(request)
            return redirect("account_deleted")
    context = _form_context(refused) | {"endings": closing.endings_of(person.pk)}
    context["is_stuck"] = any(one.is_stuck for one in context["endings"])
    return render(
        request, "people/profile_delete.html", context, status=refused.status if refused else 200
    )


def _page(
    request: HttpRequest, *, refused: DomainError | None = None, typed_name: str | None = None
) -> HttpResponse:
    person = person_of(request)
    context = _form_context(refused) | {
        "shown_name": person.name if typed_name is None else typed_name,
        "change": email_change.pending_of(person.pk),
        "has_second_step": codes.is_on(person),
        "codes_left": codes.left_of(person),
        "sessions": sessions.sessions_of(person, current=request.session),
    }
    return render(
        request, "people/profile.html", context, status=refused.status if refused else 200
    )


def _form_context(refused: DomainError | None) -> dict[str, Any]:
    field = str(refused.detail.get("field", "")) if refused else ""
    errors = {field: refused.message} if refused else {}
    return {"error": refused, "error_field": field, "errors": errors}


def _prove(person: User, request: HttpRequest) -> None:
    """Knows the person by their password; counts towards the lock-out like a sign-in."""
    try:
        is_right = get_adapter(request).reauthenticate(person, request.POST.get("password", ""))
    except ValidationError as error:
        raise _not_proved(str(error.messages[0])) from error
    if not is_right:
        raise _not_proved("This is not your password.")


def _not_proved(sentence: str) -> Invalid:
    return Invalid("password_wrong", sentence, detail={"field": "password"})
