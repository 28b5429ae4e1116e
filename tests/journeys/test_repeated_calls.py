"""The same write, sent often and by people who lost the answer: one effect, over many processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.site import APPLICATION, Answer, Site, running_site

POOL = 4
CALLS = 200
PATIENCE_SECONDS = 20.0
TRANSLATE = {
    "texts": ["Hello world.", "Press {name} to go on."],
    "source_language": "en",
    "target_language": "de",
}
NOTED = "select effect_id, status from accounts_idempotentcall where key = %s"


@contextmanager
def running_sites(count: int, sandbox_url: str, **settings: Any) -> Iterator[list[Site]]:
    """Several web processes on one database, started side by side."""
    with ExitStack() as stack, ThreadPoolExecutor(max_workers=count) as pool:
        starting = [
            pool.submit(stack.enter_context, running_site(sandbox_url, **settings))
            for _ in range(count)
        ]
        yield [one.result() for one in starting]


def until(found: Callable[[], Any]) -> Any:
    """What `found` finds, as soon as it finds something."""
    ends_at, clock = time.monotonic() + PATIENCE_SECONDS, threading.Event()
    while not (value := found()):
        assert time.monotonic() < ends_at, "it did not come"
        clock.wait(0.01)
    return value


def translate(site: Site, person: Any, key: str = "", **changes: Any) -> Answer:
    headers = {**person.headers, "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    body = json.dumps(TRANSLATE | changes)
    return site.call("POST", "/api/v1/translate", headers=headers, body=body)


def upload(site: Site, person: Any, key: str) -> Answer:
    boundary = uuid4().hex
    fields = {"source_language": "en", "target_languages": "de"}
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nHello world.')
    form = "".join(f"--{boundary}\r\nContent-Disposition: form-data; {one}\r\n" for one in parts)
    headers = {
        **person.headers,
        "Idempotency-Key": key,
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    body = f"{form}--{boundary}--\r\n"
    return site.call("POST", "/api/v1/documents", headers=headers, body=body)


def count(admin: psycopg.Connection[Any], table: str) -> int:
    row = admin.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return int(row[0])


def bills(admin: psycopg.Connection[Any], job_id: str) -> list[tuple[int, int]]:
    """The units of each ledger line of a job, beside what its targets say was billed."""
    return admin.execute(
        "select units, (select sum(billed_chars) from translation_target where job_id = %s)"
        "  from billing_ledgerline where job_id = %s",
        [job_id, job_id],
    ).fetchall()


class TestManyAtOnce:
    def test_it_has_one_effect_and_one_bill_over_four_processes(
        self, site: Site, sandbox: Any, owner: Any, admin: Any, workers: Any
    ) -> None:
        """Half of it with a small pool: whoever waits holds no connection."""
        most: list[int] = []
        with running_sites(3, sandbox.url, DB_POOL_SIZE=str(POOL)) as others, workers():
            sites = [site, *others]
            with watched(admin, most), ThreadPoolExecutor(max_workers=CALLS) as pool:
                calls = [
                    pool.submit(translate, sites[number % 4], owner, "the-key")
                    for number in range(CALLS)
                ]
                answers = [one.result() for one in calls]
            joined = [translate(one, owner, "the-key") for one in sites]
        assert {one.status for one in answers} == {200}
        assert len({one.body for one in [*answers, *joined]}) == 1
        replayed = [one.headers.get("Idempotency-Replayed") for one in answers]
        assert (replayed.count("true"), replayed.count(None)) == (CALLS - 1, 1)
        assert count(admin, "translation_document") == 1
        [(units, billed)] = bills(admin, answers[0].json["job_id"])
        assert units == billed == answers[0].json["billed_chars"] > 0
        assert max(most) <= 8 + 3 * POOL

    def test_it_joins_equal_calls_without_a_key(
        self, site: Site, sandbox: Any, owner: Any, teammate: Any, admin: Any, workers: Any
    ) -> None:
        with (
            running_sites(1, sandbox.url) as others,
            ThreadPoolExecutor(max_workers=40) as pool,
        ):
            sites = [site, *others]
            calls = [pool.submit(translate, sites[number % 2], owner) for number in range(20)]
            calls += [pool.submit(translate, sites[number % 2], teammate) for number in range(20)]
            # Nobody works before all are there: else a late one would come after the end.
            until(lambda: begun(owner, teammate) == 40 and asleep() >= 40)
            with workers():
                answers = [one.result() for one in calls]
        assert {one.status for one in answers} == {200}
        jobs = [one.json["job_id"] for one in answers]
        assert (len(set(jobs[:20])), len(set(jobs[20:])), len(set(jobs))) == (1, 1, 2)
        assert [len(bills(admin, job)) for job in {*jobs}] == [1, 1]


def begun(*people: Any) -> int:
    """How many requests of these people's keys the limiter has counted."""
    from accounts.services import authenticate_key
    from common import redis

    keys = [authenticate_key(one.key).actor.api_key_id for one in people]
    return sum(redis.client().llen(f"rate:{key}") for key in keys)


def asleep() -> int:
    """How many wait at Redis."""
    from common import redis

    return int(redis.client().info("clients")["blocked_clients"])


@contextmanager
def watched(admin: psycopg.Connection[Any], most: list[int]) -> Iterator[None]:
    """Notes how many connections the sites hold, for as long as the block runs."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            row = admin.execute(
                "select count(*) from pg_stat_activity"
                " where application_name = %s and datname = current_database()",
                [APPLICATION],
            ).fetchone()
            most.append(int(row[0]) if row else 0)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def lost(call: Callable[..., Answer], *given: Any) -> None:
    with pytest.raises((ConnectionError, OSError)):
        call(*given)


class TestKilled:
    """SIGKILL of the web process. What was committed stands, and is told to whoever asks again."""

    def test_it_tells_the_first_answer_when_it_died_after_the_effect(
        self, site: Site, sandbox: Any, owner: Any, admin: Any, workers: Any
    ) -> None:
        """A Redis that hangs holds the process between its commit and its answer."""
        with (
            socket.create_server(("127.0.0.1", 0)) as silent,
            running_site(
                sandbox.url, REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
            ) as victim,
            ThreadPoolExecutor(max_workers=1) as pool,
        ):
            call = pool.submit(lost, upload, victim, owner, "file")
            [(_, status)] = until(lambda: admin.execute(NOTED, ["file"]).fetchall())
            assert (status, call.done()) == (201, False)
            os.kill(victim.pid, signal.SIGKILL)
            call.result()
        [(body,)] = admin.execute("select body from accounts_idempotentcall").fetchall()
        again = upload(site, owner, "file")
        assert (again.status, again.headers["Idempotency-Replayed"]) == (201, "true")
        assert again.body.decode() == body
        assert count(admin, "translation_document") == 1
        job = again.json["documents"][0]["jobs"][0]["id"]
        with workers():
            until(lambda: bills(admin, job))
        assert [units == billed for units, billed in bills(admin, job)] == [True]

    def test_it_tells_the_translation_when_it_died_while_waiting(
        self, site: Site, sandbox: Any, owner: Any, admin: Any, workers: Any
    ) -> None:
        with (
            running_site(sandbox.url) as victim,
            ThreadPoolExecutor(max_workers=1) as pool,
        ):
            call = pool.submit(lost, translate, victim, owner, "text")
            [(job, status)] = until(lambda: admin.execute(NOTED, ["text"]).fetchall())
            assert status is None
            os.kill(victim.pid, signal.SIGKILL)
            call.result()
        with workers():
            again = translate(site, owner, "text")
        assert (again.status, again.headers["Idempotency-Replayed"]) == (200, "true")
        assert again.json["job_id"] == str(job)
        assert len(bills(admin, str(job))) == 1
        assert count(admin, "translation_document") == 1

    def test_it_begins_anew_when_it_died_before_the_effect_was_whole(
        self, site: Site, sandbox: Any, owner: Any, admin: Any
    ) -> None:
        with (
            running_site(sandbox.url) as victim,
            ThreadPoolExecutor(max_workers=1) as pool,
        ):
            with admin.transaction():
                admin.execute("lock table billing_reservation in access exclusive mode")
                call = pool.submit(lost, upload, victim, owner, "half")
                until(lambda: blocked(admin))
                os.kill(victim.pid, signal.SIGKILL)
                call.result()
            again = upload(site, owner, "half")
        assert (again.status, "Idempotency-Replayed" in again.headers) == (201, False)
        assert count(admin, "translation_document") == 1
        assert count(admin, "billing_reservation") == 1


def blocked(admin: psycopg.Connection[Any]) -> bool:
    row = admin.execute(
        "select count(*) from pg_stat_activity"
        " where application_name = %s and wait_event_type = 'Lock'",
        [APPLICATION],
    ).fetchone()
    return bool(row and row[0])
