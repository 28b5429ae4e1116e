"""Texts: translated while the caller waits, or asked for later."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import Permission, idempotency
from common.rest.endpoints import Endpoint
from translation.api.actors import actor
from translation.serializers.texts import TranslateRequest, TranslationShape
from translation.services import texts


class TranslateView(Endpoint):
    """Texts, translated while the caller waits."""

    takes = {"POST": TranslateRequest}
    waits = True

    @extend_schema(
        operation_id="translate",
        responses={200: TranslationShape, 202: TranslationShape},
    )
    def post(self, request: Request) -> Response:
        """Translate up to 50 texts. After 20 seconds answers 202 with the Location to ask."""
        who = actor(request, Permission.TRANSLATE)
        call = idempotency.call_on(request)
        return _translation(texts.translate_texts(actor=who, call=call, **self.body()))


class TranslationView(Endpoint):
    """The result of a translate call that took longer."""

    @extend_schema(
        operation_id="get_translation", responses={200: TranslationShape, 202: TranslationShape}
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Ask for the texts of an earlier translate call."""
        who = actor(request, Permission.TRANSLATE)
        return _translation(texts.translation_of(actor=who, job_id=job_id))


def _translation(result: texts.Translation) -> Response:
    answer = Response(TranslationShape(result).data, status=200 if result.finished else 202)
    if not result.finished:
        answer["Location"] = reverse("api_translation", args=[result.job_id])
        answer["Retry-After"] = "1"
    return answer
