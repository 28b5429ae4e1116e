"""Embedded PostgreSQL and Redis as real processes: start, crash, left-overs, folders, passwords."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import redis as embedded_redis
from config.embedded.account import (
    Account,
    can_enter,
    reachable_folder,
    reachable_programs,
    server_account,
)
from config.embedded.keeping import close_folder, kept_secret, socket_folder
from config.embedded.postgres import APP_LOGIN, OWNER, Postgres, wheel_programs
from config.embedded.redis import Redis, redis_program
from config.errors import StartRefused


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder every user may enter, as a checkout in an ordinary place is."""
    folder = Path(tempfile.mkdtemp(prefix="interlinear-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def cluster(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", folder / "run" / "postgres")


@pytest.fixture(scope="module")
def postgres(place: Path) -> Iterator[Postgres]:
    server = cluster(place)
    server.start()
    yield server
    server.stop()


def one(server: Postgres, query: str, user: str = "postgres") -> object:
    database = "postgres" if user == "postgres" else "interlinear"
    with server.connect(user, database) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(
    ("name", "value"),
    [("fsync", "on"), ("listen_addresses", ""), ("server_encoding", "UTF8"), ("jit", "off")],
)
def test_it_runs_with_safe_settings(postgres: Postgres, name: str, value: str) -> None:
    assert one(postgres, f"show {name}") == value


def test_it_sorts_by_the_builtin_locale(postgres: Postgres) -> None:
    query = "select datlocale from pg_database where datname = 'interlinear'"
    assert one(postgres, query) == "C.UTF-8"


@pytest.mark.parametrize("user", [OWNER, APP_LOGIN])
def test_it_lets_the_roles_in_without_special_rights(postgres: Postgres, user: str) -> None:
    query = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    assert one(postgres, query, user) is False


def test_it_turns_a_wrong_password_away(postgres: Postgres) -> None:
    wrong = postgres.dsn(OWNER).replace(postgres.password(OWNER), "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_it_keeps_secrets_and_socket_from_others(postgres: Postgres) -> None:
    secrets = list(postgres.secrets_dir.iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert stat.S_IMODE(postgres.secrets_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE(postgres.socket_dir.stat().st_mode) == 0o700


def test_it_never_runs_postgresql_as_root(postgres: Postgres) -> None:
    assert postgres.process is not None
    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid != 0


def test_it_keeps_what_was_committed_before_a_crash(postgres: Postgres) -> None:
    with postgres.connect(OWNER, "interlinear") as connection:
        connection.execute("create table kept as select 42 as number")
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait(10)
    assert not postgres.answers()
    postgres.start()
    assert one(postgres, "select number from kept", OWNER) == 42


def test_it_takes_over_from_a_server_that_was_left_running(place: Path, postgres: Postgres) -> None:
    left = postgres.process
    assert left is not None
    postgres.start()
    assert left.wait(10) == 0
    assert one(postgres, "select 1") == 1


def test_it_starts_beside_a_stranger_with_the_number_of_its_last_run(postgres: Postgres) -> None:
    postgres.stop()
    pid_file = postgres.data_dir / "postmaster.pid"
    # This test's own process: alive, and none of PostgreSQL's.
    pid_file.write_text(f"{os.getpid()}\n{postgres.data_dir}\n")
    postgres.start()
    assert one(postgres, "select 1") == 1


def test_it_takes_up_a_set_up_that_was_killed(place: Path) -> None:
    folder = place / "interrupted"
    server = cluster(folder)
    draft = folder / "postgres.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18")
    server.start()
    try:
        assert one(server, "select 1") == 1
        assert not draft.exists()
    finally:
        server.stop()


def test_it_says_when_the_passwords_of_a_cluster_are_gone(place: Path, postgres: Postgres) -> None:
    postgres.stop()
    stranger = Postgres(
        postgres.wanted_dir, place / "run" / "postgres", secrets_dir=place / "other-secrets"
    )
    try:
        with pytest.raises(StartRefused, match="does not hold the password"):
            stranger.start()
    finally:
        stranger.stop()
        postgres.start()


def test_it_refuses_a_cluster_of_another_version(place: Path) -> None:
    server = cluster(place / "old")
    server.wanted_dir.mkdir(parents=True)
    (server.wanted_dir / "PG_VERSION").write_text("16\n")
    with pytest.raises(StartRefused, match="was made by PostgreSQL 16, this version brings 18"):
        server.start()


def test_it_finds_a_short_socket_for_a_long_path(place: Path) -> None:
    deep = place / ("d" * 120)
    server = Redis(deep / "redis", deep / "run")
    server.start()
    try:
        assert len(str(server.socket)) < 100
        assert server.answers()
        assert Redis(deep / "redis", deep / "run").socket == server.socket
    finally:
        server.stop()
        shutil.rmtree(server.socket.parent)


def test_it_keeps_apart_two_long_paths(tmp_path: Path) -> None:
    first, second = (tmp_path / (name * 120) for name in "ab")
    assert socket_folder(first, "s") != socket_folder(second, "s")


def test_it_keeps_the_preferred_socket_folder_when_it_is_short(tmp_path: Path) -> None:
    assert socket_folder(Path("/short"), "s") == Path("/short")
    assert socket_folder(Path("/short"), "s", is_reachable=False) != Path("/short")


def test_it_refuses_a_file_in_the_place_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").touch()
    with pytest.raises(StartRefused, match="remove it, then start again"):
        close_folder(tmp_path / "folder")


def test_it_makes_a_secret_once(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "secrets", "key")
    assert kept_secret(tmp_path / "secrets", "key") == first
    assert len(first) >= 40
    assert kept_secret(tmp_path / "secrets", "other") != first


def test_it_knows_which_folders_are_closed_to_a_user(tmp_path: Path) -> None:
    stranger = Account("stranger", 54321, 54321)
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert not can_enter(stranger, folder)
    assert can_enter(Account("me", os.getuid(), os.getgid()), folder) == (
        can_enter(Account("me", os.getuid(), os.getgid()), tmp_path)
    )
    assert can_enter(None, folder)


def test_it_keeps_data_outside_a_folder_closed_to_its_user(tmp_path: Path) -> None:
    stranger = Account("stranger", 54321, 54321)
    closed, home = tmp_path / "closed", tmp_path / "home"
    closed.mkdir(mode=0o700)
    wanted = closed / "var" / "postgres"
    found = reachable_folder(wanted, stranger, home)
    assert found.is_relative_to(home)
    assert reachable_folder(wanted, stranger, home) == found
    # A fresh checkout in the same place begins empty.
    shutil.rmtree(closed / "var")
    assert reachable_folder(wanted, stranger, home) != found


def test_it_says_that_a_folder_above_the_cluster_was_closed(tmp_path: Path) -> None:
    stranger = Account("stranger", 54321, 54321)
    wanted = tmp_path / "closed" / "var" / "postgres"
    wanted.mkdir(parents=True)
    wanted.parent.parent.chmod(0o700)
    with pytest.raises(StartRefused, match=r"has been closed to the user stranger"):
        reachable_folder(wanted, stranger, tmp_path / "home")
    assert wanted.is_dir()
    assert not wanted.is_symlink()


def test_it_copies_programs_out_of_a_closed_folder(tmp_path: Path) -> None:
    stranger = Account("stranger", 54321, 54321)
    package, home = tmp_path / "closed" / "wheel", tmp_path / "home"
    programs, libraries = package / "install" / "bin", tmp_path / "closed" / "wheel.libs"
    programs.mkdir(parents=True, mode=0o700)
    libraries.mkdir()
    (libraries / "lib.so").touch(0o600)
    (programs / "postgres").touch(0o700)
    before = os.umask(0o077)
    try:
        copied = reachable_programs(programs, libraries, stranger, home)
    finally:
        os.umask(before)
    assert stat.S_IMODE((copied / "postgres").stat().st_mode) == 0o755
    library = copied.parent.parent.parent / "wheel.libs" / "lib.so"
    assert stat.S_IMODE(library.stat().st_mode) & 0o444 == 0o444
    assert reachable_programs(programs, libraries, stranger, home) == copied
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    assert [path.name for path in home.iterdir()] == [copied.parent.parent.parent.name]


def test_it_uses_the_programs_where_they_are_when_it_may() -> None:
    programs, libraries = wheel_programs()
    assert reachable_programs(programs, libraries, None) == programs


def test_it_lends_root_an_account_and_nobody_else() -> None:
    account = server_account()
    assert (account is None) == (os.getuid() != 0)
    assert account is None or account.uid != 0


@pytest.fixture
def server(place: Path) -> Iterator[Redis]:
    made = Redis(place / "redis", place / "run" / "redis")
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "0"),
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("maxmemory-policy", "noeviction"),
        ("save", ""),
    ],
)
def test_it_runs_redis_with_safe_settings(server: Redis, name: str, value: str) -> None:
    with server.client() as client:
        assert client.config_get(name)[name] == value


def test_it_keeps_what_redis_was_told_before_a_stop_and_a_crash(server: Redis) -> None:
    with server.client() as client:
        client.set("kept", "1")
    server.stop()
    server.start()
    assert server.process is not None
    server.process.kill()
    server.process.wait(10)
    server.start()
    with server.client() as client:
        assert client.get("kept") == b"1"


def test_it_takes_over_from_a_redis_that_was_left_running(server: Redis) -> None:
    left = server.process
    server.start()
    assert left is not None
    assert left.wait(10) == 0
    assert server.answers()


def test_it_ends_redis_when_asked(server: Redis) -> None:
    assert server.process is not None
    server.stop()
    assert server.process.returncode in {0, -signal.SIGTERM}
    assert not server.answers()


def a_redis_that_says(folder: Path, version: str) -> str:
    program = folder / "redis-server"
    program.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=0'\n")
    program.chmod(0o755)
    return str(folder)


def test_it_prefers_a_redis_on_the_path(tmp_path: Path) -> None:
    path = a_redis_that_says(tmp_path, "7.0.15")
    assert redis_program(path) == tmp_path / "redis-server"


@pytest.mark.parametrize("version", ["6.0.16", "5.0", "nonsense"])
def test_it_passes_over_a_redis_that_is_too_old(tmp_path: Path, version: str) -> None:
    found = embedded_redis.find_program(a_redis_that_says(tmp_path, version), bundled=None)
    assert isinstance(found, StartRefused)
    assert "is older than 6.2" in str(found)
    assert "apt-get install redis-server" in str(found)


def test_it_says_how_to_get_redis_where_there_is_none(tmp_path: Path) -> None:
    found = embedded_redis.find_program(str(tmp_path), bundled=None)
    assert isinstance(found, StartRefused)
    assert "there is no redis-server on PATH" in str(found)
