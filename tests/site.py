"""The web application as it runs in production, in a process of its own on the test database.

with running_site(sandbox_url) as site:
    site.url, site.get("/healthz")
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# What its database connections are called.
APPLICATION = "site"
START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Answer:
    """One answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Site:
    """A running web process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pid = 0
        self.url = f"http://127.0.0.1:{port}"

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Answer:
        """One request on a connection of its own; `body` may be an iterator, sent in chunks."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def stream(self, path: str, headers: Mapping[str, str], method: str = "GET") -> socket.socket:
        """A connection on which a request was sent, for reading the answer as it comes."""
        one = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        one.sendall("\r\n".join([*lines, "", ""]).encode())
        return one


@contextmanager
def running_site(sandbox_url: str, *, port: int = 0, **settings: str) -> Iterator[Site]:
    """The site for as long as the block runs; `settings` are environment variables of it.

    With a `port` it comes back where it was before.
    """
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PROCESS": "web",
        "ANTHROPIC_BASE_URL": sandbox_url,
        "LOG_LEVEL": "WARNING",
        "PGAPPNAME": APPLICATION,
        **settings,
    }
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as the supervisor does
        site = Site(listener.getsockname()[1])
        env.setdefault("PUBLIC_URL", site.url)
        arguments = ["config.asgi:application", "--fd", str(listener.fileno()), "--lifespan", "off"]
        arguments += ["--http", "config.patience:PatientProtocol"]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "uvicorn",
                *arguments,
                "--log-level",
                "warning",
                "--timeout-graceful-shutdown",
                "1",
            ],
            pass_fds=[listener.fileno()],
            cwd=ROOT,
            env=env,
        )
        site.pid = process.pid
        try:
            _wait_until_ready(site, process)
            yield site
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)


def _wait_until_ready(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the site ended with {process.returncode}")
        try:
            if site.call("GET", "/healthz").status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)
    raise RuntimeError("the site did not get ready")
