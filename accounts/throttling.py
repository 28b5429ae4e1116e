"""Holds API callers to their limit of requests a minute: keys by their own, people by theirs."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.limits import limits_of
from accounts.roles import actor_of
from accounts.services.keys import Bearer
from accounts.services.rates import admit
from common.errors import Throttled


class RequestsPerMinute(BaseThrottle):
    """Counts a request of a key or a signed-in person; raises Throttled over the limit."""

    def allow_request(self, request: Request, view: object) -> bool:  # noqa: ARG002
        """Always true; what is left goes on Django's request, for the answer's headers."""
        actor = actor_of(request)
        caller = (actor.api_key_id or actor.user_id) if actor else None
        if actor is None or caller is None:
            return True
        bearer: Bearer | None = getattr(request._request, "bearer", None)
        limit = limits_of(actor.organization_id).requests_per_minute
        if bearer is not None and bearer.requests_per_minute is not None:
            limit = min(limit, bearer.requests_per_minute)
        rate = admit(caller=caller, limit=limit)
        request._request.rate = rate  # type: ignore[attr-defined]
        if rate is not None and not rate.admitted:
            raise Throttled(
                "rate_limited",
                f"More than {limit:,} requests within a minute. Wait {rate.reset_seconds} s, then"
                " go on.",
                detail={"limit": limit},
                retry_after=rate.reset_seconds,
            )
        return True
