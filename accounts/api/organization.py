"""REST API v1: an organization's settings, and its audit trail."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import ACTIONS, GROUPS
from accounts.guards import acting_anyhow
from accounts.models import Organization
from accounts.queries import audit
from accounts.queries.organizations import OrganizationTold, organization_told
from accounts.roles import Actor, Permission, actor_of, require
from accounts.services import members, organizations
from common import paging
from common.errors import NotAllowed
from common.paging import PageQuery
from common.rest import tags
from common.rest.endpoints import Endpoint
from common.shapes import Moment, Strict
from engine.languages import LANGUAGES, SOURCE_ONLY


class OrganizationShape(serializers.Serializer):  # type: ignore[type-arg]
    """What an organization has chosen."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    source_language = serializers.CharField(
        allow_blank=True, help_text="What forms begin with; empty where none is chosen."
    )
    target_languages = serializers.ListField(child=serializers.CharField())
    retention_days = serializers.IntegerField(
        allow_null=True, help_text="Documents older than this are deleted at night; null keeps."
    )
    created_at = Moment()


class OrganizationChange(Strict):
    """What is to be changed; a field that is left out stays."""

    name = serializers.CharField(required=False, max_length=200)
    source_language = serializers.ChoiceField(
        choices=[one.code for one in (*LANGUAGES, *SOURCE_ONLY)], required=False, allow_blank=True
    )
    target_languages = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.code for one in LANGUAGES]),
        required=False,
        max_length=organizations.MAX_TARGETS,
    )
    retention_days = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=organizations.MAX_RETENTION_DAYS
    )


class AuditQuery(PageQuery):
    """Which events to list."""

    user_id = serializers.UUIDField(required=False)
    api_key_id = serializers.UUIDField(required=False)
    action = serializers.ChoiceField(list(ACTIONS), required=False)
    group = serializers.ChoiceField(
        list(GROUPS), required=False, help_text="The part of an action before its dot."
    )
    since = Moment(required=False, help_text="Not before this moment.")
    until = Moment(required=False, help_text="Before this moment.")


class EventShape(serializers.Serializer):  # type: ignore[type-arg]
    """One event. Of `user_id` and `api_key_id` one is set; neither where the house itself acted."""

    id = serializers.UUIDField()
    at = Moment()
    user_id = serializers.UUIDField(allow_null=True)
    api_key_id = serializers.UUIDField(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    action = serializers.CharField()
    what = serializers.CharField(help_text="The action in words.")
    object_kind = serializers.CharField(allow_blank=True)
    object_id = serializers.UUIDField(allow_null=True)
    detail = serializers.DictField()
    request_id = serializers.CharField(allow_blank=True)


class EventPage(serializers.Serializer):  # type: ignore[type-arg]
    """Events, newest first."""

    events = EventShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class OrganizationView(Endpoint):
    """The organization a key or a session works in."""

    takes = {"PATCH": OrganizationChange}

    @extend_schema(operation_id="get_organization", responses=OrganizationShape)
    def get(self, request: Request) -> Response:
        """Ask for the organization's name, usual languages and retention."""
        return _told(acting_anyhow(request._request))

    @extend_schema(operation_id="change_organization", responses=OrganizationShape)
    def patch(self, request: Request) -> Response:
        """Change settings. A shorter retention deletes what is older in the next night."""
        actor = require(actor_of(request), Permission.ORGANIZATION_MANAGE)
        organizations.change_organization(
            actor=actor,
            wanted=self.body(),
            check=lambda kept: tags.require_match(request, _tag(kept)),
        )
        return _told(actor)


class LeaveView(Endpoint):
    """The way out."""

    @extend_schema(operation_id="leave_organization", request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Leave the organization. Its last owner cannot; a key cannot either."""
        actor = acting_anyhow(request._request)
        if actor.api_key_id is not None or actor.is_staff:
            raise NotAllowed("person_only", "Only members leave. Revoke a key to end it.")
        members.leave(actor=actor)
        return Response(status=204)


class AuditView(Endpoint):
    """Who did what."""

    asks = {"GET": AuditQuery}

    @extend_schema(operation_id="list_audit_events", responses=EventPage)
    def get(self, request: Request) -> Response:
        """List events of the audit trail, newest first."""
        actor = require(actor_of(request), Permission.AUDIT_READ)
        asked: dict[str, Any] = dict(self.query)
        limit, cursor = asked.pop("limit"), asked.pop("cursor", None)
        of = paging.listed("audit", self.query)
        found = audit.events_page(
            actor.organization_id,
            wanted=audit.Narrowing(**asked),
            limit=limit + 1,
            before=paging.read_place(of, cursor),
        )
        shown, more = paging.page(found, limit=limit, of=of, place=lambda one: [one.at, one.id])
        return Response(EventPage({"events": shown, "next_cursor": more}).data)


def _told(actor: Actor) -> Response:
    found = organization_told(actor.organization_id)
    return tags.tagged(OrganizationShape(found).data, _tag(found))


def _tag(found: Organization | OrganizationTold) -> str:
    """Of what can be changed."""
    return tags.tag(
        found.name, found.source_language, *found.target_languages, found.retention_days
    )
