"""Everything one running stand-in remembers, and how it goes back to its beginning."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.claude.cache import PromptCache
from sandbox.claude.counters import Counters
from sandbox.claude.diagnostics import Diagnoses
from sandbox.claude.faults import FaultPlan
from sandbox.claude.latency import Latency
from sandbox.claude.limits import Limiter, Limits
from sandbox.claude.models import Catalogue, read_catalogue


def _random_id() -> str:
    return secrets.token_hex(12)


@dataclass(slots=True, kw_only=True)
class State:
    """Settings of the start (`seed`, `base_latency_ms`), clocks, and what has happened since.

    `clock` is monotonic seconds, `wall` Unix time, `new_id` gives the random part of ids: those
    differ from run to run, as call records need, and nothing repeatable depends on them.
    """

    seed: int
    base_latency_ms: float
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    new_id: Callable[[], str] = _random_id
    catalogue: Catalogue = field(default_factory=read_catalogue)
    cache: PromptCache = field(default_factory=PromptCache)
    limiter: Limiter = field(default_factory=Limiter)
    diagnoses: Diagnoses = field(default_factory=Diagnoses)
    plan: FaultPlan = field(init=False)
    latency: Latency = field(init=False)
    counters: Counters = field(init=False)
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget faults, limits, latency, caches and counts; requests under way finish apart."""
        self.plan = FaultPlan(seed=self.seed)
        self.latency = Latency.from_base(self.base_latency_ms)
        self.counters = Counters()
        self.started = self.clock()
        self.cache.clear()
        self.limiter.set_limits(Limits())
        self.diagnoses = Diagnoses()
