"""A paused run begins nothing, finishes what it holds, and ends as if it had never been paused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, NotFound
from tests.translation.paper import PaperModel, answered, at_once, claimed, loaded, lost
from tests.translation.test_deletion import books_agree, letter, settle
from translation.queries.overview import job as job_status
from translation.queries.packs import claim_next
from translation.services.commit import commit_outcome
from translation.services.documents import cancel_job
from translation.services.pausing import pause_job, resume_job
from translation.services.requeue import after_error
from translation.services.retry import retry_failed
from translation.services.sweep import sweep


def nothing_is_claimed() -> bool:
    return claim_next(lanes=("standard",), owner="a", lease_seconds=60) is None


def work_off(rows: Any) -> None:
    while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
        pack = loaded(claim)
        commit_outcome(claim, pack, answered(claim, pack))
        settle(rows)


class TestPause:
    def test_it_begins_nothing_and_finishes_what_is_under_way(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        job = submit(letter(60)).job_ids["de"]
        claim = claimed()
        pack = loaded(claim)
        pause_job(actor=owner.actor, job_id=job)
        assert nothing_is_claimed()
        commit_outcome(claim, pack, answered(claim, pack))
        assert settle(rows) == [False]
        status = job_status(owner.organization_id, job)
        assert (status.state, status.done > 0) == ("paused", True)
        sweep()
        assert nothing_is_claimed()

    def test_it_holds_repairs_and_returned_packs_back_as_well(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        from django.utils import timezone

        from engine.ports import ModelError
        from engine.values import ModelErrorKind

        job = submit(letter(60)).job_ids["de"]
        first, second = claimed(), claimed()
        packs = loaded(first), loaded(second)
        pause_job(actor=owner.actor, job_id=job)
        commit_outcome(first, packs[0], answered(first, packs[0], PaperModel(lost)))
        error = ModelError(ModelErrorKind.TOO_LARGE, "too large")
        after_error(second, packs[1], error, now=timezone.now())
        found = rows("select paused, round from translation_pack where state not in ('done')")
        assert {row["round"] for row in found} == {0, 1}
        assert all(row["paused"] for row in found)
        assert settle(rows) == [False]
        assert nothing_is_claimed()
        resume_job(actor=owner.actor, job_id=job)
        work_off(rows)
        assert job_status(owner.organization_id, job).state == "ready"
        books_agree(rows)

    def test_it_is_found_again_by_a_claim_that_was_lost(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        job = submit(letter(5)).job_ids["de"]
        claim_next(lanes=("standard",), owner="a", lease_seconds=-1)
        pause_job(actor=owner.actor, job_id=job)
        sweep()
        assert nothing_is_claimed()
        resume_job(actor=owner.actor, job_id=job)
        work_off(rows)
        assert job_status(owner.organization_id, job).state == "ready"

    def test_it_can_be_cancelled_and_retried(self, owner: Any, submit: Any, rows: Any) -> None:
        job = submit(letter(30)).job_ids["de"]
        pause_job(actor=owner.actor, job_id=job)
        pause_job(actor=owner.actor, job_id=job)
        cancel_job(actor=owner.actor, job_id=job)
        books_agree(rows)
        for act in (pause_job, resume_job):
            with pytest.raises(Conflict, match="already ended"):
                act(actor=owner.actor, job_id=job)
        retry_failed(actor=owner.actor, job_id=job)
        work_off(rows)
        assert job_status(owner.organization_id, job).state == "ready"
        books_agree(rows)

    def test_it_loses_no_pack_between_pauses_and_commits(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        job = submit(letter(120)).job_ids["de"]

        def works() -> None:
            for _ in range(40):
                claim = claim_next(lanes=("standard",), owner="a", lease_seconds=60)
                if claim is not None:
                    pack = loaded(claim)
                    one_in_three = PaperModel(
                        lambda source, text: lost(source, text) if len(source) % 3 == 0 else text
                    )
                    commit_outcome(claim, pack, answered(claim, pack, one_in_three))

        def pauses() -> None:
            for _ in range(15):
                pause_job(actor=owner.actor, job_id=job)
                resume_job(actor=owner.actor, job_id=job)
            pause_job(actor=owner.actor, job_id=job)

        assert at_once([works, works, pauses]) == [None] * 3
        open_packs = rows(
            "select paused from translation_pack where state not in ('done', 'failed')"
        )
        assert all(row["paused"] for row in open_packs)
        resume_job(actor=owner.actor, job_id=job)
        for _ in range(10):
            work_off(rows)
            settle(rows)
        assert job_status(owner.organization_id, job).state in {"ready", "needs_review"}
        books_agree(rows)

    def test_it_looks_to_an_outsider_as_if_it_were_not_there(
        self, outsider: Any, submit: Any, rows: Any
    ) -> None:
        job = submit().job_ids["de"]
        for act in (pause_job, resume_job):
            with pytest.raises(NotFound):
                act(actor=outsider.actor, job_id=job)
        assert rows("select 1 from translation_run where paused_at is not null") == []


class TestDoors:
    def test_it_is_told_by_the_api_and_by_progress(self, owner: Any, submit: Any) -> None:
        from django.utils import timezone

        from translation.queries.progress import changed_since

        stored = submit()
        address = f"/api/v1/jobs/{stored.job_ids['de']}"
        client = Client()
        answer = client.post(f"{address}/pause", headers=owner.headers)
        assert (answer.status_code, answer.json()["state"]) == (200, "paused")
        [change] = changed_since(timezone.now())[1]
        assert change.state == "paused"
        browser = Client()
        browser.force_login(owner.user)
        [told] = browser.get("/progress", {"run": stored.run_ids["de"]}).json()["runs"]
        assert told["state"] == "paused"
        answer = client.post(f"{address}/resume", headers=owner.headers)
        assert (answer.status_code, answer.json()["state"]) == (200, "queued")
