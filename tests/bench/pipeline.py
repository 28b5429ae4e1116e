"""Wall time against the ideal schedule, and CPU against bare SDK calls."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import django

from tests.bench.figures import ROUNDS, show
from tests.bench.lodging import Lodging

SEGMENTS = 10_000
PACKS = SEGMENTS // 20
IN_FLIGHT = 32
LATENCY_SECONDS = 0.4
PATIENCE_SECONDS = 120.0
WORDS = (
    "key level house river report paper letter table window garden bridge winter summer music "
    "value price button screen cable holder sensor meter signal number corner street market"
).split()


def pipeline_efficiency_and_worker_cpu(house: Lodging) -> None:
    """10,000 short segments, 32 in flight, 400 ms a call, packs of 20."""
    house.latency(0)
    _run(house, _lines(400, seed=0))  # warm: clients, pools, plans
    house.latency(int(LATENCY_SECONDS * 1000))
    ideal = math.ceil(PACKS / IN_FLIGHT) * LATENCY_SECONDS
    rounds = []
    for number in range(1, ROUNDS + 1):
        before = house.worker_cpu_seconds()
        seconds = _run(house, _lines(SEGMENTS, seed=number))
        rounds.append((seconds, house.worker_cpu_seconds() - before))
    seconds = min(wall for wall, _ in rounds)
    cpu = min(spent for _, spent in rounds)
    show(
        "pipeline_efficiency",
        ideal / seconds,
        "ratio",
        f"ideal schedule of {PACKS} packs, {ideal:.1f} s; at least 0.8",
        seconds=round(seconds, 2),
        cpu_ms_per_pack=round(cpu * 1000 / PACKS, 2),
    )
    bare = min(_bare_cpu(house) for _ in range(ROUNDS))
    show(
        "worker_cpu",
        cpu / bare,
        "ratio",
        f"{PACKS} bare messages.create calls with the same bodies; at most 8",
        worker_seconds=round(cpu, 2),
        bare_seconds=round(bare, 2),
    )


def segments_per_request(house: Lodging) -> None:
    """Django's own catalogue: segments asked for, by first attempts, repeats removed."""
    from claude.models import CallRecord

    house.latency(0)
    catalogue = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
    stored = _submit(house, "django.po", catalogue.read_bytes())
    [run_id] = stored.run_ids.values()
    run = _finished(house, run_id)
    first = CallRecord.objects.filter(run_id=run_id, purpose="translate").count()
    asked = run.segments - run.prefilled - run.repeats
    show("segments_per_request", asked / first, "segments", "first attempts; at least 15")


def _lines(count: int, *, seed: int) -> bytes:
    draw = random.Random(seed)
    lines = (
        f"The {draw.choice(WORDS)} and the {draw.choice(WORDS)} {seed}-{number}."
        for number in range(count)
    )
    return "\n\n".join(lines).encode()


def _submit(house: Lodging, name: str, data: bytes) -> Any:
    from translation.services.intake import Upload, submit_files

    raise_cap(house)
    [stored] = submit_files(
        actor=house.actor,
        uploads=[Upload(name=name, data=data)],
        source_language="en",
        target_languages=["de"],
    )
    return stored


def raise_cap(house: Lodging) -> None:
    """Gives the organization all the characters a bench needs."""
    from django.utils import timezone

    from accounts.tenancy import organization_scope
    from billing.models import UsagePeriod
    from billing.services import ensure_period

    with organization_scope(house.actor.organization_id):
        period = ensure_period(house.actor.organization_id, now=timezone.now())
        UsagePeriod.objects.filter(pk=period.pk).update(cap_chars=10**12)


def _run(house: Lodging, data: bytes) -> float:
    """Seconds from the commit of the intake to the end of the run."""
    stored = _submit(house, "lines.txt", data)
    committed = time.time()
    [run_id] = stored.run_ids.values()
    run = _finished(house, run_id)
    assert run.failed == 0
    return float(run.finished_at.timestamp() - committed)


def _finished(house: Lodging, run_id: Any) -> Any:
    from accounts.tenancy import organization_scope
    from translation.models import Run

    ends_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends_at:
        with organization_scope(house.actor.organization_id):
            run = Run.objects.get(pk=run_id)
        if run.state != Run.OPEN:
            return run
        time.sleep(0.2)
    raise TimeoutError(f"run {run_id} did not end in {PATIENCE_SECONDS:g} s")


def _bare_cpu(house: Lodging) -> float:
    """CPU seconds of the same requests made with nothing but the SDK and as many threads."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bare_calls", house.house.sandbox_url],
        input=json.dumps(_bodies()),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return float(done.stdout)


def _bodies() -> list[dict[str, Any]]:
    """What the workers sent: the same prompts, packs of 20."""
    lines = _lines(SEGMENTS, seed=1).decode().split("\n\n")
    return bodies_of([lines[start : start + 20] for start in range(0, SEGMENTS, 20)])


def bodies_of(packs: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """What a worker sends to Claude for packs of these sentences."""
    from claude.exchange import body_for
    from claude.services.current import current_catalogue
    from engine.pipeline import PackSegment, attempt
    from engine.prompts import Context
    from engine.values import Brief, Form, Syntax, Tier

    brief = Brief(source="en", target="de", tier=Tier.FAST, salt="0" * 32)
    catalogue = current_catalogue()
    served = catalogue.models[catalogue.tiers[Tier.FAST]]
    bodies = []
    for lines in packs:
        segments = [
            PackSegment(id=str(n), syntax=Syntax.TEXT, forms=(Form("", line),))
            for n, line in enumerate(lines)
        ]
        model = _Listening()
        with suppress(_Heard):
            attempt(
                segments,
                brief=brief,
                context=Context(title="lines.txt"),
                round_number=0,
                model=model,
            )
        bodies.append(body_for(model.request, served))
    return bodies


class _Heard(Exception):
    """The request is known; nobody answers it."""


class _Listening:
    """A model that only listens."""

    request: Any = None

    def complete(self, request: Any) -> Any:
        self.request = request
        raise _Heard
