"""The report of a job as a page: bounded, in parts, and with a way back to every segment."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.translation.editing import Editor, worked
from tests.translation.paper import PaperModel, lost
from translation.services.documents import download_job

TEXT = "\n\n".join(
    [
        "Press {name} to go on.",
        "Read 3 pages first.",
        "Nothing is wrong with this one.",
    ]
)


@pytest.fixture
def editor(owner: Any, submit: Any) -> Editor:
    stored = submit(TEXT)
    worked(PaperModel(lost))
    return Editor(owner, stored.job_ids["de"])


def told(editor: Editor, query: str = "") -> str:
    answer = editor.browser.get(f"/jobs/{editor.job_id}/report?{query}")
    assert answer.status_code == 200
    page = answer.content.decode().split('id="segments"', 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def segments(editor: Editor, query: str = "") -> list[int]:
    page = editor.browser.get(f"/jobs/{editor.job_id}/report?{query}").content.decode()
    return [int(one) for one in re.findall(rf'href="/jobs/{editor.job_id}#s(\d+)"', page)]


class TestSections:
    def test_it_tells_findings_with_their_texts_and_the_way_back(self, editor: Editor) -> None:
        assert segments(editor) == [0]
        text = told(editor)
        assert "Critical Placeholders changed. Put back the missing placeholders {name}." in text
        assert "A check objects (placeholders changed), so the file keeps the source." in text
        assert "<mark><span" in self.page(editor)

    def page(self, editor: Editor) -> str:
        return editor.browser.get(f"/jobs/{editor.job_id}/report").content.decode()

    def test_it_keeps_dismissed_findings_apart(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), "Lies zuerst 4 Seiten.").json()["row"]
        assert segments(editor) == [0, 1]
        editor.post(f"/findings/{row['findings'][0]['id']}/dismiss", {"dismissed": True})
        assert segments(editor) == [0]
        assert segments(editor, "show=dismissed") == [1]
        assert "<mark>4</mark>" in (
            editor.browser.get(f"/jobs/{editor.job_id}/report?show=dismissed").content.decode()
        )

    def test_it_says_what_is_held_back_though_a_person_wrote_it(
        self, editor: Editor, owner: Any
    ) -> None:
        editor.save(editor.row(1), "Lies {das} zuerst: 3 Seiten.")
        assert segments(editor, "show=held") == [0, 1]
        assert "Last written by olga@northwind.example" in told(editor, "show=held")
        data = download_job(actor=owner.actor, job_id=editor.job_id).data.decode()
        assert "Read 3 pages first." in data

    def test_it_says_what_was_repaired(self, owner: Any, submit: Any) -> None:
        stored = submit(TEXT)
        spoilt = PaperModel(lost)
        from tests.translation.paper import answered, claimed, loaded
        from translation.services.commit import commit_outcome
        from translation.services.ending import settle_if_done

        claim = claimed()
        pack = loaded(claim)
        commit_outcome(claim, pack, answered(claim, pack, spoilt))
        settle_if_done(claim.organization_id, claim.run_id)
        worked()
        editor = Editor(owner, stored.job_ids["de"])
        assert segments(editor, "show=repaired") == [0]
        assert "Nothing was found" in told(editor)

    def test_it_names_what_failed(self, editor: Editor, rows: Any) -> None:
        rows(
            "update translation_target set state = 'initial', sub_state = 'refused', forms = '{}',"
            " deliverable = false where ordinal = 2"
        )
        assert segments(editor, "show=held") == [0, 2]
        text = told(editor, "show=held")
        assert "Not translated The model refused this text, so the file keeps the source." in text

    def test_it_filters_by_check(self, editor: Editor) -> None:
        editor.save(editor.row(1), "Lies zuerst 4 Seiten.")
        assert segments(editor, "check=number_equal") == [1]
        assert segments(editor, "check=odd") == []

    @pytest.mark.parametrize("query", ["show=odd", "after=x"])
    def test_it_refuses_what_it_does_not_know(self, editor: Editor, query: str) -> None:
        assert editor.browser.get(f"/jobs/{editor.job_id}/report?{query}").status_code == 400


class TestPages:
    @pytest.fixture
    def long(self, owner: Any, submit: Any) -> Editor:
        text = "\n\n".join(f"Press {{key{n}}} for valve {n}." for n in range(120))
        stored = submit(text)
        worked(PaperModel(lost))
        return Editor(owner, stored.job_ids["de"])

    def test_it_turns_pages(self, long: Editor) -> None:
        seen: list[int] = []
        query = ""
        for _ in range(3):
            seen += segments(long, query)
            query = f"after={seen[-1]}"
        assert seen == list(range(120))
        assert "Next 50" in told(long)
        assert "Next 50" not in told(long, "after=99")
        assert "First" in told(long, "after=99")

    def test_it_asks_as_often_however_much_there_is(self, long: Editor, editor: Editor) -> None:
        def asked(one: Editor) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert one.browser.get(f"/jobs/{one.job_id}/report").status_code == 200
            return len(queries)

        for one in (long, editor):  # a session's first request notes that it is there
            asked(one)
        assert asked(long) == asked(editor)
