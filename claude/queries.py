"""What is read of models, prices and calls. Platform tables: no organization scope is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from claude.catalogue import Catalogue, ServedModel
from claude.models import Model, Price, Tier
from claude.pricing import PriceRow

_RUN_COSTS = """
select run_id, count(*),
       sum(input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens),
       sum(output_tokens), sum(cost)
  from claude_callrecord
 where run_id = any(%s) and state <> 'started'
 group by run_id"""


class RunCosts(NamedTuple):
    """Everything a run asked of Claude so far, failed and lost attempts included, in US dollars."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: Decimal


def read_catalogue() -> Catalogue:
    """Models, tiers and prices as they stand in the database."""
    return Catalogue(
        tiers=dict(Tier.objects.values_list("slug", "model_id")),
        models={row.id: _served(row) for row in Model.objects.all()},
        prices=tuple(map(_priced, Price.objects.all())),
    )


def run_costs(run_ids: Iterable[UUID]) -> Mapping[UUID, RunCosts]:
    """Requests, tokens and cost of each of these runs that called Claude; input counts caches too.

    Calls under way are left out. What was only estimated counts like the rest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RUN_COSTS, [list(run_ids)])
        return {run_id: RunCosts(*totals) for run_id, *totals in cursor.fetchall()}


def _served(row: Model) -> ServedModel:
    return ServedModel(
        id=row.id,
        max_input_tokens=row.max_input_tokens,
        max_output_tokens=row.max_output_tokens,
        min_cache_tokens=row.min_cache_tokens,
        effort=row.effort,
        thinking=row.thinking,
        active=row.active,
    )


def _priced(row: Price) -> PriceRow:
    return PriceRow(
        id=row.id,
        model=row.model_id,
        effective_from=row.effective_from,
        prompt_band=row.prompt_band,
        input_rate=row.input_rate,
        output_rate=row.output_rate,
        cache_write_5m_rate=row.cache_write_5m_rate,
        cache_write_1h_rate=row.cache_write_1h_rate,
        cache_read_rate=row.cache_read_rate,
    )
