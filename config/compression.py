"""Compresses what is written anew for each request: pages and JSON. See decision 0013."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Django's, which pads each answer by a random length, but never for what streams.

    An event stream would wait in the compressor, and files are mostly compressed already.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compresses an answer that is whole, is text, and is larger than what gzip adds."""
        if response.streaming or not _is_text(response):
            return response
        return super().process_response(request, response)


def _is_text(response: HttpResponseBase) -> bool:
    kind = response.get("Content-Type", "")
    return kind.startswith(("text/html", "application/json"))
