"""A manager's way with documents in Chromium: many files, watched, held, undone, taken away."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser


def paragraphs(count: int, name: str) -> str:
    return "\n\n".join(
        f"Line {number} of {name} tells {{name}} something." for number in range(count)
    )


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {}
    for name, count in (("manual.txt", 120), ("notes.md", 60), ("short.txt", 3)):
        made[name] = tmp_path / name
        made[name].write_text(paragraphs(count, name))
    return made


def choose_languages(page: Page, *names: str) -> None:
    page.locator("#picker summary").click()
    for name in names:
        page.get_by_role("searchbox", name="Search", exact=True).fill(name)
        page.locator("#picker").get_by_role("checkbox", name=re.compile(rf"^{name} [^(]")).check()
    page.keyboard.press("Escape")


def row(page: Page, name: str) -> Any:
    return page.locator("[data-row]", has_text=name)


class TestWatching:
    def test_it_uploads_watches_holds_cancels_retries_and_takes_away(
        self, member: Any, open_page: Any, workers: Any, files: dict[str, Path]
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files(list(files.values()))
        choose_languages(page, "German", "French")
        panel = page.locator("#estimate")
        expect(panel).to_contain_text("× 2 languages")
        expect(panel).to_contain_text("Billed characters")
        page.get_by_role("button", name="Translate 3 files into 2 languages").dblclick()
        expect(page.get_by_text("3 files uploaded.")).to_be_visible()
        expect(page.locator("[data-row]")).to_have_count(3)
        page.evaluate("window.sameWindow = true")
        # Hold one whole document back, and one language of another is given up.
        row(page, "manual.txt").get_by_role("button", name="Pause manual.txt").click()
        expect(row(page, "manual.txt").locator(".document .state")).to_have_text("Paused")
        notes = row(page, "notes.md")
        notes.get_by_role("button", name="2 languages of notes.md").click()
        notes.get_by_role("button", name="Cancel German").click()
        german = notes.locator(".language", has_text="German")
        expect(german.locator(".state")).to_have_text("Cancelled")
        with workers():
            expect(row(page, "short.txt").locator(".document .state")).to_have_text("Ready")
            expect(notes.locator(".language", has_text="French").locator(".state")).to_have_text(
                "Ready"
            )
            expect(row(page, "manual.txt").locator(".document .state")).to_have_text("Paused")
            german.get_by_role("button", name="Retry German").click()
            expect(german.locator(".state")).to_have_text("Ready")
            page.get_by_role("button", name="Resume all").click()
            expect(page.locator("#pace")).to_contain_text("segments/min")
            expect(row(page, "manual.txt").locator(".document .state")).to_have_text("Ready")
        expect(page).to_have_title(re.compile("^Done · Documents"))
        assert page.evaluate("window.sameWindow") is True
        self.take_away(page)
        self.delete_and_undo(page)

    def take_away(self, page: Page) -> None:
        page.get_by_role("checkbox", name="Choose all documents").check()
        expect(page.locator("#selected-count")).to_have_text("3 selected")
        page.locator("#selected summary").click()
        with page.expect_download() as started:
            page.get_by_role("button", name="Translated files").click()
        with zipfile.ZipFile(started.value.path()) as made:
            assert made.testzip() is None
            assert sorted(made.namelist()) == sorted(
                f"{stem}.{code}{end}"
                for stem, end in (("manual", ".txt"), ("notes", ".md"), ("short", ".txt"))
                for code in ("de", "fr")
            )
            assert all(b"{name}" in made.read(name) for name in made.namelist())

    def delete_and_undo(self, page: Page) -> None:
        page.locator("[data-bulk=delete]").click()
        expect(page.get_by_role("heading", name="Delete 3 documents?")).to_be_visible()
        page.get_by_role("button", name="Delete 3 documents").click()
        expect(page.get_by_text("No documents yet")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("[data-row]")).to_have_count(3)


class TestAgain:
    def test_it_makes_a_second_revision_whose_unchanged_text_is_free(
        self, member: Any, open_page: Any, workers: Any, files: dict[str, Path]
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files(files["notes.md"])
        choose_languages(page, "German")
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        with workers():
            expect(page.locator(".document .state")).to_have_text("Ready")
        page.get_by_label("Choose files").set_input_files(files["notes.md"])
        expect(
            page.get_by_text("The same file was uploaded within a day, into German.")
        ).to_be_visible()
        page.get_by_role("button", name="Discard").click()
        files["notes.md"].write_text(paragraphs(61, "notes.md"))
        page.get_by_label("Choose files").set_input_files(files["notes.md"])
        page.get_by_role("checkbox", name="Make it the next revision").check()
        expect(page.locator("#estimate")).to_contain_text("Unchanged, free")
        expect(page.locator("#estimate .total")).to_contain_text("37")
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        expect(page.locator(".document")).to_contain_text("revision 2")
        with workers():
            expect(page.locator(".document .state")).to_have_text("Ready")
        expect(page.locator(".document .billed")).to_have_text("37")


class TestFinding:
    def test_it_narrows_the_list_and_keeps_the_focus(
        self, member: Any, open_page: Any, files: dict[str, Path]
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files(list(files.values()))
        choose_languages(page, "German")
        page.get_by_role("button", name="Translate 3 files into 1 language").click()
        expect(page.locator("[data-row]")).to_have_count(3)
        page.get_by_role("searchbox", name="Search documents").click()
        page.keyboard.type("manual")
        expect(page.locator("[data-row]")).to_have_count(1)
        expect(page).to_have_url(re.compile(r"q=manual"))
        expect(page.get_by_role("searchbox", name="Search documents")).to_be_focused()
        page.get_by_label("State", exact=True).select_option("failed")
        expect(page.get_by_text("No document is like that")).to_be_visible()
        page.reload()
        expect(page.get_by_label("State", exact=True)).to_have_value("failed")
        page.get_by_role("link", name="Show all documents").click()
        expect(page.locator("[data-row]")).to_have_count(3)

    def test_it_tells_what_is_wrong_with_a_file_beside_it(
        self, member: Any, open_page: Any, files: dict[str, Path], tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.json"
        broken.write_text('{"a": \n "b",, }')
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files([files["short.txt"], broken])
        expect(page.locator("#chosen-files li", has_text="broken.json")).to_contain_text(
            "Line 2, column 6"
        )
        choose_languages(page, "German")
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        expect(page.get_by_text("1 file uploaded.")).to_be_visible()

    @pytest.mark.parametrize("lost", ["request", "answer"])
    def test_it_sends_again_what_was_cut_off_and_takes_it_in_once(
        self, member: Any, open_page: Any, files: dict[str, Path], lost: str
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files(files["short.txt"])
        choose_languages(page, "German")

        def cut_off(route: Any) -> None:
            if lost == "answer":
                route.fetch()
            route.abort()

        page.route("**/documents/upload", cut_off)
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        expect(page.locator("#file-problem")).to_contain_text("The upload was cut off")
        page.unroute("**/documents/upload")
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        expect(row(page, "short.txt")).to_have_count(1)
        page.reload()
        expect(row(page, "short.txt")).to_have_count(1)

    @pytest.mark.parametrize(
        ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]
    )
    def test_it_has_no_barrier_with_files_waiting_and_rows_open(
        self, member: Any, open_page: Any, files: dict[str, Path], scheme: str, width: int
    ) -> None:
        page = open_page(member.user, scheme=scheme, width=width)
        page.goto("/documents")
        page.get_by_label("Choose files").set_input_files(list(files.values()))
        choose_languages(page, "German", "Arabic", "Japanese")
        page.get_by_role("button", name="Translate 3 files into 3 languages").click()
        expect(page.locator("[data-row]")).to_have_count(3)
        page.get_by_label("Choose files").set_input_files(list(files.values()))
        expect(page.locator("#estimate .total")).to_be_visible()
        page.locator(".doc-unfold").first.click()
        page.get_by_role("checkbox", name="Choose notes.md").check()
        assert faults_of(page) == []
