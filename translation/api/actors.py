"""Who asks an endpoint."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.services import Actor, Permission, actor_of, require


def actor(request: Request, permission: Permission) -> Actor:
    """Who asks, known to hold the right; raises Unauthenticated, NotAllowed."""
    return require(actor_of(request), permission)
