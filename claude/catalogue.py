"""The models we may call, which tier each serves and what it costs, as one frozen value. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from claude.pricing import PriceRow, price_for


class UnknownModel(LookupError):
    """A tier that no usable model serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """How one model is called. `effort` and `thinking` are "" where the model's default holds."""

    id: str
    max_input_tokens: int
    max_output_tokens: int
    min_cache_tokens: int
    effort: str
    thinking: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Tier slug -> model id, model id -> model, and every price row."""

    tiers: Mapping[str, str]
    models: Mapping[str, ServedModel]
    prices: tuple[PriceRow, ...]

    def serving(self, tier: str) -> ServedModel:
        """The model of a tier. Raises UnknownModel; nothing ever falls to a sibling."""
        tier = str(tier)  # an enumeration's member would not print as its slug
        model = self.models.get(self.tiers.get(tier, ""))
        if model is None:
            raise UnknownModel(f"The model tier {tier!r} is mapped to no model. Map it to one.")
        if not model.active:
            raise UnknownModel(
                f"The model tier {tier!r} is mapped to {model.id!r}, which is switched off. "
                "Switch it on, or map the tier to another model."
            )
        return model

    def price(self, model: str, *, on: date, prompt_tokens: int) -> PriceRow:
        """The price row of a request. Raises claude.pricing.UnknownPrice."""
        return price_for(self.prices, model=model, on=on, prompt_tokens=prompt_tokens)
