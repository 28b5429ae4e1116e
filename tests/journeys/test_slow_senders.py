"""Requests that come a byte at a time: they are ended, and pages stay as quick beside them."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.claude_sandbox import Sandbox
from tests.journeys.conftest import session_of
from tests.journeys.test_site_limits import read_until
from tests.site import Site, running_site

READ_SECONDS = 2
SLOW = 200
PAGES = 40
HEAD = b"GET /documents HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
FORM = (
    b"POST /translate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntext="
)


@pytest.fixture(scope="module")
def impatient(django_db_setup: None, sandbox_server: Sandbox) -> Iterator[Site]:
    settings = {"REQUEST_READ_SECONDS": str(READ_SECONDS)}
    with running_site(sandbox_server.url, **settings) as site:
        yield site


@pytest.fixture
def site(impatient: Site, transactional_db: None) -> Site:
    return impatient


def beginning(site: Site, data: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", site.port), timeout=30)
    one.sendall(data)
    return one


@contextmanager
def feeding(senders: list[socket.socket]) -> Iterator[None]:
    """A byte on each connection every second, until the block ends and with it the connections."""
    stop = threading.Event()

    def feed() -> None:
        while not stop.wait(1.0):
            for one in senders:
                with suppress(OSError):  # ended by the other side
                    one.send(b"x")

    thread = threading.Thread(target=feed)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        for one in senders:
            one.close()


def read_to_end(one: socket.socket) -> bytes:
    seen = b""
    while True:
        try:
            part = one.recv(4096)
        except ConnectionResetError:
            return seen
        if not part:
            return seen
        seen += part


def p95(site: Site, headers: dict[str, str]) -> float:
    took = []
    for _ in range(PAGES):
        began = time.perf_counter()
        assert site.call("GET", "/translate", headers=headers).status == 200
        took.append(time.perf_counter() - began)
    return sorted(took)[int(PAGES * 0.95) - 1]


class TestSlowSenders:
    def test_it_ends_a_request_that_does_not_arrive(self, site: Site) -> None:
        whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        reused = beginning(site, whole)
        assert b" 200 " in read_until(reused, b'{"status": "ok"}')
        reused.sendall(b"GET /healthz HTTP/1.1\r\n")
        senders = [beginning(site, one) for one in (HEAD, FORM, b"")]
        senders.append(reused)
        began = time.monotonic()
        with feeding([sender for sender in senders if sender is not senders[2]]), senders[2]:
            answers = [read_to_end(one) for one in senders]
        took = time.monotonic() - began
        for answer in answers:
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"took too long to arrive" in answer
        assert READ_SECONDS - 0.5 < took < READ_SECONDS + 3

    def test_it_tells_programs_in_json(self, site: Site) -> None:
        head = b"POST /api/v1/translate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
        with beginning(site, head) as sender:
            body = read_to_end(sender).partition(b"\r\n\r\n")[2]
        assert json.loads(body)["error"]["code"] == "request_too_slow"

    def test_it_lets_a_long_upload_take_its_time(self, site: Site, owner: Any) -> None:
        """Each second brings more than the line is asked for: nothing is cut."""
        body = json.dumps({"text": ["Hello."], "target_lang": "x" * 60_000}).encode()

        def slowly() -> Iterator[bytes]:
            size = len(body) // 10
            for start in range(0, len(body), size):
                yield body[start : start + size]
                time.sleep(0.3)

        headers = {**owner.headers, "Content-Type": "application/json"}
        headers["Content-Length"] = str(len(body))
        answer = site.call("POST", "/api/v1/translate", headers=headers, body=slowly())
        assert answer.status == 400

    def test_it_leaves_a_stream_and_an_answer_alone(self, site: Site, owner: Any) -> None:
        cookie = {"Cookie": f"sessionid={session_of(owner.user)}"}
        with site.stream("/events", cookie) as stream:
            assert b"event: ready" in read_until(stream, b"event: ready")
            stream.settimeout(READ_SECONDS + 1)
            with pytest.raises(TimeoutError):
                stream.recv(4096)

    def test_it_keeps_pages_quick_beside_two_hundred_of_them(self, site: Site, owner: Any) -> None:
        headers = {"Cookie": f"sessionid={session_of(owner.user)}"}
        p95(site, headers)
        senders = [beginning(site, HEAD if number % 2 else FORM) for number in range(SLOW)]
        with feeding(senders):
            busy = p95(site, headers)
            ends = [read_to_end(one) for one in senders]
        assert all(end.startswith(b"HTTP/1.1 408 ") for end in ends)
        # A page that waited for a slow sender would take that sender's whole time.
        assert busy < READ_SECONDS / 2
