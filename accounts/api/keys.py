"""REST API v1 of API keys. For people: a key that made keys would outlive its own limits."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import keys as reads
from accounts.roles import SCOPES, Actor, Permission, actor_of, require
from accounts.services.keys import UNCHANGED, Seen, change_key, issue_key, revoke_key
from common import paging
from common.paging import PageQuery
from common.rest import tags
from common.rest.endpoints import Endpoint
from common.shapes import Moment, Strict


class KeyShape(serializers.Serializer):  # type: ignore[type-arg]
    """An API key. Its secret is told once, when it is made."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the secret begins.")
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField(help_text="active, expired or revoked")
    created_by = serializers.UUIDField(allow_null=True)
    created_by_name = serializers.CharField(allow_blank=True)
    created_at = Moment()
    last_used_at = Moment(allow_null=True, help_text="Some seconds late.")
    expires_at = Moment(allow_null=True)
    revoked_at = Moment(allow_null=True)
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
    expires_at = Moment(required=False, allow_null=True, default=None)
    requests_per_minute = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2_000_000_000
    )


class KeyChange(Strict):
    """What is to be changed; a field that is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    requests_per_minute = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2_000_000_000
    )


class AskedQuery(PageQuery):
    """Which requests of a key to list."""

    status = serializers.ChoiceField(
        list(reads.STATUS_CLASSES), required=False, help_text="The first digit of the status."
    )


class AskedShape(serializers.Serializer):  # type: ignore[type-arg]
    """One request of a key."""

    id = serializers.UUIDField()
    at = Moment()
    method = serializers.CharField()
    route = serializers.CharField(help_text="The address's pattern, without what was in it.")
    status = serializers.IntegerField()
    duration_ms = serializers.IntegerField()
    request_id = serializers.CharField()


class AskedPage(serializers.Serializer):  # type: ignore[type-arg]
    """Requests, newest first."""

    requests = AskedShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class KeysView(Endpoint):
    """An organization's API keys."""

    asks = {"GET": PageQuery}
    takes = {"POST": KeyRequest}

    @extend_schema(operation_id="list_keys", responses=KeyPage)
    def get(self, request: Request) -> Response:
        """List API keys, newest first, ended ones included."""
        actor = _actor(request)
        limit = self.query["limit"]
        before = paging.read_place("keys", self.query.get("cursor"))
        found = reads.keys_page(
            actor.organization_id, now=timezone.now(), limit=limit + 1, before=before
        )
        shown, more = paging.page(
            found, limit=limit, of="keys", place=lambda one: [one.created_at, one.id]
        )
        return Response(KeyPage({"keys": shown, "next_cursor": more}).data)

    @extend_schema(operation_id="create_key", responses={201: NewKeyShape})
    def post(self, request: Request) -> Response:
        """Make an API key with scopes that you hold yourself. The secret is told this once."""
        actor = _actor(request)
        issued = issue_key(actor=actor, **self.body())
        made = KeyShape(reads.key(actor.organization_id, issued.key.pk, now=timezone.now())).data
        answer = Response({**made, "secret": issued.secret}, status=201)
        answer["Location"] = reverse("api_key", args=[issued.key.pk])
        # The one answer that holds a secret must lie in no cache.
        answer["Cache-Control"] = "no-store"
        return answer


class KeyView(Endpoint):
    """One API key."""

    takes = {"PATCH": KeyChange}

    @extend_schema(operation_id="get_key", responses=KeyShape)
    def get(self, request: Request, key_id: UUID) -> Response:
        """Ask for a key: its scopes, its limit, when it was last used."""
        return _told(_actor(request), key_id)

    @extend_schema(operation_id="change_key", responses=KeyShape)
    def patch(self, request: Request, key_id: UUID) -> Response:
        """Rename a key, or give it another limit. Scopes and expiry stay as they were made."""
        actor = _actor(request)
        seen = reads.key(actor.organization_id, key_id, now=timezone.now())
        tags.require_match(request, _tag(seen))
        wanted = self.body()
        change_key(
            actor=actor,
            key_id=key_id,
            name=wanted.get("name"),
            requests_per_minute=wanted.get("requests_per_minute", UNCHANGED),
            seen=Seen(name=seen.name, requests_per_minute=seen.requests_per_minute),
        )
        return _told(actor, key_id)


class KeyRevokeView(Endpoint):
    """The end of a key."""

    @extend_schema(operation_id="revoke_key", responses=KeyShape)
    def post(self, request: Request, key_id: UUID) -> Response:
        """Revoke a key for good. Its next request is refused; revoking again changes nothing."""
        actor = _actor(request)
        revoke_key(actor=actor, key_id=key_id)
        return _told(actor, key_id)


class KeyRequestsView(Endpoint):
    """What a key asked."""

    asks = {"GET": AskedQuery}

    @extend_schema(operation_id="list_key_requests", responses=AskedPage)
    def get(self, request: Request, key_id: UUID) -> Response:
        """List a key's requests of the last 30 days, newest first."""
        actor = _actor(request)
        asked_key = reads.key(actor.organization_id, key_id, now=timezone.now())
        limit, of = self.query["limit"], paging.listed(f"key-requests {key_id}", self.query)
        found = reads.requests_page(
            actor.organization_id,
            asked_key.id,
            status=self.query.get("status", ""),
            limit=limit + 1,
            before=paging.read_place(of, self.query.get("cursor")),
        )
        shown, more = paging.page(found, limit=limit, of=of, place=lambda one: [one.at, one.pk])
        return Response(AskedPage({"requests": shown, "next_cursor": more}).data)


def _actor(request: Request) -> Actor:
    return require(actor_of(request), Permission.KEYS_MANAGE)


def _told(actor: Actor, key_id: UUID) -> Response:
    found = reads.key(actor.organization_id, key_id, now=timezone.now())
    return tags.tagged(KeyShape(found).data, _tag(found))


def _tag(found: reads.KeyRow) -> str:
    """Of what can be changed alone: a key that is in use is another one every few seconds."""
    return tags.tag(found.id, found.name, found.requests_per_minute, found.revoked_at)
