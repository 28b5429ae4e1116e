"""A request as the ordered pieces a model reads: what is counted, cached and answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.claude.models import Model
from sandbox.claude.tokens import (
    FORMAT_TOKENS,
    IMAGE_TOKENS,
    MESSAGE_TOKENS,
    TOOLS_TOKENS,
    count_tokens,
    scaled,
)
from sandbox.claude.turns import Block, as_blocks, breakpoints


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of the prefix. `ttl` is the lifetime of a cache breakpoint after it, if any."""

    raw: str
    tokens: int
    ttl: str | None = None


def prompt_pieces(body: dict[str, Any], model: Model) -> list[Piece]:
    """Tools, system, settings, messages, in the order in which a change invalidates the cache.

    Speed stands before the system; tool choice, thinking, effort and output schema before the
    messages, because a change of those costs only what follows them.
    """
    last = _last_block(body) if body.get("cache_control") is not None else None
    automatic = _ttl(body["cache_control"]) if last is not None else None
    pieces = _tool_pieces(body, model)
    for block in as_blocks(body.get("system")):
        pieces.append(_piece("system", block, model))
    pieces.append(_settings_piece(body, model))
    for message in body["messages"]:
        role = message["role"]
        blocks = as_blocks(message["content"])
        for place, block in enumerate(blocks):
            marked = last is not None and (block is last or message is last)
            ttl = automatic if marked else None
            extra = scaled(MESSAGE_TOKENS, model.token_factor) if place == 0 else 0
            pieces.append(_piece(role, block, model, ttl=ttl, extra=extra))
    return pieces


def input_tokens(pieces: list[Piece]) -> int:
    """All tokens of a prompt, cached or not."""
    return sum(piece.tokens for piece in pieces)


def last_user_text(body: dict[str, Any]) -> str:
    """The last text a user wrote, "" where there is none."""
    for message in reversed(body["messages"]):
        if message["role"] == "user":
            for block in reversed(as_blocks(message["content"])):
                if block["type"] == "text":
                    return str(block["text"])
    return ""


def output_schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """The JSON schema the answer has to follow, if one was given."""
    wanted = (body.get("output_config") or {}).get("format") or {}
    schema = wanted.get("schema")
    return schema if isinstance(schema, dict) else None


def has_breakpoints(body: dict[str, Any]) -> bool:
    """Whether the request asks for prompt caching at all."""
    return next(breakpoints(body), None) is not None


def _last_block(body: dict[str, Any]) -> object:
    """What automatic caching marks: the last block, or the message whose content is a string."""
    message = body["messages"][-1]
    content = message["content"]
    return message if isinstance(content, str) else content[-1]


def _tool_pieces(body: dict[str, Any], model: Model) -> list[Piece]:
    hidden = scaled(TOOLS_TOKENS, model.token_factor) if body.get("tools") else 0
    pieces = [Piece(f"speed:{body.get('speed') or 'standard'}", hidden)]
    pieces += [_piece("tool", tool, model) for tool in as_blocks(body.get("tools"))]
    return pieces


def _settings_piece(body: dict[str, Any], model: Model) -> Piece:
    output = body.get("output_config") or {}
    settings = {
        "thinking": body.get("thinking"),
        "tool_choice": body.get("tool_choice"),
        "effort": output.get("effort"),
        "format": output.get("format"),
    }
    tokens = 0
    schema = output_schema(body)
    if schema is not None:
        plain = json.dumps(schema, separators=(",", ":"))
        tokens = scaled(FORMAT_TOKENS, model.token_factor) + count_tokens(plain, model.token_factor)
    return Piece(json.dumps(settings), tokens)


def _piece(
    place: str, block: Block, model: Model, *, ttl: str | None = None, extra: int = 0
) -> Piece:
    control = block.get("cache_control")
    ttl = _ttl(control) if control is not None else ttl
    if block.get("type") == "text":
        text = block["text"]
        return Piece(f"{place}:{text}", count_tokens(text, model.token_factor) + extra, ttl)
    bare = {name: value for name, value in block.items() if name != "cache_control"}
    raw = json.dumps(bare, ensure_ascii=False)
    if block.get("type") == "image":
        return Piece(f"{place}:{raw}", scaled(IMAGE_TOKENS, model.token_factor) + extra, ttl)
    return Piece(f"{place}:{raw}", count_tokens(raw, model.token_factor) + extra, ttl)


def _ttl(control: dict[str, Any]) -> str:
    return str(control.get("ttl", "5m"))
