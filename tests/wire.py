"""A loopback server that answers each request with the next reply of a script, byte for byte."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came in. Header names are in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to send back. `cut` ends the body early, `reset` and `hang_up` send nothing at all."""

    status: int = 200
    body: bytes | Mapping[str, Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    cut: bool = False
    reset: bool = False
    hang_up: bool = False
    silent: bool = False

    def wire(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        headers = {
            "content-type": self.media_type,
            "content-length": str(len(body)),
            **self.headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        sent = body[: len(body) // 2] if self.cut else body
        return f"HTTP/1.1 {self.status} Scripted\r\n{head}\r\n".encode() + sent


# A reply, or what makes one while the client waits.
Step = Reply | Callable[[Received], Reply]


class Wire:
    """The running server: its address, and what it has received so far."""

    def __init__(self, script: Sequence[Step]) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self._script = iter(script)
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        while not self._stopped.is_set():
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._converse, args=(peer,), daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _converse(self, peer: socket.socket) -> None:
        with peer, peer.makefile("rb") as stream:
            while (request := _read(stream)) is not None:
                self.received.append(request)
                step = next(self._script)
                reply = step if isinstance(step, Reply) else step(request)
                if reply.silent:
                    self._stopped.wait(10)
                    return
                if reply.reset:
                    linger = struct.pack("ii", 1, 0)
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                if reply.reset or reply.hang_up:
                    return
                peer.sendall(reply.wire())
                if reply.cut:
                    return


@contextmanager
def wire(*script: Step) -> Iterator[Wire]:
    """A server on a free loopback port for as long as the block runs."""
    server = Wire(script)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


def _read(stream: Any) -> Received | None:
    line = stream.readline().decode().strip()
    if not line:
        return None
    headers: dict[str, str] = {}
    while header := stream.readline().decode().strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Received(line, headers, stream.read(int(headers.get("content-length", "0"))))
