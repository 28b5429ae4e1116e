"""How long an answer takes: a base, a little for each output token, and a spread by seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from sandbox.claude.faults import draw

DEFAULT_BASE_MS = 300.0
MAX_MS = 600_000.0
# An error needs no generation.
ERROR_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds; `spread` 0.25 means a quarter more or less."""

    base_ms: float = DEFAULT_BASE_MS
    per_token_ms: float = 1.0
    spread: float = 0.25

    @classmethod
    def from_base(cls, base_ms: float) -> Latency:
        """The model for a base, the cost of a token in proportion; 0 answers at once."""
        return cls(base_ms=base_ms, per_token_ms=base_ms / DEFAULT_BASE_MS)

    def changed(self, values: Mapping[str, object]) -> Latency:
        """This model with some numbers replaced. Raises ValueError with a sentence."""
        names = {one.name for one in fields(self)}
        for name, value in values.items():
            if name not in names:
                raise ValueError(f"unknown number {name}; there are {', '.join(sorted(names))}")
            highest = 1.0 if name == "spread" else MAX_MS
            if (
                not isinstance(value, int | float)
                or isinstance(value, bool)
                or not 0 <= value <= highest
            ):
                raise ValueError(f"{name} must be a number between 0 and {highest:g}")
        return replace(self, **values)  # type: ignore[arg-type]

    def answer_seconds(self, output_tokens: int, *, seed: int, number: int) -> float:
        """How long the answer to the request of this number takes."""
        even = 1.0 + self.spread * (2.0 * draw(seed, number, "latency") - 1.0)
        return (self.base_ms + self.per_token_ms * output_tokens) * even / 1000.0

    def error_seconds(self) -> float:
        """How long a refusal takes."""
        return self.base_ms * ERROR_SHARE / 1000.0
