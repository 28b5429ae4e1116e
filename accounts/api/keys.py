"""REST API v1 of API keys. For people: a key that made keys would outlive its own limits."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import keys as reads
from accounts.roles import SCOPES, Actor, Permission, actor_of, require
from accounts.services.keys import UNCHANGED, change_key, issue_key, revoke_key
from common import paging
from common.shapes import Strict

_CURSOR = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


class KeyShape(serializers.Serializer):  # type: ignore[type-arg]
    """An API key. Its secret is told once, when it is made."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the secret begins.")
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text="active, expired or revoked")
    created_by = serializers.UUIDField(allow_null=True)
    created_by_name = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="Some seconds late.")
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    requests_per_minute = serializers.IntegerField(
        allow_null=True, help_text="The key's own limit; null takes the organization's."
    )
    limit = serializers.IntegerField(help_text="The limit in force, in requests a minute.")


class NewKeyShape(KeyShape):
    """A key that was just made, with its secret."""

    secret = serializers.CharField(help_text="Shown this once and kept nowhere.")


class KeyPage(serializers.Serializer):  # type: ignore[type-arg]
    """Keys, newest first."""

    keys = KeyShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class KeyRequest(Strict):
    """A key to make."""

    name = serializers.CharField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=[one.value for one in SCOPES]),
        allow_empty=False,
        max_length=len(SCOPES),
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    requests_per_minute = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2_000_000_000
    )


class KeyChange(Strict):
    """What is to be changed; a field that is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    requests_per_minute = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2_000_000_000
    )


class AskedShape(serializers.Serializer):  # type: ignore[type-arg]
    """One request of a key."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    method = serializers.CharField()
    route = serializers.CharField(help_text="The address's pattern, without what was in it.")
    status = serializers.IntegerField()
    duration_ms = serializers.IntegerField()
    request_id = serializers.CharField()


class AskedPage(serializers.Serializer):  # type: ignore[type-arg]
    """Requests, newest first."""

    requests = AskedShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class KeysView(APIView):
    """An organization's API keys."""

    @extend_schema(operation_id="list_keys", parameters=_CURSOR, responses=KeyPage)
    def get(self, request: Request) -> Response:
        """List API keys, newest first, ended ones included."""
        actor = _actor(request)
        limit = paging.limit(request.query_params.get("limit"), default=50, most=200)
        before = paging.read_cursor(request.query_params.get("cursor"))
        found = reads.keys_page(
            actor.organization_id, now=timezone.now(), limit=limit, before=before
        )
        more = paging.cursor(found[-1].created_at, found[-1].id) if len(found) == limit else None
        return Response(KeyPage({"keys": found, "next_cursor": more}).data)

    @extend_schema(operation_id="create_key", request=KeyRequest, responses={201: NewKeyShape})
    def post(self, request: Request) -> Response:
        """Make an API key with scopes that you hold yourself. The secret is told this once."""
        actor = _actor(request)
        asked = KeyRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        issued = issue_key(actor=actor, **asked.validated_data)
        made = KeyShape(reads.key(actor.organization_id, issued.key.pk, now=timezone.now())).data
        answer = Response({**made, "secret": issued.secret}, status=201)
        answer["Location"] = reverse("api_key", args=[issued.key.pk])
        # The one answer that holds a secret must lie in no cache.
        answer["Cache-Control"] = "no-store"
        return answer


class KeyView(APIView):
    """One API key."""

    @extend_schema(operation_id="get_key", responses=KeyShape)
    def get(self, request: Request, key_id: UUID) -> Response:
        """Ask for a key: its scopes, its limit, when it was last used."""
        return _told(_actor(request), key_id)

    @extend_schema(operation_id="change_key", request=KeyChange, responses=KeyShape)
    def patch(self, request: Request, key_id: UUID) -> Response:
        """Rename a key, or give it another limit. Scopes and expiry stay as they were made."""
        actor = _actor(request)
        asked = KeyChange(data=request.data)
        asked.is_valid(raise_exception=True)
        change_key(
            actor=actor,
            key_id=key_id,
            name=asked.validated_data.get("name"),
            requests_per_minute=asked.validated_data.get("requests_per_minute", UNCHANGED),
        )
        return _told(actor, key_id)


class KeyRevokeView(APIView):
    """The end of a key."""

    @extend_schema(operation_id="revoke_key", request=None, responses=KeyShape)
    def post(self, request: Request, key_id: UUID) -> Response:
        """Revoke a key for good. Its next request is refused; revoking again changes nothing."""
        actor = _actor(request)
        revoke_key(actor=actor, key_id=key_id)
        return _told(actor, key_id)


class KeyRequestsView(APIView):
    """What a key asked."""

    @extend_schema(
        operation_id="list_key_requests",
        parameters=[OpenApiParameter("status", str, enum=list(reads.STATUS_CLASSES)), *_CURSOR],
        responses=AskedPage,
    )
    def get(self, request: Request, key_id: UUID) -> Response:
        """List a key's requests of the last 30 days, newest first."""
        actor = _actor(request)
        asked_key = reads.key(actor.organization_id, key_id, now=timezone.now())
        limit = paging.limit(request.query_params.get("limit"), default=50, most=200)
        found = reads.requests_page(
            actor.organization_id,
            asked_key.id,
            status=request.query_params.get("status", ""),
            limit=limit,
            before=paging.read_cursor(request.query_params.get("cursor")),
        )
        more = paging.cursor(found[-1].at, found[-1].pk) if len(found) == limit else None
        return Response(AskedPage({"requests": found, "next_cursor": more}).data)


def _actor(request: Request) -> Actor:
    return require(actor_of(request), Permission.KEYS_MANAGE)


def _told(actor: Actor, key_id: UUID) -> Response:
    return Response(KeyShape(reads.key(actor.organization_id, key_id, now=timezone.now())).data)
