"""Cache diagnostics: what changed between a request and the earlier one it names."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

MAX_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    model: str
    tools: bytes
    system: bytes
    messages: tuple[bytes, ...]


@dataclass(slots=True)
class Diagnoses:
    """Fingerprints of the requests that asked for diagnostics, by message id."""

    _seen: OrderedDict[str, _Fingerprint] = field(default_factory=OrderedDict)

    def diagnose(
        self, body: dict[str, Any], *, message_id: str, missed_tokens: int
    ) -> dict[str, object] | None:
        """The `diagnostics` of an answer, None where there is no news; remembers the request."""
        asked = body.get("diagnostics")
        if asked is None:
            return None
        own = _fingerprint(body)
        self._seen[message_id] = own
        if len(self._seen) > MAX_REMEMBERED:
            self._seen.popitem(last=False)
        previous_id = asked["previous_message_id"]
        if previous_id is None:
            return None
        previous = self._seen.get(previous_id)
        if previous is None:
            return {"cache_miss_reason": {"type": "previous_message_not_found"}}
        changed = _first_change(previous, own)
        if changed is None:
            return None
        reason = {"type": changed, "cache_missed_input_tokens": missed_tokens}
        return {"cache_miss_reason": reason}


def _first_change(old: _Fingerprint, new: _Fingerprint) -> str | None:
    if old.model != new.model:
        return "model_changed"
    if old.tools != new.tools:
        return "tools_changed"
    if old.system != new.system:
        return "system_changed"
    if new.messages[: len(old.messages)] != old.messages:
        return "messages_changed"
    return None


def _fingerprint(body: dict[str, Any]) -> _Fingerprint:
    return _Fingerprint(
        body["model"],
        _digest(body.get("tools")),
        _digest(body.get("system")),
        tuple(_digest(message) for message in body["messages"]),
    )


def _digest(value: object) -> bytes:
    return blake2b(json.dumps(value).encode(), digest_size=8).digest()
