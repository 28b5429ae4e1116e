"""Customers' receivers on this machine: real HTTP servers that answer as they are told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Got:
    """One request, read whole."""

    path: str
    headers: dict[str, str]
    body: bytes
    line: str = ""


Answer = Callable[[socket.socket, Got], None]


@dataclass
class Receiver:
    """A server; `answer` may be changed at any time, `got` is what came, `connections` how many."""

    port: int
    answer: Answer
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?for=northwind"


def status(code: int, *lines: str) -> Answer:
    """Answers with a status, these header lines and no body."""

    def answer(stream: socket.socket, got: Got) -> None:
        head = [f"HTTP/1.1 {code} Word", "Content-Length: 0", *lines, "", ""]
        stream.sendall("\r\n".join(head).encode())

    return answer


def raw(*pieces: bytes, pause: float = 0.0, forever: bool = False) -> Answer:
    """Sends these bytes, with pauses between them, again and again where `forever`."""

    def answer(stream: socket.socket, got: Got) -> None:
        first, *rest = pieces or (b"",)
        stream.sendall(first)
        while rest:
            for piece in rest:
                time.sleep(pause)
                stream.sendall(piece)
            if not forever:
                return

    return answer


def hang(receiver_stopped: threading.Event) -> Answer:
    """Takes the request and says nothing."""

    def answer(stream: socket.socket, got: Got) -> None:
        receiver_stopped.wait(30)

    return answer


@contextmanager
def receiving(answer: Answer | None = None, port: int = 0) -> Iterator[Receiver]:
    """A receiver for as long as the block runs; with a `port`, where it was before."""
    with socket.create_server(("127.0.0.1", port), backlog=64) as listener:
        receiver = Receiver(listener.getsockname()[1], answer or status(204))
        threads: list[threading.Thread] = []

        def accept() -> None:
            while not receiver.stopped.is_set():
                try:
                    stream, _ = listener.accept()
                except OSError:
                    return
                if receiver.stopped.is_set():
                    stream.close()
                    return
                receiver.connections += 1
                thread = threading.Thread(target=serve, args=(stream,), daemon=True)
                threads.append(thread)
                thread.start()

        def serve(stream: socket.socket) -> None:
            with stream, suppress(OSError):
                got = read_request(stream)
                if got is not None:
                    receiver.got.append(got)
                    receiver.answer(stream, got)

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield receiver
        finally:
            receiver.stopped.set()
            with suppress(OSError), socket.create_connection(("127.0.0.1", receiver.port), 1):
                pass
            accepting.join(5)
            for thread in threads:
                thread.join(5)


def read_request(stream: socket.socket) -> Got | None:
    stream.settimeout(20)
    held = b""
    while b"\r\n\r\n" not in held:
        more = stream.recv(65536)
        if not more:
            return None
        held += more
    head, body = held.split(b"\r\n\r\n", 1)
    line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += stream.recv(65536)
    return Got(line.split(" ")[1], headers, body, line)
