"""A file that comes again: noticed, taken in once, or a revision whose unchanged text is free."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from common.errors import Conflict, NotFound
from common.ids import uuid7
from tests.translation.paper import at_once
from tests.translation.test_deletion import books_agree, finish, letter, recount, settle
from tests.translation.test_pausing import work_off
from translation.queries import overview
from translation.services.deletion import hide_documents
from translation.services.documents import download_job
from translation.services.estimate import Estimate, estimate
from translation.services.intake import Upload, submit_files


def send(person: Any, *uploads: Upload, targets: Any = ("de",), token: UUID | None = None) -> Any:
    return submit_files(
        actor=person.actor,
        uploads=uploads,
        source_language="en",
        target_languages=targets,
        token=token,
    )


def counted(person: Any, *uploads: Upload, targets: Any = ("de",), **more: Any) -> Estimate:
    return estimate(
        actor=person.actor,
        uploads=uploads,
        source_language="en",
        target_languages=targets,
        **{"now": timezone.now(), **more},
    )


def a_file(text: str, name: str = "letter.txt", revises: UUID | None = None) -> Upload:
    return Upload(name=name, data=text.encode(), revises=revises)


def ledger(rows: Any) -> int:
    return int(sum(row["units"] for row in rows("select units from billing_ledgerline")))


@pytest.fixture(autouse=True)
def _database(transactional_db: None) -> None:
    """Rows that other connections see."""


class TestOnce:
    def test_it_takes_the_same_submission_in_once(self, owner: Any, rows: Any) -> None:
        token = uuid7()
        files = [a_file(letter(5)), a_file(letter(6, seed=2), "b.txt")]
        got = at_once([lambda: send(owner, *files, targets=["de", "ja"], token=token)] * 5)
        assert all(one == got[0] for one in got)
        assert len(got[0]) == 2
        assert len(rows("select 1 from translation_document")) == 2
        assert len(rows("select 1 from translation_job")) == 4
        work_off(rows)
        books_agree(rows)

    def test_it_takes_other_files_or_languages_with_the_same_token(
        self, owner: Any, rows: Any
    ) -> None:
        token = uuid7()
        send(owner, a_file("Hello there."), token=token)
        send(owner, a_file("Hello here."), token=token)
        send(owner, a_file("Hello there."), targets=["ja"], token=token)
        assert len(rows("select 1 from translation_document")) == 3

    def test_it_keeps_organizations_apart(self, owner: Any, outsider: Any, rows: Any) -> None:
        token = uuid7()
        [mine] = send(owner, a_file("Hello there."), token=token)
        [theirs] = send(outsider, a_file("Hello there."), token=token)
        assert mine.document_id != theirs.document_id


class TestRevision:
    def test_it_carries_what_has_not_changed_free_of_charge(self, owner: Any, rows: Any) -> None:
        first = letter(40)
        [stored] = send(owner, a_file(first), targets=["de", "fr"])
        work_off(rows)
        billed = ledger(rows)
        lines = first.split("\n\n")
        lines[3] = "This line is new and was never seen before."
        lines.insert(0, "A first line comes first.")
        second = "\n\n".join(lines)
        new = a_file(second, revises=stored.document_id)
        told = counted(owner, new, targets=["de", "fr"])
        [again] = send(owner, new, targets=["de", "fr"])
        assert again.document_id == stored.document_id
        added = recount(second, {lines[0], lines[4]}) * 2
        reserved = rows(
            "select sum(reserved_chars) as held from translation_run where state='open'"
        )
        assert told.billed_chars == added == reserved[0]["held"]
        work_off(rows)
        assert ledger(rows) - billed == added
        books_agree(rows)
        status = overview.document(owner.organization_id, stored.document_id)
        assert (status.revision, {job.state for job in status.jobs}) == (2, {"ready"})
        before = download_job(actor=owner.actor, job_id=stored.job_ids["de"]).data.decode()
        after = download_job(actor=owner.actor, job_id=again.job_ids["de"]).data.decode()
        assert after.split("\n\n")[5:] == before.split("\n\n")[4:]

    def test_it_keeps_what_people_wrote_and_what_they_approved(self, owner: Any, rows: Any) -> None:
        text = "Hello there.\n\nHello again.\n\nHello once more."
        [stored] = send(owner, a_file(text))
        work_off(rows)
        rows(
            "update translation_target set origin = 'person', forms = '{Von Hand.}',"
            " state = 'final', updated_by = %s, updated_at = now() where ordinal = 1",
            owner.user.pk,
        )
        rows("update translation_target set state = 'reviewed' where ordinal = 2")
        [again] = send(owner, a_file(text + "\n\nAnd new.", revises=stored.document_id))
        work_off(rows)
        found = rows(
            "select origin, state, forms, billed_chars, updated_by from translation_target"
            " where job_id = %s order by ordinal",
            again.job_ids["de"],
        )
        assert [(row["origin"], row["state"]) for row in found] == [
            ("carried", "translated"),
            ("person", "final"),
            ("carried", "reviewed"),
            ("model", "translated"),
        ]
        assert (found[1]["forms"], found[1]["updated_by"]) == (["Von Hand."], owner.user.pk)
        assert [row["billed_chars"] is None for row in found] == [True, True, True, False]
        assert b"Von Hand." in download_job(actor=owner.actor, job_id=again.job_ids["de"]).data
        books_agree(rows)

    def test_it_stops_the_earlier_revision_and_carries_what_it_had_delivered(
        self, owner: Any, rows: Any
    ) -> None:
        text = letter(60)
        [stored] = send(owner, a_file(text))
        finish()
        [again] = send(owner, a_file(text, revises=stored.document_id))
        states = rows("select state from translation_run order by id")
        assert [row["state"] for row in states] == ["cancelled", "open"]
        work_off(rows)
        assert ledger(rows) == recount(text, set(text.split("\n\n")))
        assert overview.job(owner.organization_id, again.job_ids["de"]).state == "ready"
        books_agree(rows)

    def test_it_costs_nothing_to_send_the_same_again(self, owner: Any, rows: Any) -> None:
        text = letter(20)
        [stored] = send(owner, a_file(text))
        work_off(rows)
        billed = ledger(rows)
        send(owner, a_file(text, revises=stored.document_id))
        from translation.services.sweep import sweep

        sweep()
        settle(rows)
        assert rows("select 1 from translation_run where state = 'open'") == []
        assert ledger(rows) == billed
        books_agree(rows)

    @pytest.mark.parametrize("seed", range(6))
    def test_it_bills_what_a_recount_gives_over_many_revisions(
        self, owner: Any, rows: Any, seed: int
    ) -> None:
        draw = random.Random(seed)
        pool = letter(30, seed=seed).split("\n\n")
        known: set[str] = set()
        document, billed = None, 0
        for _ in range(4):
            chosen = [draw.choice(pool) for _ in range(draw.randint(5, 30))]
            text = "\n\n".join(chosen)
            upload = a_file(text, revises=document)
            told = counted(owner, upload).billed_chars
            [stored] = send(owner, upload)
            document = stored.document_id
            if not draw.randint(0, 2):
                work_off(rows)
            else:
                from translation.services.sweep import sweep

                sweep()
                work_off(rows)
            added = recount(text, set(chosen) - known)
            billed += added
            assert (told, ledger(rows)) == (added, billed)
            # Only the newest revision is looked at.
            known = set(chosen)
        books_agree(rows)

    def test_it_refuses_what_cannot_be_a_revision(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        [stored] = send(owner, a_file("Hello there."))
        one = stored.document_id
        with pytest.raises(Conflict, match="cannot be a new revision"):
            send(owner, a_file("# Hello", "a.md", one))
        with pytest.raises(Conflict):
            send(owner, a_file("Hello", revises=one), a_file("Hi", revises=one))
        with pytest.raises(NotFound):
            send(outsider, a_file("Hello there.", revises=one))
        assert len(rows("select 1 from translation_revision")) == 1

    def test_it_makes_one_revision_after_the_other(self, owner: Any, rows: Any) -> None:
        [stored] = send(owner, a_file("Hello there."))
        at_once(
            [
                lambda n=n: send(owner, a_file(f"Hello {n}.", revises=stored.document_id))  # type: ignore[misc]
                for n in range(4)
            ]
        )
        numbers = rows("select number from translation_revision order by number")
        assert [row["number"] for row in numbers] == [1, 2, 3, 4, 5]
        work_off(rows)
        books_agree(rows)


class TestEstimate:
    def test_it_counts_what_would_be_billed_and_keeps_nothing(
        self, owner: Any, rows: Any, stored_files: Any
    ) -> None:
        before = stored_files()
        text = "Hello there.\n\nHello there.\n\nPress {key} now."
        told = counted(owner, a_file(text), a_file("{,}", "b.json"), targets=["de", "ja"])
        good, bad = told.files
        assert (good.segments, good.chars) == (3, 24 + len("Press  now."))
        assert good.billed_chars == 2 * (12 + len("Press  now."))
        assert good.repeated_chars == 24
        assert "Line 1" in bad.refusal
        assert (told.fits, told.is_measured) == (True, False)
        assert rows("select 1 from translation_document") == []
        assert stored_files() == before
        send(owner, a_file(text), targets=["de", "ja"])
        [held] = rows("select reserved_chars as held from billing_usageperiod")
        assert held["held"] == good.billed_chars

    def test_it_says_when_the_allowance_does_not_suffice(self, owner: Any) -> None:
        assert counted(owner, a_file(letter(9_000))).fits
        told = counted(owner, a_file(letter(9_000)), targets=["de", "ja", "fr"])
        assert not told.fits

    def test_it_notices_the_same_file_of_the_last_day(self, owner: Any, outsider: Any) -> None:
        [stored] = send(owner, a_file("Hello there.", "a.txt"))
        same = a_file("Hello there.", "b.txt")
        [told] = counted(owner, same).files
        assert told.same is not None
        assert told.same.document_id == stored.document_id
        assert told.revises is None
        assert counted(outsider, same).files[0].same is None
        later = timezone.now() + timedelta(hours=25)
        assert counted(owner, same, now=later).files[0].same is None
        hide_documents(actor=owner.actor, document_ids=[stored.document_id])
        assert counted(owner, same).files[0].same is None

    def test_it_offers_to_revise_a_document_of_the_same_name(self, owner: Any) -> None:
        [stored] = send(owner, a_file("Hello there."), targets=["de", "ja"])
        [told] = counted(owner, a_file("Hello you.")).files
        assert told.revises is not None
        assert told.revises.document_id == stored.document_id
        assert told.revises.languages == ("de", "ja")
        assert counted(owner, a_file("# Hello", "letter.md")).files[0].revises is None

    def test_it_measures_how_long_it_takes(self, owner: Any, rows: Any) -> None:
        send(owner, a_file(letter(60)))
        work_off(rows)
        told = counted(owner, a_file(letter(60, seed=5)))
        assert told.is_measured
        assert told.seconds is not None
        assert 5 <= told.seconds <= 60
