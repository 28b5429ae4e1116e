"""What the editor reads: where segments stand, rows of them, and what changed since."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.translation.paper import PaperModel, answered, claimed, loaded, lost
from translation.services.commit import commit_outcome
from translation.services.ending import settle_if_done

TEXT = "\n\n".join(
    [
        "Press {name} to go on.",
        "Tap {name} to STOP 😀 now.",
        "Straße nach Ärmel.",
        "Press {name} to go on.",
    ]
)


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


@pytest.fixture
def job(submit: Any) -> Any:
    return submit(TEXT).job_ids["de"]


def worked(*models: PaperModel) -> None:
    """Works through the run with these models, the last one as often as needed."""
    from translation.queries.packs import claim_next

    left = list(models)
    while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
        pack = loaded(claim)
        model = left.pop(0) if len(left) > 1 else left[0]
        commit_outcome(claim, pack, answered(claim, pack, model))
        settle_if_done(claim.organization_id, claim.run_id)


class TestIndex:
    def test_it_counts_and_finds_all(self, browser: Client, job: Any) -> None:
        found = browser.get(f"/jobs/{job}/index").json()
        assert found["ordinals"] == [0, 1, 2, 3]
        assert found["total"] == 4
        counts = found["counts"]
        assert {name: count for name, count in counts.items() if count} == {
            "all": 4,
            "queued": 4,
            "unconfirmed": 4,
        }

    @pytest.mark.parametrize(
        ("query", "ordinals"),
        [
            ("state=all", [0, 1, 2, 3]),
            ("state=findings", [0, 1, 3]),
            ("state=needs_review", [0, 1, 3]),
            ("state=translated", [2]),
            ("state=final", []),
            ("severity=critical", [0, 1, 3]),
            ("severity=minor", []),
            ("severity=critical&origin=repeat", [3]),
            ("origin=model", [0, 1, 2]),
            ("origin=repeat", [3]),
            ("text=stop&in=source", [1]),
            ("text=stop&in=source&case=1", []),
            ("text=ÄRMEL", [2]),
            ("text=ärmel&in=target", []),
            ("text=to+go&state=findings", [0, 3]),
            ("text=100%25", []),
        ],
    )
    def test_it_filters(self, browser: Client, job: Any, query: str, ordinals: list[int]) -> None:
        worked(PaperModel(lost))
        found = browser.get(f"/jobs/{job}/index?{query}").json()
        assert found["ordinals"] == ordinals
        assert found["total"] == len(ordinals)

    @pytest.mark.parametrize("query", ["state=odd", "severity=x", "origin=x", "text=a&in=x"])
    def test_it_refuses_a_filter_it_does_not_know(
        self, browser: Client, job: Any, query: str
    ) -> None:
        answer = browser.get(f"/jobs/{job}/index?{query}")
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "filter_unknown"


class TestRows:
    def test_it_gives_all_there_is_to_a_row(self, browser: Client, job: Any) -> None:
        worked(PaperModel(lost))
        first, second, *_ = browser.get(f"/jobs/{job}/rows?from=0&limit=200").json()["rows"]
        assert first["source"] == [
            {
                "label": "",
                "text": "Press {name} to go on.",
                "pieces": ["Press ", {"chip": "{name}", "kind": "placeholder"}, " to go on."],
            }
        ]
        assert first["labels"] == [""]
        assert (first["state"], first["sub_state"]) == ("translated", "needs_review")
        assert (first["repeats"], first["leader"]) == (1, None)
        assert (first["updated_at"], first["updated_by"]) == (None, None)
        assert not first["delivered"]
        [finding] = first["findings"]
        assert finding["sentence"] == "Put back the missing placeholders {name}."
        assert finding["source_spans"] == [[6, 12]]
        assert finding["blocking"]
        assert second["key"]

    def test_it_counts_offsets_as_browsers_do(self, browser: Client, submit: Any) -> None:
        job = submit("😀😀 Press {name} now.").job_ids["de"]
        worked(PaperModel(lost))
        [row] = browser.get(f"/jobs/{job}/rows").json()["rows"]
        [[start, end]] = row["findings"][0]["source_spans"]
        units = row["source"][0]["text"].encode("utf-16-le")
        assert units[start * 2 : end * 2].decode("utf-16-le") == "{name}"

    def test_it_gives_rows_by_place(self, browser: Client, job: Any) -> None:
        def ordinals(query: str) -> list[int]:
            rows = browser.get(f"/jobs/{job}/rows?{query}").json()["rows"]
            return [row["ordinal"] for row in rows]

        assert ordinals("ordinals=3,1,99") == [1, 3]
        assert ordinals("from=2&limit=2") == [2, 3]
        assert ordinals("ordinals=") == []
        many = ",".join(map(str, range(201)))
        answer = browser.get(f"/jobs/{job}/rows?ordinals={many}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "too_many_rows")

    def test_it_wants_the_forms_of_the_target(self, browser: Client, submit: Any) -> None:
        catalogue = (
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            '#, python-format, max-length:30\nmsgid "%d file"\nmsgid_plural "%d files"\n'
            'msgstr[0] ""\nmsgstr[1] ""\n'
        )
        job = submit(catalogue, "a.po", ("pl",)).job_ids["pl"]
        [row] = browser.get(f"/jobs/{job}/rows").json()["rows"]
        assert row["labels"][:2] == ["n:plural=one", "n:plural=few"]
        assert [form["label"] for form in row["source"]] == ["n:plural=one", "n:plural=other"]
        assert row["max_length"] == 30


class TestChanges:
    def test_it_tells_what_changed_and_no_more(self, browser: Client, job: Any) -> None:
        cursor = browser.get(f"/jobs/{job}/index").json()["version"]
        quiet = browser.get(f"/jobs/{job}/changes?since={cursor}").json()
        claim = claimed()
        pack = loaded(claim)
        commit_outcome(claim, pack, answered(claim, pack))
        found = browser.get(f"/jobs/{job}/changes?since={quiet['version']}").json()
        assert [row["ordinal"] for row in found["rows"]] == [0, 1, 2, 3]
        assert found["counts"]["translated"] == 4
        assert found["run"]["state"] == "open"
        assert found["run"]["paused"] is False
        for since in (found["version"], ""):
            after = browser.get(f"/jobs/{job}/changes?since={since}").json()
            # Told again at most, and as they were: while others have a transaction open.
            assert all(row in found["rows"] for row in after["rows"])

    def test_it_goes_on_where_more_changed_than_it_gives(
        self, browser: Client, submit: Any, rows: Any
    ) -> None:
        job = submit("\n\n".join(f"Line {n} of many." for n in range(450))).job_ids["de"]
        cursor = browser.get(f"/jobs/{job}/index").json()["version"]
        rows("update translation_target set version = version + 1")
        seen: list[int] = []
        for _ in range(3):
            found = browser.get(f"/jobs/{job}/changes?since={cursor}").json()
            seen += [row["ordinal"] for row in found["rows"]]
            if cursor.count(".") == 0:
                rows("update translation_target set version = version + 1 where ordinal = 7")
            cursor = found["version"]
        assert seen == list(range(450))
        last = browser.get(f"/jobs/{job}/changes?since={cursor}").json()
        # Others may be told again, while somebody else has a transaction open.
        assert 7 in [row["ordinal"] for row in last["rows"]]

    def test_it_misses_nothing_of_a_transaction_that_was_still_going(
        self, browser: Client, job: Any, admin: Any
    ) -> None:
        with admin.transaction():
            admin.execute("update translation_target set version = 7 where ordinal = 2")
            during = browser.get(f"/jobs/{job}/changes?since=").json()
            cursor = browser.get(f"/jobs/{job}/changes?since={during['version']}").json()["version"]
        found = browser.get(f"/jobs/{job}/changes?since={cursor}").json()
        assert 7 in [row["version"] for row in found["rows"]]

    @pytest.mark.parametrize("since", ["x", "1.2", "-1", "1.2.3.4", "9" * 40, "٣"])
    def test_it_refuses_a_cursor_it_did_not_make(
        self, browser: Client, job: Any, since: str
    ) -> None:
        answer = browser.get(f"/jobs/{job}/changes", {"since": since})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "cursor_malformed")


class TestStatements:
    @pytest.mark.parametrize(
        "path", ["index", "index?text=line", "rows?limit=200", "changes?since=0"]
    )
    def test_it_asks_as_often_however_much_there_is(
        self, browser: Client, submit: Any, path: str
    ) -> None:
        def asked(lines: int) -> int:
            text = "\n\n".join(f"Line {n} of {{many}}." for n in range(lines))
            job = submit(text, f"{lines}.txt").job_ids["de"]
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(f"/jobs/{job}/{path}").status_code == 200
            return len(queries)

        browser.get("/preferences")  # a session's first request notes that it is there
        assert asked(3) == asked(150)

    def test_it_knows_no_document_that_was_deleted(
        self, browser: Client, job: Any, rows: Any
    ) -> None:
        rows("update translation_document set deleted_at = now()")
        for path in ("index", "rows", "changes?since=0"):
            assert browser.get(f"/jobs/{job}/{path}").status_code == 404
