"""Refuses a request by its length before Django sees it: its head, and its body.

A body counts by its declared length, or as it arrives. Django's ASGI handler takes a whole body in
before any middleware runs; this stands in front.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from django.conf import settings

from common.errors import DomainError, Malformed
from common.http import API_PREFIX, head_too_large
from common.ids import uuid7
from config.refusals import body_too_large
from translation.services.intake import MAX_FILE_BYTES, MAX_FILES

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

UPLOADS: Final = frozenset(
    {
        *("/documents", "/documents/upload", "/documents/estimate"),
        *("/api/v1/documents", "/api/v1/documents/estimate"),
    }
)
_IMPORT: Final = re.compile(r"(/api/v1)?/glossaries/[^/]{1,40}/imports?")
# Boundaries, headers and fields around the files.
_AROUND_FILES: Final = 1_000_000
MAX_HEADER_BYTES: Final = 32_768
MAX_HEADERS: Final = 200
MAX_ADDRESS_BYTES: Final = 16_384
# How a page's script names itself, see common.http.is_script.
SCRIPT: Final = (b"x-requested-with", b"XMLHttpRequest")


def limit_of(path: str) -> int:
    """How many bytes of body an address takes."""
    if path in UPLOADS:
        return MAX_FILES * MAX_FILE_BYTES + _AROUND_FILES
    if _IMPORT.fullmatch(path):
        return MAX_FILE_BYTES + _AROUND_FILES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def bounded(app: App) -> App:
    """The application behind the limits."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        limit = limit_of(scope["path"])
        error = _by_head(scope) or _by_declared_length(scope, limit)
        if error is not None:
            await _refuse(scope, send, error)
            return
        body = _Body(receive, limit)
        try:
            await app(scope, body.receive, send)
        except _PastLimit:
            await _refuse(scope, send, body_too_large(limit))

    return guarded


class _PastLimit(Exception):
    """More arrived than the address takes."""


class _Body:
    """Counts what arrives."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _PastLimit
        return message


def _by_head(scope: Scope) -> DomainError | None:
    """Held here as well as by the server, whose limit depends on how a head arrives."""
    headers = scope["headers"]
    size = sum(len(name) + len(value) for name, value in headers)
    address = len(scope.get("raw_path") or b"") + len(scope.get("query_string", b""))
    if size > MAX_HEADER_BYTES or len(headers) > MAX_HEADERS or address > MAX_ADDRESS_BYTES:
        return head_too_large()
    return None


def _by_declared_length(scope: Scope, limit: int) -> DomainError | None:
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    # int() alone would take signs and underscores.
    if not declared.isdigit() or len(declared) > 18:
        return Malformed("request_malformed", "The Content-Length is not a number of bytes.")
    return body_too_large(limit) if int(declared) > limit else None


async def _refuse(scope: Scope, send: Send, error: DomainError) -> None:
    request_id = str(uuid7())
    if scope["path"].startswith(API_PREFIX) or SCRIPT in scope["headers"]:
        media = b"application/json"
        body = json.dumps(
            {
                "error": {
                    "code": error.code,
                    "message": error.message,
                    "detail": error.detail,
                    "request_id": request_id,
                }
            },
            ensure_ascii=False,
        ).encode()
    else:
        media = b"text/plain; charset=utf-8"
        body = error.message.encode()
    headers = [
        (b"content-type", media),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
        # What is left of the body is not read.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
