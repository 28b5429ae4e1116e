"""The sockets that the supervisor binds and its children inherit."""

from __future__ import annotations

import socket

from config.supervisor.ports import listen_anywhere


def test_it_sends_small_answers_at_once() -> None:
    """Without it each answer on a kept connection waits 40 ms for the other side's word."""
    listener = listen_anywhere()
    port = listener.socket.getsockname()[1]
    with listener.socket, socket.create_connection(("127.0.0.1", port)) as caller:
        accepted, _ = listener.socket.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert caller.getpeername() == accepted.getsockname()
