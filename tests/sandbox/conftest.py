"""One running stand-in for the whole session, and clients of it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anthropic
import pytest

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-ant-test-key"
SCHEMA = {
    "type": "object",
    "properties": {
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "text": {"type": "string"}},
                "required": ["id", "text"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["segments"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Running:
    """A stand-in that answers at once, reached by URL only."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of one request; raw bytes where the body is no JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        raw = body if isinstance(body, bytes) else None
        if body is not None and raw is None:
            raw = json.dumps(body).encode()
        connection.request(method, path, raw, headers or {})
        reply = connection.getresponse()
        found = reply.read()
        connection.close()
        is_json = reply.headers.get("content-type") == "application/json"
        named = {name.lower(): value for name, value in reply.headers.items()}
        return reply.status, named, json.loads(found) if is_json else found

    def control(self, name: str, **body: object) -> dict[str, Any]:
        """Give an order and require that it is taken."""
        status, _, answer = self.call("POST", f"/_control/{name}", body)
        assert status == 200, answer
        return answer

    def counters(self) -> dict[str, Any]:
        return self.call("GET", "/_control/counters")[2]

    def post(self, body: object, path: str = "/v1/messages") -> tuple[int, dict[str, str], Any]:
        """A request as the SDK sends it, with any body."""
        headers = {"authorization": f"Bearer {KEY}", "anthropic-version": "2026-10-21"}
        return self.call("POST", path, body, headers)


@pytest.fixture(scope="session")
def process() -> Iterator[Running]:
    """A stand-in in a process of its own, on a socket it inherits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        number = listener.fileno()
        environment = {**os.environ, "SANDBOX_CLAUDE_LATENCY_MS": "0", "SANDBOX_CLAUDE_SEED": "7"}
        child = subprocess.Popen(
            [sys.executable, "-m", "sandbox.claude", "--fd", str(number)],
            cwd=ROOT,
            env=environment,
            pass_fds=[number],
            stdout=subprocess.DEVNULL,
        )
        port = listener.getsockname()[1]
    yield Running(port)
    child.terminate()
    assert child.wait(timeout=10) == 0


@pytest.fixture
def running(process: Running) -> Running:
    """The stand-in as it was at its start."""
    process.control("reset")
    return process


@pytest.fixture(scope="session")
def shared_client(process: Running) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=process.url, api_key=KEY) as client:
        yield client


@pytest.fixture
def client(running: Running, shared_client: anthropic.Anthropic) -> anthropic.Anthropic:
    """The real SDK with its own retries, against a fresh stand-in."""
    return shared_client


@pytest.fixture
def ask(client: anthropic.Anthropic) -> Callable[..., anthropic.types.Message]:
    """Send one plain question, with whatever else the SDK takes."""

    def send(**changes: Any) -> anthropic.types.Message:
        retries = changes.pop("max_retries", 2)
        return client.with_options(max_retries=retries).messages.create(
            **{
                "model": "claude-haiku-5-5",
                "max_tokens": 1000,
                "messages": [{"role": "user", "content": "Good morning"}],
                **changes,
            }
        )

    return send


@pytest.fixture
def translate(ask: Callable[..., anthropic.types.Message]) -> Callable[..., list[dict[str, str]]]:
    """Have texts translated as the product asks for it; the entries that come back, in order."""

    def send(texts: list[Any], target: str = "de", **changes: Any) -> list[dict[str, str]]:
        glossary = changes.pop("glossary", None)
        segments = [
            {"id": str(place), **(text if isinstance(text, dict) else {"text": text})}
            for place, text in enumerate(texts, start=1)
        ]
        asked = {"source_language": "en", "target_language": target, "segments": segments}
        if glossary:
            asked["glossary"] = glossary
        message = ask(
            messages=[{"role": "user", "content": json.dumps(asked, ensure_ascii=False)}],
            output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
            **{"max_tokens": 20_000, **changes},
        )
        return json.loads(message.content[0].text)["segments"]

    return send
