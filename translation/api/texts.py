"""Texts: translated while the caller waits, or asked for later."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Actor, Permission, idempotency
from common import paging, telemetry
from glossaries.queries import Wishes
from translation.api.actors import actor
from translation.api.streaming import EventStream, Streaming, event_stream, events, is_for_events
from translation.queries import box
from translation.serializers.texts import (
    TextPage,
    TextQuery,
    TranslateRequest,
    TranslationShape,
)
from translation.services import texts
from translation.services.box import forget
from translation.text_stream import translation_frames

_EVENTS: Final = (
    "The texts, or server-sent events: `job` with its id, a `segment` for each that is done, and"
    " at the end `done` or `unfinished` with the body of the JSON answer, or `error`."
)
_ANSWERS: Final = {
    (200, "application/json"): TranslationShape,
    (200, "text/event-stream"): events(_EVENTS),
    (202, "application/json"): TranslationShape,
}


class TranslateView(Streaming):
    """Texts, translated while the caller waits."""

    asks = {"GET": TextQuery}
    takes = {"POST": TranslateRequest}
    renderer_classes = [JSONRenderer, EventStream]
    waits = True

    @extend_schema(operation_id="list_translations", responses=TextPage)
    def get(self, request: Request) -> Response:
        """List the texts that you, or the key that asks, had translated, newest first."""
        who = actor(request, Permission.TRANSLATE)
        limit, of = self.query["limit"], paging.listed("translations", self.query)
        found = box.history(
            who.organization_id,
            user_id=who.user_id,
            api_key_id=who.api_key_id,
            query=self.query.get("search", ""),
            limit=limit + 1,
            before=paging.read_place(of, self.query.get("cursor")),
        )
        shown, more = paging.page(
            found, limit=limit, of=of, place=lambda one: [one.created_at, one.document_id]
        )
        return Response(TextPage({"translations": shown, "next_cursor": more}).data)

    @extend_schema(operation_id="translate", responses=_ANSWERS)
    def post(self, request: Request) -> HttpResponseBase:
        """Translate up to 50 texts. After 20 seconds answers 202 with the Location to ask.

        With `Accept: text/event-stream` each segment is told as soon as it is done.
        """
        who = actor(request, Permission.TRANSLATE)
        call, body = idempotency.call_on(request), dict(self.body())
        wishes = Wishes(profile=body.pop("profile", None))
        if is_for_events(request):
            job_id = texts.begin_texts(actor=who, call=call, wishes=wishes, **body)
            return _stream(request, who, job_id)
        return _translation(texts.translate_texts(actor=who, call=call, wishes=wishes, **body))


class TranslationView(Streaming):
    """The result of a translate call that took longer."""

    renderer_classes = [JSONRenderer, EventStream]

    @extend_schema(operation_id="get_translation", responses=_ANSWERS)
    def get(self, request: Request, job_id: UUID) -> HttpResponseBase:
        """Ask for the texts of an earlier translate call.

        With `Accept: text/event-stream` it is told from the start, as if it had just been sent.
        """
        who = actor(request, Permission.TRANSLATE)
        if is_for_events(request):
            begun = texts.begun(organization_id=who.organization_id, job_id=job_id)
            return _stream(request, who, begun.job_id)
        return _translation(texts.translation_of(actor=who, job_id=job_id))

    @extend_schema(operation_id="delete_translation", responses={204: None})
    def delete(self, request: Request, job_id: UUID) -> Response:
        """Delete a text with its translation. What was billed stays billed."""
        forget(actor=actor(request, Permission.TRANSLATE), job_id=job_id)
        return Response(status=204)


def _stream(request: Request, who: Actor, job_id: UUID) -> HttpResponseBase:
    frames = translation_frames(actor=who, job_id=job_id, request_id=telemetry.request_id())
    return event_stream(request, frames)


def _translation(result: texts.Translation) -> Response:
    answer = Response(TranslationShape(result).data, status=200 if result.finished else 202)
    if not result.finished:
        answer["Location"] = reverse("api_translation", args=[result.job_id])
        answer["Retry-After"] = "1"
    return answer
