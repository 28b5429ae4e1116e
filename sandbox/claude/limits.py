"""Rate limits as token buckets per key and model, and the twelve headers that report them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

MAX_TRACKED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Allowances a minute, for each key and model; so generous by default that none is met."""

    requests_per_minute: int = 1_000_000
    input_tokens_per_minute: int = 2_000_000_000
    output_tokens_per_minute: int = 500_000_000
    count_requests_per_minute: int = 1_000_000

    def changed(self, values: Mapping[str, object]) -> Limits:
        """These limits with some replaced. Raises ValueError with a sentence."""
        names = {one.name for one in fields(self)}
        for name, value in values.items():
            if name not in names:
                raise ValueError(f"unknown limit {name}; there are {', '.join(sorted(names))}")
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name} must be a whole number of 1 or more")
        return replace(self, **values)  # type: ignore[arg-type]


@dataclass(slots=True)
class Bucket:
    """Holds up to a minute's allowance and refills evenly; may be overdrawn once."""

    limit: int
    level: float
    at: float

    def refill(self, now: float) -> None:
        """Add what has come in since the last look."""
        self.level = min(float(self.limit), self.level + (now - self.at) * self.limit / 60.0)
        self.at = now

    def wait_for(self, amount: float) -> float:
        """Seconds until `amount` is there; an amount above the limit waits for a full bucket."""
        missing = min(amount, float(self.limit)) - self.level
        return missing * 60.0 / self.limit if missing > 0 else 0.0

    def seconds_to_full(self) -> float:
        """Seconds until the whole allowance is there."""
        return (self.limit - self.level) * 60.0 / self.limit


@dataclass(slots=True)
class Buckets:
    """The three buckets of one key and model."""

    requests: Bucket
    input_tokens: Bucket
    output_tokens: Bucket

    def admit(self, input_tokens: int, now: float) -> float:
        """Take one request and its input. Returns 0, or the seconds to wait with nothing taken."""
        for bucket in (self.requests, self.input_tokens, self.output_tokens):
            bucket.refill(now)
        wait = max(
            self.requests.wait_for(1),
            self.input_tokens.wait_for(input_tokens),
            self.output_tokens.wait_for(1),
        )
        if wait == 0.0:
            self.requests.level -= 1
            self.input_tokens.level -= input_tokens
        return wait

    def headers(self, now: float, wall: datetime) -> tuple[tuple[str, str], ...]:
        """The twelve rate limit headers. `wall` is the time of day at `now`."""
        for bucket in (self.requests, self.input_tokens, self.output_tokens):
            bucket.refill(now)
        tightest = min(
            (self.input_tokens, self.output_tokens), key=lambda one: one.level / one.limit
        )
        named = (
            ("requests", self.requests),
            ("tokens", tightest),
            ("input-tokens", self.input_tokens),
            ("output-tokens", self.output_tokens),
        )
        rows: list[tuple[str, str]] = []
        for name, bucket in named:
            left = max(0, math.floor(bucket.level))
            # The live service rounds tokens to thousands; with tiny limits that would read 0.
            step = 1000 if name != "requests" and bucket.limit >= 100_000 else 1
            reset = (wall + timedelta(seconds=bucket.seconds_to_full())).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            )
            rows.append((f"anthropic-ratelimit-{name}-limit", str(bucket.limit)))
            rows.append((f"anthropic-ratelimit-{name}-remaining", str(left // step * step)))
            rows.append((f"anthropic-ratelimit-{name}-reset", reset))
        return tuple(rows)


@dataclass(slots=True)
class Limiter:
    """All buckets, made at first use from the limits in force."""

    limits: Limits = field(default_factory=Limits)
    _buckets: OrderedDict[tuple[str, str], Buckets] = field(default_factory=OrderedDict)
    _counts: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def set_limits(self, limits: Limits) -> None:
        """Put new limits in force, with full buckets."""
        self.limits = limits
        self._buckets.clear()
        self._counts.clear()

    def buckets(self, key: str, model: str, now: float) -> Buckets:
        """The buckets of a key and model."""
        found = self._buckets.get((key, model))
        if found is None:
            limits = self.limits
            found = self._buckets[key, model] = Buckets(
                _full(limits.requests_per_minute, now),
                _full(limits.input_tokens_per_minute, now),
                _full(limits.output_tokens_per_minute, now),
            )
            if len(self._buckets) > MAX_TRACKED:
                self._buckets.popitem(last=False)
        return found

    def admit_count(self, key: str, now: float) -> float:
        """Take one token count request of a key. Returns 0, or the seconds to wait."""
        bucket = self._counts.get(key)
        if bucket is None:
            bucket = self._counts[key] = _full(self.limits.count_requests_per_minute, now)
            if len(self._counts) > MAX_TRACKED:
                self._counts.popitem(last=False)
        bucket.refill(now)
        wait = bucket.wait_for(1)
        if wait == 0.0:
            bucket.level -= 1
        return wait


def utc(seconds: float) -> datetime:
    """A Unix time as an aware datetime."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def _full(limit: int, now: float) -> Bucket:
    return Bucket(limit, float(limit), now)
