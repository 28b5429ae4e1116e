"""What people write in the editor: checked at once, never lost, written over or billed."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import RIGHTS, Permission, Role
from tests.translation.editing import Editor, code, texts, worked
from tests.translation.paper import PaperModel, answered, at_once, claimed, loaded, lost, turned
from translation.services.commit import commit_outcome
from translation.services.documents import download_job
from translation.services.ending import settle_if_done
from translation.services.targets import Action, save_target

TEXT = "Press {name} to go on.\n\nRead this first.\n\nPress {name} to go on."
GOOD = "Weiter mit {name}."


@pytest.fixture
def job(submit: Any) -> Any:
    return submit(TEXT).job_ids["de"]


@pytest.fixture
def editor(owner: Any, job: Any) -> Editor:
    worked(PaperModel(lost))
    return Editor(owner, job)


def history(rows: Any) -> list[str]:
    return [
        one["forms"][0]
        for one in rows("select forms from translation_targetversion order by version")
        if one["forms"]
    ]


class TestSaving:
    def test_it_keeps_a_text_and_what_was_before(
        self, editor: Editor, owner: Any, rows: Any
    ) -> None:
        row = editor.row(0)
        assert row["sub_state"] == "needs_review"
        answer = editor.save(row, GOOD)
        assert answer.status_code == 200
        saved = answer.json()["row"]
        assert saved == editor.row(0)
        assert texts(saved) == [GOOD]
        assert (saved["state"], saved["sub_state"], saved["origin"]) == ("translated", "", "person")
        assert (saved["delivered"], saved["findings"]) == (True, [])
        assert saved["version"] == row["version"] + 1
        assert saved["updated_by"] == owner.user.email
        assert history(rows) == texts(row)
        assert answer.json()["counts"] == editor.index()["counts"]

    def test_it_checks_a_text_at_once(self, editor: Editor) -> None:
        saved = editor.save(editor.row(1), "Lies das {hier}.").json()["row"]
        [finding] = saved["findings"]
        assert (finding["code"], finding["blocking"]) == ("placeholder_set", True)
        assert finding["sentence"] == "Remove {hier}, which the source does not have."
        assert (saved["sub_state"], saved["delivered"]) == ("needs_review", False)

    def test_it_writes_nothing_where_nothing_changed(self, editor: Editor, rows: Any) -> None:
        row = editor.row(1)
        assert editor.save(row, *texts(row)).json()["row"] == row
        assert editor.save(row, f" {texts(row)[0]}\n").json()["row"] == row
        assert history(rows) == []

    def test_it_brings_the_text_into_the_file(self, editor: Editor, owner: Any, job: Any) -> None:
        editor.save(editor.row(0), GOOD)
        editor.save(editor.row(1), "Lies das {hier}.")
        data = download_job(actor=owner.actor, job_id=job).data.decode()
        assert data == f"{GOOD}\n\nRead this first.\n\nPress {{name}} to go on."

    def test_it_counts_down_what_the_run_had_left_for_people(
        self, editor: Editor, rows: Any
    ) -> None:
        def left() -> Any:
            return rows("select needs_review from translation_run")[0]["needs_review"]

        assert left() == 2
        editor.save(editor.row(0), GOOD)
        assert left() == 1
        editor.save(editor.row(1), "Lies.", action="needs_work")
        assert left() == 2

    @pytest.mark.parametrize(
        ("sent", "refusal"),
        [
            ({"forms": ["a", "b"]}, (422, "forms_mismatch")),
            ({"forms": ["a\0"]}, (422, "text_unreadable")),
            ({"forms": ["\ud800"]}, (422, "text_unreadable")),
            ({"forms": ["a" * 50_001]}, (413, "text_too_long")),
            ({"forms": "a"}, (400, "request_malformed")),
            ({"forms": [1]}, (400, "request_malformed")),
            ({"version": "1"}, (400, "request_malformed")),
            ({"version": None}, (400, "request_malformed")),
            ({"version": 2**40}, (400, "request_malformed")),
            ({"action": "burn"}, (400, "request_malformed")),
        ],
    )
    def test_it_refuses_what_it_cannot_keep(
        self, editor: Editor, sent: dict[str, Any], refusal: Any
    ) -> None:
        row = editor.row(0)
        assert code(editor.save(row, "x", **sent)) == refusal
        assert editor.row(0) == row

    def test_it_asks_as_often_however_big_the_document(self, owner: Any, submit: Any) -> None:
        def asked(lines: int) -> int:
            text = "\n\n".join(f"Line {n} of it." for n in range(lines))
            editor = Editor(owner, submit(text, f"{lines}.txt").job_ids["de"])
            worked()
            row = editor.row(0)
            with CaptureQueriesContext(connection) as queries:
                assert editor.save(row, "Neu.").status_code == 200
            return len(queries)

        assert asked(2) == asked(120)


class TestDecisions:
    def test_it_confirms_and_goes_back(self, editor: Editor) -> None:
        row = editor.save(editor.row(0), GOOD, action="confirm").json()["row"]
        assert (row["state"], row["sub_state"]) == ("reviewed", "")
        row = editor.save(row, action="unconfirm").json()["row"]
        assert row["state"] == "translated"
        row = editor.save(row, action="approve").json()["row"]
        assert row["state"] == "final"

    def test_it_confirms_what_the_model_wrote(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), action="confirm").json()["row"]
        assert (row["state"], row["origin"]) == ("reviewed", "model")

    @pytest.mark.parametrize("action", ["confirm", "approve"])
    def test_it_saves_but_does_not_confirm_what_is_held_back(
        self, editor: Editor, action: str
    ) -> None:
        answer = editor.save(editor.row(0), "Weiter ohne.", action=action)
        assert code(answer) == (422, "blocking_finding")
        row = answer.json()["row"]
        assert (texts(row), row["state"]) == (["Weiter ohne."], "translated")
        assert code(editor.save(row, action=action)) == (422, "blocking_finding")
        assert editor.row(0) == row

    def test_it_has_nothing_to_confirm_where_nothing_is(self, owner: Any, job: Any) -> None:
        editor = Editor(owner, job)
        row = editor.row(0)
        for forms in ([], [""]):
            answer = editor.save(row, *forms, action="confirm")
            assert code(answer) == (422, "nothing_to_confirm")
        assert editor.save(row, " ").json()["row"] == row

    def test_it_locks_what_is_final(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), action="approve").json()["row"]
        for action in ("save", "confirm", "needs_work"):
            answer = editor.save(row, "Anders.", action=action)
            assert code(answer) == (409, "target_locked")
            assert answer.json()["row"] == row
        assert editor.save(row, action="approve").json()["row"] == row
        row = editor.save(row, action="unconfirm").json()["row"]
        assert editor.save(row, "Anders.").status_code == 200

    def test_it_keeps_the_wish_for_more_work_until_it_is_confirmed(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), action="needs_work").json()["row"]
        row = editor.save(row, "Lies das zuerst.").json()["row"]
        assert row["sub_state"] == "needs_review"
        row = editor.save(row, action="confirm").json()["row"]
        assert row["sub_state"] == ""

    def test_it_takes_back_a_confirmation_with_the_text(self, editor: Editor) -> None:
        row = editor.save(editor.row(1), action="confirm").json()["row"]
        assert editor.save(row, "Lies das.").json()["row"]["state"] == "translated"


class TestRights:
    def test_it_lets_linguists_confirm_but_not_approve(
        self, editor: Editor, teammate: Any, job: Any
    ) -> None:
        linguist = Editor(teammate, job)
        row = linguist.save(linguist.row(0), GOOD, action="confirm").json()["row"]
        assert (row["state"], row["updated_by"]) == ("reviewed", "Timo")
        assert code(linguist.save(row, action="approve")) == (403, "permission_missing")
        row = editor.save(row, action="approve").json()["row"]
        assert code(linguist.save(row, action="unconfirm")) == (403, "permission_missing")

    @pytest.mark.parametrize("role", Role)
    def test_it_lets_those_approve_whose_role_says_so(
        self, editor: Editor, teammate: Any, job: Any, rows: Any, role: Role
    ) -> None:
        row = editor.row(0)
        me = teammate.user.pk
        rows("update accounts_membership set role = %s where user_id = %s", role.value, me)
        answer = Editor(teammate, job).save(row, GOOD, action="approve")
        if Permission.REVIEW_APPROVE in RIGHTS[role]:
            assert answer.json()["row"]["state"] == "final"
        else:
            assert code(answer) == (403, "permission_missing")

    def test_it_lets_viewers_read_alone(
        self, editor: Editor, teammate: Any, job: Any, rows: Any
    ) -> None:
        rows("update accounts_membership set role = 'viewer' where user_id = %s", teammate.user.pk)
        viewer = Editor(teammate, job)
        row = viewer.row(0)
        for action in Action:
            assert code(viewer.save(row, GOOD, action=action)) == (403, "permission_missing")
        assert viewer.row(0) == row


class TestAtOnce:
    def test_it_refuses_to_write_over_another_text(self, editor: Editor) -> None:
        row = editor.row(0)
        mine = editor.save(row, GOOD).json()["row"]
        answer = editor.save(row, "Anders mit {name}.")
        assert code(answer) == (409, "target_changed")
        assert answer.json()["row"] == mine

    @pytest.mark.parametrize("action", ["save", "confirm", "approve"])
    def test_it_does_once_what_is_sent_twice(self, editor: Editor, rows: Any, action: str) -> None:
        row = editor.row(0)
        wish = {"action": action, "draft_id": "d1"}
        first = editor.save(row, GOOD, **wish)
        assert editor.save(row, GOOD, **wish).json() == first.json()
        assert len(rows("select 1 from translation_targetversion")) == 1

    def test_it_does_once_what_is_sent_many_times_at_once(
        self, editor: Editor, owner: Any, rows: Any
    ) -> None:
        row = editor.row(0)

        def send() -> tuple[str, int]:
            saved = save_target(
                actor=owner.actor,
                target_id=row["id"],
                version=row["version"],
                action=Action.CONFIRM,
                forms=[GOOD],
                draft_id="d1",
            )
            assert saved.refusal is None
            return saved.row.state, saved.row.version

        assert at_once([send] * 6) == [("reviewed", row["version"] + 1)] * 6
        assert len(rows("select 1 from translation_targetversion")) == 1

    def test_it_decides_once_what_is_decided_twice(self, editor: Editor, rows: Any) -> None:
        row = editor.row(1)
        wish = {"action": "approve", "draft_id": "d1"}
        first = editor.save(row, **wish)
        assert first.json()["row"]["state"] == "final"
        assert editor.save(row, **wish).json() == first.json()
        assert len(rows("select 1 from translation_targetversion")) == 1

    def test_it_does_not_bring_back_an_older_text_of_ones_own(self, editor: Editor) -> None:
        row = editor.row(0)
        older = editor.save(row, GOOD, draft_id="d1").json()["row"]
        newer = editor.save(older, "Neu mit {name}.", draft_id="d2").json()["row"]
        again = editor.save(row, GOOD, draft_id="d1")
        assert (again.status_code, again.json()["row"]) == (200, newer)

    def test_it_confirms_though_the_answer_to_the_save_was_lost(self, editor: Editor) -> None:
        row = editor.row(0)
        editor.save(row, GOOD, draft_id="d1")
        confirmed = editor.save(row, GOOD, action="confirm", draft_id="d2").json()["row"]
        assert confirmed["state"] == "reviewed"

    def test_it_takes_a_text_where_there_was_none_to_lose(
        self, owner: Any, job: Any, rows: Any
    ) -> None:
        editor = Editor(owner, job)
        row = editor.row(0)
        rows("update translation_target set version = version + 1")
        assert editor.save(row, GOOD).status_code == 200

    def test_it_loses_no_text_of_twenty(
        self, editor: Editor, owner: Any, teammate: Any, rows: Any
    ) -> None:
        key, before = editor.row(0)["id"], texts(editor.row(0))

        def write(number: int) -> None:
            actor = (owner, teammate)[number % 2].actor
            version = 0
            while True:
                saved = save_target(
                    actor=actor,
                    target_id=key,
                    version=version,
                    action=Action.SAVE,
                    forms=[f"Text {number} mit {{name}}."],
                    draft_id=f"d{number}",
                )
                if saved.refusal is None:
                    return
                assert saved.refusal.code == "target_changed"
                version = saved.row.version

        found = at_once([lambda n=n: write(n) for n in range(20)])
        assert found == [None] * 20
        kept = history(rows) + texts(editor.row(0))
        assert sorted(kept) == sorted(before + [f"Text {n} mit {{name}}." for n in range(20)])


class TestTheMachine:
    """A run that is still going, or goes again, while people write."""

    def test_it_bills_once_what_was_delivered_before_a_person_wrote(
        self, owner: Any, job: Any, rows: Any
    ) -> None:
        worked(end=False)
        editor = Editor(owner, job)
        editor.save(editor.row(0), GOOD)
        editor.save(editor.row(1), action="confirm")
        [run] = rows("select id, organization_id from translation_run")
        assert settle_if_done(run["organization_id"], run["id"])
        [line] = rows("select units from billing_ledgerline")
        assert line["units"] == len("Press  to go on.") + len("Read this first.")
        billed = rows("select sum(billed_chars) as n from translation_target")
        assert billed[0]["n"] == line["units"]
        editor.save(editor.row(0), "Noch {name}.")
        rows("update translation_run set state = 'open'")
        settle_if_done(run["organization_id"], run["id"])
        assert len(rows("select 1 from billing_ledgerline")) == 1

    def test_it_never_bills_what_people_wrote(self, owner: Any, job: Any, rows: Any) -> None:
        editor = Editor(owner, job)
        editor.save(editor.row(0), GOOD)
        worked()
        [line] = rows("select units from billing_ledgerline")
        assert line["units"] == len("Read this first.")
        assert texts(editor.row(0)) == [GOOD]

    def test_it_never_bills_what_was_held_back(self, editor: Editor, rows: Any) -> None:
        editor.save(editor.row(0), GOOD)
        [run] = rows("select id, organization_id, billed_chars from translation_run")
        rows("update translation_run set state = 'open'")
        settle_if_done(run["organization_id"], run["id"])
        units = rows("select sum(units) as n from billing_ledgerline")[0]["n"]
        assert units == run["billed_chars"] == len("Read this first.")

    def test_it_lets_repeats_follow_a_person(self, owner: Any, job: Any, rows: Any) -> None:
        editor = Editor(owner, job)
        editor.save(editor.row(0), GOOD)
        worked()
        row = editor.row(2)
        assert (texts(row), row["origin"], row["delivered"]) == ([GOOD], "repeat", True)
        assert editor.index("state=queued")["ordinals"] == []

    def test_it_drops_a_late_answer_for_what_a_person_wrote(self, owner: Any, job: Any) -> None:
        editor = Editor(owner, job)
        claim = claimed()
        pack = loaded(claim)
        mine = editor.save(editor.row(0), GOOD, action="confirm").json()["row"]
        commit_outcome(claim, pack, answered(claim, pack))
        settle_if_done(claim.organization_id, claim.run_id)
        assert editor.row(0) == mine
        assert texts(editor.row(1)) == [turned("Read this first.")]

    def test_it_leaves_alone_what_people_write_while_it_works(
        self, owner: Any, submit: Any, drain: Any
    ) -> None:
        lines = [f"Press {{key}} for valve {n}." for n in range(60)]
        job = submit("\n\n".join(lines)).job_ids["de"]
        editor = Editor(owner, job)
        written: dict[int, str] = {}

        def write() -> None:
            for n in range(0, 60, 3):
                while True:
                    answer = editor.save(editor.row(n), f"Von Hand {n} mit {{key}}.")
                    if answer.status_code == 200:
                        written[n] = texts(answer.json()["row"])[0]
                        break

        worker = threading.Thread(target=lambda: (drain(), connection.close()))
        worker.start()
        write()
        worker.join()
        assert {n: texts(editor.row(n))[0] for n in written} == written
        assert len(written) == 20
