"""Forms that differ from the library's own. What they do is one call of a service."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.forms import SignupForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.db import IntegrityError
from django.http import HttpRequest

from accounts.models import User
from accounts.services import codes, sign_up
from common.database import atomic

MAX_NAME_CHARS: Final = sign_up.MAX_NAME_CHARS


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Who signs up, and what their organization is called.

    Whoever comes by an invitation joins that organization: the address is the invitation's, and no
    organization is asked for.
    """

    name = forms.CharField(max_length=MAX_NAME_CHARS)
    organization = forms.CharField(max_length=MAX_NAME_CHARS)

    account_already_exists: bool

    def __init__(self, *args: Any, invited: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.invited = invited
        if invited is not None:
            del self.fields["organization"]

    def clean_name(self) -> str:
        return _one_line(self.cleaned_data["name"])

    def clean_organization(self) -> str:
        return _one_line(self.cleaned_data["organization"])

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self.invited is not None and email != self.invited:
            raise forms.ValidationError("The invitation is for another address.")
        return email

    def try_save(self, request: HttpRequest) -> tuple[User | None, Any]:
        """Saves a newcomer; of somebody we know only the owner of the mailbox is told."""
        if self.account_already_exists:
            # As much work as for a newcomer, or the clock would tell whom we know.
            User().set_password(self.cleaned_data["password1"])
        try:
            with atomic():
                user, answer = super().try_save(request)
        except IntegrityError:  # somebody else has signed up with this address meanwhile
            self.account_already_exists = True
            user, answer = super().try_save(request)
        return user, answer

    def custom_signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002
        sign_up.begin(
            user=user,
            name=self.cleaned_data["name"],
            organization_name=self.cleaned_data.get("organization"),
        )


class _SpentOnce(forms.Form):
    """A code that has been used is refused, however long the app still shows it."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not codes.spend(authenticator=self.authenticator, code=code):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_SpentOnce, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class CodeAgainForm(_SpentOnce, ReauthenticateForm):  # type: ignore[misc]
    """The second step, asked again before something that matters."""


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise forms.ValidationError("Type a name in one line.")
    return line
