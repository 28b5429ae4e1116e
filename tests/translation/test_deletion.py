"""What deletion leaves, and everything at once."""

from __future__ import annotations

import random
import re
import threading
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from common.errors import Conflict, NotFound
from tests.translation.paper import PaperModel, answered, at_once, claimed, loaded, lost
from translation.queries.packs import claim_next
from translation.services.commit import Fenced, commit_failure, commit_outcome
from translation.services.deletion import delete_document
from translation.services.documents import (
    cancel_document,
    cancel_job,
    download_job,
)
from translation.services.ending import settle_if_done
from translation.services.heartbeat import Heartbeat
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


class TestDeletion:
    MARKER = "zanzibarmarker"

    def holding(self, rows: Any) -> dict[str, int]:
        """Tables in which any row holds the marker anywhere."""
        tables = rows("select tablename as name from pg_tables where schemaname = 'public'")
        counted = {
            table["name"]: rows(
                f'select count(*) as n from "{table["name"]}" t where t::text ilike %s',
                f"%{self.MARKER}%",
            )[0]["n"]
            for table in tables
        }
        return {name: count for name, count in counted.items() if count}

    def test_it_leaves_nothing_but_ledger_lines_without_a_name(
        self, owner: Any, submit: Any, rows: Any, stored_files: Any
    ) -> None:
        files = stored_files()
        text = letter(30).replace("Press", f"Press {self.MARKER}")
        stored = submit(text, f"{self.MARKER}.txt", ("de", "ja"))
        finish(PaperModel(lost))
        assert set(self.holding(rows)) >= {"translation_document", "translation_segment"}
        assert len(stored_files()) == len(files) + 1
        claim = claimed()
        pack = loaded(claim)
        delete_document(actor=owner.actor, document_id=stored.document_id)
        assert self.holding(rows) == {}
        assert stored_files() == files
        for table in ("document", "revision", "segment", "job", "run", "target", "finding", "pack"):
            assert rows(f"select 1 from translation_{table}") == []
        with pytest.raises(Fenced):
            commit_outcome(claim, pack, answered(claim, pack))
        [period] = rows("select reserved_chars, settled_chars from billing_usageperiod")
        units = sum(line["units"] for line in rows("select units from billing_ledgerline"))
        assert period == {"reserved_chars": 0, "settled_chars": units}

    def test_it_looks_to_an_outsider_as_if_it_were_not_there(
        self, outsider: Any, submit: Any, rows: Any, stored_files: Any
    ) -> None:
        stored = submit("Hello there.")
        files = stored_files()
        job = stored.job_ids["de"]
        for attempt in (
            lambda: delete_document(actor=outsider.actor, document_id=stored.document_id),
            lambda: cancel_document(actor=outsider.actor, document_id=stored.document_id),
            lambda: cancel_job(actor=outsider.actor, job_id=job),
            lambda: retry_failed(actor=outsider.actor, job_id=job),
            lambda: download_job(actor=outsider.actor, job_id=job),
        ):
            with pytest.raises(NotFound):
                attempt()
        assert stored_files() == files
        assert len(rows("select 1 from translation_pack where state = 'ready'")) == 1


def works_until(stop: threading.Event, heart: Heartbeat) -> None:
    """A worker whose model loses the code of every third segment."""
    one_in_three = PaperModel(
        lambda source, text: lost(source, text) if len(source) % 3 == 0 else text
    )
    while not stop.is_set():
        claim = claim_next(lanes=("standard",), owner="a", lease_seconds=60)
        if claim is None:
            sweep()
            continue
        heart.hold(claim.id, claim.fence)
        try:
            pack = loaded(claim)
            commit_outcome(claim, pack, answered(claim, pack, one_in_three))
        except (Fenced, AssertionError):
            continue
        finally:
            heart.drop(claim.id)
        settle_if_done(claim.organization_id, claim.run_id)


def marked(do: Any, event: threading.Event) -> Any:
    """Does it, and says when it is over."""

    def run() -> None:
        try:
            do()
        finally:
            event.set()

    return run


class TestAllAtOnce:
    @pytest.mark.timeout(60)
    def test_it_waits_in_one_order_so_that_nobody_waits_for_ever(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        """Workers, uploads, cancels, retries, deletes, sweeps, heartbeats on one organization."""
        documents = [submit(letter(40, seed=n), targets=("de", "ja", "fr")) for n in range(6)]
        stop = threading.Event()
        heart = Heartbeat(lease_seconds=60, every_seconds=3600)

        def beats() -> None:
            while not stop.is_set():
                heart.renew()

        def uploads() -> None:
            for number in range(8):
                submit(letter(10, seed=number), targets=("de", "ja"))

        def cancels() -> None:
            draw = random.Random(3)
            for document in documents:
                threading.Event().wait(draw.random() / 20)
                with suppress(NotFound):
                    cancel_document(actor=owner.actor, document_id=document.document_id)

        def retries() -> None:
            for document in documents[:4]:
                for job in document.job_ids.values():
                    with suppress(Conflict):
                        retry_failed(actor=owner.actor, job_id=job)

        def deletes() -> None:
            threading.Event().wait(0.2)
            for document in documents[4:]:
                delete_document(actor=owner.actor, document_id=document.document_id)

        def then_stops(done: list[threading.Event]) -> None:
            for one in done:
                one.wait(40)
            stop.set()

        finished = [threading.Event() for _ in range(4)]

        short = [
            marked(do, event)
            for do, event in zip((uploads, cancels, retries, deletes), finished, strict=True)
        ]
        works = partial(works_until, stop, heart)
        got = at_once([works, works, works, beats, *short, lambda: then_stops(finished)])
        assert got == [None] * len(got)
        rows("update translation_pack set state = 'ready' where state = 'claimed'")
        for _ in range(200):
            sweep()
            while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
                pack = loaded(claim)
                commit_outcome(claim, pack, answered(claim, pack))
            if not rows("select 1 from translation_run where state = 'open'"):
                break
        assert rows("select 1 from translation_run where state = 'open'") == []
        assert rows("select 1 from translation_pack where state not in ('done', 'cancelled')") == []
        books_agree(rows)
