"""What a request body must look like, as the API checks it: fields, models, turns, tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from sandbox.claude.errors import bad_request
from sandbox.claude.models import EFFORT_LEVELS, Catalogue, Model
from sandbox.claude.schemas import check_schema
from sandbox.claude.turns import check_breakpoints, check_turns

CURRENT_VERSION = "2026-10-21"
VERSIONS = frozenset({CURRENT_VERSION, "2023-06-01"})
MAX_MESSAGES = 100_000
MIN_THINKING_BUDGET = 1024

_SHARED_FIELDS = frozenset(
    {
        "model", "messages", "system", "tools", "tool_choice", "thinking", "output_config",
        "speed", "cache_control",
    }
)  # fmt: skip
_MESSAGE_FIELDS = _SHARED_FIELDS | {
    "max_tokens", "stop_sequences", "stream", "metadata", "inference_geo", "service_tier",
    "container", "diagnostics",
}  # fmt: skip
_SAMPLING_FIELDS = frozenset({"temperature", "top_p", "top_k"})

Body = dict[str, Any]


def parse_body(raw: bytes) -> Body:
    """The body as an object. Raises a 400."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise bad_request("The request body is not valid JSON") from None
    if not isinstance(body, dict):
        raise bad_request("The request body must be a JSON object")
    if b"\\u" in raw and not _is_unicode(body):
        raise bad_request("The request body holds a lone surrogate")
    return body


def check_message(body: Body, version: str, catalogue: Catalogue) -> Model:
    """Check the body of a message request and return its model. Raises a 400 or 404."""
    model = _check_shared(body, version, catalogue, _MESSAGE_FIELDS)
    limit = body.get("max_tokens")
    if "max_tokens" not in body:
        raise bad_request("max_tokens: Field required")
    if not _is_count(limit):
        raise bad_request("max_tokens: Input should be a non-negative integer")
    if limit > model.max_tokens:
        raise bad_request(
            f"max_tokens: {limit} > {model.max_tokens}, the maximum for {model.id}",
        )
    if body.get("stream"):
        raise bad_request("stream: this stand-in does not stream")
    _check_stop_sequences(body.get("stop_sequences"))
    _check_choice(body, "service_tier", ("auto", "standard_only"))
    _check_choice(body, "inference_geo", ("us", "global"))
    if body.get("inference_geo") is not None and not model.inference_geo:
        raise bad_request(f"inference_geo is not supported by {model.id}")
    _check_thinking_budget(body)
    _check_metadata(body.get("metadata"))
    _check_diagnostics(body.get("diagnostics"))
    return model


def check_count(body: Body, version: str, catalogue: Catalogue) -> Model:
    """Check the body of a token count and return its model. Raises a 400 or 404."""
    return _check_shared(body, version, catalogue, _SHARED_FIELDS)


def _is_unicode(body: Body) -> bool:
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_shared(body: Body, version: str, catalogue: Catalogue, allowed: frozenset[str]) -> Model:
    _check_fields(body, version, allowed)
    name = body.get("model")
    if not isinstance(name, str) or not name:
        raise bad_request("model: Field required")
    messages = body.get("messages")
    if "messages" not in body:
        raise bad_request("messages: Field required")
    if not isinstance(messages, list) or not messages:
        raise bad_request("messages: at least one message is required")
    if len(messages) > MAX_MESSAGES:
        raise bad_request(f"messages: at most {MAX_MESSAGES} messages are allowed")
    model = catalogue.usable(name)
    check_turns(body, model, strict=version == CURRENT_VERSION)
    check_breakpoints(body)
    _check_output(body.get("output_config"), model)
    _check_thinking(body.get("thinking"), model)
    _check_tools(body, model)
    _check_choice(body, "speed", ("standard", "fast"))
    if body.get("speed") == "fast" and not model.fast:
        raise bad_request(f"speed: 'fast' is not supported by {model.id}")
    return model


def _check_fields(body: Body, version: str, allowed: frozenset[str]) -> None:
    for name in body:
        if name in allowed:
            continue
        if name in _SAMPLING_FIELDS:
            if version == CURRENT_VERSION:
                raise bad_request(f"{name}: not supported in API version {version}")
            continue
        raise bad_request(f"{name}: Extra inputs are not permitted")


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_choice(body: Body, name: str, choices: tuple[str, ...]) -> None:
    if body.get(name) is not None and body[name] not in choices:
        raise bad_request(f"{name}: Input should be one of {', '.join(choices)}")


def _check_stop_sequences(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise bad_request("stop_sequences: Input should be a list of strings")
    if any(not one.strip() for one in value):
        raise bad_request("stop_sequences: each stop sequence must contain non-whitespace")


def _check_metadata(value: object) -> None:
    match value:
        case None | {"user_id": str() | None}:
            return
        case dict() if not value:
            return
    raise bad_request("metadata: Input should be an object with a user_id")


def _check_diagnostics(value: object) -> None:
    match value:
        case None | {"previous_message_id": str() | None}:
            return
    raise bad_request("diagnostics: Input should be an object with a previous_message_id")


def _check_output(value: object, model: Model) -> None:
    if value is None:
        return
    if not isinstance(value, dict) or not set(value) <= {"effort", "format"}:
        raise bad_request("output_config: Input should be an object of effort and format")
    effort = value.get("effort")
    if effort is not None and effort not in EFFORT_LEVELS:
        raise bad_request(f"output_config.effort: should be one of {', '.join(EFFORT_LEVELS)}")
    if effort is not None and effort not in model.effort:
        raise bad_request(f"output_config.effort: '{effort}' is not supported by {model.id}")
    wanted = value.get("format")
    if wanted is None:
        return
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        raise bad_request("output_config.format.type: Input should be 'json_schema'")
    if not model.structured_outputs:
        raise bad_request(f"output_config.format is not supported by {model.id}")
    check_schema(wanted.get("schema"))


def _check_thinking(value: Any, model: Model) -> None:
    match value:
        case None:
            return
        case {"type": str(kind)}:
            if kind not in model.thinking:
                raise bad_request(f"thinking.type: '{kind}' is not supported by {model.id}")
            budget = value.get("budget_tokens")
            if kind == "enabled" and (not _is_count(budget) or budget < MIN_THINKING_BUDGET):
                raise bad_request(
                    f"thinking.enabled.budget_tokens: should be at least {MIN_THINKING_BUDGET}"
                )
        case _:
            raise bad_request("thinking: Input should be an object with a type")


def _check_thinking_budget(body: Body) -> None:
    thinking = body.get("thinking") or {}
    if thinking.get("type") == "enabled" and thinking["budget_tokens"] >= body["max_tokens"]:
        raise bad_request("max_tokens must be greater than thinking.budget_tokens")


def _check_tools(body: Mapping[str, Any], model: Model) -> None:
    tools = body.get("tools")
    if tools is not None and not (
        isinstance(tools, list) and all(isinstance(one, dict) and one.get("name") for one in tools)
    ):
        raise bad_request("tools: Input should be a list of tools with names")
    choice = body.get("tool_choice")
    if choice is None:
        return
    if not tools:
        raise bad_request("tool_choice may only be specified while providing tools")
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in ("auto", "any", "tool", "none"):
        raise bad_request("tool_choice.type: should be one of auto, any, tool, none")
    if kind in ("any", "tool") and not model.forced_tool_choice:
        raise bad_request(f"tool_choice: forcing tool use is not supported by {model.id}")
