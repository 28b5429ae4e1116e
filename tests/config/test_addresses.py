"""Addresses of PostgreSQL and Redis, read and asked."""

from __future__ import annotations

import socket

import pytest

from config import addresses
from config.errors import SettingInvalid, StartRefused


def test_it_reads_a_database_on_a_host() -> None:
    url = "postgresql://me%40x:p%2Fw@db.example:5433/house?sslmode=require"
    assert addresses.django_database("DATABASE_URL", url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "house",
        "USER": "me@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:pw@%2FVar%2Frun%2FPg%20x/house",
        "postgresql://me:pw@/house?host=/Var/run/Pg%20x",
    ],
)
def test_it_reads_a_database_behind_a_socket_without_changing_its_case(url: str) -> None:
    entry = addresses.django_database("DATABASE_URL", url)
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == ("/Var/run/Pg x", "", {})


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://me:pw@host", "DATABASE_URL names no database; it accepts postgresql://"),
        ("postgresql://host/house", "DATABASE_URL names no user; it accepts postgresql://"),
    ],
)
def test_it_refuses_half_an_address_of_a_database(url: str, sentence: str) -> None:
    with pytest.raises(SettingInvalid, match=sentence) as refused:
        addresses.django_database("DATABASE_URL", url)
    assert "pw" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "client", "broker"),
    [
        ("redis://h:6379/2", "redis://h:6379/2", "redis://h:6379/2"),
        ("rediss://:pw@h", "rediss://:pw@h", "rediss://:pw@h"),
        ("unix:///a/r.sock", "unix:///a/r.sock?db=0", "redis+socket:///a/r.sock?virtual_host=0"),
        (
            "redis+socket:///a%20b/r.sock?virtual_host=3",
            "unix:///a%20b/r.sock?db=3",
            "redis+socket:///a%20b/r.sock?virtual_host=3",
        ),
        (
            "unix:///a/r.sock?db=1",
            "unix:///a/r.sock?db=1",
            "redis+socket:///a/r.sock?virtual_host=1",
        ),
    ],
)
def test_it_spells_redis_for_each_reader(url: str, client: str, broker: str) -> None:
    assert addresses.redis_address(url) == addresses.RedisAddress(client, broker)


def test_it_refuses_a_redis_database_that_is_no_number() -> None:
    with pytest.raises(SettingInvalid, match="accepts a number after"):
        addresses.redis_address("unix:///a/r.sock?db=first")


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_it_says_in_one_sentence_that_a_database_does_not_answer(closed_port: int) -> None:
    url = f"postgresql://me:swordfish@127.0.0.1:{closed_port}/house"
    with pytest.raises(StartRefused) as refused:
        addresses.require_database("DATABASE_URL", url)
    said = str(refused.value)
    assert said.startswith(f"the database DATABASE_URL names (127.0.0.1:{closed_port}/house) does")
    assert "swordfish" not in said
    assert "\n" not in said


def test_it_says_in_one_sentence_that_redis_does_not_answer(closed_port: int) -> None:
    url = f"redis://:swordfish@127.0.0.1:{closed_port}/0"
    with pytest.raises(StartRefused) as refused:
        addresses.require_redis("REDIS_URL", addresses.redis_address(url))
    said = str(refused.value)
    assert said.startswith(f"the Redis REDIS_URL names (127.0.0.1:{closed_port}/0) does not answer")
    assert "swordfish" not in said
    assert "\n" not in said
