"""The process's Redis client. Nothing in Redis is a truth: callers go on without it."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 5.0


@cache
def client() -> redis.Redis:
    """The client, made at first use; safe for threads.

    One quick second try is for connections that a restart of Redis has closed, no more: whoever
    asks can do without, and must not wait.
    """
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
