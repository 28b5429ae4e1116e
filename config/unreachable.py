"""Tells a database or Redis that does not answer apart from every other error."""

from __future__ import annotations

import psycopg
import redis
from django.db import OperationalError


def sentence_for(error: BaseException) -> str | None:
    """Return what to tell the operator when `error` is a refused connection, else None."""
    if isinstance(error, OperationalError) and _is_refused(error.__cause__):
        reason = str(error).strip().splitlines()[0]
        return (
            f"The database does not answer: {reason}\n"
            "Start the embedded one with `make serve`, or mend DATABASE_URL."
        )
    if isinstance(error, redis.ConnectionError):
        return (
            f"Redis does not answer: {error}\n"
            "Start the embedded one with `make serve`, or mend REDIS_URL."
        )
    return None


def _is_refused(cause: BaseException | None) -> bool:
    """A server that answers sends an SQLSTATE with every error of its own."""
    return isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
