"""One person's way through the pages in Chromium: from the sign-in to a deleted document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser

LETTER = "".join(
    f"Hello {{name}}, this is line {number} of {number + 20}.\n\nPress {{button_{number}}} now.\n\n"
    for number in range(12)
)
# Long enough to be seen in the middle of it.
BOOK = "".join(f"This is line {number} of a long letter.\n\n" for number in range(240))

# What is said to people who do not see the page, one after the other.
LISTEN = """() => {
  const spoken = document.getElementById('spoken');
  const hear = () => { document.body.dataset.said += `[${spoken.textContent.trim()}]`; };
  new MutationObserver(hear).observe(spoken, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text(LETTER)
    return path


def sign_in_by_keys(page: Page, email: str) -> None:
    """By keyboard alone: the first field has the focus."""
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


class TestSignIn:
    def test_it_leads_back_to_the_page_that_was_asked_for(
        self, member: Any, open_page: Any
    ) -> None:
        page = open_page()
        page.goto("/translate")
        expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/translate$"))
        sign_in_by_keys(page, member.user.email)
        expect(page).to_have_url(re.compile(r"/translate$"))
        expect(page.get_by_role("banner").get_by_text("Northwind").first).to_be_visible()

    def test_it_says_what_is_wrong_and_keeps_the_address(self, member: Any, open_page: Any) -> None:
        page = open_page()
        page.goto("/accounts/login/?next=https://evil.example/")
        page.get_by_label("E-mail").fill(member.user.email)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("E-mail and password do not match.")
        expect(page.get_by_label("E-mail")).to_have_value(member.user.email)
        expect(page.get_by_label("Password")).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        # Not to where the address wanted.
        expect(page).to_have_url(re.compile(r"^http://127\.0\.0\.1:\d+/$"))

    def test_it_pauses_after_five_wrong_passwords(self, member: Any, open_page: Any) -> None:
        page = open_page()
        page.goto("/accounts/login/")
        for password in [*["wrong"] * 5, PASSWORD]:
            page.get_by_label("E-mail").fill(member.user.email)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_load_state()
        expect(page.get_by_role("alert")).to_contain_text("Too many tries")

    def test_it_ends_with_signing_out(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        page.get_by_role("banner").locator("summary").last.click()
        with page.expect_navigation():
            page.get_by_role("button", name="Sign out").click()
        page.goto("/documents")
        expect(page).to_have_url(re.compile("/accounts/login/"))


class TestDocuments:
    def test_it_goes_from_upload_to_download_while_one_watches(
        self, member: Any, open_page: Any, workers: Any, letter: Path
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        expect(page.get_by_text("No documents yet")).to_be_visible()
        expect(page.get_by_role("note")).to_contain_text("Sandbox")
        letter.write_text(LETTER + BOOK)
        self.upload(page, letter, ("German", "Arabic"))
        row = page.locator("tbody", has_text="letter.txt")
        expect(row.locator(".document .state")).to_have_text("Queued")
        expect(page).to_have_title(re.compile(r"^0% · Documents"))
        with workers():
            # Nothing is loaded anew: the page's own script changes what has changed.
            page.evaluate("window.sameWindow = true")
            page.evaluate(LISTEN)
            expect(row.locator(".document .state")).to_have_text("Translating")
            expect(page).to_have_title(re.compile(r"^[1-9]\d?% · Documents"))
            expect(row.locator(".document .state")).to_have_text("Ready", timeout=60_000)
        expect(page).to_have_title(re.compile(r"^Done · Documents"))
        told = re.compile(re.escape("[Translation has ended.]"))
        expect(page.locator("body")).to_have_attribute("data-said", told)
        assert page.evaluate("window.sameWindow") is True
        self.read_and_download(page, row)

    def upload(self, page: Page, letter: Path, languages: tuple[str, ...]) -> None:
        page.get_by_label("Choose files").set_input_files(letter)
        for language in languages:
            page.locator("#picker summary").focus()
            page.keyboard.press("Enter")
            expect(page.get_by_role("searchbox", name="Search", exact=True)).to_be_focused()
            page.keyboard.press("Control+a")
            page.keyboard.type(language)
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            page.keyboard.press("Escape")
        page.get_by_role("button", name="Translate 1 file into 2 languages").click()
        expect(page.get_by_text("1 file uploaded. Translation has started.")).to_be_visible()

    def read_and_download(self, page: Page, row: Any) -> None:
        row.get_by_role("link", name="letter.txt", exact=True).click()
        expect(page.locator("#s0 .text").nth(0)).to_have_text("Hello {name}, this is line 0 of 20.")
        target = page.locator("#s0 .text").nth(1)
        expect(target).to_have_attribute("dir", "rtl")
        expect(target).to_contain_text("{name}")
        with page.expect_download() as started:
            page.get_by_role("link", name="Download").click()
        assert started.value.suggested_filename == "letter.ar.txt"
        text = Path(started.value.path()).read_text()
        assert all(text.count(f"{{button_{number}}}") == 1 for number in range(12))
        page.get_by_role("link", name="Report").click()
        expect(page.get_by_text("Nothing was found")).to_be_visible()
        page.get_by_role("navigation", name="Back").get_by_role("link").click()
        page.locator("summary", has_text="Arabic").click()
        page.get_by_role("link", name="German").click()
        expect(page.locator("h1")).to_have_text("letter.txt")

    def test_it_cancels_and_deletes_after_asking(
        self, member: Any, open_page: Any, letter: Path, site: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        self.upload(page, letter, ("German", "French"))
        page.get_by_role("button", name="2 languages of letter.txt").click()
        german = page.locator(".language", has_text="German")
        german.get_by_role("button", name="Cancel German").click()
        expect(german.locator(".state")).to_have_text("Cancelled")
        expect(german).to_contain_text("24 not translated, not billed")
        german.get_by_role("link", name="German", exact=True).click()
        page.locator("summary[aria-label=More]").click()
        page.get_by_role("link", name="Delete document").click()
        expect(page.get_by_role("heading")).to_have_text("Delete “letter.txt”?")
        expect(page.get_by_role("link", name="Keep it")).to_be_focused()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("“letter.txt” and its translations were deleted.")).to_be_visible()
        expect(page.get_by_text("No documents yet")).to_be_visible()

    def test_it_keeps_the_files_when_one_is_refused(
        self, member: Any, open_page: Any, letter: Path, tmp_path: Path
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        broken = tmp_path / "broken.json"
        broken.write_text('{"a": \n "b",, }')
        page.get_by_label("Choose files").set_input_files([letter, broken])
        page.locator("#picker summary").click()
        page.get_by_role("searchbox", name="Search", exact=True).fill("ger")
        page.get_by_role("searchbox", name="Search", exact=True).press("Enter")
        problem = page.locator("#chosen-files li", has_text="broken.json")
        expect(problem).to_contain_text("Line 2, column 6")
        page.get_by_role("button", name="Remove broken.json").click()
        page.get_by_role("button", name="Translate 1 file into 1 language").click()
        expect(page.get_by_text("1 file uploaded.")).to_be_visible()


class TestWithoutAStream:
    def test_it_asks_every_three_seconds_instead(
        self, member: Any, open_page: Any, workers: Any, letter: Path
    ) -> None:
        page = open_page(member.user)
        page.route("**/events", lambda route: route.abort())
        page.goto("/documents")
        TestDocuments().upload(page, letter, ("German", "French"))
        with workers():
            expect(page.locator(".document .state")).to_have_text("Ready")

    def test_it_does_without_event_source(
        self, member: Any, open_page: Any, workers: Any, letter: Path
    ) -> None:
        page = open_page(member.user)
        page.add_init_script("delete window.EventSource")
        page.goto("/documents")
        TestDocuments().upload(page, letter, ("German", "French"))
        with workers():
            expect(page.locator(".document .state")).to_have_text("Ready")

    def test_it_learns_of_an_ending_that_came_before_the_first_event(
        self, member: Any, open_page: Any, workers: Any, letter: Path
    ) -> None:
        """The page is read, then everything ends, and only then the stream is opened."""
        page = open_page(member.user)
        held: list[Any] = []

        def hold(route: Any) -> None:
            held.append(route)

        page.goto("/documents")
        page.route("**/events", hold)
        TestDocuments().upload(page, letter, ("German", "French"))
        expect(page.locator(".document .state")).to_have_text("Queued")
        with workers():
            self.wait_until_ended(page)
        assert page.locator(".document .state").inner_text() != "Ready"
        held[-1].continue_()
        expect(page.locator(".document .state")).to_have_text("Ready")

    def wait_until_ended(self, page: Page) -> None:
        script = """async () => {
          const ids = [...document.querySelectorAll('[data-run]')].map(e => 'run=' + e.dataset.run);
          const answer = await fetch('/progress?' + ids.join('&'));
          return (await answer.json()).runs.every(run => run.state !== 'open');
        }"""
        for _ in range(150):
            if page.evaluate(f"({script})()"):
                return
            page.wait_for_timeout(100)
        raise AssertionError("the work did not end")


def test_it_shows_every_page_without_a_way_out(member: Any, open_page: Any, site: Any) -> None:
    """No page asks another host for anything, the API's description included."""
    page = open_page(member.user)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/documents", "/translate", "/api/docs"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
    expect(page.locator(".swagger-ui .info .title")).to_contain_text("Interlinear API")
    strangers = [url for url in asked if not url.startswith((site.url, "data:", "blob:"))]
    assert strangers == [], json.dumps(strangers)
