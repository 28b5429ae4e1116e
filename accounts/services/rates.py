"""How many API requests a caller may send: counted in Redis, over a minute that slides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import redis as redis_library

from common import redis

WINDOW_SECONDS: Final = 60
# A list of times in milliseconds, the newest first, of the requests of the last minute. One script,
# so that processes do not admit what another has just taken; by Redis' clock, for theirs differ.
_ADMIT: Final = """
local limit, now, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) <= now - window do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end
local count = redis.call('LLEN', KEYS[1])
if count >= limit then
  local frees = tonumber(redis.call('LINDEX', KEYS[1], limit - 1))
  return {0, 0, frees + window - now}
end
redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], window)
return {1, limit - count - 1, (tonumber(oldest) or now) + window - now}
"""
# What Redis keeps a script by; after a restart it has forgotten it.
_ADMIT_SHA: Final = hashlib.sha1(_ADMIT.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a caller has left. `reset_seconds` is when the first of the counted requests leaves the
    minute: from then on there is more left than `remaining`.
    """

    limit: int
    remaining: int
    reset_seconds: int
    admitted: bool


def admit(*, caller: UUID, limit: int, now_ms: int | None = None) -> Rate | None:
    """Counts one request of a caller if it is within `limit` a minute; refused ones do not count.

    Never more than `limit` within any 60 seconds, over all processes. None while Redis is away:
    then nobody counts, and everybody is let in. `now_ms` stands for Redis' own clock.
    """
    answer = redis.ask(lambda client: _admitted(client, caller, limit, now_ms))
    if answer is None:
        return None
    admitted, remaining, reset_ms = answer
    return Rate(
        limit=limit,
        remaining=remaining,
        # Rounded up: who comes back after so many seconds must not be too early.
        reset_seconds=max(1, -(-reset_ms // 1000)),
        admitted=bool(admitted),
    )


def _admitted(
    client: redis_library.Redis, caller: UUID, limit: int, now_ms: int | None
) -> list[int]:
    now = -1 if now_ms is None else now_ms
    arguments = (1, f"rate:{caller}", limit, now, WINDOW_SECONDS * 1000)
    try:
        answer: Any = client.evalsha(_ADMIT_SHA, *arguments)
    except redis_library.exceptions.NoScriptError:
        answer = client.eval(_ADMIT, *arguments)
    return list(answer)
