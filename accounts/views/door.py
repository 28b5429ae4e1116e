"""Pages for people who are not in yet, where they differ from the library's."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import ConfirmEmailView, LoginView, SignupView
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import for_signed_in
from accounts.lockout import PAUSE_MINUTES
from accounts.services import email_change as changes
from accounts.sign_in import INVITATION_KEY, INVITED_KEY
from common.errors import DomainError

WARNED_FROM: Final = 3


class SignIn(LoginView):  # type: ignore[misc]
    """Says how many tries are left before a pause, to whomever, known to us or not."""

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**options)
        context["may_sign_up"] = settings.SIGN_UP == "open"
        form = context["form"]
        if form.is_bound and form.non_field_errors():
            left = settings.AXES_FAILURE_LIMIT - _failures(self.request)
            context["tries_left"] = left if left <= WARNED_FROM else None
            context["pause_minutes"] = PAUSE_MINUTES
        return context


class SignUp(SignupView):  # type: ignore[misc]
    """Knows whoever comes from an invitation, and by which address."""

    def get_form_kwargs(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_kwargs()
        if INVITATION_KEY in self.request.session:
            options["invited"] = self.request.session.get(INVITED_KEY)
        return options


class ConfirmEmail(ConfirmEmailView):  # type: ignore[misc]
    """A link that does nothing any more has the same page however it is followed."""

    def post(self, *args: Any, **options: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().post(*args, **options)
        except Http404:
            self.object = None
            answer = self.render_to_response(self.get_context_data())
        return answer


@require_http_methods(["GET", "POST"])
@never_cache
def look_into_mail(request: HttpRequest) -> HttpResponse:
    """Tells a newcomer of the mail, and sends it again. Looks the same whoever they are."""
    if request.method == "POST":
        login = unstash_login(request, peek=True)
        if login is not None:
            send_verification_email_at_login(request, login)
        messages.success(request, "It is on its way, at most every three minutes.")
        return redirect("account_email_verification_sent")
    return render(request, "account/verification_sent.html")


@require_http_methods(["GET", "POST"])
@never_cache
def email_change(request: HttpRequest, secret: str) -> HttpResponse:
    """One address's yes to another e-mail. A programme that follows links in mails says none."""
    context: dict[str, Any] = {"secret": secret}
    try:
        wish, side = changes.side_of(secret)
        context |= {"wish": wish, "side": side.value}
        if request.method == "POST":
            keep = request.session.session_key if request.user.pk == wish.user_id else None
            context["is_changed"] = changes.confirm(secret=secret, keep=keep)
            context["is_said"] = True
    except DomainError as refused:
        return render(
            request, "account/email_change.html", {"refused": refused}, status=refused.status
        )
    return render(request, "account/email_change.html", context)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """The last page somebody sees whose account is gone."""
    return render(request, "account/deleted.html")


@for_signed_in
def to_profile(_request: HttpRequest) -> HttpResponse:
    """Where the library thinks that its overview is."""
    return redirect("profile")


def _failures(request: HttpRequest) -> int:
    typed = {"email": request.POST.get("login", "")}
    return int(AxesProxyHandler.get_failures(request, typed))
