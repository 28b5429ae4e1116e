"""`Idempotency-Key` for every write of the REST API, whatever view answers it.

Views need not think of it: what they do runs in one transaction with the note of their answer. One
that waits for work says `waits = True`, and hands `idempotency.call_on(request)` to the service
that has the effect.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.roles import actor_of
from accounts.services import idempotency
from accounts.services.idempotency import HEADER, WRITES, Answer, Call
from common.errors import TooLarge

REPLAYED: Final = "Idempotency-Replayed"
# What belongs to an answer and not to the moment, the connection or the reader.
_BELONGING: Final = ("Content-Type", "Cache-Control", "ETag", "Link", "Location", "Retry-After")
_FORM: Final = "multipart/form-data"
_made: Final[dict[type[APIView], type[APIView]]] = {}
Handler = Callable[..., HttpResponseBase]


class IdempotencyMiddleware(MiddlewareMixin):
    """Lends each view of REST framework that a write with the header goes to what is below.

    It calls the view itself, so it stands last: nothing else may come between the two.
    """

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The answer of the view that was meant, asked for by way of `_Repeating`."""
        if request.method not in WRITES or HEADER not in request.headers:
            return None
        kind = getattr(view, "cls", None)
        if not isinstance(kind, type) or not issubclass(kind, APIView):
            return None
        repeating = _repeating(kind).as_view(**view.initkwargs)
        answer: HttpResponseBase = repeating(request, *args, **kwargs)
        return answer


def _repeating(kind: type[APIView]) -> type[APIView]:
    if kind not in _made:
        _made[kind] = type(kind.__name__, (_Repeating, kind), {"__module__": kind.__module__})
    return _made[kind]


class _Repeating(APIView):
    """In front of a view: its handler is asked once for each key."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Takes the body in before who signed in is known: the check of a form's token may read it.

        What was read from the stream could not be told from another body afterwards.
        """
        if _media_type(request) != _FORM:
            _body(request)
        super().initial(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        """The last that the framework does before the view's own: by now it is known who asks."""
        super().check_throttles(request)
        actor = actor_of(request)
        name = (request.method or "").lower()
        handler: Handler | None = getattr(self, name, None)
        if actor is None or handler is None:
            return
        call = idempotency.call_of(
            actor=actor, key=request.headers[HEADER], fingerprint=_fingerprint(request)
        )
        request._request.idempotent_call = call  # type: ignore[attr-defined]
        asked = self._after_waiting if getattr(self, "waits", False) else self._at_once
        setattr(self, name, partial(asked, call, handler))

    def _at_once(
        self, call: Call, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        made: list[HttpResponseBase] = []

        def act() -> Answer:
            made.append(self._rendered(request, handler(request, *args, **kwargs)))
            if made[0].status_code >= 400:
                raise idempotency.Refused
            return _answer(made[0])

        try:
            answer = idempotency.answer_once(call, act)
        except idempotency.Refused:
            return made[0]
        return _repeated(answer) if call.is_repeated else made[0]

    def _after_waiting(
        self, call: Call, handler: Handler, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        kept = idempotency.kept_answer(call)
        # A stream is told anew: it is no answer that could be kept.
        is_whole = request.accepted_renderer.media_type == "application/json"
        if kept is not None and is_whole:
            return _repeated(kept)
        response = self._rendered(request, handler(request, *args, **kwargs))
        if response.status_code == 200 and not response.streaming:
            idempotency.keep_answer(call, _answer(response))
        if call.is_repeated:
            response[REPLAYED] = "true"
        return response

    def _rendered(self, request: Request, response: HttpResponseBase) -> HttpResponseBase:
        self.finalize_response(request, response)  # type: ignore[arg-type]
        return response.render() if isinstance(response, Response) else response


def _answer(response: HttpResponseBase) -> Answer:
    assert isinstance(response, HttpResponse), "a write answers with what can be kept"
    headers = {name: response[name] for name in _BELONGING if name in response}
    return Answer(status=response.status_code, headers=headers, body=response.content.decode())


def _repeated(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    del response["Content-Type"]
    for name, value in {**answer.headers, REPLAYED: "true"}.items():
        response[name] = value
    return response


def _fingerprint(request: Request) -> str:
    """Equal for equal requests: method, address, media type, and the body by its content."""
    media_type = _media_type(request)
    told = blake2b(digest_size=32)
    for part in (request.method or "", request.get_full_path(), media_type):
        _tell(told, part.encode())
    if media_type == _FORM:
        _tell_form(told, request)
    else:
        _tell(told, _body(request))
    return told.hexdigest()


def _media_type(request: Request) -> str:
    return (request.content_type or "").split(";")[0].strip().lower()


def _body(request: Request) -> bytes:
    try:
        return request._request.body
    except RequestDataTooBig:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raise TooLarge(
            "request_too_large",
            f"The request is larger than the limit of {most:,} bytes at this address. Nothing was"
            " stored.",
            detail={"max_bytes": most},
        ) from None


def _tell_form(told: Any, request: Request) -> None:
    """By its fields and files: the boundary between them is new each time."""
    for name, values in request.POST.lists():
        for value in values:
            _tell(told, name.encode(), value.encode(errors="surrogatepass"))
    for name, files in request.FILES.lists():
        for file in files:
            _tell(told, name.encode(), (file.name or "").encode(errors="surrogatepass"))
            _tell(told, _content(file))


def _tell(told: Any, *parts: bytes) -> None:
    for part in parts:
        # With its length, so that no part can reach into the next.
        told.update(len(part).to_bytes(8))
        told.update(part)


def _content(file: Any) -> bytes:
    told = blake2b(digest_size=32)
    for chunk in file.chunks():
        told.update(chunk)
    file.seek(0)
    return told.digest()
