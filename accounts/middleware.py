"""Which organization a signed-in person is working in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from accounts.models import User
from accounts.queries import memberships_of
from accounts.roles import Actor

SESSION_KEY = "organization_id"


class OrganizationMiddleware(MiddlewareMixin):
    """Sets `request.actor`: the person in the session's organization, else in their first one.

    None for strangers and for people without an organization. Memberships are read anew each time,
    so a person who was taken out is out at once.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.actor = _actor(request)  # type: ignore[attr-defined]


def _actor(request: HttpRequest) -> Actor | None:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    memberships = memberships_of(user.pk)
    chosen = request.session.get(SESSION_KEY)
    for membership in memberships:
        if str(membership.organization_id) == chosen:
            return membership.as_actor()
    return memberships[0].as_actor() if memberships else None
