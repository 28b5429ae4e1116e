"""Tells API callers what is left of their minute, and notes what keys ask."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.services import keys, requests
from accounts.services.keys import Bearer
from accounts.services.rates import Rate
from common import telemetry

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


class CallLogMiddleware:
    """Tells API callers what is left of their minute, and notes each request of a key."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        rate: Rate | None = getattr(request, "rate", None)
        if rate is not None:
            response["RateLimit-Limit"] = str(rate.limit)
            response["RateLimit-Remaining"] = str(rate.remaining)
            response["RateLimit-Reset"] = str(rate.reset_seconds)
        bearer: Bearer | None = getattr(request, "bearer", None)
        if bearer is not None:
            _note(request, response, bearer, time.perf_counter() - began)
        return response


def _note(request: HttpRequest, response: HttpResponseBase, bearer: Bearer, seconds: float) -> None:
    actor, match = bearer.actor, request.resolver_match
    if actor.api_key_id is None or match is None:
        return
    is_noted = requests.note(
        organization_id=actor.organization_id,
        api_key_id=actor.api_key_id,
        at=timezone.now(),
        method=request.method or "",
        route=_template(match.route),
        status=response.status_code,
        duration_ms=round(1000 * seconds),
        request_id=telemetry.request_id(),
    )
    if not is_noted:
        with suppress(DatabaseError):  # the answer is there, and must reach the caller
            keys.note_use(bearer=bearer)


@lru_cache(maxsize=256)
def _template(route: str) -> str:
    """An address as its documentation writes it: `/api/v1/jobs/{job_id}`."""
    return "/" + _CONVERTER.sub(r"{\1}", route)
