"""What a person is told of their translations."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.guards import acting_anyhow
from accounts.services import Actor, Permission, require
from common import paging
from common.errors import NotAllowed
from common.rest.endpoints import Endpoint
from translation.queries.notices import notices_for, unread_count
from translation.serializers.notices import MarkedShape, NoticePage, NoticeQuery, ReadRequest
from translation.services.notices import mark_read


class NotificationsView(Endpoint):
    """Notifications of the person who asks."""

    asks = {"GET": NoticeQuery}

    @extend_schema(operation_id="list_notifications", responses=NoticePage)
    def get(self, request: Request) -> Response:
        """List how what you asked for has ended, newest first."""
        who, person = _person(request)
        limit, of = self.query["limit"], f"notifications {person}"
        found = notices_for(
            who.organization_id,
            person,
            limit=limit + 1,
            before=paging.read_place(of, self.query.get("cursor")),
        )
        shown, more = paging.page(
            found, limit=limit, of=of, place=lambda one: [one.created_at, one.id]
        )
        unread = unread_count(who.organization_id, person)
        page = {"notifications": shown, "unread": unread, "next_cursor": more}
        return Response(NoticePage(page).data)


class NotificationsReadView(Endpoint):
    """Notifications that were read."""

    takes = {"POST": ReadRequest}

    @extend_schema(operation_id="read_notifications", responses=MarkedShape)
    def post(self, request: Request) -> Response:
        """Take the notifications named, or all of yours, for read."""
        who, _ = _person(request)
        marked = mark_read(actor=who, ids=self.body().get("notifications"))
        return Response(MarkedShape({"marked": marked}).data)


def _person(request: Request) -> tuple[Actor, UUID]:
    who = acting_anyhow(request._request)
    if who.user_id is None:
        raise NotAllowed(
            "person_only", "Notifications are for people. A program is told by webhooks."
        )
    return require(who, Permission.DOCUMENTS_READ), who.user_id
