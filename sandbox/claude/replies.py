"""What an answer becomes on its way out: cut by limits and faults, counted, put into a message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.claude.answers import Answer, Entry
from sandbox.claude.cache import CacheUse
from sandbox.claude.errors import ApiError
from sandbox.claude.faults import RequestFault
from sandbox.claude.http import Reply
from sandbox.claude.models import Model
from sandbox.claude.tokens import count_tokens, first_tokens, scaled

THINKING_TOKENS = 40
REFUSAL_TOKENS = 8
_THOUGHT = "The texts are short and plain; each is rendered on its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as it goes out. `entries` are those whole in `text`."""

    text: str
    stop_reason: str
    output_tokens: int
    stop_sequence: str | None = None
    entries: tuple[Entry, ...] = ()
    thinking_tokens: int = 0


def write_answer(
    answer: Answer,
    body: dict[str, Any],
    model: Model,
    fault: RequestFault | None,
    *,
    chance: float,
) -> Written:
    """Apply what cuts an answer short: faults, stop sequences, max_tokens, in this order.

    `chance` in [0, 1) places the cut of a fault between a fifth and nine tenths of the text.
    """
    name = fault.name if fault is not None else ""
    if name == "refuse":
        return Written(text="", stop_reason="refusal", output_tokens=REFUSAL_TOKENS)
    text, stop, sequence = answer.text, "end_turn", None
    if name in ("truncate", "bad_json"):
        text = text[: int(len(text) * (0.2 + 0.7 * chance))]
        stop = "max_tokens" if name == "truncate" else "end_turn"
    elif name == "empty_content":
        text = ""
    else:
        text, sequence = _stopped(text, body.get("stop_sequences") or [])
        stop = "stop_sequence" if sequence is not None else stop
    thinking = _thinking_tokens(body, name, model)
    room = body["max_tokens"] - thinking
    if room <= 0 or count_tokens(text, model.token_factor) > room:
        text = first_tokens(text, max(0, room), model.token_factor)
        stop, sequence, thinking = "max_tokens", None, min(thinking, body["max_tokens"])
    return Written(
        text=text,
        stop_reason=stop,
        output_tokens=count_tokens(text, model.token_factor) + thinking,
        stop_sequence=sequence,
        entries=answer.whole_entries(len(text)),
        thinking_tokens=thinking,
    )


def message_body(
    body: dict[str, Any], model: Model, use: CacheUse, written: Written, message_id: str
) -> dict[str, Any]:
    """The Message object of an answer."""
    content: list[dict[str, str]] = []
    if written.thinking_tokens:
        shown = (body.get("thinking") or {}).get("display") != "omitted"
        thought = _THOUGHT if shown else ""
        content.append({"type": "thinking", "thinking": thought, "signature": message_id})
    if written.text:
        content.append({"type": "text", "text": written.text})
    refusal = {"type": "refusal", "category": "general_harms", "explanation": None}
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model.id,
        "content": content,
        "stop_reason": written.stop_reason,
        "stop_sequence": written.stop_sequence,
        "stop_details": refusal if written.stop_reason == "refusal" else None,
        "container": None,
        "usage": {
            "input_tokens": use.uncached,
            "output_tokens": written.output_tokens,
            "cache_creation_input_tokens": use.written,
            "cache_read_input_tokens": use.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": use.written_5m,
                "ephemeral_1h_input_tokens": use.written_1h,
            },
            "output_tokens_details": {"thinking_tokens": written.thinking_tokens},
            "inference_geo": body.get("inference_geo") or "global",
            "service_tier": "standard",
            "speed": body.get("speed") or "standard",
            "server_tool_use": None,
        },
    }


def json_reply(value: object, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A 200 with this value as JSON."""
    raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status=200, body=raw, headers=headers)


def error_reply(
    error: ApiError, request_id: str, headers: tuple[tuple[str, str], ...] = ()
) -> Reply:
    """The envelope of an error."""
    body, content_type = error.body(request_id)
    return Reply(
        status=error.status,
        body=body,
        headers=(*headers, *error.all_headers()),
        content_type=content_type,
    )


def _stopped(text: str, sequences: list[str]) -> tuple[str, str | None]:
    """The text up to the stop sequence that comes first."""
    found = [(text.find(one), one) for one in sequences if one in text]
    if not found:
        return text, None
    place, sequence = min(found)
    return text[:place], sequence


def _thinking_tokens(body: dict[str, Any], fault: str, model: Model) -> int:
    kind = (body.get("thinking") or {}).get("type")
    thinks = fault == "think_first" or kind in ("enabled", "adaptive")
    return scaled(THINKING_TOKENS, model.token_factor) if thinks else 0
