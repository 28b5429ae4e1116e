"""A model that loses, drops, doubles, cuts and is overloaded: nothing of it reaches a file.

The small size runs with every `make test`, the full one with `make soak`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import polib
import pytest

from tests.claude_sandbox import Sandbox
from tests.soak.running_house import RunningHouse, running_house

FAULTS = {
    "seed": 7,
    "segment": {"lose_placeholder": 0.10, "drop": 0.03, "duplicate": 0.02},
    "request": {"529": 0.10, "truncate": 0.05},
}
MOST_REVIEW = 0.01
MOST_REQUESTS = 1.6
TOKENS = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+>")


@pytest.mark.timeout(150)
def test_it_delivers_no_fault_of_the_model(house_folder: Path) -> None:
    translate_through_faults(house_folder, segments=600, ends=4)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_it_delivers_no_fault_of_the_model_in_a_large_job(house_folder: Path) -> None:
    translate_through_faults(house_folder, segments=5_000, ends=0)


def translate_through_faults(var: Path, *, segments: int, ends: int) -> None:
    """`ends` are requests granted above the bar: each round of repair ends in a pack half full."""
    with running_house(var, SWEEP_SECONDS=1, SANDBOX_CLAUDE_LATENCY_MS=50) as house:
        path = var / "valves.po"
        path.write_text(catalogue(segments))
        calm = translated(house, path)
        sandbox = Sandbox(house.place["sandbox_url"])
        sandbox.reset()
        sandbox.faults(**FAULTS)
        stormy = translated(house, path)
        counters = sandbox.counters()
        check_states(house, stormy["id"], segments)
        check_tokens(path, house.client.download(stormy["id"]).decode())
        calm_report, report = (house.report(job["id"]) for job in (calm, stormy))
        check_counts(report, counters)
        print(f"requests {report['requests']} / {calm_report['requests']}")
        assert report["requests"] <= calm_report["requests"] * MOST_REQUESTS + ends


def catalogue(segments: int) -> str:
    entries = (
        '#, python-format\nmsgid "Press %(key)s, then close <b>valve {n}</b> of row '
        f'{n}."\nmsgstr ""\n'
        for n in range(segments)
    )
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return "\n".join([head, *entries])


def translated(house: RunningHouse, path: Path) -> dict[str, Any]:
    """The one job of an upload, once it has ended."""
    document = house.client.upload(path, "en", ["de"])
    return house.ended(document["id"])


def check_states(house: RunningHouse, job_id: str, segments: int) -> None:
    """Every segment ends translated, hardly any of them with a person to decide."""
    counted = Counter(
        house.rows("select state, sub_state from translation_target where job_id = %s", job_id)
    )
    review = counted[("translated", "needs_review")]
    assert counted[("translated", "")] + review == segments
    assert review <= segments * MOST_REVIEW
    print(f"needs review {review} of {segments}")


def check_tokens(source: Path, delivered: str) -> None:
    """What is delivered holds the tokens of its source, no more and no fewer."""
    before, after = polib.pofile(str(source)), polib.pofile(delivered)
    assert [entry.msgid for entry in after] == [entry.msgid for entry in before]
    for entry in after:
        if entry.msgstr:
            assert Counter(TOKENS.findall(entry.msgstr)) == Counter(TOKENS.findall(entry.msgid))


def check_counts(report: dict[str, Any], seen: dict[str, Any]) -> None:
    """Every kind of fault has happened, and the report tells of every request."""
    assert set(seen["segment_faults"]) == {"lose_placeholder", "drop", "duplicate"}
    assert set(seen["request_faults"]) == {"529", "truncate"}
    for name in ("requests", "input_tokens", "output_tokens"):
        assert report[name] == seen[name]
