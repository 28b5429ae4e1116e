"""Kills at random moments: the job ends complete, every segment once, and billed to the character.

The small size runs with every `make test`, the full one with `make soak`.
"""

from __future__ import annotations

import random
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak.running_house import RunningHouse, running_house

LEASE_SECONDS = 4
# Five deaths of one worker in a minute stop the house; ten kills over three are at most four each.
WORKERS = 3


@pytest.mark.timeout(150)
def test_it_loses_and_doubles_nothing_when_parts_are_killed(house_folder: Path) -> None:
    kill_through(house_folder, segments=1_000, kills=3, pause=1.5, latency_ms=525)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_it_loses_and_doubles_nothing_when_parts_are_killed_all_the_time(
    house_folder: Path,
) -> None:
    kill_through(house_folder, segments=5_000, kills=10, pause=9.0, latency_ms=2_700)


def kill_through(var: Path, *, segments: int, kills: int, pause: float, latency_ms: int) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    draw = random.Random(seed)
    with running_house(
        var,
        PACK_LEASE_SECONDS=LEASE_SECONDS,
        PACK_HEARTBEAT_SECONDS=1,
        SWEEP_SECONDS=1,
        WORKER_PROCESSES=WORKERS,
        WORKER_THREADS=3,
        WORKER_CALL_SLOTS=2,
        SANDBOX_CLAUDE_LATENCY_MS=latency_ms,
    ) as house:
        source = letter(segments)
        path = var / "letter.txt"
        path.write_text(source)
        document = house.client.upload(path, "en", ["de"])
        blows = [
            *(
                lambda n=n: house.signal(f"worker-{n % WORKERS + 1}", signal.SIGKILL)
                for n in range(kills)
            ),
            lambda: house.signal("redis-server", signal.SIGKILL),
            lambda: house.signal("bin/postgres", signal.SIGKILL),
            lambda: freeze(house, "worker-1", LEASE_SECONDS + 2.0),
        ]
        draw.shuffle(blows)
        strike(blows, draw, pause)
        job = house.ended(document["id"])
        assert job["state"] == "ready"
        check_file(source, house.client.download(job["id"]).decode())
        check_rows(house, source, job["id"])


def letter(segments: int) -> str:
    return "\n\n".join(
        f"Press {{key{n}}} and hold the lever of valve {n}." for n in range(segments)
    )


def strike(blows: list[Callable[[], object]], draw: random.Random, pause: float) -> None:
    """Lands each blow after a random pause; one that finds nobody is tried again a little later."""
    clock = threading.Event()
    for blow in blows:
        clock.wait(draw.uniform(0.2, 2 * pause))
        for _ in range(20):
            if blow():
                break
            clock.wait(0.2)


def freeze(house: RunningHouse, part: str, seconds: float) -> bool:
    """Stops a worker past its lease and lets it go on with what it thinks it holds."""
    if not house.signal(part, signal.SIGSTOP):
        return False
    threading.Event().wait(seconds)
    house.signal(part, signal.SIGCONT)
    return True


def check_file(source: str, target: str) -> None:
    """Every paragraph once, in order, with its own placeholder and number."""
    pairs = list(zip(source.split("\n\n"), target.split("\n\n"), strict=True))
    for before, after in pairs:
        assert re.findall(r"\{\w+\}|\d+", before) == re.findall(r"\{\w+\}|\d+", after)
        assert before != after


def check_rows(house: RunningHouse, source: str, job_id: object) -> None:
    """Rows, ledger and an own recount of the file agree."""
    counted = sum(len(re.sub(r"\{\w+\}", "", line)) for line in source.split("\n\n"))
    [(targets, distinct, billed)] = house.rows(
        "select count(*), count(distinct ordinal), sum(billed_chars) from translation_target"
        " where job_id = %s and state = 'translated' and origin = 'model'",
        job_id,
    )
    segments = source.count("\n\n") + 1
    assert (targets, distinct, billed) == (segments, segments, counted)
    lines = house.rows("select units from billing_ledgerline where job_id = %s", job_id)
    assert lines == [(counted,)]
    [(reserved, settled)] = house.rows(
        "select reserved_chars, settled_chars from billing_usageperiod"
    )
    assert (reserved, settled) == (0, counted)
    assert house.rows("select 1 from translation_pack where state = 'claimed'") == []
