"""What every page knows of the house it is in, and who is looking at it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import queries
from accounts.services import Actor, Permission, actor_of


def house(request: HttpRequest) -> dict[str, object]:
    """Whether the stand-in for Claude answers, which page this is, and what its reader may do."""
    match = request.resolver_match
    actor = actor_of(request)
    return {
        "claude_sandbox": settings.CLAUDE_SANDBOX,
        "page_name": match.url_name if match else "",
        "organization_name": SimpleLazyObject(lambda: _organization_name(actor)),
        "may": {
            one.name.lower(): actor is not None and one in actor.permissions for one in Permission
        },
    }


def _organization_name(actor: Actor | None) -> str:
    if actor is None or actor.user_id is None:
        return ""
    mine = queries.organizations_of(actor.user_id)
    return next((one.name for one in mine if one.pk == actor.organization_id), "")
