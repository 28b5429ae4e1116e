"""Starts the stand-in for Claude in a process of its own, on a loopback port, for any room's tests.

with running_sandbox() as sandbox:
    sandbox.faults(request={"529": 0.1})
    ... settings.ANTHROPIC_BASE_URL = sandbox.url ...
    assert sandbox.counters()["requests"] == 12
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 10
ANSWER_SECONDS = 30


class Sandbox:
    """A running stand-in: its address, and its control endpoint."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open = build_opener(ProxyHandler({})).open

    def faults(self, **plan: Any) -> None:
        """Installs a fault plan: `seed`, `segment`, `request`, `script`."""
        self._control("POST", "faults", plan)

    def counters(self) -> dict[str, Any]:
        """What it has seen and done since the last reset."""
        counted: dict[str, Any] = self._control("GET", "counters")
        return counted

    def reset(self) -> None:
        """Forgets faults, counters and caches."""
        self._control("POST", "reset", {})

    def latency(self, **numbers: float) -> None:
        """Changes how long answers take, until the next reset."""
        self._control("POST", "latency", numbers)

    def _control(self, method: str, name: str, body: Any = None) -> Any:
        request = Request(
            f"{self.url}/_control/{name}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with self._open(request, timeout=ANSWER_SECONDS) as response:
            return json.loads(response.read() or b"null")


@contextmanager
def running_sandbox(latency_ms: int | None = None) -> Iterator[Sandbox]:
    """The stand-in for as long as the block runs; it takes connections at once."""
    env = {"PATH": os.environ["PATH"]}
    if latency_ms is not None:
        env["SANDBOX_CLAUDE_LATENCY_MS"] = str(latency_ms)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.claude", "--fd", str(listener.fileno())],
            pass_fds=[listener.fileno()],
            cwd=ROOT,
            env=env,
        )
        port = listener.getsockname()[1]
    try:
        yield Sandbox(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)
