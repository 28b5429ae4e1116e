"""API keys at the door of the REST API."""

from __future__ import annotations

from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts.roles import Actor
from accounts.services.keys import authenticate_key
from common.errors import Unauthenticated

SCHEME = b"bearer"


@dataclass(frozen=True, slots=True)
class KeyBearer:
    """Stands where REST framework expects a user; what it may do is in the request's actor."""

    actor: Actor
    is_authenticated: bool = True
    is_active: bool = True
    is_staff: bool = False


class ApiKeyAuthentication(BaseAuthentication):
    """Takes `Authorization: Bearer il_...`; other schemes are left to other classes."""

    def authenticate(self, request: Request) -> tuple[KeyBearer, Actor] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != SCHEME:
            return None
        if len(parts) != 2:
            raise Unauthenticated(
                "key_missing", "The header reads “Authorization: Bearer il_…”, one key in it."
            )
        bearer = authenticate_key(parts[1].decode("latin-1"))
        # On Django's request, where middleware and views find it.
        request._request.bearer = bearer  # type: ignore[attr-defined]
        request._request.actor = bearer.actor  # type: ignore[attr-defined]
        return KeyBearer(bearer.actor), bearer.actor

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Bearer"
