"""Which organization a signed-in person is working in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from accounts.models import Membership, User
from accounts.queries import memberships_of
from accounts.services import sessions
from accounts.services.staff import Visit, as_actor
from common.errors import NotFound

SESSION_KEY = "organization_id"
# Of somebody of the staff who looks in: [the organization's id, until when].
VISIT_KEY = "staff_visit"


class OrganizationMiddleware(MiddlewareMixin):
    """Sets `request.memberships`, and `request.actor`: the person in the session's organization.

    Where the session names none of theirs, it is the first they joined. Somebody of the staff who
    looks in is an actor without a membership, as `request.visit` says. The actor is None for
    strangers and for people without an organization. Memberships are read anew each time, so a
    person who was taken out is out at once.
    """

    def process_request(self, request: HttpRequest) -> None:
        memberships = _memberships(request)
        current = _current(request, memberships)
        visit = visit_of(request)
        request.memberships = memberships  # type: ignore[attr-defined]
        request.visit = visit  # type: ignore[attr-defined]
        if visit is not None:
            assert isinstance(request.user, User), "only people visit"
            request.actor = as_actor(request.user, visit.organization_id)  # type: ignore[attr-defined]
            request.membership = None  # type: ignore[attr-defined]
            return
        request.membership = current  # type: ignore[attr-defined]
        request.actor = current.as_actor() if current else None  # type: ignore[attr-defined]


class TimeZoneMiddleware(MiddlewareMixin):
    """Lets templates tell times in the zone of who reads; strangers read UTC."""

    def process_request(self, request: HttpRequest) -> None:
        user = request.user
        wanted = user.time_zone if isinstance(user, User) else "UTC"
        try:
            timezone.activate(ZoneInfo(wanted))
        except (ZoneInfoNotFoundError, ValueError):
            # A zone that was renamed since it was chosen must not close every page.
            timezone.deactivate()


class LastSeenMiddleware(MiddlewareMixin):
    """Keeps when and from where somebody who is signed in was last here."""

    def process_request(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            sessions.note(request, user=request.user)


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit of somebody of the staff that is going on; None for everybody else."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff and user.is_active):
        return None
    kept = request.session.get(VISIT_KEY)
    if not kept:
        return None
    visit = Visit(organization_id=UUID(kept[0]), until=datetime.fromisoformat(kept[1]))
    return visit if visit.until > timezone.now() else None


def chosen(request: HttpRequest, organization_id: str) -> str:
    """The id, known to be of an organization this person is in; raises NotFound."""
    for membership in request.memberships:  # type: ignore[attr-defined]
        if str(membership.organization_id) == organization_id:
            return organization_id
    raise NotFound("organization_not_found", "You are in no organization of this id.")


def _memberships(request: HttpRequest) -> list[Membership]:
    user = request.user
    return memberships_of(user.pk) if isinstance(user, User) and user.is_active else []


def _current(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    if not memberships:
        return None
    wanted = request.session.get(SESSION_KEY)
    mine = (one for one in memberships if str(one.organization_id) == wanted)
    return next(mine, memberships[0])
