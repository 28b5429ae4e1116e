"""Ports the supervisor binds and keeps: what is bound here cannot be taken by a neighbour."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from config.errors import StartRefused

FIRST_PORT = 8000
PORTS_TRIED = 100
BACKLOG = 512


@dataclass(frozen=True)
class Listener:
    """A bound, listening socket that children inherit, and the address people use."""

    socket: socket.socket
    url: str

    @property
    def fd(self) -> int:
        """The descriptor to pass on."""
        return self.socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self.socket.close()


def listen_for_pages(address: str, port: int) -> Listener:
    """Bind `port`, or, when it is 0, port 8000 or the next free one."""
    if port:
        return _listen(address, port, f"PORT is {port}, but ")
    for candidate in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        try:
            return _listen(address, candidate, "")
        except _Taken:
            continue
    last = FIRST_PORT + PORTS_TRIED - 1
    raise StartRefused(f"ports {FIRST_PORT} to {last} are all taken; set PORT to a free one.")


def listen_anywhere() -> Listener:
    """Bind any free port of this machine's own network."""
    return _listen("127.0.0.1", 0, "")


class _Taken(StartRefused):
    """Somebody else listens there."""


def _listen(address: str, port: int, preface: str) -> Listener:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port in TIME_WAIT after our own last run is free; one with a listener is not.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it. The server takes an inherited socket for a unix one and would not
        # set it: an answer's second packet then waits 40 ms for the first one's receipt.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.bind((address, port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            sentence = f"{preface}port {port} is taken; set PORT to a free one, or leave it out."
            raise _Taken(sentence) from error
        if error.errno == errno.EACCES:
            sentence = f"{preface}only root may listen on port {port}; choose 1024 or above."
            raise StartRefused(sentence) from error
        sentence = f"BIND_ADDRESS is {address!r}, but accepts an address of this machine: {error}"
        raise StartRefused(sentence) from error
    number = bound.getsockname()[1]
    shown = "127.0.0.1" if address in {"0.0.0.0", ""} else address  # noqa: S104 - compared only
    if family == socket.AF_INET6:
        shown = "[::1]" if shown == "::" else f"[{shown}]"
    return Listener(bound, f"http://{shown}:{number}")
