"""Models and prices as they were known on a day, one file a day, planted by a migration each.

A file that has been planted never changes: new figures are a new file with new effective dates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

_FOLDER = Path(__file__).parent

_MODEL = """
insert into claude_model
    (id, max_input_tokens, max_output_tokens, min_cache_tokens, effort, thinking, active, note)
values (%(id)s, %(max_input_tokens)s, %(max_output_tokens)s, %(min_cache_tokens)s,
        %(effort)s, %(thinking)s, %(active)s, %(note)s)
on conflict do nothing"""

_TIER = "insert into claude_tier (slug, model_id) values (%s, %s) on conflict do nothing"

_PRICE = """
insert into claude_price
    (id, model_id, effective_from, prompt_band, input_rate, output_rate,
     cache_write_5m_rate, cache_write_1h_rate, cache_read_rate, source)
values (%(id)s, %(model)s, %(effective_from)s, %(prompt_band)s, %(input)s::numeric,
        %(output)s::numeric, %(cache_write_5m)s::numeric, %(cache_write_1h)s::numeric,
        %(cache_read)s::numeric, %(source)s)
on conflict do nothing"""


class Cursor(Protocol):
    """The part of a database cursor that planting needs."""

    def execute(self, sql: str, params: Any = None) -> Any: ...


def names() -> list[str]:
    """The stored days, oldest first."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def read(name: str) -> Mapping[str, Any]:
    """The content of one day's file: `tiers`, `models` and `prices`, rates as decimal strings."""
    content: Mapping[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return content


def plant(cursor: Cursor, name: str) -> None:
    """Inserts one day's rows where they are missing; rows an operator changed stay as they are."""
    content = read(name)
    _each(cursor, _MODEL, content["models"])
    _each(cursor, _TIER, list(content["tiers"].items()))
    _each(cursor, _PRICE, [{**row, "id": price_id(row)} for row in content["prices"]])


def price_id(row: Mapping[str, Any]) -> UUID:
    """A planted row's key, made from what it is about: the same row has the same id everywhere."""
    return uuid5(
        NAMESPACE_URL, f"price:{row['model']}:{row['effective_from']}:{row['prompt_band']}"
    )


def _each(cursor: Cursor, sql: str, rows: Iterable[Mapping[str, Any] | Sequence[Any]]) -> None:
    for row in rows:
        cursor.execute(sql, row)
