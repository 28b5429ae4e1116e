"""Arithmetic of model prices and token estimates. Pure: no database, no Django, no vendor.

A price row holds for one model from a date on, up to a prompt length. The row that serves a
request prices every token of it, output included, so cost can only be computed per request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from uuid import UUID

COST_STEP = Decimal("0.00000001")
_MILLION = Decimal(1_000_000)
_BYTES_PER_TOKEN = 3


class UnknownPrice(LookupError):
    """No price row serves this model, date and prompt length; nothing may be called unpriced."""

    def __init__(self, model: str, on: date) -> None:
        super().__init__(
            f"No price row serves the model {model!r} on {on.isoformat()}. "
            "Add one to the price table, or map its tier to a model that has one."
        )
        self.model = model


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one request. `output` includes `thinking`; `input` is what no cache touched."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    thinking: int = 0

    @property
    def prompt(self) -> int:
        """Everything the model read: uncached, read from a cache and written to one."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRow:
    """US dollars per million tokens, for prompts of at most `prompt_band` tokens (None: any)."""

    id: UUID
    model: str
    effective_from: date
    prompt_band: int | None
    input_rate: Decimal
    output_rate: Decimal
    cache_write_5m_rate: Decimal
    cache_write_1h_rate: Decimal
    cache_read_rate: Decimal


def price_for(rows: Iterable[PriceRow], *, model: str, on: date, prompt_tokens: int) -> PriceRow:
    """The row that serves a prompt of this length on this day (UTC).

    Rows of the latest date not after `on` count, older ones do not; among them the narrowest band
    that holds the prompt. Raises UnknownPrice where there is none.
    """
    begun = [row for row in rows if row.model == model and row.effective_from <= on]
    if not begun:
        raise UnknownPrice(model, on)
    newest = max(row.effective_from for row in begun)
    fitting = [
        row
        for row in begun
        if row.effective_from == newest
        and (row.prompt_band is None or prompt_tokens <= row.prompt_band)
    ]
    if not fitting:
        raise UnknownPrice(model, on)
    return min(fitting, key=_width)


def cost_of(usage: Usage, price: PriceRow) -> Decimal:
    """US dollars for one request, rounded once, half to even, to eight places."""
    with localcontext() as exact:
        exact.prec = 50
        total = (
            usage.input * price.input_rate
            + usage.output * price.output_rate
            + usage.cache_read * price.cache_read_rate
            + usage.cache_write_5m * price.cache_write_5m_rate
            + usage.cache_write_1h * price.cache_write_1h_rate
        )
        return (total / _MILLION).quantize(COST_STEP, rounding=ROUND_HALF_EVEN)


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has, from its UTF-8 length: three bytes are one token.

    Cheap, and near enough for Latin, Cyrillic and Han alike on the current tokenizers. For cache
    minimums and for what a lost call may have cost; never for a bill.
    """
    return -(-len(text.encode("utf-8", "surrogatepass")) // _BYTES_PER_TOKEN)


def _width(row: PriceRow) -> tuple[bool, int]:
    return row.prompt_band is None, row.prompt_band or 0
