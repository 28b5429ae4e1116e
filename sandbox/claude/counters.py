"""What the stand-in has seen and done, for checkers that compare it with the product's report."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from sandbox.claude.answers import Entry

RECENT = 50
MAX_DISTINCT = 1_000_000


@dataclass(slots=True, kw_only=True)
class RequestSummary:
    """One message request, without any text; filled in as it is understood.

    `at_ms` counts from the last reset, `attempt` is what the SDK says of itself (0 first), `status`
    None means that nothing was answered.
    """

    number: int
    at_ms: int
    attempt: int | None = None
    status: int | None = None
    fault: str | None = None
    model: str | None = None
    segments: int = 0
    repair_segments: int = 0
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_written_tokens: int = 0
    output_tokens: int = 0
    stop_reason: str | None = None


@dataclass(slots=True)
class Counters:
    """Sums since the start or the last reset. Faults are counted once they have really happened."""

    requests: int = 0
    requests_ok: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    other_requests: Counter[str] = field(default_factory=Counter)
    request_faults: Counter[str] = field(default_factory=Counter)
    segment_faults: Counter[str] = field(default_factory=Counter)
    segments_received: int = 0
    segments_answered: int = 0
    repair_segments: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_written_tokens: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    recent: deque[RequestSummary] = field(default_factory=lambda: deque(maxlen=RECENT))
    _distinct: set[bytes] = field(default_factory=set)

    def enter(self) -> int:
        """A message request has come in. Returns its number, from 0."""
        number = self.requests + self.in_flight
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        return number

    def leave(self, summary: RequestSummary) -> None:
        """A message request is over."""
        self.in_flight -= 1
        self.requests += 1
        self.by_status["none" if summary.status is None else str(summary.status)] += 1
        self.requests_ok += summary.status == 200 and summary.fault != "cut_body"
        if summary.fault is not None:
            self.request_faults[summary.fault] += 1
        self.input_tokens += summary.input_tokens
        self.output_tokens += summary.output_tokens
        self.cache_read_tokens += summary.cache_read_tokens
        self.cache_written_tokens += summary.cache_written_tokens
        self.recent.append(summary)

    def delivered(self, entries: Iterable[Entry]) -> None:
        """These entries of an answer go out whole, or are left out as their fault says."""
        for entry in entries:
            self.segments_answered += bool(entry.json)
            if entry.fault is not None:
                self.segment_faults[entry.fault] += 1

    def saw_segment(self, language: str, form: str, text: str, *, repair: bool) -> None:
        """A segment to translate has come in."""
        self.segments_received += 1
        self.repair_segments += repair
        if len(self._distinct) < MAX_DISTINCT:
            named = f"{language}\0{form}\0{text}".encode()
            self._distinct.add(hashlib.blake2b(named, digest_size=8).digest())

    def as_json(self) -> dict[str, object]:
        """Everything, for the control endpoint."""
        return {
            "requests": self.requests,
            "requests_ok": self.requests_ok,
            "requests_by_status": dict(sorted(self.by_status.items())),
            "other_requests": dict(sorted(self.other_requests.items())),
            "request_faults": dict(sorted(self.request_faults.items())),
            "segment_faults": dict(sorted(self.segment_faults.items())),
            "segments_received": self.segments_received,
            "segments_answered": self.segments_answered,
            "segments_distinct": len(self._distinct),
            "repair_segments": self.repair_segments,
            "input_tokens": self.input_tokens,  # of answered requests, cached or not
            "output_tokens": self.output_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "cache_written_tokens": self.cache_written_tokens,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "recent": [asdict(one) for one in self.recent],
        }
