"""Which model serves a tier, and the planted figures."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from claude import seeds
from claude.catalogue import Catalogue, ServedModel, UnknownModel
from claude.pricing import PriceRow, UnknownPrice, Usage, cost_of
from engine.values import Tier

FORMS = {"between_tools", "disabled", ""}
EFFORTS = {"low", "medium", "high", ""}


def planted() -> Catalogue:
    """The planted files as the value that calls are made by."""
    contents = [seeds.read(name) for name in seeds.names()]
    return Catalogue(
        tiers={slug: model for content in contents for slug, model in content["tiers"].items()},
        models={row["id"]: served(row) for content in contents for row in content["models"]},
        prices=tuple(priced(row) for content in contents for row in content["prices"]),
    )


def served(row: Mapping[str, Any]) -> ServedModel:
    return ServedModel(
        id=row["id"],
        max_input_tokens=row["max_input_tokens"],
        max_output_tokens=row["max_output_tokens"],
        min_cache_tokens=row["min_cache_tokens"],
        effort=row["effort"],
        thinking=row["thinking"],
        active=row["active"],
    )


def priced(row: Mapping[str, Any]) -> PriceRow:
    kinds = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
    return PriceRow(
        id=seeds.price_id(row),
        model=row["model"],
        effective_from=date.fromisoformat(row["effective_from"]),
        prompt_band=row["prompt_band"],
        **{f"{kind}_rate": Decimal(row[kind]) for kind in kinds},
    )


class TestServing:
    MODEL = ServedModel(
        id="m",
        max_input_tokens=9,
        max_output_tokens=9,
        min_cache_tokens=9,
        effort="",
        thinking="",
        active=True,
    )
    OFF = ServedModel(
        id="off",
        max_input_tokens=9,
        max_output_tokens=9,
        min_cache_tokens=9,
        effort="",
        thinking="",
        active=False,
    )

    def test_it_finds_the_mapped_model(self) -> None:
        catalogue = Catalogue(tiers={"fast": "m"}, models={"m": self.MODEL}, prices=())
        assert catalogue.serving("fast") is self.MODEL

    @pytest.mark.parametrize(
        ("tiers", "sentence"),
        [
            ({}, "'fast' is mapped to no model"),
            ({"fast": "gone"}, "'fast' is mapped to no model"),
            ({"fast": "off"}, "'off', which is switched off"),
        ],
    )
    def test_it_is_loud_where_no_model_serves(self, tiers: dict[str, str], sentence: str) -> None:
        catalogue = Catalogue(tiers=tiers, models={"m": self.MODEL, "off": self.OFF}, prices=())
        with pytest.raises(UnknownModel, match=sentence):
            catalogue.serving("fast")

    def test_it_is_loud_where_no_price_is(self) -> None:
        catalogue = Catalogue(tiers={"fast": "m"}, models={"m": self.MODEL}, prices=())
        with pytest.raises(UnknownPrice):
            catalogue.price("m", on=date(2026, 11, 22), prompt_tokens=1)


class TestPlantedFigures:
    def test_it_serves_every_tier_with_a_priced_model(self) -> None:
        catalogue = planted()
        for tier in Tier:
            model = catalogue.serving(tier)
            price = catalogue.price(model.id, on=date(2026, 11, 22), prompt_tokens=500_000)
            assert price.output_rate > price.input_rate > price.cache_read_rate > 0

    def test_it_prices_every_model_it_knows(self) -> None:
        catalogue = planted()
        for model in catalogue.models:
            assert catalogue.price(model, on=date(2026, 11, 22), prompt_tokens=1)

    def test_it_keeps_the_vendors_write_multipliers(self) -> None:
        for price in planted().prices:
            assert price.cache_write_5m_rate == price.input_rate * Decimal("1.25")
            assert price.cache_write_1h_rate == price.input_rate * 2

    def test_it_gets_dearer_from_tier_to_tier(self) -> None:
        catalogue = planted()
        usage = Usage(input=10_000, output=3_000)
        costs = [
            cost_of(usage, catalogue.price(catalogue.serving(tier).id, on=day, prompt_tokens=1))
            for day in [date(2026, 11, 22)]
            for tier in Tier
        ]
        assert all(lower < higher for lower, higher in itertools.pairwise(costs))

    def test_it_has_one_row_for_each_model_day_and_band(self) -> None:
        prices = planted().prices
        assert len({price.id for price in prices}) == len(prices)

    def test_it_sets_only_settings_the_api_has(self) -> None:
        for model in planted().models.values():
            assert model.effort in EFFORTS
            assert model.thinking in FORMS

    @pytest.mark.parametrize(
        ("on", "read_rate"), [(date(2026, 10, 6), "0.20"), (date(2026, 10, 7), "0.10")]
    )
    def test_it_knows_the_october_cut_of_cache_reads(self, on: date, read_rate: str) -> None:
        price = planted().price("claude-sonnet-5-5", on=on, prompt_tokens=1)
        assert price.cache_read_rate == Decimal(read_rate)
