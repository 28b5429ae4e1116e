"""The rules for messages and their blocks: roles, content, tool pairs, cache breakpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.claude.errors import bad_request
from sandbox.claude.models import Model

MAX_BREAKPOINTS = 4
ROLES = ("user", "assistant", "system")
_BLOCK_TYPES = frozenset(
    {
        "text", "image", "document", "search_result", "thinking", "redacted_thinking",
        "tool_use", "tool_result", "server_tool_use", "container_upload",
    }
)  # fmt: skip

Block = dict[str, Any]
Turn = tuple[str, list[Block]]


def as_blocks(content: object) -> list[Block]:
    """Content as blocks, a plain string being one text block. Wrong shapes give no blocks."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if isinstance(content, list):
        return [block for block in content if isinstance(block, dict)]
    return []


def merged_turns(body: dict[str, Any]) -> list[Turn]:
    """The messages with neighbours of one role joined, as the API reads them."""
    turns: list[Turn] = []
    for message in body["messages"]:
        blocks = as_blocks(message["content"])
        if turns and turns[-1][0] == message["role"]:
            turns[-1][1].extend(blocks)
        else:
            turns.append((message["role"], list(blocks)))
    return turns


def check_turns(body: dict[str, Any], model: Model, *, strict: bool) -> None:
    """Raise a 400 where system or messages break a rule; `strict` for the current API version."""
    _check_system(body.get("system"))
    for place, message in enumerate(body["messages"]):
        _check_message(message, f"messages.{place}", strict=strict)
    turns = merged_turns(body)
    _check_roles(turns, model)
    _check_tool_pairs(turns)


def breakpoints(body: dict[str, Any]) -> Iterator[tuple[object, Block | None]]:
    """Every explicit cache_control with its block, in prefix order; the top-level one last."""
    groups = [as_blocks(body.get("tools")), as_blocks(body.get("system"))]
    groups += [as_blocks(message["content"]) for message in body["messages"]]
    for group in groups:
        for block in group:
            if block.get("cache_control") is not None:
                yield block["cache_control"], block
    if body.get("cache_control") is not None:
        yield body["cache_control"], None


def check_breakpoints(body: dict[str, Any]) -> None:
    """Raise a 400 for too many cache breakpoints, an unknown kind, or lifetimes out of order."""
    found = list(breakpoints(body))
    if len(found) > MAX_BREAKPOINTS:
        raise bad_request(
            f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. "
            f"Found {len(found)}."
        )
    lifetimes = [_lifetime(control) for control, _ in found]
    if lifetimes != sorted(lifetimes):
        raise bad_request("cache_control: a '1h' breakpoint must not come after a '5m' one")
    automatic = body.get("cache_control")
    last = as_blocks(body["messages"][-1]["content"])[-1].get("cache_control")
    if automatic and last and _lifetime(automatic) != _lifetime(last):
        raise bad_request("cache_control: ttl differs from that of the last block")


def _lifetime(control: object) -> int:
    """0 for an hour, 1 for five minutes: the order in which they must come."""
    if isinstance(control, dict) and control.get("type") == "ephemeral":
        ttl = control.get("ttl", "5m")
        if ttl in ("1h", "5m"):
            return ("1h", "5m").index(ttl)
    raise bad_request("cache_control: Input should be ephemeral with a ttl of '5m' or '1h'")


def _check_system(system: object) -> None:
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list):
        raise bad_request("system: Input should be a string or a list of text blocks")
    for place, block in enumerate(system):
        if not isinstance(block, dict) or block.get("type") != "text":
            raise bad_request(f"system.{place}: Input should be a text block")
        _check_text(block, f"system.{place}")


def _check_text(block: Block, where: str) -> None:
    text = block.get("text")
    if not isinstance(text, str):
        raise bad_request(f"{where}.text: Field required")
    if not text:
        raise bad_request(f"{where}: text content blocks must be non-empty")
    if not text.strip():
        raise bad_request(f"{where}: text content blocks must contain non-whitespace text")


def _check_message(message: object, where: str, *, strict: bool) -> None:
    if not isinstance(message, dict):
        raise bad_request(f"{where}: Input should be an object")
    role = message.get("role")
    if role not in ROLES:
        raise bad_request(f"{where}.role: Input should be one of {', '.join(ROLES)}")
    if not set(message) <= {"role", "content"}:
        raise bad_request(f"{where}: Extra inputs are not permitted")
    content = message.get("content")
    if not isinstance(content, str | list):
        raise bad_request(f"{where}.content: Input should be a string or a list of blocks")
    if not content:
        raise bad_request(f"{where}: all messages must have non-empty content")
    if isinstance(content, list) and not all(isinstance(block, dict) for block in content):
        raise bad_request(f"{where}.content: each block should be an object")
    for place, block in enumerate(as_blocks(content)):
        _check_block(block, role, f"{where}.content.{place}", strict=strict)


def _check_block(block: Block, role: str, where: str, *, strict: bool) -> None:
    kind = block.get("type")
    if not isinstance(kind, str) or kind not in _BLOCK_TYPES:
        raise bad_request(f"{where}.type: '{kind}' is not a content block type")
    if kind == "text":
        _check_text(block, where)
        if strict and role == "user" and block.get("citations"):
            raise bad_request(f"{where}.citations: not allowed in a user message")
    if kind == "document" and role == "assistant" and strict:
        raise bad_request(f"{where}: document blocks are not allowed in an assistant message")
    if (kind == "tool_result" and role != "user") or (kind == "tool_use" and role != "assistant"):
        raise bad_request(f"{where}: {kind} blocks are not allowed in {role} messages")


def _check_roles(turns: list[Turn], model: Model) -> None:
    last = len(turns) - 1
    for place, (role, _) in enumerate(turns):
        if role != "system":
            continue
        if not model.system_turns:
            raise bad_request(f"messages: role 'system' is not supported by {model.id}")
        if place == 0 or turns[place - 1][0] != "user":
            raise bad_request("messages: a system message must follow a user message")
        if place < last and turns[place + 1][0] != "assistant":
            raise bad_request("messages: a system message must precede an assistant message")
    role, blocks = turns[-1]
    if role != "assistant":
        return
    if not model.prefill:
        raise bad_request(
            f"{model.id} does not support assistant message prefill. "
            "The conversation must end with a user message."
        )
    if str(blocks[-1].get("text", "")).endswith((" ", "\n", "\t")):
        raise bad_request("messages: final assistant content cannot end with trailing whitespace")


def _check_tool_pairs(turns: list[Turn]) -> None:
    waiting: set[str] = set()
    for role, blocks in turns:
        if role == "system":
            if waiting:
                raise bad_request("messages: a system message may not part tool_use and its result")
            continue
        answered = {str(one.get("tool_use_id")) for one in blocks if one["type"] == "tool_result"}
        if not answered <= waiting:
            raise bad_request("messages: tool_result without a tool_use in the message before")
        if not waiting <= answered:
            raise bad_request("messages: tool_use ids were found without tool_result blocks after")
        kinds = [one["type"] == "tool_result" for one in blocks]
        if kinds != sorted(kinds, reverse=True):
            raise bad_request("messages: tool_result blocks must come first in their message")
        waiting = {str(one.get("id")) for one in blocks if one["type"] == "tool_use"}
    if waiting:
        raise bad_request("messages: tool_use ids were found without tool_result blocks after")
