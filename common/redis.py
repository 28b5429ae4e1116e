"""The process's Redis clients. Nothing in Redis is a truth: callers go on without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Final, TypeVar

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

_log = structlog.get_logger(__name__)
T = TypeVar("T")

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0
# For questions at each request: Redis answers them in a fraction of a millisecond, or is away.
QUICK_SECONDS: Final = 0.5
AWAY_SECONDS: Final = 1.0

# Until when, by the monotonic clock, Redis is not asked at each request.
_away_until = 0.0


@cache
def client() -> redis.Redis:
    """The client, made at first use; safe for threads.

    One quick second try is for connections that a restart of Redis has closed, no more: whoever
    asks can do without, and must not wait.
    """
    return _client(CONNECT_SECONDS, ANSWER_SECONDS)


@cache
def _quick_client() -> redis.Redis:
    return _client(QUICK_SECONDS, QUICK_SECONDS)


def ask(question: Callable[[redis.Redis], T]) -> T | None:
    """What Redis answers within half a second; None while it is away.

    That it is away is found out once a second by one caller, and not by every one: with Redis
    hanging, each request would wait for it.
    """
    global _away_until  # noqa: PLW0603 - one fact about the process's neighbour
    if time.monotonic() < _away_until:
        return None
    try:
        return question(_quick_client())
    except (RedisError, OSError) as error:
        _away_until = time.monotonic() + AWAY_SECONDS
        _log.warning("redis_not_asked", error=type(error).__name__)
        return None


def forget_absence() -> None:
    """Has the next `ask` try again at once."""
    global _away_until  # noqa: PLW0603
    _away_until = 0.0


def _client(connect_seconds: float, answer_seconds: float) -> redis.Redis:
    made: redis.Redis = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=connect_seconds,
        socket_timeout=answer_seconds,
        retry=Retry(NoBackoff(), 1),
    )
    return made
