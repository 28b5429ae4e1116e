"""The home page: what each role sees, what waits and runs, and how the month is counted."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from translation.queries.home import home_work

TEXT = "Press {name} to go on.\n\nRead this first."


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


def text_of(answer: Any) -> str:
    """What the page says, without markup and doubled spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def past(owner: Any, **changes: Any) -> Any:
    from config.demo.seed.build import Entry, answers
    from config.demo.seed.files import file_of
    from translation.services.history import Past, write_past
    from translation.services.intake import Upload

    entry = Entry(name="a.txt", days_ago=0, sentences=25, targets=["de"], **changes)
    return write_past(
        actor=owner.actor,
        past=Past(
            upload=Upload(name=entry.name, data=file_of(entry.name, 0, entry.sentences)),
            source_language="en",
            target_languages=entry.targets,
            begun_at=timezone.now() - timedelta(minutes=5),
            answers=answers(entry, seed=1),
            ended_after=None if entry.ends == "paused" else timedelta(minutes=1),
        ),
    )


def work_of(owner: Any) -> Any:
    return home_work(owner.organization_id, now=timezone.now())


@pytest.mark.django_db(transaction=True)
class TestWork:
    def test_it_says_what_to_do_first_where_there_is_nothing(
        self, owner: Any, browser: Client
    ) -> None:
        from accounts.services.welcome import close_first_steps

        close_first_steps(
            organization_id=owner.organization_id, user_id=owner.user.pk, now=timezone.now()
        )
        shown = text_of(browser.get("/"))
        assert "Nothing is translated yet" in shown
        assert "Upload a file" in shown
        assert "Waiting for you" not in shown

    def test_it_shows_what_needs_a_person(self, owner: Any, browser: Client) -> None:
        jobs = past(owner, lost=100)
        [waiting] = work_of(owner).waiting
        assert (waiting.job_id, waiting.needs_review > 0) == (jobs["de"], True)
        answer = browser.get("/")
        assert f"{waiting.needs_review} segments need review" in text_of(answer)
        assert f'href="/jobs/{jobs["de"]}"' in answer.content.decode()

    def test_it_shows_it_no_more_once_somebody_has_settled_it(self, owner: Any) -> None:
        from translation.services.history import edit_some

        jobs = past(owner, lost=100)
        before = work_of(owner).waiting[0].needs_review
        done = edit_some(
            actor=owner.actor, job_id=jobs["de"], count=before, wording=lambda text: f"{text} Ja."
        )
        assert done == before
        assert work_of(owner).waiting == []

    def test_it_offers_to_retry_what_failed(self, owner: Any, browser: Client) -> None:
        jobs = past(owner, failed=100)
        page = browser.get("/")
        assert "25 segments failed" in text_of(page)
        assert f'action="/jobs/{jobs["de"]}/retry"' in page.content.decode()
        browser.post(f"/jobs/{jobs['de']}/retry")
        work = work_of(owner)
        assert (work.waiting, [one.job_id for one in work.running]) == ([], [jobs["de"]])

    def test_it_forgets_what_was_deleted(self, owner: Any, rows: Any) -> None:
        past(owner, lost=100)
        past(owner, ends="paused")
        rows("update translation_document set deleted_at = now()")
        work = work_of(owner)
        assert (work.waiting, work.running) == ([], [])

    def test_it_shows_nothing_to_an_outsider(self, owner: Any, outsider: Any) -> None:
        past(owner, lost=100)
        past(owner, ends="paused")
        work = home_work(outsider.organization_id, now=timezone.now())
        assert (work.waiting, work.running, work.weeks, work.gates) == ([], [], [], [])
        assert work.is_empty

    def test_it_counts_first_tries_of_what_was_asked(self, owner: Any) -> None:
        past(owner, repaired=100)
        [week] = work_of(owner).weeks
        assert (week.passed, week.checked, week.percent) == (0, 25, 0.0)

    @pytest.mark.parametrize(
        ("role", "seen", "unseen"),
        [
            ("viewer", ["Waiting for you", "Running"], ["Characters,", "Upload files", "Retry"]),
            ("billing", ["Characters,"], ["Waiting for you", "Running", "Notifications"]),
            ("linguist", ["Waiting for you", "Retry", "Upload files"], ["Characters,"]),
        ],
    )
    def test_it_shows_each_role_its_part(
        self, owner: Any, role: str, seen: list[str], unseen: list[str]
    ) -> None:
        from accounts.services import Role, add_member, create_user

        past(owner, failed=50)
        user = create_user(email="rita@northwind.example")
        add_member(actor=owner.actor, user=user, role=Role(role))
        browser = Client()
        browser.force_login(user)
        shown = text_of(browser.get("/"))
        assert [one for one in seen if one not in shown] == []
        assert [one for one in unseen if one in shown] == []

    def test_it_has_a_sentence_translated_once_however_often_it_is_sent(
        self, owner: Any, browser: Client, rows: Any
    ) -> None:
        past(owner)
        page = browser.get("/").content.decode()
        token = re.search(r'name="token" value="([^"]+)"', page)
        assert token is not None
        sent = {
            "token": token[1],
            "source_language": "",
            "text": "Close the valve before you open the housing of the meter.",
            "target_language": "fr",
        }
        first, second = (browser.post("/translate", sent) for _ in range(2))
        assert first["Location"] == second["Location"]
        assert len(rows("select 1 from translation_document where kind = 'text'")) == 1

    def test_it_asks_as_often_however_much_there_is(self, owner: Any, browser: Client) -> None:
        past(owner, lost=50)
        past(owner, ends="paused")
        browser.get("/")
        with CaptureQueriesContext(
            connection,
        ) as few:
            browser.get("/")
        for number in range(9):
            past(owner, lost=50, failed=number)
            past(owner, ends="paused")
        with CaptureQueriesContext(connection) as many:
            browser.get("/")
        assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
class TestMonth:
    def test_it_counts_by_day_what_the_ledger_holds(self, owner: Any, rows: Any) -> None:
        from billing.queries import month_of_use

        past(owner)
        month = month_of_use(owner.organization_id, now=timezone.now())
        [line] = rows("select sum(units) as units from billing_ledgerline")
        assert month.used_chars == month.usage.used_chars == line["units"]
        assert month.by_language == [("de", line["units"])]
        today = datetime.now(UTC).date()
        assert month.by_day[0][0] == today.replace(day=1)
        assert month.by_day[-1][0] == today


class TestProjection:
    NOVEMBER = [(date(2026, 11, day), 0 if day % 7 in {0, 1} else 100) for day in range(1, 17)]

    def test_it_goes_on_as_weekdays_went(self) -> None:
        from billing.projection import projected

        ahead = dict(projected(self.NOVEMBER, date(2026, 12, 1)))
        assert list(ahead) == [date(2026, 11, day) for day in range(17, 31)]
        assert {day.isoweekday(): units for day, units in ahead.items()} == {
            1: 100, 2: 100, 3: 100, 4: 100, 5: 100, 6: 0, 7: 0,
        }  # fmt: skip

    def test_it_tells_nothing_of_a_young_or_idle_month(self) -> None:
        from billing.projection import projected

        assert projected(self.NOVEMBER[:4], date(2026, 12, 1)) == []
        idle = [(day, 0) for day, _ in self.NOVEMBER]
        assert projected(idle, date(2026, 12, 1)) == []
