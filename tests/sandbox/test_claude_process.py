"""The stand-in as a process and a socket: starting, stopping, and raw HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(*arguments, **environment):
    child = subprocess.Popen(
        [sys.executable, "-m", "sandbox.claude", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def exchange(port, raw, *, replies=1):
    """Send bytes as they are; read until so many replies have ended or the server has closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        stream = connection.makefile("rb")
        return [reply for _ in range(replies) if (reply := read_reply(stream))]


def read_reply(stream):
    status = stream.readline().decode()
    if not status:
        return None
    length = 0
    while (line := stream.readline().decode().strip().lower()) != "":
        if line.startswith("content-length:"):
            length = int(line.partition(":")[2])
    return int(status.split(" ")[1]), stream.read(length)


HEALTH = b"GET /_control/health HTTP/1.1\r\nhost: x\r\n\r\n"


class TestProcess:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_says_where_it_is_and_leaves_cleanly(self, number):
        with started("--port", "0") as child:
            line = child.stdout.readline()
            port = int(line.rstrip().rpartition(":")[2])
            assert exchange(port, HEALTH) == [(200, b'{"status":"ok"}')]
            child.send_signal(number)
            assert child.wait(timeout=10) == 0
            assert child.stderr.read() == ""

    def test_it_leaves_while_a_request_is_under_way(self):
        with started("--port", "0", SANDBOX_CLAUDE_LATENCY_MS="60000") as child:
            port = int(child.stdout.readline().rstrip().rpartition(":")[2])
            body = json.dumps(
                {
                    "model": "claude-haiku-5-5",
                    "max_tokens": 5,
                    "messages": [{"role": "user", "content": "x"}],
                }
            ).encode()
            head = (
                "POST /v1/messages HTTP/1.1\r\nx-api-key: sk-ant-x\r\n"
                f"anthropic-version: 2026-10-21\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(head.encode() + body)
                in_flight = b""
                while b'"in_flight":1' not in in_flight:
                    [(_, in_flight)] = exchange(port, b"GET /_control/counters HTTP/1.1\r\n\r\n")
                child.terminate()
                assert child.wait(timeout=10) == 0
                assert connection.recv(100) == b""

    @pytest.mark.parametrize(
        ("environment", "words"),
        [
            ({"SANDBOX_CLAUDE_SEED": "one"}, "SANDBOX_CLAUDE_SEED must be a whole number"),
            ({"SANDBOX_CLAUDE_LATENCY_MS": "-5"}, "SANDBOX_CLAUDE_LATENCY_MS must be"),
            ({"SANDBOX_CLAUDE_LATENCY_MS": "soon"}, "SANDBOX_CLAUDE_LATENCY_MS must be"),
        ],
    )
    def test_it_names_a_wrong_setting(self, environment, words):
        with started("--port", "0", **environment) as child:
            assert child.wait(timeout=10) == 2
            assert words in child.stderr.read()

    def test_it_says_that_a_port_is_taken(self, running):
        with started("--port", str(running.port)) as child:
            assert child.wait(timeout=10) == 2
            assert "in use" in child.stderr.read()

    def test_it_serves_on_loopback_only(self):
        with socket.socket() as listener:
            listener.bind(("0.0.0.0", 0))
            number = listener.fileno()
            found = subprocess.run(
                [sys.executable, "-m", "sandbox.claude", "--fd", str(number)],
                cwd=ROOT,
                pass_fds=[number],
                capture_output=True,
                text=True,
                check=False,
                timeout=10,
            )
        assert found.returncode == 2
        assert "only loopback will do" in found.stderr

    def test_it_imports_nothing_but_the_standard_library(self):
        code = (
            "import sys, sandbox.claude.__main__ as m;"
            "print([n for n in sys.modules if n.split('.')[0] not in sys.stdlib_module_names"
            " and n.split('.')[0] not in {'sandbox', '__main__'}])"
        )
        found = subprocess.run(
            [sys.executable, "-S", "-c", code],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.strip() == "[]"


class TestHttp:
    def test_it_answers_many_requests_on_one_connection(self, running):
        assert [status for status, _ in exchange(running.port, HEALTH * 3, replies=3)] == [200] * 3

    def test_it_closes_when_asked(self, running):
        last = HEALTH.replace(b"host: x", b"connection: close")
        assert len(exchange(running.port, last + HEALTH, replies=2)) == 1

    @pytest.mark.parametrize(
        ("head", "status"),
        [
            (b"HELLO\r\n\r\n", 400),
            (b"GET / SPDY/3\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", 411),
            (b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        ],
    )
    def test_it_refuses_a_head_it_cannot_read(self, running, head, status):
        assert exchange(running.port, head)[0][0] == status

    def test_it_refuses_a_body_beyond_32_megabytes_as_a_proxy_would(self, running):
        status, headers, body = running.call(
            "POST", "/v1/messages", b" " * (32 * 1024 * 1024 + 1), {"x-api-key": "sk-ant-x"}
        )
        assert status == 413
        assert headers["content-type"] == "text/html"
        assert body.startswith(b"<html>")

    def test_it_invites_a_body_that_waits_to_be_asked(self, running):
        head = b"POST /_control/reset HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n"
        found = exchange(running.port, head + b"{}", replies=2)
        assert [status for status, _ in found] == [100, 200]

    def test_it_stays_up_when_clients_leave_half_way(self, running):
        for sent in (b"", b"GET", b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc"):
            with socket.create_connection(("127.0.0.1", running.port)) as connection:
                connection.sendall(sent)
        assert exchange(running.port, HEALTH)[0][0] == 200

    def test_it_holds_many_requests_in_flight(self, running):
        running.control("latency", base_ms=700, per_token_ms=0, spread=0)
        body = {
            "model": "claude-haiku-5-5",
            "max_tokens": 50,
            "messages": [{"role": "user", "content": "Hello"}],
        }
        with ThreadPoolExecutor(60) as pool:
            found = list(pool.map(lambda _: running.post(body)[0], range(60)))
        assert found == [200] * 60
        counters = running.counters()
        assert counters["max_in_flight"] > 30
        assert counters["in_flight"] == 0
