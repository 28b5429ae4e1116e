"""The stand-in's model catalogue: what each id accepts, read from models.json.

Cache minimums, created dates and effort levels of the newest models are assumptions of the
stand-in (the vendor had not published them), so nothing but shapes should lean on them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import parse_qsl

from sandbox.claude.errors import ApiError, bad_request

EFFORT_LEVELS = ("low", "medium", "high", "xhigh", "max")
THINKING_TYPES = ("adaptive", "between_tools", "disabled", "enabled")
LIFECYCLES = ("active", "deprecated", "retired")
DEFAULT_PAGE = 20
MAX_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model. `token_factor` scales our token count; the flags say what it does not refuse."""

    id: str
    display_name: str
    line: str
    created_at: str
    lifecycle: str
    deprecated_at: str | None
    retires_at: str | None
    aliases: tuple[str, ...]
    max_input_tokens: int
    max_tokens: int
    effort: tuple[str, ...]
    thinking: tuple[str, ...]
    structured_outputs: bool
    batch: bool
    token_factor: float
    cache_minimum_tokens: int
    prefill: bool
    forced_tool_choice: bool
    inference_geo: bool
    fast: bool
    system_turns: bool

    def as_info(self) -> dict[str, object]:
        """What `GET /v1/models/{id}` says of it."""
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.display_name,
            "created_at": self.created_at,
            "lifecycle": self.lifecycle,
            "deprecated_at": self.deprecated_at,
            "retires_at": self.retires_at,
            "line": self.line,
            "max_input_tokens": self.max_input_tokens,
            "max_tokens": self.max_tokens,
            "capabilities": self._capabilities(),
        }

    def _capabilities(self) -> dict[str, object]:
        yes, no = {"supported": True}, {"supported": False}
        effort: dict[str, object] = {"supported": bool(self.effort)}
        effort |= {level: {"supported": level in self.effort} for level in EFFORT_LEVELS}
        types = {kind: {"supported": kind in self.thinking} for kind in THINKING_TYPES}
        return {
            "batch": {"supported": self.batch},
            "citations": yes,
            "code_execution": no,
            "context_management": {
                "supported": False,
                "clear_thinking_20251015": no,
                "clear_tool_uses_20250919": no,
                "compact_20260112": no,
            },
            "effort": effort,
            "image_input": yes,
            "pdf_input": yes,
            "server_tools": {"supported": False, "code_execution": no, "web_search": no},
            "structured_outputs": {"supported": self.structured_outputs},
            "thinking": {"supported": bool(self.thinking), "types": types},
        }


class Catalogue:
    """All models, newest first, found by id or alias."""

    def __init__(self, models: Iterable[Model]) -> None:
        self.models = tuple(models)
        self._by_name = {name: one for one in self.models for name in (one.id, *one.aliases)}

    def find(self, name: str) -> Model:
        """The model of this id or alias, whatever its lifecycle. Raises a 404."""
        found = self._by_name.get(name)
        if found is None:
            raise ApiError(404, f"model: {name}")
        return found

    def usable(self, name: str) -> Model:
        """The model of this id or alias if it still answers. Raises a 404."""
        found = self.find(name)
        if found.lifecycle == "retired":
            raise ApiError(404, f"model: {name} (retired)")
        return found

    def page(self, query: str) -> dict[str, object]:
        """One page of `GET /v1/models` for this query string. Raises a 400."""
        pairs = parse_qsl(query, keep_blank_values=True)
        asked = {value for name, value in pairs if name in {"lifecycle", "lifecycle[]"}}
        if not asked <= set(LIFECYCLES):
            raise bad_request(f"lifecycle: must be among {', '.join(LIFECYCLES)}")
        wanted = asked or {"active", "deprecated"}
        single = dict(pairs)
        if "after_id" in single and "before_id" in single:
            raise bad_request("only one of after_id and before_id may be given")
        rows = [one for one in self.models if one.lifecycle in wanted]
        limit = _limit(single)
        if "before_id" in single:
            earlier = rows[: _place(rows, single["before_id"])]
            return _as_page(earlier[-limit:], has_more=len(earlier) > limit)
        start = _place(rows, single["after_id"]) + 1 if "after_id" in single else 0
        later = rows[start:]
        return _as_page(later[:limit], has_more=len(later) > limit)


def read_catalogue() -> Catalogue:
    """The catalogue of models.json."""
    path = Path(__file__).with_name("models.json")
    return Catalogue(_model(row) for row in json.loads(path.read_text(encoding="utf-8")))


def _model(row: dict[str, object]) -> Model:
    values = {one.name: row[one.name] for one in fields(Model)}
    values |= {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Model(**values)  # type: ignore[arg-type]


def _limit(query: Mapping[str, str]) -> int:
    text = query.get("limit", str(DEFAULT_PAGE))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= limit <= MAX_PAGE:
        raise bad_request(f"limit: must be between 1 and {MAX_PAGE}")
    return limit


def _place(rows: list[Model], model_id: str) -> int:
    for place, one in enumerate(rows):
        if one.id == model_id:
            return place
    raise bad_request(f"no model {model_id} to page from")


def _as_page(rows: list[Model], *, has_more: bool) -> dict[str, object]:
    return {
        "data": [one.as_info() for one in rows],
        "has_more": has_more,
        "first_id": rows[0].id if rows else None,
        "last_id": rows[-1].id if rows else None,
    }
