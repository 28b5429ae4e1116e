"""What the editor offers besides writing: fixes, history, repeats, replacing, forms, runs."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.editing import (
    field_of,
    forms_of,
    open_editor,
    saved,
    state_of,
    translated,
    write,
)

pytestmark = pytest.mark.browser

PLURALS = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

#, max-length:40
msgid "{n} file"
msgid_plural "{n} files"
msgstr[0] ""
msgstr[1] ""
"""


def submitted(member: Any, name: str, text: str, target: str) -> Any:
    from translation.services.intake import Upload, submit_files

    [stored] = submit_files(
        actor=member.actor,
        uploads=[Upload(name=name, data=text.encode())],
        source_language="en",
        target_languages=[target],
    )
    return stored.job_ids[target]


class TestFindings:
    def test_it_fixes_one_and_takes_it_back(
        self, member: Any, sandbox: Any, open_page: Any
    ) -> None:
        sandbox.faults(segment={"lose_placeholder": 1.0})
        job = translated(member, segments=5)["de"]
        page = open_page(member.user)
        open_editor(page, job, 2).press("Alt+f")
        expect(page.locator("#ed-panel")).to_contain_text("Nothing was found")
        expect(state_of(page, 2)).not_to_contain_text("Held back")
        assert "{level}" in forms_of(member, job, 2)[0]
        page.keyboard.press("Control+z")
        expect(page.locator("#ed-panel .finding-card")).to_be_visible()
        # Nobody can say of a lost placeholder that it is no error.
        expect(page.get_by_role("button", name="Not an error")).to_have_count(0)

    def test_it_sets_one_aside_by_its_number(
        self, member: Any, sandbox: Any, open_page: Any
    ) -> None:
        sandbox.faults(segment={"change_number": 1.0})
        job = translated(member, segments=5)["de"]
        page = open_page(member.user)
        open_editor(page, job, 4)
        expect(page.locator("#ed-panel .finding-card")).to_be_visible()
        counted = page.locator("#ed-views [data-count=findings]")
        before = int(counted.inner_text())
        page.keyboard.press("Alt+i")
        page.keyboard.press("1")
        expect(page.locator(".ed-folded")).to_contain_text("Not an error.")
        expect(counted).to_have_text(str(before - 1))
        page.get_by_role("button", name="Undo").click()
        expect(counted).to_have_text(str(before))


class TestHistory:
    def test_it_brings_an_earlier_text_back(self, member: Any, site: Any, open_page: Any) -> None:
        job = translated(member, segments=5)["de"]
        page = open_page(member.user)
        field = open_editor(page, job, 1)
        before = forms_of(member, job, 1)
        write(page, field, " Anders.")
        expect(saved(page)).to_have_text("Saved")
        page.get_by_role("tab", name="History").click()
        expect(page.locator(".ed-version ins")).to_contain_text("Anders.")
        page.get_by_role("button", name="Restore").click()
        expect(saved(page)).to_have_text("Saved")
        assert forms_of(member, job, 1) == before


class TestManyAtOnce:
    def test_it_copies_to_repeats_what_nobody_has_written(
        self, member: Any, site: Any, open_page: Any
    ) -> None:
        job = translated(member, segments=15, repeated=True)["de"]
        page = open_page(member.user)
        field = open_editor(page, job, 0)
        write(page, field_of(page, 0), " Neu")
        expect(field).to_contain_text(" Neu")
        page.keyboard.press("Alt+r")
        expect(page.locator("#toasts")).to_contain_text("Copied to 2 repeats.")
        expect(page.locator("#s5 .ed-target")).to_contain_text(" Neu")
        assert forms_of(member, job, 10) == forms_of(member, job, 0)

    def test_it_replaces_what_was_looked_at_and_chosen(
        self, member: Any, site: Any, open_page: Any
    ) -> None:
        job = translated(member, segments=15)["de"]
        page = open_page(member.user)
        word = forms_of(member, job, 0)[0].split()[0]
        open_editor(page, job, 0).press("Control+h")
        page.keyboard.type(word)
        page.keyboard.press("Tab")
        page.keyboard.type("Ersatz")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        boxes = dialog.locator("[data-number]")
        expect(boxes.first).to_be_checked()
        for box in boxes.all()[1:]:
            box.uncheck()
        dialog.get_by_role("button", name="Replace in 1 segment").click()
        expect(page.locator("#toasts")).to_contain_text("1 segment changed.")
        expect(field_of(page, 0)).to_contain_text("Ersatz")
        assert forms_of(member, job, 0)[0].startswith("Ersatz")
        assert forms_of(member, job, 5)[0].startswith(word)


class TestForms:
    def test_each_plural_form_has_a_field(self, member: Any, site: Any, open_page: Any) -> None:
        job = submitted(member, "files.po", PLURALS, "pl")
        page = open_page(member.user)
        page.goto(f"/jobs/{job}")
        fields = page.locator("#s0 [role=textbox]")
        expect(fields).to_have_count(3)
        for label, text in (("One", "plik"), ("Few", "pliki"), ("Many", "plików")):
            field = page.get_by_role("textbox", name=f"Translation, {label}")
            field.focus()
            page.keyboard.press("F8")
            page.keyboard.type(f" {text}")
        expect(page.locator(".ed-counter")).to_have_text("10 / 40")
        page.keyboard.press("Control+Enter")
        expect(state_of(page, 0)).to_contain_text("Reviewed")
        assert forms_of(member, job, 0) == ["{n} plik", "{n} pliki", "{n} plików"]


class TestRun:
    def test_it_shows_what_arrives_and_leaves_alone_what_is_written(
        self, member: Any, open_page: Any, workers: Any
    ) -> None:
        text = "".join(f"This is line {number}.\n\n" for number in range(60))
        job = submitted(member, "lines.txt", text, "de")
        page = open_page(member.user)
        field = open_editor(page, job, 3)
        expect(state_of(page, 3)).to_contain_text("Queued")
        write(page, field, "Mein Text. 3")
        expect(saved(page)).to_have_text("Saved")
        page.keyboard.type(" Mehr")
        with workers():
            expect(page.locator("#s5 .ed-state")).to_contain_text("Claude")
            expect(page.locator("#ed-acts")).to_contain_text("Download")
        expect(field).to_be_focused()
        expect(field).to_have_text("Mein Text. 3 Mehr")
        assert forms_of(member, job, 3) == ["Mein Text. 3 Mehr"]

    def test_it_is_paused_and_goes_on(self, member: Any, open_page: Any, workers: Any) -> None:
        job = submitted(member, "lines.txt", "One line.\n\nTwo lines.\n", "de")
        page = open_page(member.user)
        page.goto(f"/jobs/{job}")
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        with workers():
            expect(page.locator("#ed-acts")).to_contain_text("Download")
        expect(page.locator("#s0 .ed-state")).to_contain_text("Claude")

    def test_new_rows_of_a_filtered_list_wait_behind_a_pill(
        self, member: Any, open_page: Any, workers: Any
    ) -> None:
        job = submitted(member, "lines.txt", "One line.\n\nTwo lines.\n", "de")
        page = open_page(member.user)
        page.goto(f"/jobs/{job}")
        page.locator("#ed-filter summary").click()
        page.get_by_label("State").select_option("translated")
        expect(page.get_by_text("No segment is like that.")).to_be_visible()
        with workers():
            page.get_by_role("button", name="2 new").click()
        expect(page.locator(".ed-rows .ed-row")).to_have_count(2)


class TestNarrow:
    def test_it_shows_one_segment_between_its_neighbours(
        self, member: Any, site: Any, open_page: Any
    ) -> None:
        job = translated(member, segments=12)["de"]
        page = open_page(member.user, width=390)
        open_editor(page, job, 4)
        rows = page.locator(".ed-rows .ed-row")
        expect(rows).to_have_count(3)
        write(page, field_of(page, 4), " Kurz.")
        page.get_by_role("button", name="Confirm and next").click()
        expect(page.locator("#s5.active")).to_be_visible()
        expect(state_of(page, 4)).to_contain_text("Reviewed")
        page.get_by_role("button", name="Previous segment").click()
        expect(field_of(page, 4)).to_contain_text(" Kurz.")
        assert forms_of(member, job, 4)[0].endswith(" Kurz.")


class TestComposition:
    def test_an_input_method_is_not_disturbed(self, member: Any, site: Any, open_page: Any) -> None:
        job = translated(member, segments=5, targets=("ja",))["ja"]
        page = open_page(member.user)
        field = open_editor(page, job, 2)
        field.press("Control+Shift+Backspace")
        page.keyboard.press("F8")
        compose(page, "にほん", "日本")
        page.keyboard.press("F8")
        expect(field.locator(".ph")).to_have_count(2)
        page.keyboard.press("Alt+Enter")
        expect(saved(page)).to_have_text("Saved")
        assert forms_of(member, job, 2) == ["{level}日本{interval}"]


def compose(page: Page, typed: str, chosen: str) -> None:
    """As an input method does: letters that change under way, then the text that was chosen."""
    session = page.context.new_cdp_session(page)
    for end in range(1, len(typed) + 1):
        text = typed[:end]
        session.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": end, "selectionEnd": end}
        )
    session.send("Input.insertText", {"text": chosen})
