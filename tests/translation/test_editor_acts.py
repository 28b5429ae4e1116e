"""What else people do in the editor: hand on, dismiss, look back, search and replace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.translation.editing import Editor, code, texts, worked
from tests.translation.paper import PaperModel, lost
from translation.services.documents import download_job

TEXT = "\n\n".join(
    [
        "Press {name} to go on.",
        "Read 3 pages first.",
        "Press {name} to go on.",
        "Press {name} to go on.",
    ]
)
GOOD = "Weiter mit {name}."


@pytest.fixture
def job(submit: Any) -> Any:
    return submit(TEXT).job_ids["de"]


@pytest.fixture
def editor(owner: Any, job: Any) -> Editor:
    worked(PaperModel(lost))
    return Editor(owner, job)


def propagate(editor: Editor, row: dict[str, Any]) -> Any:
    return editor.post(f"/targets/{row['id']}/propagate", {"version": row["version"]})


class TestPropagate:
    def test_it_hands_a_text_on_to_repeats(self, editor: Editor, rows: Any) -> None:
        row = editor.save(editor.row(0), GOOD).json()["row"]
        done = propagate(editor, row).json()
        assert (done["changed"], [one["ordinal"] for one in done["rows"]]) == (2, [2, 3])
        for ordinal in (2, 3):
            repeat = editor.row(ordinal)
            assert (texts(repeat), repeat["origin"]) == ([GOOD], "repeat")
            assert (repeat["sub_state"], repeat["delivered"], repeat["findings"]) == ("", True, [])
        assert rows("select needs_review from translation_run")[0]["needs_review"] == 0
        assert propagate(editor, row).json()["changed"] == 0
        newer = editor.save(row, "Los mit {name}.").json()["row"]
        assert propagate(editor, newer).json()["changed"] == 2

    def test_it_goes_from_a_repeat_to_its_leader_too(self, editor: Editor) -> None:
        row = editor.save(editor.row(3), GOOD).json()["row"]
        assert propagate(editor, row).json()["changed"] == 2
        assert texts(editor.row(0)) == [GOOD]

    def test_it_leaves_what_people_wrote_or_confirmed(self, editor: Editor) -> None:
        mine = editor.save(editor.row(2), "Selbst mit {name}.").json()["row"]
        other = editor.save(editor.row(0), GOOD).json()["row"]
        propagate(editor, other)
        confirmed = editor.save(editor.row(3), action="confirm").json()["row"]
        newer = editor.save(editor.row(0), "Neu mit {name}.").json()["row"]
        assert propagate(editor, newer).json()["changed"] == 0
        assert [editor.row(2), editor.row(3)] == [mine, confirmed]

    def test_it_holds_against_a_run_that_is_still_going(self, owner: Any, job: Any) -> None:
        editor = Editor(owner, job)
        row = editor.save(editor.row(3), GOOD).json()["row"]
        assert propagate(editor, row).json()["changed"] == 2
        before = [editor.row(n) for n in (0, 2, 3)]
        worked()
        assert [editor.row(n) for n in (0, 2, 3)] == before

    def test_it_hands_on_only_what_was_seen_and_is_good(self, editor: Editor) -> None:
        row = editor.row(0)
        assert code(propagate(editor, row | {"version": 0})) == (409, "target_changed")
        assert code(propagate(editor, row)) == (422, "blocking_finding")


class TestDismiss:
    def dismiss(self, editor: Editor, row: dict[str, Any], dismissed: bool = True) -> Any:
        return editor.post(
            f"/findings/{row['findings'][0]['id']}/dismiss", {"dismissed": dismissed}
        )

    def test_it_counts_a_dismissed_finding_no_more(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), "Lies zuerst 4 Seiten.").json()["row"]
        assert row["findings"][0]["code"] == "number_equal"
        assert editor.index("state=findings")["ordinals"] == [0, 1, 2, 3]
        cursor = editor.index()["version"]
        answer = self.dismiss(editor, row).json()
        assert answer["row"]["findings"][0]["dismissed"]
        assert answer["counts"]["findings"] == 3
        assert editor.index("severity=major")["ordinals"] == []
        changed = editor.browser.get(f"/jobs/{editor.job_id}/changes?since={cursor}").json()
        assert [one["ordinal"] for one in changed["rows"]] == [1]
        self.dismiss(editor, row)
        assert self.dismiss(editor, row, False).json()["counts"]["findings"] == 4

    def test_it_holds_only_while_the_text_stays(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), "Lies zuerst 4 Seiten.").json()["row"]
        row = self.dismiss(editor, row).json()["row"]
        row = editor.save(row, action="confirm").json()["row"]
        assert row["findings"][0]["dismissed"]
        row = editor.save(row, "Lies zuerst 5 Seiten.").json()["row"]
        assert not row["findings"][0]["dismissed"]

    def test_it_keeps_what_is_certain(self, editor: Editor) -> None:
        row = editor.row(0)
        assert code(self.dismiss(editor, row)) == (422, "finding_certain")
        assert editor.row(0) == row

    def test_it_delivers_what_only_a_doubtful_check_held_back(
        self, editor: Editor, owner: Any, job: Any, rows: Any
    ) -> None:
        note = "Hier ist die Übersetzung: Lies 3 Seiten."
        row = editor.save(editor.row(1), note).json()["row"]
        assert (row["delivered"], row["sub_state"]) == (False, "needs_review")
        row = self.dismiss(editor, row).json()["row"]
        assert (row["delivered"], row["sub_state"]) == (True, "")
        assert note in download_job(actor=owner.actor, job_id=job).data.decode()
        row = self.dismiss(editor, row, False).json()["row"]
        assert (row["delivered"], row["sub_state"]) == (False, "needs_review")
        assert rows("select needs_review from translation_run")[0]["needs_review"] == 4

    def test_it_says_when_the_finding_is_gone(self, editor: Editor) -> None:
        row = editor.row(0)
        editor.save(row, GOOD)
        assert code(self.dismiss(editor, row)) == (404, "finding_not_found")


class TestFix:
    def test_it_offers_a_fix_that_can_be_saved(self, editor: Editor) -> None:
        row = editor.save(editor.row(0), "Weiter mit.").json()["row"]
        [finding] = row["findings"]
        assert finding["fix"] == {"label": "Insert {name}", "forms": ["Weiter {name} mit."]}
        row = editor.save(row, *finding["fix"]["forms"], action="confirm").json()["row"]
        assert (row["state"], row["findings"]) == ("reviewed", [])

    def test_it_offers_none_where_a_person_has_to_think(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), "Lies zuerst.").json()["row"]
        assert [one["fix"] for one in row["findings"]] == [None]


class TestHistory:
    def test_it_shows_who_wrote_what(
        self, editor: Editor, owner: Any, teammate: Any, job: Any
    ) -> None:
        first = editor.row(1)
        row = editor.save(first, "Lies zuerst 3 Seiten.").json()["row"]
        Editor(teammate, job).save(row, "Lies jetzt 3 Seiten.", action="confirm")
        found = editor.browser.get(f"/targets/{row['id']}/history").json()["versions"]
        assert [one["by"] for one in found] == ["Timo", owner.user.email, None]
        assert [one["state"] for one in found] == ["reviewed", "translated", "translated"]
        assert [one["forms"] for one in found][2] == texts(first)
        assert found[0]["diff"] == [
            [["same", "Lies "], ["del", "zuerst"], ["ins", "jetzt"], ["same", " 3 Seiten."]]
        ]
        assert found[2]["diff"] == [[["same", texts(first)[0]]]]
        assert found[0]["version"] == found[1]["version"] + 1

    def test_it_is_append_only(self, editor: Editor, app_address: str) -> None:
        import psycopg

        editor.save(editor.row(1), "Lies.")
        with (
            psycopg.connect(app_address) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("delete from translation_targetversion")


class TestReplace:
    @pytest.fixture
    def ready(self, editor: Editor) -> Editor:
        for ordinal, text in enumerate([GOOD, "Lies weiter, weiter!", "Weiterhin {name}."]):
            editor.save(editor.row(ordinal), text)
        return editor

    def ask(self, editor: Editor, **body: Any) -> Any:
        sent = {"find": "weiter", "replace": "fort", "case": False, "whole": False} | body
        return editor.post(f"/jobs/{editor.job_id}/replace", sent)

    def test_it_shows_what_it_would_do(self, ready: Editor) -> None:
        before = [ready.row(n) for n in range(4)]
        found = self.ask(ready).json()
        assert found["matches"] == 4
        assert [(one["ordinal"], one["after"], one["spans"]) for one in found["rows"]] == [
            (0, "fort mit {name}.", [[0, 6]]),
            (1, "Lies fort, fort!", [[5, 11], [13, 19]]),
            (2, "forthin {name}.", [[0, 6]]),
        ]
        assert [ready.row(n) for n in range(4)] == before
        assert self.ask(ready, whole=True, case=True).json()["matches"] == 2
        assert self.ask(ready, find="name").json() == {"matches": 0, "rows": []}

    def test_it_replaces_where_nobody_wrote_meanwhile(self, ready: Editor) -> None:
        found = self.ask(ready).json()["rows"]
        versions = {one["id"]: one["version"] for one in found}
        mine = ready.save(ready.row(1), "Ganz weiter anders.").json()["row"]
        final = ready.save(ready.row(2), action="approve").json()["row"]
        done = self.ask(ready, apply=True, versions=versions).json()
        assert (done["changed"], done["skipped"]) == (1, 2)
        assert [texts(one) for one in done["rows"]] == [["fort mit {name}."]]
        assert [ready.row(1), ready.row(2)] == [mine, final]
        old = ready.browser.get(f"/targets/{found[0]['id']}/history").json()["versions"]
        assert old[1]["forms"] == [GOOD]

    def test_it_checks_what_it_wrote(self, ready: Editor) -> None:
        row = ready.row(0)
        versions = {row["id"]: row["version"]}
        done = self.ask(ready, replace="{ort} weiter", apply=True, versions=versions).json()
        assert done["rows"][0]["findings"][0]["code"] == "placeholder_set"
        assert not done["rows"][0]["delivered"]

    @pytest.mark.parametrize(
        ("sent", "refusal"),
        [
            ({"find": ""}, (422, "search_invalid")),
            ({"find": "a" * 501}, (422, "search_invalid")),
            ({"replace": "a" * 5001}, (422, "search_invalid")),
            ({"find": "\0"}, (422, "text_unreadable")),
            ({"replace": "\ud800"}, (422, "text_unreadable")),
            ({"find": 1}, (400, "request_malformed")),
            ({"apply": True}, (400, "request_malformed")),
            ({"apply": True, "versions": {"x": 1}}, (400, "id_malformed")),
            ({"apply": True, "versions": {"0" * 32: "1"}}, (400, "request_malformed")),
        ],
    )
    def test_it_refuses_what_it_cannot_do(
        self, editor: Editor, sent: dict[str, Any], refusal: Any
    ) -> None:
        assert code(self.ask(editor, **sent)) == refusal
