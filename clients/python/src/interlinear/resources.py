"""What the groups of calls share: how a value is asked for, and how lists are read page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from interlinear.transport import Answer, Transport


class Resource:
    """A group of calls of one client."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _call(self, method: str, path: str, **ids: str) -> Any:
        return self._transport.send(method, path, ids=ids).json()

    def _write(
        self,
        method: str,
        path: str,
        value: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        **ids: str,
    ) -> Answer:
        return self._transport.send(
            method,
            path,
            ids=ids,
            body=json.dumps(value).encode(),
            headers={"Content-Type": "application/json", **(headers or {})},
        )

    def _pages(
        self,
        path: str,
        name: str,
        query: Mapping[str, Any] | None = None,
        **ids: str,
    ) -> Iterator[Any]:
        """Every item of a list; the next page is asked for when the last item was taken."""
        asked = dict(query or {})
        while True:
            page = self._transport.send("GET", path, ids=ids, query=asked).json()
            yield from page[name]
            if page["next_cursor"] is None:
                return
            asked["cursor"] = page["next_cursor"]
