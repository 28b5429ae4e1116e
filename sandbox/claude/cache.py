"""The prompt cache: which part of a prefix is read, which is written, and for how long."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from sandbox.claude.prompt import Piece

LIFETIME_SECONDS = {"5m": 300.0, "1h": 3600.0}
LOOKBACK_BLOCKS = 20
MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class CacheUse:
    """How the input tokens of one request divide. `entries` are (digest, ttl) to store."""

    uncached: int
    read: int = 0
    written_5m: int = 0
    written_1h: int = 0
    entries: tuple[tuple[bytes, str], ...] = ()

    @property
    def written(self) -> int:
        """Tokens written to the cache, whatever their lifetime."""
        return self.written_5m + self.written_1h


@dataclass(slots=True)
class PromptCache:
    """Prefixes by scope, exact bytes only; the least recently used leave first."""

    _expiry: OrderedDict[bytes, float] = field(default_factory=OrderedDict)

    def look_up(self, scope: str, pieces: Sequence[Piece], *, minimum: int, now: float) -> CacheUse:
        """Divide the tokens of a request; stores nothing.

        `scope` names organization, workspace and model. A breakpoint whose prefix has fewer than
        `minimum` tokens counts as absent, without an error, as on the live service.
        """
        totals = list(accumulate(piece.tokens for piece in pieces))
        marks = [
            place
            for place, piece in enumerate(pieces)
            if piece.ttl is not None and totals[place] >= minimum
        ]
        if not marks:
            return CacheUse(uncached=totals[-1])
        digests = _digests(scope, pieces[: marks[-1] + 1])
        hit = self._longest_hit(marks, digests, now)
        reached = totals[hit] if hit is not None else 0
        written = {"5m": 0, "1h": 0}
        entries = []
        start = reached
        for mark in marks:
            ttl = pieces[mark].ttl or "5m"
            entries.append((digests[mark], ttl))
            if totals[mark] > start:
                written[ttl] += totals[mark] - start
                start = totals[mark]
        return CacheUse(
            uncached=totals[-1] - start,
            read=reached,
            written_5m=written["5m"],
            written_1h=written["1h"],
            entries=tuple(entries),
        )

    def store(self, use: CacheUse, *, now: float) -> None:
        """Make the prefixes of a request readable. To be called when its response starts."""
        for digest, ttl in use.entries:
            self._expiry[digest] = now + LIFETIME_SECONDS[ttl]
            self._expiry.move_to_end(digest)
        while len(self._expiry) > MAX_ENTRIES:
            self._expiry.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._expiry.clear()

    def _longest_hit(self, marks: list[int], digests: list[bytes], now: float) -> int | None:
        for mark in reversed(marks):
            for place in range(mark, max(-1, mark - LOOKBACK_BLOCKS - 1), -1):
                if self._expiry.get(digests[place], 0.0) > now:
                    return place
        return None


def _digests(scope: str, pieces: Sequence[Piece]) -> list[bytes]:
    """The running digest after each piece."""
    running = hashlib.blake2b(scope.encode(), digest_size=16)
    digests = []
    for piece in pieces:
        raw = piece.raw.encode()
        running.update(b"%d:" % len(raw))
        running.update(raw)
        digests.append(running.digest())
    return digests
