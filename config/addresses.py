"""Addresses of PostgreSQL and Redis in the forms that Django, Celery and redis-py each want."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.errors import SettingInvalid, StartRefused

DATABASE_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+socket")
LOWEST_POSTGRES = 160_000
ANSWER_SECONDS = 5


def django_database(name: str, url: str) -> dict[str, Any]:
    """Return Django's entry for a PostgreSQL URL; `name` is the variable it came from."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    database = unquote(parts.path.lstrip("/"))
    if not database:
        raise SettingInvalid(f"{name} names no database; it accepts {_SHAPE}.")
    if not parts.username:
        raise SettingInvalid(f"{name} names no user; it accepts {_SHAPE}.")
    # urlsplit lowers the host, which would spoil the path of a socket folder.
    host_and_port = parts.netloc.rpartition("@")[2]
    host = re.sub(r":\d*$", "", host_and_port)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", "") or host),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


_SHAPE = "postgresql://user:password@host:5432/database"


@dataclass(frozen=True)
class RedisAddress:
    """One Redis server and database, spelled for each of its readers."""

    client_url: str
    broker_url: str


def redis_address(url: str) -> RedisAddress:
    """Return both spellings of a REDIS_URL: redis:// is one for all, a unix socket has two."""
    parts = urlsplit(url)
    if parts.scheme in {"redis", "rediss"}:
        return RedisAddress(url, url)
    query = dict(parse_qsl(parts.query))
    number = query.get("db") or query.get("virtual_host") or "0"
    if not number.isdecimal():
        sentence = f"REDIS_URL asks for database {number!r}, but accepts a number after ?db=."
        raise SettingInvalid(sentence)
    path = quote(unquote(parts.path))
    return RedisAddress(
        f"unix://{path}?db={number}", f"redis+socket://{path}?virtual_host={number}"
    )


def require_database(name: str, url: str) -> None:
    """Raise a sentence unless the database behind the setting `name` answers and is new enough."""
    place = _place(url)
    try:
        with psycopg.connect(url, connect_timeout=ANSWER_SECONDS) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        reason = _first_line(error)
        sentence = f"the database {name} names ({place}) does not answer: {reason}"
        raise StartRefused(sentence) from error
    if version < LOWEST_POSTGRES:
        found = f"PostgreSQL {version // 10_000}"
        raise StartRefused(f"the database {name} names ({place}) is {found}; 16 is the oldest.")


def require_redis(name: str, address: RedisAddress) -> None:
    """Raise a sentence unless the Redis behind the setting `name` answers."""
    place = _place(address.client_url)
    try:
        with redis.Redis.from_url(
            address.client_url,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            client.ping()
    except (redis.RedisError, OSError) as error:
        reason = _first_line(error)
        sentence = f"the Redis {name} names ({place}) does not answer: {reason}"
        raise StartRefused(sentence) from error


def _place(url: str) -> str:
    """Return where an address leads, without its password."""
    parts = urlsplit(url)
    host = unquote(parts.netloc.rpartition("@")[2])
    return f"{host}{unquote(parts.path)}" or "no host"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
