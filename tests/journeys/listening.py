"""Event streams as a program hears them."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.site import Site

SECONDS = 60.0
MOST_LINES = 10_000


@contextmanager
def opened(
    site: Site, method: str, path: str, headers: Mapping[str, str], body: str | None = None
) -> Iterator[Any]:
    """The answer to a call that wants events, open as long as the block runs."""
    place = urlsplit(site.url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
    connection.request(method, path, body, {"Accept": "text/event-stream", **headers})
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def events(answer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and value of each event, as it comes, up to the one that ends the stream."""
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    name = ""
    for _ in range(MOST_LINES):
        line = answer.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
            if name in {"done", "unfinished", "error"}:
                return
