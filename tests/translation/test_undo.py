"""A document deleted on a page is gone for everybody at once, and for good only after a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import NotFound
from tests.translation.paper import at_once
from tests.translation.test_deletion import books_agree, finish, letter, settle
from translation.queries import overview
from translation.services.deletion import (
    delete_document,
    hide_documents,
    purge_overdue,
    restore_documents,
)
from translation.services.documents import cancel_document, download_job
from translation.services.pausing import pause_job
from translation.services.retry import retry_failed
from translation.services.sweep import sweep

READS = (
    "/api/v1/documents/{document}",
    "/api/v1/jobs/{job}",
    "/api/v1/jobs/{job}/segments",
    "/api/v1/jobs/{job}/report",
    "/api/v1/jobs/{job}/download",
)
PAGES = ("/jobs/{job}", "/jobs/{job}/report", "/jobs/{job}/download")


def hide(owner: Any, stored: Any, **more: Any) -> int:
    return hide_documents(actor=owner.actor, document_ids=[stored.document_id], **more)


class TestHiding:
    def test_it_is_gone_from_every_read_and_comes_back(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        stored = submit("Hello there.\n\nHello again.", "zz-letter.txt")
        finish()
        settle(rows)
        browser, program = Client(), Client()
        browser.force_login(owner.user)
        ids = {"document": stored.document_id, "job": stored.job_ids["de"]}

        def statuses() -> set[int]:
            asked = [program.get(one.format(**ids), headers=owner.headers) for one in READS]
            asked += [browser.get(one.format(**ids)) for one in PAGES]
            return {one.status_code for one in asked}

        def is_listed() -> bool:
            shown = [
                program.get("/api/v1/documents", headers=owner.headers).content.decode(),
                browser.get("/documents").content.decode(),
                browser.get("/palette", {"q": "zz-letter"}).content.decode(),
            ]
            found = {"zz-letter" in one for one in shown}
            assert len(found) == 1
            return found.pop()

        assert (statuses(), is_listed()) == ({200}, True)
        assert hide(owner, stored) == 1
        assert (statuses(), is_listed()) == ({404}, False)
        restore_documents(actor=owner.actor, document_ids=[stored.document_id])
        assert (statuses(), is_listed()) == ({200}, True)
        books_agree(rows)

    def test_it_cancels_what_runs_and_bills_what_was_delivered(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        stored = submit(letter(60), targets=("de", "ja"))
        finish()
        hide(owner, stored)
        assert rows("select 1 from translation_run where state = 'open'") == []
        books_agree(rows)
        assert sum(row["units"] for row in rows("select units from billing_ledgerline")) > 0
        assert overview.run_counters(owner.organization_id, list(stored.run_ids.values())) == []

    def test_it_lets_nothing_be_done_with_it_but_bring_it_back(
        self, owner: Any, submit: Any
    ) -> None:
        stored = submit()
        hide(owner, stored)
        job = stored.job_ids["de"]
        for attempt in (
            lambda: hide(owner, stored),
            lambda: delete_document(actor=owner.actor, document_id=stored.document_id),
            lambda: cancel_document(actor=owner.actor, document_id=stored.document_id),
            lambda: pause_job(actor=owner.actor, job_id=job),
            lambda: retry_failed(actor=owner.actor, job_id=job),
            lambda: download_job(actor=owner.actor, job_id=job),
        ):
            with pytest.raises(NotFound):
                attempt()

    def test_it_belongs_to_its_organization(self, owner: Any, outsider: Any, submit: Any) -> None:
        stored = submit()
        with pytest.raises(NotFound):
            hide(outsider, stored)
        hide(owner, stored)
        with pytest.raises(NotFound):
            restore_documents(actor=outsider.actor, document_ids=[stored.document_id])

    def test_it_does_all_or_nothing(self, owner: Any, outsider: Any, submit: Any) -> None:
        mine, other = submit(), submit(actor=outsider.actor)
        with pytest.raises(NotFound):
            hide_documents(actor=owner.actor, document_ids=[mine.document_id, other.document_id])
        assert overview.document(owner.organization_id, mine.document_id).jobs[0].state == "queued"


class TestPurge:
    def test_it_removes_rows_and_files_only_when_the_time_is_over(
        self, owner: Any, submit: Any, rows: Any, stored_files: Any, settings: Any
    ) -> None:
        settings.DELETE_GRACE_SECONDS = 600
        files = stored_files()
        stored = submit("Hello there.")
        kept = submit("Hello there.")
        now = timezone.now()
        hide(owner, stored, now=now)
        assert purge_overdue(now=now + timedelta(seconds=599)) == 0
        assert purge_overdue(now=now + timedelta(seconds=601)) == 1
        assert [row["id"] for row in rows("select id from translation_document")] == [
            kept.document_id
        ]
        assert len(stored_files()) == len(files) + 1
        with pytest.raises(NotFound, match="no longer be undone"):
            restore_documents(actor=owner.actor, document_ids=[stored.document_id])
        delete_document(actor=owner.actor, document_id=kept.document_id)
        assert stored_files() == files
        books_agree(rows)

    def test_it_is_done_by_the_sweep(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = submit()
        hide(owner, stored, now=timezone.now() - timedelta(days=1))
        sweep()
        assert rows("select 1 from translation_document") == []

    def test_it_is_either_purged_or_restored(self, owner: Any, submit: Any, rows: Any) -> None:
        for _ in range(5):
            stored = submit("Hello.")
            hide(owner, stored, now=timezone.now() - timedelta(days=1))

            def restore(ids: Any = stored.document_id) -> str:
                try:
                    restore_documents(actor=owner.actor, document_ids=[ids])
                except NotFound:
                    return "gone"
                return "back"

            def purge() -> str:
                return str(purge_overdue(now=timezone.now()))

            _, came = at_once([purge, restore])
            left = rows("select 1 from translation_document where id = %s", stored.document_id)
            assert (came == "back") is bool(left)
