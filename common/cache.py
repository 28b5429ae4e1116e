"""Django's cache over Redis, for a house in which Redis may be away.

Only conveniences are cached, such as the counters that slow down password guessing: without them a
page must still answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

_log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Behaves like an empty cache that keeps nothing while Redis is away."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default`."""
        return _or(default, lambda: super(ForgivingRedisCache, self).get(key, default, version))

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> None:
        """Keeps a value if it can."""
        _or(None, lambda: super(ForgivingRedisCache, self).set(key, value, *args, **options))

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> bool:
        """Keeps a value if there is none; says it did while Redis is away."""
        return bool(
            _or(1, lambda: super(ForgivingRedisCache, self).add(key, value, *args, **options))
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forgets a value."""
        return bool(_or(0, lambda: super(ForgivingRedisCache, self).delete(key, version)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Counts up; the first count while Redis is away."""
        return int(_or(delta, lambda: super(ForgivingRedisCache, self).incr(key, delta, version)))


def _or(instead: Any, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except RedisError as error:
        _log.warning("cache_away", error=type(error).__name__)
        return instead
