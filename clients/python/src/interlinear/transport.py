"""Sends requests: one connection a thread, and another try where that is safe."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from interlinear.errors import ApiError, ConnectionFailed, NotFinished, error_of, seconds_of

RETRIED: Final = frozenset({429, 502, 503, 504})
WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FIRST_WAIT_SECONDS: Final = 0.5
MOST_WAIT_SECONDS: Final = 60.0
VERSION: Final = "0.1.0"


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The value of the body; None where there is no body."""
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream."""

    name: str
    data: Any


class Transport:
    """The way to one server with one key. Threads may share it: each has a connection of its own.

    A write carries an Idempotency-Key, the same at every try: the server does it once.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float,
        tries: int,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("The address must begin with http:// or https://.")
        self._connection_kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port = parts.hostname, parts.port
        self._root = parts.path.rstrip("/")
        self._key = key
        self._timeout, self._tries = timeout, max(tries, 1)
        self._sleep, self._jitter = sleep, jitter
        self._local = threading.local()

    def send(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, tried again where that is safe; raises ApiError or ConnectionFailed."""
        response = self._opened(method, path, ids, query, body, headers)
        try:
            return _answer(response, response.read())
        except (OSError, HTTPException) as fault:
            self.close()
            raise ConnectionFailed(f"The answer broke off: {fault}.") from fault

    def events(
        self,
        method: str,
        path: str,
        *,
        ids: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Event]:
        """The events of an answer of the type text/event-stream, as they come, up to `done`.

        Raises NotFinished for `unfinished`, ApiError for `error`, and ConnectionFailed where the
        stream ends without either.
        """
        wanted = {**(headers or {}), "Accept": "text/event-stream"}
        response = self._opened(method, path, ids, None, body, wanted)
        try:
            for event in read_events(iter(response.readline, b"")):
                _raise_for(event)
                yield event
                if event.name == "done":
                    return
            raise ConnectionFailed("The stream ended before the translation did.")
        except (OSError, HTTPException) as fault:
            raise ConnectionFailed(f"The stream broke off: {fault}.") from fault
        finally:
            self.close()

    def close(self) -> None:
        """Ends this thread's connection; the next request opens another."""
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

    def _opened(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str] | None,
        query: Mapping[str, Any] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> HTTPResponse:
        address = self._address(path, ids or {}, query or {})
        sent = self._headers(method, headers or {})
        fault: Exception | None = None
        for number in range(1, self._tries + 1):
            asked: float | None = None
            try:
                response = self._once(method, address, body, sent)
            except (OSError, HTTPException) as broken:
                self.close()
                fault = broken
            else:
                if response.status < 400:
                    return response
                answer = _answer(response, response.read())
                fault = error_of(answer.status, answer.headers, answer.body)
                if answer.status not in RETRIED:
                    raise fault
                asked = seconds_of(answer.headers)
            if number < self._tries:
                self._sleep(self._wait(number, asked))
        if isinstance(fault, (OSError, HTTPException)):
            raise ConnectionFailed(f"No answer from {self._host}: {fault}.") from fault
        assert fault is not None
        raise fault

    def _once(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> HTTPResponse:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connection_kind(self._host, self._port, timeout=self._timeout)
            self._local.connection = connection
        connection.request(method, address, body=body, headers=dict(headers))
        response: HTTPResponse = connection.getresponse()
        return response

    def _address(self, path: str, ids: Mapping[str, str], query: Mapping[str, Any]) -> str:
        filled = path.format(**{name: quote(str(value), safe="") for name, value in ids.items()})
        given = {name: value for name, value in query.items() if value is not None}
        asked = urlencode(given, doseq=True)
        return f"{self._root}{filled}?{asked}" if asked else f"{self._root}{filled}"

    def _headers(self, method: str, given: Mapping[str, str]) -> dict[str, str]:
        sent = {"Accept": "application/json", "User-Agent": f"interlinear-python/{VERSION}"}
        if self._key:
            sent["Authorization"] = f"Bearer {self._key}"
        if method in WRITES:
            sent["Idempotency-Key"] = str(uuid4())
        return {**sent, **given}

    def _wait(self, number: int, asked: float | None) -> float:
        """What the server asks for is the least, jitter only adds; without, it doubles."""
        if asked is not None:
            return min(asked, MOST_WAIT_SECONDS) + self._jitter() * FIRST_WAIT_SECONDS
        most: float = min(FIRST_WAIT_SECONDS * 2 ** (number - 1), MOST_WAIT_SECONDS)
        return most * (0.5 + self._jitter() / 2)


def _raise_for(event: Event) -> None:
    if event.name == "unfinished":
        key = event.data.get("job_id") or event.data["id"]
        raise NotFinished("Not done while it was streamed.", id=key)
    if event.name == "error":
        told = event.data["error"]
        # The stream had begun with 200.
        raise ApiError(
            200,
            told["code"],
            told["message"],
            detail=told["detail"],
            request_id=told["request_id"],
        )


def _answer(response: HTTPResponse, body: bytes) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body)


def read_events(lines: Iterator[bytes]) -> Iterator[Event]:
    """The events of a stream's lines; remarks and keep-alive lines are passed over."""
    name, parts = "message", list[str]()
    for raw in lines:
        line = raw.decode("utf-8").rstrip("\r\n")
        if not line:
            if parts:
                yield Event(name, _value("\n".join(parts)))
            name, parts = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            parts.append(value)


def _value(text: str) -> Any:
    with suppress(ValueError):
        return json.loads(text)
    return text
