"""Which build this is: pages that stay open over a deploy compare it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

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


class ReleaseMiddleware(MiddlewareMixin):
    """Names the release on every answer but those of static files."""

    def process_response(
        self, _request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Adds the header."""
        response[HEADER] = release()
        return response
