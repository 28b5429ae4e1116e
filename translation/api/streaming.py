"""What endpoints share that answer with an event stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Final

from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.endpoints import Endpoint


class EventStream(BaseRenderer):
    """Lets `Accept: text/event-stream` through; the stream itself is no rendered answer."""

    media_type = "text/event-stream"
    format = "event-stream"


# Not a class: there a field named "data" would hide the serializer's own.
_EVENT: Final = inline_serializer(
    "StreamedEvent",
    {
        "event": serializers.CharField(help_text="What is told."),
        "data": serializers.CharField(help_text="JSON, on one line."),
    },
)


def events(described: str) -> OpenApiResponse:
    """How the description of the API shows an event stream."""
    return OpenApiResponse(_EVENT, description=described)


class Streaming(Endpoint):
    """An address that can answer with events."""

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """What is no stream is JSON: an error before the first event has its usual shape."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(final, Response) and isinstance(final.accepted_renderer, EventStream):
            final.accepted_renderer = JSONRenderer()
            final.accepted_media_type = "application/json"
        return final


def is_for_events(request: Request) -> bool:
    """Whether the caller asked for events rather than JSON."""
    return isinstance(request.accepted_renderer, EventStream)


def event_stream(request: Request, frames: AsyncGenerator[str]) -> HttpResponseBase:
    """An answer that lasts as long as its events; only its head where that is all they want."""
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse(content_type=EventStream.media_type)
    else:
        # The stream outlives the view: it must not keep the view's connection.
        connection.close()
        answer = StreamingHttpResponse(frames, content_type=EventStream.media_type)
    answer["Cache-Control"] = "no-cache"
    answer["X-Accel-Buffering"] = "no"
    return answer
