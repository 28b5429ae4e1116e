"""A small HTTP/1.1 server over asyncio streams: cheap, and able to fail on the wire when told.

A web framework would hide the socket, and the faults worth rehearsing (a reset, a body cut short)
happen there.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus

MAX_HEAD_BYTES = 64 * 1024
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_DRAINED_BYTES = 128 * 1024 * 1024
MAX_CONNECTIONS = 4096
IDLE_SECONDS = 120.0
BODY_SECONDS = 60.0

_REASONS = {status.value: status.phrase for status in HTTPStatus} | {529: "Overloaded"}
_TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head></html>\n"


class Ending(Enum):
    """What happens on the wire once the application has answered."""

    WHOLE = "whole"  # the reply as it is
    CUT = "cut"  # headers and half of the body, then the connection closes
    CLOSE = "close"  # no reply, an orderly close
    RESET = "reset"  # no reply, a TCP reset
    HANG = "hang"  # no reply until the client leaves or `Reply.hang_seconds` have passed


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are lower case; `received` is the loop's clock in seconds."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    received: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply, and how it is to end on the wire."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    ending: Ending = Ending.WHOLE
    hang_seconds: float = 0.0


class BadRequestHead(Exception):
    """The head of a request is not HTTP/1.1 as we read it; holds the status to answer with."""

    def __init__(self, status: int) -> None:
        super().__init__(_REASONS[status])
        self.status = status


App = Callable[[Request], Awaitable[Reply]]


@dataclass(slots=True)
class HttpServer:
    """Serves one application on one listening socket, many connections in one thread."""

    app: App
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, listener: socket.socket) -> None:
        """Begin to accept on a bound socket."""
        self._server = await asyncio.start_server(
            self._connected, sock=listener, limit=MAX_HEAD_BYTES, backlog=1024
        )

    async def stop(self) -> None:
        """Stop accepting, then end every connection, whatever it is waiting for."""
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._connections):
            task.cancel()
        if self._connections:
            await asyncio.wait(tuple(self._connections), timeout=2.0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            # A client that leaves, stalls or is dropped at shutdown ends only its own connection.
            with contextlib.suppress(
                OSError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError
            ):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it. False when the connection is to be closed."""
        try:
            request = await _read_request(reader, writer)
        except BadRequestHead as error:
            too_large = error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            body = _TOO_LARGE if too_large else b""
            reply = Reply(status=error.status, body=body, content_type="text/html")
            writer.write(_rendered(reply, keep_alive=False))
            await writer.drain()
            return False
        if request is None:
            return False
        keep_alive = request.headers.get("connection", "").lower() != "close"
        reply = await self.app(request)
        return await _send(reply, reader, writer, keep_alive=keep_alive) and keep_alive


async def _read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise BadRequestHead(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    except asyncio.IncompleteReadError:
        return None
    received = asyncio.get_running_loop().time()
    method, target, headers = _parsed_head(head)
    length = _body_length(headers)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    async with asyncio.timeout(BODY_SECONDS):
        if length > MAX_BODY_BYTES:
            await _drain(reader, length)
            raise BadRequestHead(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = await reader.readexactly(length) if length else b""
    path, _, query = target.partition("?")
    return Request(method, path, query, headers, body, received)


def _parsed_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    parts = first.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise BadRequestHead(HTTPStatus.BAD_REQUEST)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequestHead(HTTPStatus.BAD_REQUEST)
        headers[name.strip().lower()] = value.strip()
    return parts[0], parts[1], headers


def _body_length(headers: dict[str, str]) -> int:
    if "transfer-encoding" in headers:  # the SDK always states the length
        raise BadRequestHead(HTTPStatus.LENGTH_REQUIRED)
    stated = headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdigit() or len(stated) > 15:
        raise BadRequestHead(HTTPStatus.BAD_REQUEST)
    return int(stated)


async def _drain(reader: asyncio.StreamReader, length: int) -> None:
    """Read an oversized body away: closing on a client that still writes would reset it."""
    left = min(length, MAX_DRAINED_BYTES)
    while left > 0:
        chunk = await reader.read(min(left, MAX_HEAD_BYTES))
        if not chunk:
            return
        left -= len(chunk)


def _rendered(reply: Reply, *, keep_alive: bool) -> bytes:
    reason = _REASONS.get(reply.status, "Unknown")
    lines = [
        f"HTTP/1.1 {reply.status} {reason}",
        f"content-type: {reply.content_type}",
        f"content-length: {len(reply.body)}",
    ]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    if not keep_alive:
        lines.append("connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + reply.body


async def _send(
    reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, keep_alive: bool
) -> bool:
    """Put the reply on the wire. False when the connection cannot be used again."""
    match reply.ending:
        case Ending.WHOLE:
            writer.write(_rendered(reply, keep_alive=keep_alive))
            await writer.drain()
            return True
        case Ending.CUT:
            whole = _rendered(reply, keep_alive=keep_alive)
            writer.write(whole[: len(whole) - max(1, len(reply.body) // 2)])
            await writer.drain()
        case Ending.RESET:
            linger = struct.pack("ii", 1, 0)  # close with a reset instead of a farewell
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        case Ending.HANG:
            async with asyncio.timeout(reply.hang_seconds):
                await reader.read(1)
        case Ending.CLOSE:
            pass
    return False
