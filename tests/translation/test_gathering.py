"""Repairs of many packs in one, and loops that go on."""

from __future__ import annotations

import threading
from typing import Any

from engine.ports import ModelError
from engine.values import ModelErrorKind
from tests.translation.paper import (
    PaperModel,
    answered,
    at_once,
    claimed,
    loaded,
    lost,
)
from translation.queries.packs import Claim
from translation.services import work
from translation.services.commit import commit_outcome

LINES = "\n\n".join(f"Press {{key{n}}} to open valve {n} here." for n in range(60))


def finish(claim: Claim, model: PaperModel | None = None) -> None:
    pack = loaded(claim)
    commit_outcome(claim, pack, answered(claim, pack, model))


def error(kind: ModelErrorKind, **more: Any) -> ModelError:
    return ModelError(kind, "not now", **more)


def states(rows: Any) -> list[tuple[str, str]]:
    found = rows("select state, sub_state from translation_target order by ordinal")
    return [(row["state"], row["sub_state"]) for row in found]


def packs(rows: Any) -> list[dict[str, Any]]:
    return list(rows("select * from translation_pack order by id"))


class TestGathering:
    def test_it_gathers_repairs_of_many_packs_at_once_into_full_ones(
        self, submit: Any, rows: Any
    ) -> None:
        submit("\n\n".join(f"Press {{key}} {n} times now." for n in range(320)))
        claims = [claimed() for _ in range(16)]
        one_in_five = PaperModel(lambda source, text: lost(source, text) if few(source) else text)
        at_once([lambda claim=claim: finish(claim, one_in_five) for claim in claims])  # type: ignore[misc]
        gathered = rows("select segments, state from translation_pack where round = 1")
        needed = sum(few(f"Press ⟦1⟧ {n} times now.") for n in range(320))
        assert sum(pack["segments"] for pack in gathered) == needed == 64
        assert max(pack["segments"] for pack in gathered) <= 20
        assert sum(pack["state"] == "gathering" for pack in gathered) <= 1
        counted = rows(
            "select p.segments, count(t.id) as n from translation_pack p"
            " join translation_target t on t.pack_id = p.id where p.round = 1 group by p.id"
        )
        assert all(pack["segments"] == pack["n"] for pack in counted)

    def test_it_gathers_nothing_where_somebody_waits(self, submit: Any, rows: Any) -> None:
        submit("Press {name} here.", lane="interactive")
        finish(claimed(), PaperModel(lost))
        [pack] = rows("select state, lane from translation_pack where round = 1")
        assert pack == {"state": "ready", "lane": "interactive"}


def few(source: str) -> bool:
    return int(source.split()[2]) % 5 == 0


class TestDrain:
    def test_it_goes_on_after_a_pack_that_crashed(self, submit: Any, rows: Any, drain: Any) -> None:
        submit(LINES)
        rows("update translation_segment set syntax = 'nonsense' where ordinal = 0")
        assert drain() == 3
        assert sorted(pack["state"] for pack in packs(rows)) == ["claimed", "done", "done"]

    def test_it_stops_when_it_is_told_to(self, submit: Any) -> None:
        submit(LINES)
        stop = threading.Event()
        stop.set()
        assert work.drain("standard", stop=stop) == 0
