"""Ends connections that send no request, or too slowly; uvicorn is started with this protocol.

uvicorn waits for a request for as long as its sender likes. A few hundred senders of a byte a
second would hold a connection, memory and a place in the loop each, for days.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Final

import h11
from django.conf import settings
from uvicorn.protocols.http.h11_impl import H11Protocol

from common.errors import DomainError
from common.ids import uuid7

# What arrives buys its own time: an upload over a slow line is no attack.
BYTES_PER_SECOND: Final = 4_096


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with REQUEST_READ_SECONDS for a request to arrive whole.

    The time runs from the connection or from the first byte of a further request; every
    4,096 bytes add a second.
    """

    _deadline: float = 0.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        if self._timer is None and not self._is_whole():
            self._begin()
        self._deadline += len(data) / BYTES_PER_SECOND
        super().data_received(data)
        if self._is_whole():
            self._end()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - we have words of our own
        """Refuses what is no HTTP, in the shape of every error; called where h11's error is caught.

        Whether a program asked cannot be known: its address may be what could not be read.
        """
        hint = getattr(sys.exception(), "error_status_hint", 400)
        started = self.cycle is not None and self.cycle.response_started
        if not started or (self.cycle and self.cycle.response_complete):
            self.transport.write(_unreadable(too_large=hint == 431))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._deadline = self.loop.time() + settings.REQUEST_READ_SECONDS
        self._timer = self.loop.call_at(self._deadline, self._look)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _is_whole(self) -> bool:
        """Whether nothing more of a request is awaited, by h11's account."""
        is_idle = self.conn.their_state is h11.IDLE
        return not is_idle and self.conn.their_state is not h11.SEND_BODY

    def _look(self) -> None:
        self._timer = None
        now = self.loop.time()
        if self.transport.is_closing() or self._is_whole():
            return
        if self.flow.read_paused:
            # It is we who do not read: the sender may not be blamed.
            self._deadline = max(self._deadline, now + 1.0)
        if now < self._deadline:
            self._timer = self.loop.call_at(self._deadline, self._look)
            return
        self._cut()

    def _cut(self) -> None:
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_answer(self.scope["path"] if self.scope else "", self.headers))
        self.transport.close()


def _answer(path: str, headers: list[tuple[bytes, bytes]] | None) -> bytes:
    """A whole 408, for a protocol that can no longer speak for itself."""
    # uvicorn reads this module before the application, and with it the apps, is there.
    from common.http import API_PREFIX, request_too_slow
    from config.bounds import SCRIPT

    error = request_too_slow()
    is_program = path.startswith(API_PREFIX) or SCRIPT in (headers or ())
    return _whole(error, "Request Timeout", as_json=is_program)


def _unreadable(*, too_large: bool) -> bytes:
    from common.errors import Malformed
    from common.http import head_too_large

    if too_large:
        return _whole(head_too_large(), "Request Header Fields Too Large", as_json=True)
    error = Malformed("request_malformed", "This is no HTTP request that can be read.")
    return _whole(error, "Bad Request", as_json=True)


def _whole(error: DomainError, reason: str, *, as_json: bool) -> bytes:
    request_id = str(uuid7())
    media, body = "text/plain; charset=utf-8", error.message
    if as_json:
        facts = {"code": error.code, "message": error.message, "detail": error.detail}
        media = "application/json"
        body = json.dumps({"error": {**facts, "request_id": request_id}})
    head = (
        f"HTTP/1.1 {error.status} {reason}",
        f"Content-Type: {media}",
        f"Content-Length: {len(body.encode())}",
        f"X-Request-ID: {request_id}",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(head).encode() + body.encode()
