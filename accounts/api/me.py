"""REST API v1: who is calling. A person sees and changes their profile; a key is told its name."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.guards import acting_anyhow
from accounts.models import User
from accounts.queries.me import KeyTold, PersonTold, key_told, person_told
from accounts.services import preferences
from common.errors import NotAllowed
from common.rest import tags
from common.rest.endpoints import Endpoint
from common.shapes import Moment, Strict


class MeOrganization(serializers.Serializer):  # type: ignore[type-arg]
    """Where the caller works."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class MePerson(serializers.Serializer):  # type: ignore[type-arg]
    """A person who is signed in."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField(allow_blank=True)
    language = serializers.CharField(help_text="In which names of languages are shown.")
    time_zone = serializers.CharField()
    theme = serializers.CharField(help_text="system, paper or ink")
    density = serializers.CharField(help_text="comfortable or compact")
    date_format = serializers.CharField(help_text="day_month, month_day or iso")
    role = serializers.CharField()


class MeKey(serializers.Serializer):  # type: ignore[type-arg]
    """The API key of the call."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = Moment(allow_null=True)


class MeShape(serializers.Serializer):  # type: ignore[type-arg]
    """Who is calling: of `person` and `key` one is null."""

    organization = MeOrganization()
    person = MePerson(allow_null=True)
    key = MeKey(allow_null=True)


class MeChange(Strict):
    """What of a person's profile to change; what is left out stays."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    language = serializers.CharField(required=False, max_length=35)
    time_zone = serializers.CharField(required=False, max_length=60)
    theme = serializers.CharField(required=False, max_length=20)
    density = serializers.CharField(required=False, max_length=20)
    date_format = serializers.CharField(required=False, max_length=20)


class MeView(Endpoint):
    """Who is calling."""

    takes = {"PATCH": MeChange}

    @extend_schema(operation_id="get_me", responses=MeShape)
    def get(self, request: Request) -> Response:
        """Ask who a key or a session is, and in which organization it works."""
        return _told(request)

    @extend_schema(operation_id="change_me", responses=MeShape)
    def patch(self, request: Request) -> Response:
        """Change a person's own profile. A key has none."""
        acting_anyhow(request._request)
        if not isinstance(request.user, User):
            raise NotAllowed("person_only", "A key has no profile. Sign in to change your own.")
        preferences.change(
            user_id=request.user.pk,
            wanted=self.body(),
            check=lambda kept: tags.require_match(request, _tag(kept)),
        )
        return _told(request)


def _told(request: Request) -> Response:
    actor = acting_anyhow(request._request)
    person: PersonTold | None = None
    key: KeyTold | None = None
    name = ""
    if actor.api_key_id is not None:
        name, key = key_told(actor.organization_id, actor.api_key_id)
    elif actor.user_id is not None:
        name, person = person_told(actor.organization_id, actor.user_id)
    body: dict[str, Any] = {
        "organization": {"id": actor.organization_id, "name": name},
        "person": person,
        "key": key,
    }
    return tags.tagged(MeShape(body).data, _tag(person) if person else tags.tag(actor.api_key_id))


def _tag(person: User | PersonTold) -> str:
    """Of what a person can change."""
    seen = (person.name, person.language, person.time_zone)
    return tags.tag(*seen, person.theme, person.density, person.date_format)
