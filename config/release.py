"""Which build this is: pages that stay open over a deploy compare it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER: Final = "X-Release"


@lru_cache(maxsize=1)
def release() -> str:
    """A digest of what browsers get from us: style, scripts and templates."""
    root = Path(settings.BASE_DIR)
    found = hashlib.sha256()
    for folder, pattern in (("static/interlinear", "**/*"), ("templates", "**/*.html")):
        for path in sorted((root / folder).glob(pattern)):
            if path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()[:12]


class ReleaseMiddleware:
    """Names the release on every answer but those of static files."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._answer_async(request)
        return _named(self.get_response(request))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        return _named(await self.get_response(request))


def _named(response: HttpResponseBase) -> HttpResponseBase:
    response[HEADER] = release()
    return response
