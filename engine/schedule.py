"""The one retry layer: what to do after a model call gave no reply, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from engine.values import ModelErrorKind

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0
HOLD_SECONDS = 300.0
# A pack that met nothing but passing faults for this long is given up, and its customer told.
PATIENCE_SECONDS = 6 * 3600.0
# What an operator has to mend may take a weekend; nothing is lost or billed meanwhile.
HOLD_PATIENCE_SECONDS = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Try the same pack again after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Split:
    """Send the pack's halves instead."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End the pack's segments as failed, with this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing of this kind can succeed until an operator acts: wait long, and alarm."""

    seconds: float
    code: str


Step = Wait | Split | GiveUp | Hold

_PASSING = {
    ModelErrorKind.OVERLOADED,
    ModelErrorKind.SERVER,
    ModelErrorKind.TIMEOUT,
    ModelErrorKind.CONNECTION,
    ModelErrorKind.RATE_LIMITED,
}


def next_step(
    kind: ModelErrorKind,
    *,
    retries: int,
    retry_after: float | None,
    failing_seconds: float,
    segments: int,
    draw: float,
) -> Step:
    """The step after this error.

    `retries` counts earlier waits of the pack, `failing_seconds` the time since its first error,
    `draw` is a random number in [0, 1). Retry-After is a floor: jitter only ever adds to it, so
    that workers throttled together do not come back together. A rate limit never gives up by
    count; every passing fault gives up after PATIENCE_SECONDS, one that an operator has to mend
    after HOLD_PATIENCE_SECONDS.
    """
    if kind is ModelErrorKind.TOO_LARGE:
        return Split() if segments > 1 else GiveUp("segment_too_large")
    if kind is ModelErrorKind.BAD_REQUEST:
        return GiveUp("model_rejected")
    passing = kind in _PASSING
    if failing_seconds > (PATIENCE_SECONDS if passing else HOLD_PATIENCE_SECONDS):
        return GiveUp("model_unavailable")
    if not passing:
        return Hold(HOLD_SECONDS, kind.value)
    backoff = min(FIRST_WAIT_SECONDS * 2 ** min(retries, 10), LONGEST_WAIT_SECONDS)
    if retry_after is None:
        return Wait(backoff * (0.5 + draw / 2))
    floor = max(retry_after, 0.0)
    return Wait(floor * (1 + draw / 4) + draw * FIRST_WAIT_SECONDS)
