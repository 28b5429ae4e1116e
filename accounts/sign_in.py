"""Sign-in by django-allauth: closed to strangers, and noted in the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import memberships_of
from accounts.services.audit import record
from accounts.tenancy import organization_scope


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """People are invited; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False


@receiver(user_logged_in, dispatch_uid="accounts.sign_in")
def note_sign_in(*, user: User, **_: Any) -> None:
    """Notes a sign-in in every organization the person can then work in."""
    for membership in memberships_of(user.pk):
        with organization_scope(membership.organization_id):
            record(
                actor=membership.as_actor(),
                action="person.sign_in",
                object_kind="user",
                object_id=user.pk,
            )
