"""What people take away: zips made while they are sent, workbooks, and actions on many at once."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.errors import Conflict, Invalid, NotFound, TooLarge
from tests.translation.test_deletion import books_agree, letter
from tests.translation.test_pausing import work_off
from translation.queries import overview
from translation.services import archive as taking
from translation.services import bulk
from translation.services.archive import archive, download, unique_name
from translation.services.documents import cancel_job

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def zipped(owner: Any, *stored: Any, **more: Any) -> zipfile.ZipFile:
    ids = [one.document_id for one in stored]
    made = archive(actor=owner.actor, document_ids=ids, **{"kind": "target", **more})
    opened = zipfile.ZipFile(io.BytesIO(b"".join(made.chunks)))
    assert opened.testzip() is None
    return opened


def cells(workbook: bytes, sheet: int = 1) -> dict[str, tuple[str, str]]:
    """Type and text of each cell."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    return {
        cell.attrib["r"]: (
            cell.attrib.get("t", ""),
            "".join(text.text or "" for text in cell.iter(f"{SHEET}t")),
        )
        for cell in root.iter(f"{SHEET}c")
    }


class TestZip:
    def test_it_holds_every_document_in_every_language(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        one = submit("Hello there.", "a.txt", ("de", "fr"))
        two = submit("Hello you.", "A.txt", ("de",))
        work_off(rows)
        assert sorted(zipped(owner, one, two).namelist()) == [
            "A.de (2).txt",
            "a.de.txt",
            "a.fr.txt",
        ]
        assert zipped(owner, one, two, languages=["fr"]).namelist() == ["a.fr.txt"]
        single = download(actor=owner.actor, job_id=one.job_ids["de"], kind="target")
        assert zipped(owner, one).read("a.de.txt") == single.data

    def test_it_names_what_still_runs(self, owner: Any, submit: Any, rows: Any) -> None:
        one, two = submit("Hello there.", "a.txt"), submit("Hello you.", "b.txt")
        with pytest.raises(Conflict, match="None of these"):
            zipped(owner, one, two)
        cancel_job(actor=owner.actor, job_id=one.job_ids["de"])
        made = zipped(owner, one, two)
        assert made.namelist() == ["a.de.txt", "left out.txt"]
        assert made.read("left out.txt") == b"b.txt (de): still running\n"

    def test_it_is_made_while_it_is_sent(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = submit(letter(900), "a.txt", ("de", "fr", "es"))
        for job in stored.job_ids.values():
            cancel_job(actor=owner.actor, job_id=job)
        made = archive(actor=owner.actor, document_ids=[stored.document_id], kind="target")
        assert len([one for one in made.chunks if one]) > 3

    def test_it_is_sent_step_by_step_by_an_asynchronous_server(
        self, owner: Any, submit: Any
    ) -> None:
        from common.downloads import streamed

        made: list[int] = []

        def chunks() -> Any:
            for number in range(5):
                made.append(number)
                yield b"x"

        async def first() -> bytes:
            async for chunk in streamed("a.zip", "application/zip", chunks()):
                return bytes(chunk)
            return b""

        assert (asyncio.run(first()), made) == (b"x", [0])

    def test_it_refuses_what_is_not_there_nothing_and_too_much(
        self, owner: Any, outsider: Any, submit: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stored = submit(targets=("de", "fr"))
        with pytest.raises(NotFound):
            zipped(outsider, stored)
        with pytest.raises(Invalid):
            zipped(owner)
        with pytest.raises(Invalid):
            zipped(owner, stored, kind="pdf")
        for job in stored.job_ids.values():
            cancel_job(actor=owner.actor, job_id=job)
        monkeypatch.setattr(taking, "MAX_FILES", 1)
        with pytest.raises(TooLarge):
            zipped(owner, stored)

    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ("a.de.txt", "a.de.txt"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ('a<b>:"c|?*.txt', "a_b___c___.txt"),
            ("con.txt", "_con.txt"),
            ("...", "file"),
        ],
    )
    def test_it_has_names_that_every_system_can_unpack(self, name: str, safe: str) -> None:
        assert unique_name(name, set()) == safe


class TestWorkbook:
    def test_it_has_source_and_target_side_by_side_and_no_formula(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        evil = '=HYPERLINK("http://evil.example","press here")'
        stored = submit(f"Hello there.\n\n{evil}\n\n{'long ' * 8000}", "a.txt")
        work_off(rows)
        made = download(actor=owner.actor, job_id=stored.job_ids["de"], kind="table")
        assert made.name == "a.de.xlsx"
        found = cells(made.data)
        assert (found["D1"][1], found["E1"][1]) == ("English", "German")
        assert found["D2"] == ("inlineStr", "Hello there.")
        assert found["E2"][1] == "Uryyb gurer."
        assert ("inlineStr", evil) in found.values()
        assert {kind for kind, _ in found.values()} == {"inlineStr"}
        assert max(len(text) for _, text in found.values()) <= 32_767
        with zipfile.ZipFile(io.BytesIO(made.data)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")

    def test_it_has_the_report_as_well(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = submit("Hello there.", "a.txt")
        with pytest.raises(Conflict):
            download(actor=owner.actor, job_id=stored.job_ids["de"], kind="report")
        work_off(rows)
        made = download(actor=owner.actor, job_id=stored.job_ids["de"], kind="report")
        assert made.name == "a.de.report.xlsx"
        told = {text for _, text in cells(made.data).values()}
        assert {"Characters billed", "12"} <= told

    def test_it_comes_by_the_api(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = submit("Hello there.", "a.txt")
        work_off(rows)
        address = f"/api/v1/jobs/{stored.job_ids['de']}/download"
        for kind, start in (("table", b"PK"), ("report", b"PK"), ("target", b"Uryyb")):
            answer = Client().get(address, {"as": kind}, headers=owner.headers)
            assert answer.content.startswith(start)
        answer = Client().get(address, {"as": "pdf"}, headers=owner.headers)
        [told] = answer.json()["error"]["detail"]["errors"]
        assert (answer.status_code, told["parameter"]) == (400, "as")


class TestBulk:
    def states(self, owner: Any, *stored: Any) -> list[str]:
        found = overview.documents_by_id(owner.organization_id, [one.document_id for one in stored])
        return [job.state for one in found for job in one.jobs]

    def test_it_does_one_thing_to_many(self, owner: Any, submit: Any, rows: Any) -> None:
        stored = [submit(letter(5, seed=n), targets=("de", "fr")) for n in range(3)]
        ids = [one.document_id for one in stored]

        def act(action: str, some: Any = ids) -> int:
            return bulk.act(actor=owner.actor, action=action, document_ids=some)

        assert (act("pause"), set(self.states(owner, *stored))) == (6, {"paused"})
        assert act("resume", []) == 6
        assert (act("cancel"), set(self.states(owner, *stored))) == (6, {"cancelled"})
        assert (act("retry"), set(self.states(owner, *stored))) == (6, {"queued"})
        work_off(rows)
        assert set(self.states(owner, *stored)) == {"ready"}
        with pytest.raises(Conflict):
            act("retry")
        assert act("delete") == 3
        assert self.states(owner, *stored) == []
        assert act("restore") == 3
        assert len(self.states(owner, *stored)) == 6
        books_agree(rows)

    def test_it_touches_nothing_where_one_is_somebody_elses(
        self, owner: Any, outsider: Any, submit: Any
    ) -> None:
        mine, other = submit(), submit(actor=outsider.actor)
        for action in bulk.ACTIONS:
            with pytest.raises(NotFound):
                bulk.act(
                    actor=owner.actor,
                    action=action,
                    document_ids=[mine.document_id, other.document_id],
                )
        assert self.states(owner, mine) == ["queued"]
        assert self.states(outsider, other) == ["queued"]


class TestList:
    @pytest.fixture
    def browser(self, owner: Any) -> Client:
        browser = Client()
        browser.force_login(owner.user)
        return browser

    def listed(self, browser: Client, **asked: str) -> list[str]:
        answer = browser.get("/documents", asked, headers={"HX-Request": "true"})
        return re.findall(r'data-name="([^"]+)"', answer.content.decode())

    def test_it_is_narrowed_by_name_state_language_and_period(
        self, browser: Client, owner: Any, submit: Any, rows: Any
    ) -> None:
        submit("Hello.", "100%_done.txt", ("de",))
        work_off(rows)
        cancelled = submit("Hello.", "b.txt", ("fr",))
        cancel_job(actor=owner.actor, job_id=cancelled.job_ids["fr"])
        paused = submit("Hello.", "c.txt", ("de", "fr"))
        bulk.pause(actor=owner.actor, document_ids=[paused.document_id])
        submit("Hello.", "d.txt", ("ja",))
        rows(
            "update translation_document set created_at = now() - interval '3 days'"
            " where name = 'b.txt'"
        )
        assert self.listed(browser) == ["d.txt", "c.txt", "100%_done.txt", "b.txt"]
        assert self.listed(browser, q="%_D") == ["100%_done.txt"]
        assert self.listed(browser, state="ready") == ["100%_done.txt"]
        assert self.listed(browser, state="cancelled") == ["b.txt"]
        assert self.listed(browser, state="paused", language="fr") == ["c.txt"]
        assert self.listed(browser, state="running") == ["d.txt"]
        assert self.listed(browser, language="fr") == ["c.txt", "b.txt"]
        assert self.listed(browser, period="day") == ["d.txt", "c.txt", "100%_done.txt"]
        assert self.listed(browser, state="nonsense", period="x") == self.listed(browser)

    def test_it_asks_as_many_questions_however_many_rows_there_are(
        self, browser: Client, submit: Any
    ) -> None:
        counts = []
        for number in range(2):
            for _ in range(1 + 9 * number):
                submit("Hello.", targets=("de", "fr"))
            browser.get("/documents")
            with CaptureQueriesContext(connection) as asked:
                browser.get("/documents")
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_it_acts_for_the_script_and_says_what_was_done(
        self, browser: Client, submit: Any
    ) -> None:
        stored = submit(targets=("de", "fr"))

        def act(**body: Any) -> Any:
            return browser.post("/documents/act", body, content_type="application/json")

        one = [str(stored.document_id)]
        assert act(action="pause", documents=one).json() == {
            "done": 2,
            "message": "2 translations are paused.",
        }
        answer = act(action="resume", job=str(stored.job_ids["de"]))
        assert answer.json()["message"] == "1 translation goes on."
        assert act(action="explode", documents=one).json()["error"]["code"] == "action_unknown"
        assert act(action="delete", documents=[]).status_code == 422
        assert act(action="delete", documents=["x"]).json()["error"]["code"] == "id_malformed"
        assert act(action="delete", documents=one).json()["message"] == "1 document deleted."
        assert act(action="restore", documents=one).json()["message"] == "1 document is back."
