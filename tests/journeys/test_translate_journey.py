"""The translate box in Chromium: typing, languages, segments arriving, drops, and coming back."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser

SENTENCES = "".join(f"This is sentence {number} of a letter. " for number in range(40)).strip()
TEXT = "Before you connect the pump to the patient, check that {name} is set to 300 mmHg."


@pytest.fixture
def box(member: Any, open_page: Any) -> Page:
    page: Page = open_page(member.user)
    opened(page)
    return page


@pytest.fixture
def count(admin: psycopg.Connection[Any]) -> Callable[[str], int]:
    """How many rows there are, behind every policy: `count("translation_run")`."""

    def counted(rows: str) -> int:
        found = admin.execute(f"select count(*) from {rows}").fetchone()
        assert found is not None
        return int(found[0])

    return counted


def opened(page: Page, path: str = "/translate") -> None:
    page.goto(path)
    expect(page.locator("html[data-ready=translate]")).to_be_attached()


def text(page: Page) -> Any:
    return page.get_by_label("Text to translate")


class TestByKeyboard:
    def test_it_goes_from_a_typed_text_to_a_copied_translation(
        self, box: Page, workers: Any
    ) -> None:
        box.context.grant_permissions(["clipboard-read", "clipboard-write"])
        box.keyboard.press("Control+Enter")
        expect(box.locator("#text-problem")).to_have_text("Type or paste a text first.")
        box.keyboard.type(TEXT)
        expect(box.locator("#text-count")).to_contain_text("would be billed")
        expect(box.get_by_role("button", name="From: English detected")).to_be_visible()
        self.choose(box, "#target_language", "fran")
        expect(box.get_by_role("button", name="Into: French", exact=True)).to_be_focused()
        box.keyboard.press("Control+Enter")
        expect(box).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
        with workers():
            expect(box.locator("#translated")).to_contain_text("{name}")
            expect(box.get_by_text("All 12 checks pass")).to_be_visible()
        expect(box.locator("#translated")).to_have_attribute("lang", "fr")
        expect(box.get_by_text(re.compile(r"^\d+ characters billed$"))).to_be_visible()
        expect(text(box)).to_have_value(TEXT)
        box.keyboard.press("Control+Shift+C")
        expect(box.get_by_role("button", name="Copied")).to_be_visible()
        copied = box.evaluate("navigator.clipboard.readText()")
        assert copied == box.locator("#translated").inner_text()
        assert "{name}" in copied

    def choose(self, page: Page, picker: str, typed: str) -> None:
        page.locator(picker).locator("..").locator(".picker-button").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")

    def test_it_walks_through_findings(self, box: Page, workers: Any, sandbox: Any) -> None:
        sandbox.faults(segment={"change_number": 1.0})
        text(box).fill("There are 12 pumps. There are 14 alarms.")
        box.keyboard.press("Control+Enter")
        with workers():
            expect(box.get_by_role("heading", name="2 findings")).to_be_visible()
        box.keyboard.press("Alt+ArrowDown")
        expect(box.locator("#finding-0")).to_be_focused()
        expect(box.locator("#finding-0")).to_contain_text("The source numbers 12 are not in")
        expect(box.locator(".seg.pointed")).to_have_attribute("data-ordinal", "0")
        chosen = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
        assert text(box).evaluate(chosen) == "There are 12 pumps."
        box.keyboard.press("Alt+ArrowUp")
        expect(box.locator("#finding-1")).to_be_focused()

    def test_it_mends_with_one_click_and_takes_a_finding_out(
        self, box: Page, workers: Any, sandbox: Any
    ) -> None:
        sandbox.faults(segment={"change_number": 1.0})
        text(box).fill("There are 12 pumps. There are 14 alarms.")
        box.keyboard.press("Control+Enter")
        with workers():
            expect(box.get_by_role("heading", name="2 findings")).to_be_visible()
        box.locator("#finding-0").get_by_role("button", name=re.compile("12")).click()
        expect(box.get_by_role("heading", name="1 finding", exact=True)).to_be_visible()
        expect(box.locator(".seg").first).to_contain_text("12")
        box.get_by_role("button", name="Not an error").click()
        expect(box.get_by_text("All 12 checks pass")).to_be_visible()
        box.get_by_role("button", name="Undo").click()
        expect(box.get_by_role("heading", name="1 finding", exact=True)).to_be_visible()

    def test_it_reads_right_to_left_and_swaps(self, box: Page, workers: Any) -> None:
        self.choose(box, "#target_language", "arab")
        text(box).fill(TEXT)
        box.keyboard.press("Control+Enter")
        with workers():
            expect(box.get_by_role("button", name="Copy")).to_be_visible()
        translated = box.locator("#translated")
        expect(translated).to_have_attribute("dir", "rtl")
        arabic = translated.inner_text()
        expect(box.get_by_role("button", name="From: English detected")).to_be_visible()
        box.keyboard.press("Alt+s")
        expect(text(box)).to_have_value(arabic)
        expect(text(box)).to_have_attribute("dir", "rtl")
        expect(box.get_by_role("button", name="From: Arabic")).to_be_visible()
        expect(box.get_by_role("button", name=re.compile("^Into: English"))).to_be_visible()


class TestLanguages:
    def test_it_asks_with_a_click_where_a_text_may_be_of_several(
        self, box: Page, count: Any
    ) -> None:
        text(box).fill("Hotel Bravo")
        expect(box.get_by_role("group", name="Which language is it?")).to_be_visible()
        box.keyboard.press("Control+Enter")
        expect(box.locator("#text-problem")).to_contain_text("Choose the language of the text")
        assert count("translation_run") == 0
        offered = box.locator("#ask-language button").first
        name = offered.inner_text()
        offered.click()
        expect(box.get_by_role("button", name=f"From: {name}", exact=True)).to_be_visible()
        expect(box.locator("#ask-language")).to_be_hidden()

    def test_it_offers_recent_ones_first(self, member: Any, open_page: Any) -> None:
        member.user.recent_targets = ["ja", "fr"]
        member.user.save()
        page = open_page(member.user)
        opened(page)
        expect(page.get_by_role("button", name="Into: Japanese")).to_be_visible()
        page.get_by_role("button", name="Into: Japanese").click()
        options = page.locator(".picker-panel:popover-open [role=option]")
        assert [one.strip() for one in options.all_inner_texts()[:2]] != []
        expect(options.nth(0)).to_contain_text("Japanese")
        expect(options.nth(1)).to_contain_text("French")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Into: Japanese")).to_be_focused()


class TestArriving:
    def test_it_shows_sentences_as_they_pass_and_what_was_missed_in_a_drop(
        self, box: Page, workers: Any, sandbox: Any, count: Any
    ) -> None:
        sandbox.latency(base_ms=1500)
        text(box).fill(SENTENCES)
        box.keyboard.press("Control+Enter")
        expect(box.locator(".seg.waiting")).to_have_count(40)
        with workers():
            expect(box.locator(".seg.there").first).to_be_visible()
            assert box.locator(".seg.waiting").count() > 0
            box.context.set_offline(True)
            wait_for(lambda: count("translation_target where state <> 'initial'") == 40)
        assert box.locator(".seg.waiting").count() > 0
        box.context.set_offline(False)
        expect(box.locator(".seg.there")).to_have_count(40)
        expect(box.get_by_text("All 12 checks pass")).to_be_visible()
        expect(box).to_have_title(re.compile("^Done · Translate"))

    def test_it_stops(self, box: Page) -> None:
        text(box).fill(SENTENCES)
        box.keyboard.press("Control+Enter")
        box.get_by_role("button", name="Stop").click()
        expect(box.get_by_text("stopped; what is missing was not billed")).to_be_visible()


def wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline, "it did not come"
        threading.Event().wait(0.1)


class TestNothingIsLost:
    def test_it_does_a_thing_once_however_often_it_is_sent(self, box: Page, count: Any) -> None:
        text(box).fill(TEXT)
        box.evaluate("() => { const b = document.getElementById('send'); b.click(); b.click(); }")
        box.keyboard.press("Control+Enter")
        expect(box).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
        box.keyboard.press("Control+Enter")
        expect(box.locator("#spoken")).to_have_text("It is being translated.")
        assert count("translation_run") == 1

    def test_it_keeps_what_was_typed_over_a_reload_and_the_way_back(
        self, box: Page, count: Any
    ) -> None:
        text(box).fill(TEXT)
        box.reload()
        expect(text(box)).to_have_value(TEXT)
        box.keyboard.press("Control+Enter")
        expect(box).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
        first = box.url
        text(box).fill("Another text that is quite different.")
        expect(box.get_by_role("button", name="From: English detected")).to_be_visible()
        box.keyboard.press("Control+Enter")
        expect(box).not_to_have_url(first)
        box.go_back()
        expect(box).to_have_url(first)
        expect(text(box)).to_have_value(TEXT)
        assert count("translation_run") == 2

    def test_it_goes_on_after_an_expired_session(self, member: Any, box: Page, count: Any) -> None:
        text(box).fill(TEXT)
        expect(box.locator("#text-count")).to_contain_text("would be billed")
        box.context.clear_cookies()
        box.keyboard.press("Control+Enter")
        expect(box.get_by_text("You are signed out.").first).to_be_visible()
        expect(text(box)).to_have_value(TEXT)
        with box.expect_popup() as opening:
            box.get_by_role("link", name="Sign in again").click()
        door = opening.value
        door.get_by_label("E-mail").fill(member.user.email)
        door.get_by_label("Password").fill(PASSWORD)
        door.get_by_role("button", name="Sign in").click()
        # The page that waited goes on by itself with what it was asked.
        expect(box).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
        expect(text(box)).to_have_value(TEXT)
        assert count("translation_run") == 1

    def test_it_says_that_there_is_no_connection_and_sends_again(
        self, box: Page, count: Any
    ) -> None:
        text(box).fill(TEXT)
        expect(box.locator("#text-count")).to_contain_text("would be billed")
        box.context.set_offline(True)
        box.keyboard.press("Control+Enter")
        expect(box.locator("#text-problem")).to_contain_text("There is no connection")
        box.context.set_offline(False)
        box.keyboard.press("Control+Enter")
        expect(box).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
        assert count("translation_run") == 1

    def test_it_tells_a_page_of_an_older_version(self, box: Page) -> None:
        box.evaluate("document.documentElement.dataset.release = 'older'")
        text(box).fill(TEXT)
        expect(box.get_by_text("There is a new version.")).to_be_visible()
        expect(text(box)).to_have_value(TEXT)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_it_has_no_barrier_in_any_of_its_states(
    member: Any, open_page: Any, workers: Any, sandbox: Any, scheme: str, width: int
) -> None:
    sandbox.faults(segment={"change_number": 0.5, "lose_placeholder": 0.5})
    page = open_page(member.user, scheme=scheme, width=width)
    opened(page)
    found = {"empty": faults_of(page)}
    text(page).fill("Hotel Bravo")
    expect(page.locator("#ask-language")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#text-problem")).to_contain_text("Choose the language")
    found["asking"] = faults_of(page)
    page.locator("#target_language").locator("..").locator(".picker-button").click()
    found["picking"] = faults_of(page)
    page.keyboard.press("Escape")
    text(page).fill("There are {n} pumps and 12 alarms. Call {name} at 14:30. Go on with {code}.")
    expect(page.get_by_role("button", name="From: English detected")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".seg.waiting").first).to_be_visible()
    found["waiting"] = faults_of(page)
    with workers():
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
    found["done"] = faults_of(page)
    page.get_by_role("button", name="History").click()
    expect(page.locator(".past-row")).to_have_count(1)
    found["history"] = faults_of(page)
    assert found == {name: [] for name in found}


class TestHistory:
    def test_it_finds_opens_and_deletes(self, box: Page, workers: Any) -> None:
        with workers():
            for words in ("The first letter is about pumps.", "The second letter is about wards."):
                text(box).fill(words)
                expect(box.get_by_role("button", name="From: English detected")).to_be_visible()
                box.keyboard.press("Control+Enter")
                expect(box.locator("#spoken")).to_have_text("Translation has ended.")
                box.evaluate("document.getElementById('spoken').textContent = ''")
        box.get_by_role("button", name="History").click()
        expect(box.get_by_label("Search your texts")).to_be_focused()
        expect(box.locator(".past-row")).to_have_count(2)
        box.keyboard.type("PUMPS")
        expect(box.locator(".past-row")).to_have_count(1)
        box.get_by_role("link", name=re.compile("The first letter")).click()
        expect(text(box)).to_have_value("The first letter is about pumps.")
        box.get_by_role("button", name="History").click()
        box.get_by_role("button", name=re.compile("Delete “The second")).click()
        box.get_by_role("button", name="Delete", exact=True).last.click()
        expect(box.locator(".past-row")).to_have_count(1)
        box.keyboard.press("Escape")
        expect(text(box)).to_have_value("The first letter is about pumps.")
