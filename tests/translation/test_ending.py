"""How runs end: once, billed to the character, and so that nothing is left behind."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from common.errors import Conflict
from tests.translation.paper import PaperModel, answered, at_once, claimed, loaded, lost
from translation.queries.packs import claim_next
from translation.services.commit import Fenced, commit_failure, commit_outcome
from translation.services.documents import (
    cancel_job,
    download_job,
)
from translation.services.ending import settle_if_done
from translation.services.retry import retry_failed
from translation.services.sweep import sweep

CODE = re.compile(r"\{\w+\}|https?://\S+")


def letter(count: int, *, seed: int = 0) -> str:
    """Paragraphs of one sentence, some of them equal, most with code in them."""
    draw = random.Random(seed)
    lines = []
    for number in range(count):
        lines.append(f"Press {{key{number}}} and see https://halden.example/{number} for more.")
        if draw.random() < 0.3:
            lines.append(draw.choice(lines))
    return "\n\n".join(lines)


def recount(source: str, delivered: set[str]) -> int:
    """Characters of the first occurrence of each delivered paragraph, without its code."""
    firsts = dict.fromkeys(source.split("\n\n"))
    return sum(len(CODE.sub("", one).strip()) for one in firsts if one in delivered)


def finish(model: PaperModel | None = None) -> None:
    claim = claimed()
    pack = loaded(claim)
    commit_outcome(claim, pack, answered(claim, pack, model))


def fail() -> None:
    claim = claimed()
    commit_failure(claim, loaded(claim), "model_rejected")


def settle(rows: Any) -> list[bool]:
    return [
        settle_if_done(run["organization_id"], run["id"])
        for run in rows("select organization_id, id from translation_run where state = 'open'")
    ]


def delivered(rows: Any) -> set[str]:
    found = rows(
        "select s.forms[1] as source from translation_target t"
        " join translation_segment s on s.id = t.segment_id where t.deliverable"
        " and t.origin = 'model'"
    )
    return {row["source"] for row in found}


def books_agree(rows: Any) -> None:
    """What always holds between rows, ledger and usage periods once no run is open."""
    per_job = rows(
        "select j.id, coalesce((select sum(units) from billing_ledgerline l where l.job_id = j.id),"
        " 0) as ledger, coalesce((select sum(billed_chars) from translation_target t"
        " where t.job_id = j.id), 0) as billed from translation_job j"
    )
    assert all(job["ledger"] == job["billed"] for job in per_job)
    for period in rows(
        "select p.reserved_chars, p.settled_chars,"
        " (select coalesce(sum(units), 0) from billing_ledgerline l where l.period_id = p.id) as l,"
        " (select coalesce(sum(units), 0) from billing_reservation r where r.period_id = p.id"
        " and r.state = 'reserved') as r from billing_usageperiod p"
    ):
        assert period["settled_chars"] == period["l"]
        assert period["reserved_chars"] == period["r"] == 0


class TestEndOfRun:
    def test_it_ends_once_however_many_ask(self, submit: Any, rows: Any) -> None:
        stored = submit("Hello there.\n\nHello there.")
        finish()
        [run] = rows("select organization_id, id from translation_run")
        got = at_once([lambda: settle_if_done(run["organization_id"], run["id"])] * 8)
        assert sorted(got) == [False] * 7 + [True]  # type: ignore[type-var]
        lines = rows("select source, units, job_id from billing_ledgerline")
        assert lines == [
            {"source": f"run:{run['id']}", "units": 12, "job_id": stored.job_ids["de"]}
        ]
        assert settle(rows) == []

    def test_it_stays_open_while_anything_is_under_way(self, submit: Any, rows: Any) -> None:
        submit(letter(30))
        finish()
        assert settle(rows) == [False]
        last = claimed()
        assert settle(rows) == [False]
        pack = loaded(last)
        commit_outcome(last, pack, answered(last, pack))
        assert settle(rows) == [True]

    def test_it_releases_gathered_repairs_before_it_ends(self, submit: Any, rows: Any) -> None:
        submit("Press {name} here.\n\nHello there.")
        finish(PaperModel(lost))
        assert settle(rows) == [False]
        finish()
        assert settle(rows) == [True]
        [run] = rows("select passed, repaired, needs_review, failed from translation_run")
        assert run == {"passed": 1, "repaired": 1, "needs_review": 0, "failed": 0}

    def test_it_ends_exactly_once_when_the_last_packs_finish_together(
        self, submit: Any, rows: Any
    ) -> None:
        for seed in range(5):
            submit(letter(70, seed=seed))
            [run] = rows("select organization_id, id from translation_run where state = 'open'")
            claims = []
            while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
                claims.append((claim, pack := loaded(claim), answered(claim, pack)))

            def end(one: Any, ids: Any = run) -> bool:
                commit_outcome(*one)
                return settle_if_done(ids["organization_id"], ids["id"])

            got = at_once([lambda one=one: end(one) for one in claims])  # type: ignore[misc]
            assert got.count(True) == 1
        books_agree(rows)

    def test_it_ends_a_run_that_needs_no_model(self, submit: Any, rows: Any) -> None:
        submit('msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "Save"\nmsgstr "Sichern"\n', "a.po")
        sweep()
        [run] = rows("select state, prefilled, billed_chars from translation_run")
        assert run == {"state": "finished", "prefilled": 1, "billed_chars": 0}
        assert rows("select 1 from billing_ledgerline") == []

    def test_it_accounts_for_every_segment_in_its_counts(self, submit: Any, rows: Any) -> None:
        submit(letter(30) + "\n\n12\n\nPress {name} here.\n\nPress {name} here.")
        while claim_next(lanes=("standard",), owner="a", lease_seconds=-1) or not all(settle(rows)):
            sweep()
            claim = claim_next(lanes=("standard",), owner="a", lease_seconds=60)
            if claim is not None:
                pack = loaded(claim)
                commit_outcome(claim, pack, answered(claim, pack))
        [run] = rows("select * from translation_run")
        parts = ("prefilled", "passed", "repaired", "needs_review", "failed")
        assert sum(run[part] for part in parts) == run["segments"]


class TestBilled:
    def test_it_agrees_with_a_recount_of_file_and_rows(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        source = letter(60)
        stored = submit(source)
        while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
            pack = loaded(claim)
            commit_outcome(claim, pack, answered(claim, pack))
        settle(rows)
        [line] = rows("select units from billing_ledgerline")
        assert line["units"] == recount(source, set(source.split("\n\n")))
        books_agree(rows)
        made = download_job(actor=owner.actor, job_id=stored.job_ids["de"]).data.decode()
        assert [CODE.findall(one) for one in made.split("\n\n")] == [
            CODE.findall(one) for one in source.split("\n\n")
        ]

    def test_it_bills_only_what_was_delivered_before_a_cancel(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        source = letter(60)
        stored = submit(source)
        finish()
        finish(PaperModel(lambda _, text: None))
        late = claimed()
        pack = loaded(late)
        cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])
        with pytest.raises(Fenced):
            commit_outcome(late, pack, answered(late, pack))
        [line] = rows("select units from billing_ledgerline")
        assert (
            0
            < line["units"]
            == recount(source, delivered(rows))
            < recount(source, set(source.split("\n\n")))
        )
        books_agree(rows)
        open_rows = rows(
            "select 1 from translation_pack where state not in ('done', 'cancelled') union all"
            " select 1 from translation_target where sub_state = 'queued' or pack_id is not null"
            " and state = 'initial' union all select 1 from translation_finding"
        )
        assert open_rows == []
        with pytest.raises(Conflict):
            cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])

    def test_it_bills_nothing_that_is_held_back_refused_or_failed(
        self, submit: Any, rows: Any
    ) -> None:
        submit("Press {name} here.")
        for _ in range(4):
            finish(PaperModel(lost))
            settle(rows)
        submit("Hello there.")
        fail()
        settle(rows)
        assert rows("select 1 from billing_ledgerline") == []
        states = rows("select state from billing_reservation")
        assert [row["state"] for row in states] == ["released", "released"]
        books_agree(rows)


class TestRetry:
    def test_it_makes_a_second_run_of_what_failed_and_bills_the_rest_only(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        source = letter(50)
        stored = submit(source)
        job = stored.job_ids["de"]
        finish()
        fail()
        finish()
        settle(rows)
        [first] = rows("select units from billing_ledgerline")
        run = retry_failed(actor=owner.actor, job_id=job)
        held = rows("select units from billing_reservation where state = 'reserved'")
        assert (run.number, held[0]["units"]) == (
            2,
            recount(source, set(source.split("\n\n"))) - first["units"],
        )
        finish()
        settle(rows)
        lines = rows("select units from billing_ledgerline order by id")
        assert lines[0] == first
        assert sum(line["units"] for line in lines) == recount(source, set(source.split("\n\n")))
        books_agree(rows)
        [counts] = rows("select * from translation_run where number = 2")
        assert counts["failed"] == counts["prefilled"] == 0
        assert counts["passed"] == counts["segments"]

    def test_it_adds_nothing_when_what_it_repeats_fails_again(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        stored = submit("Hello there.")
        fail()
        settle(rows)
        retry_failed(actor=owner.actor, job_id=stored.job_ids["de"])
        fail()
        settle(rows)
        assert rows("select 1 from billing_ledgerline") == []
        books_agree(rows)

    def test_it_goes_on_where_a_cancelled_run_stopped(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        source = letter(50)
        stored = submit(source)
        finish(PaperModel(lambda source, text: lost(source, text) if "key1" in source else text))
        cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])
        retry_failed(actor=owner.actor, job_id=stored.job_ids["de"])
        while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
            pack = loaded(claim)
            commit_outcome(claim, pack, answered(claim, pack))
        settle(rows)
        lines = rows("select units from billing_ledgerline")
        assert sum(line["units"] for line in lines) == recount(source, set(source.split("\n\n")))
        assert rows("select 1 from translation_finding") == []
        books_agree(rows)

    def test_it_forgets_the_findings_of_what_it_does_anew(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        stored = submit("Press {name} here.")
        finish(PaperModel(lambda source, text: None))
        for _ in range(2):  # refused in the repair, then by the higher tier
            settle(rows)
            finish(PaperModel(stop="refused"))
        settle(rows)
        [before] = rows("select sub_state from translation_target")
        assert before["sub_state"] == "refused"
        retry_failed(actor=owner.actor, job_id=stored.job_ids["de"])
        finish()
        settle(rows)
        assert rows("select 1 from translation_finding") == []

    @pytest.mark.parametrize("code", ["run_open", "nothing_to_retry"])
    def test_it_refuses_while_one_is_open_or_nothing_is_left(
        self, owner: Any, submit: Any, rows: Any, code: str
    ) -> None:
        stored = submit("Hello there.")
        if code == "nothing_to_retry":
            finish()
            settle(rows)
        with pytest.raises(Conflict) as refused:
            retry_failed(actor=owner.actor, job_id=stored.job_ids["de"])
        assert refused.value.code == code

    def test_it_starts_one_run_however_many_ask(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = submit("Hello there.")
        fail()
        settle(rows)
        got = at_once([lambda: retry_failed(actor=owner.actor, job_id=stored.job_ids["de"])] * 6)
        assert sum(isinstance(one, Conflict) for one in got) == 5, got
        assert len(rows("select 1 from translation_run")) == 2
