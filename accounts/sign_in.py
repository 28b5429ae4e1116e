"""Signing up and in by django-allauth, as this house does it: its mails, its words, its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.addresses import client_address
from accounts.models import User
from accounts.queries import person_by_email
from accounts.reading import browser, in_full
from accounts.services import devices, mail, sign_up
from accounts.services.audit import record_everywhere
from common.database import atomic

DEVICE_COOKIE: Final = "device"
DEVICE_SECONDS: Final = 2 * 365 * 24 * 3600
# Set by the page of an invitation for a stranger: its secret, and the address it was sent to, which
# is proved by having the link.
INVITATION_KEY: Final = "invitation"
INVITED_KEY: Final = "account_verified_email"
_MAILS: Final[Mapping[str, str]] = {
    "account/email/email_confirmation_signup": "confirm_address",
    "account/email/email_confirmation": "confirm_address",
    "account/email/account_already_exists": "account_exists",
    "account/email/unknown_account": "account_unknown",
    "account/email/password_reset_key": "password_reset",
}
_NOTICES: Final[Mapping[str, str]] = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_set": "A password was set for your account.",
    "account/email/password_reset": "Your password was set anew by a link we had mailed.",
    "mfa/email/totp_activated": "Signing in now takes a second step: a code of your app.",
    "mfa/email/totp_deactivated": "The second step of signing in was switched off.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made. The old ones are void.",
}


class HouseAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Strangers may sign up unless a setting closes the door; whoever is invited always may."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": "This is not your password.",
        "incorrect_password": "This is not your password.",
        "incorrect_code": "This code does not fit. Type the one the app shows now.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the page of the sign-up has a form."""
        return settings.SIGN_UP == "open" or INVITATION_KEY in request.session

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Marks an address as confirmed; a newcomer's organization is made with it."""
        with atomic():
            is_confirmed: bool = super().confirm_email(request, email_address)
            if is_confirmed:
                sign_up.settle(user_id=email_address.user_id)
        return is_confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Posts one of the library's mails by our own templates and our own queue."""
        user = context.get("user")
        told: dict[str, Any] = {"name": getattr(user, "name", ""), "email": email}
        if template_prefix in _NOTICES:
            told |= {
                "what": _NOTICES[template_prefix],
                "moment": in_full(context["timestamp"]),
                "browser": browser(context["user_agent"]),
                "address": context["ip"],
                "link": mail.address(reverse("profile")),
            }
            mail.post(to=email, name="notice", context=told)
            return
        if template_prefix.startswith("account/email/email_confirmation"):
            # Nothing a stranger has typed is carried into a mailbox that may not be theirs.
            told["name"] = ""
        told |= {
            "link": context.get("activate_url") or context.get("password_reset_url"),
            "sign_up": mail.address(reverse("account_signup")),
            "sign_in": mail.address(reverse("account_login")),
        }
        mail.post(to=email, name=_MAILS[template_prefix], context=told)

    # Links in mails begin with PUBLIC_URL, never with the Host header of whoever asked.

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:  # noqa: ARG002
        return mail.address(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, secret = key.partition("-")
        names = {"uidb36": uid, "key": secret}
        return mail.address(reverse("account_reset_password_from_key", kwargs=names))

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be sent to this address: on this host only."""
        host = self.request.get_host()
        secure = self.request.is_secure()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=secure)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Whoever came by an invitation goes back to it."""
        secret = request.session.get(INVITATION_KEY)
        return reverse("invitation", args=[secret]) if secret else reverse("home")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("profile")

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Ends a sign-in, and looks whether the person is known to have this browser."""
        response: HttpResponse = super().post_login(request, user, **options)
        met = devices.meet(
            user=user,
            token=request.get_signed_cookie(DEVICE_COOKIE, default=None, salt=DEVICE_COOKIE),
            agent=request.headers.get("User-Agent", ""),
            address=client_address(request),
            now=timezone.now(),
        )
        response.set_signed_cookie(
            DEVICE_COOKIE,
            met.token,
            salt=DEVICE_COOKIE,
            max_age=DEVICE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


@receiver(user_logged_in, dispatch_uid="accounts.sign_in")
def note_sign_in(*, user: User, **_: Any) -> None:
    """Notes a sign-in in every organization the person can then work in."""
    record_everywhere(user_id=user.pk, action="person.sign_in")


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_failed")
def note_failure(*, credentials: Mapping[str, Any], **_: Any) -> None:
    """Notes a wrong password where its owner works. What was typed is kept nowhere."""
    person = person_by_email(str(credentials.get("email") or ""))
    if person is not None:
        record_everywhere(
            user_id=person.pk, action="person.sign_in_failed", detail={"step": "password"}
        )


@receiver(authentication_failed, dispatch_uid="accounts.second_step_failed")
def note_wrong_code(*, user: User, **_: Any) -> None:
    """Notes a wrong code: the password was right."""
    record_everywhere(user_id=user.pk, action="person.sign_in_failed", detail={"step": "code"})


@receiver(password_reset, dispatch_uid="accounts.password_reset")
def note_reset(*, user: User, **_: Any) -> None:
    """Notes a password set by a link, and lets its owner in again who was locked out."""
    AxesProxyHandler.reset_attempts(username=user.email)
    record_everywhere(user_id=user.pk, action="person.password_reset")


@receiver(password_changed, dispatch_uid="accounts.password_changed")
@receiver(password_set, dispatch_uid="accounts.password_set")
def note_password(*, user: User, **_: Any) -> None:
    """Notes a changed password."""
    record_everywhere(user_id=user.pk, action="person.password_change")


@receiver(authenticator_added, dispatch_uid="accounts.second_step_on")
def note_second_step(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Notes that signing in now takes a second step."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_everywhere(user_id=user.pk, action="person.second_step_on")


@receiver(authenticator_removed, dispatch_uid="accounts.second_step_off")
def note_no_second_step(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Notes that it does not any more."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_everywhere(user_id=user.pk, action="person.second_step_off")


@receiver(authenticator_reset, dispatch_uid="accounts.recovery_codes")
def note_recovery_codes(*, user: User, **_: Any) -> None:
    """Notes that a person has new recovery codes."""
    record_everywhere(user_id=user.pk, action="person.recovery_codes_new")
