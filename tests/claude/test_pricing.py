"""Prices and token estimates: tables of cases, then properties."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude.pricing import (
    COST_STEP,
    PriceRow,
    UnknownPrice,
    Usage,
    cost_of,
    estimate_tokens,
    price_for,
)

DAY = date(2026, 10, 7)


def row(
    model: str = "claude-haiku-5-5",
    *,
    since: date = DAY,
    band: int | None = None,
    rates: tuple[str, str, str, str, str] = ("1", "5", "1.25", "2", "0.10"),
) -> PriceRow:
    given_in, given_out, write_5m, write_1h, read = map(Decimal, rates)
    return PriceRow(
        id=uuid4(),
        model=model,
        effective_from=since,
        prompt_band=band,
        input_rate=given_in,
        output_rate=given_out,
        cache_write_5m_rate=write_5m,
        cache_write_1h_rate=write_1h,
        cache_read_rate=read,
    )


HAIKU_SHORT = row(band=100_000, rates=("0.10", "0.50", "0.125", "0.20", "0.01"))
HAIKU_LONG = row(rates=("0.50", "2.50", "0.625", "1.00", "0.05"))
SONNET_BEFORE = row("claude-sonnet-5-5", since=date(2026, 9, 28))
SONNET_AFTER = row("claude-sonnet-5-5", since=DAY)
ROWS = (HAIKU_SHORT, HAIKU_LONG, SONNET_BEFORE, SONNET_AFTER)

token_counts = st.integers(min_value=0, max_value=1_000_000)
usages = st.builds(
    Usage,
    input=token_counts,
    output=token_counts,
    cache_read=token_counts,
    cache_write_5m=token_counts,
    cache_write_1h=token_counts,
)


class TestPriceFor:
    @pytest.mark.parametrize(
        ("model", "on", "prompt", "expected"),
        [
            ("claude-haiku-5-5", DAY, 0, HAIKU_SHORT),
            ("claude-haiku-5-5", DAY, 100_000, HAIKU_SHORT),
            ("claude-haiku-5-5", DAY, 100_001, HAIKU_LONG),
            ("claude-haiku-5-5", DAY + timedelta(days=400), 5, HAIKU_SHORT),
            ("claude-sonnet-5-5", DAY - timedelta(days=1), 5, SONNET_BEFORE),
            ("claude-sonnet-5-5", DAY, 5, SONNET_AFTER),
            ("claude-sonnet-5-5", DAY, 900_000, SONNET_AFTER),
        ],
    )
    def test_it_takes_the_row_of_day_and_prompt_length(
        self, model: str, on: date, prompt: int, expected: PriceRow
    ) -> None:
        assert price_for(ROWS, model=model, on=on, prompt_tokens=prompt) is expected
        assert price_for(reversed(ROWS), model=model, on=on, prompt_tokens=prompt) is expected

    @pytest.mark.parametrize(
        ("model", "on"),
        [
            ("claude-sonnet-5", DAY),
            ("claude-sonnet-5-5-20260928", DAY),
            ("", DAY),
            ("claude-haiku-5-5", DAY - timedelta(days=1)),
        ],
    )
    def test_it_is_loud_about_a_model_without_a_price(self, model: str, on: date) -> None:
        with pytest.raises(UnknownPrice, match="No price row serves the model") as caught:
            price_for(ROWS, model=model, on=on, prompt_tokens=1)
        assert caught.value.model == model

    def test_it_never_falls_back_to_an_older_days_row(self) -> None:
        newer_short_only = row(since=DAY + timedelta(days=9), band=100_000)
        with pytest.raises(UnknownPrice):
            price_for(
                (*ROWS, newer_short_only),
                model="claude-haiku-5-5",
                on=DAY + timedelta(days=9),
                prompt_tokens=100_001,
            )


class TestCostOf:
    @pytest.mark.parametrize(
        ("usage", "price", "dollars"),
        [
            (Usage(), HAIKU_SHORT, "0"),
            (Usage(input=1_000_000), HAIKU_SHORT, "0.10"),
            (Usage(output=1_000_000), HAIKU_SHORT, "0.50"),
            (Usage(cache_write_5m=1_000_000), HAIKU_SHORT, "0.125"),
            (Usage(cache_write_1h=1_000_000), HAIKU_SHORT, "0.20"),
            (Usage(cache_read=1_000_000), HAIKU_SHORT, "0.01"),
            (Usage(input=1_000, output=500, cache_read=2_000), HAIKU_SHORT, "0.00037"),
            (Usage(input=90_000, output=1_000, cache_read=20_000), HAIKU_LONG, "0.0485"),
            (Usage(output=10, thinking=9), HAIKU_SHORT, "0.000005"),
            (Usage(cache_read=1), HAIKU_SHORT, "0.00000001"),
        ],
    )
    def test_it_adds_every_kind_of_token_at_its_rate(
        self, usage: Usage, price: PriceRow, dollars: str
    ) -> None:
        assert cost_of(usage, price) == Decimal(dollars)

    def test_it_rounds_once_and_half_to_even(self) -> None:
        price = row(rates=("0.005", "0.005", "0", "0", "0"))
        assert cost_of(Usage(input=1), price) == Decimal("0E-8")
        assert cost_of(Usage(input=1, output=1), price) == Decimal("0.00000001")
        assert cost_of(Usage(input=3), price) == Decimal("0.00000002")

    @given(usages, usages)
    def test_it_is_additive_where_nothing_is_rounded(self, first: Usage, second: Usage) -> None:
        both = Usage(
            input=first.input + second.input,
            output=first.output + second.output,
            cache_read=first.cache_read + second.cache_read,
            cache_write_5m=first.cache_write_5m + second.cache_write_5m,
            cache_write_1h=first.cache_write_1h + second.cache_write_1h,
        )
        # Rates with two places make whole steps of 10^-8 dollars.
        price = row(rates=("2", "10", "2.50", "4", "0.20"))
        assert cost_of(both, price) == cost_of(first, price) + cost_of(second, price)

    @given(usages)
    def test_it_never_costs_less_than_nothing_nor_more_places_than_eight(
        self, usage: Usage
    ) -> None:
        cost = cost_of(usage, HAIKU_SHORT)
        assert cost >= 0
        assert cost == cost.quantize(COST_STEP)
        assert cost <= cost_of(usage, HAIKU_LONG)

    @given(usages)
    def test_it_counts_the_whole_prompt(self, usage: Usage) -> None:
        parts = usage.input, usage.cache_read, usage.cache_write_5m, usage.cache_write_1h
        assert usage.prompt == sum(parts)


class TestEstimateTokens:
    @pytest.mark.parametrize(
        ("text", "tokens"),
        [("", 0), ("a", 1), ("abc", 1), ("abcd", 2), ("翻訳", 2), ("Привет", 4), ("\ud800", 1)],
    )
    def test_it_takes_three_bytes_for_a_token(self, text: str, tokens: int) -> None:
        assert estimate_tokens(text) == tokens

    @given(st.text(), st.text())
    def test_it_grows_with_the_text(self, first: str, second: str) -> None:
        together = estimate_tokens(first + second)
        assert together >= max(estimate_tokens(first), estimate_tokens(second))
        assert together <= estimate_tokens(first) + estimate_tokens(second)
