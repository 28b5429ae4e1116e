"""Home, bell and preferences as a person uses them: by keyboard, while work goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TEXT = "\n\n".join(f"Press {{key{number}}} and hold the lever {number}." for number in range(30))


@pytest.fixture
def seeded(member: Any) -> Any:
    from config.demo.seed.build import build

    build(actor=member.actor, now=timezone.now())
    return member


def upload(member: Any, name: str) -> Any:
    from translation.services.intake import Upload, submit_files

    [stored] = submit_files(
        actor=member.actor,
        uploads=[Upload(name=name, data=TEXT.encode())],
        source_language="en",
        target_languages=["de"],
    )
    return stored


def tab_to(page: Page, wanted: str, *, most: int = 60) -> None:
    """Presses Tab until an element of this selector has the focus, and sees that it shows."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", wanted
            return
    raise AssertionError(f"{wanted} was not reached")


class TestHome:
    def test_it_draws_each_chart_and_says_it_in_a_table(self, seeded: Any, open_page: Any) -> None:
        page = open_page(seeded.user)
        page.goto("/")
        expect(page.locator(".chart canvas")).to_have_count(3)
        for title in ("Characters,", "Passed checks first time", "Findings by check"):
            card = page.locator("section.card", has=page.get_by_role("heading", name=title))
            card.get_by_text("View as table").focus()
            page.keyboard.press("Enter")
            assert card.locator("tbody tr").count() > 1
            expect(card.locator("table")).to_be_visible()
        used = page.locator("#month-title + .figures strong").inner_text()
        total = page.get_by_role("row", name="Together").locator("td").inner_text()
        assert used.split()[0] == f"{int(total.replace(',', '')) / 1000:.3g}"

    def test_it_is_gone_through_by_keyboard(self, seeded: Any, open_page: Any) -> None:
        page = open_page(seeded.user)
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        tab_to(page, "a[id^='review-']")
        wanted = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{wanted}")

    def test_it_follows_what_runs_and_rings(
        self, member: Any, open_page: Any, workers: Any
    ) -> None:
        upload(member, "manual.txt")
        page = open_page(member.user)
        page.goto("/")
        running = page.locator("#running")
        expect(running.get_by_text("manual.txt")).to_be_visible()
        with workers():
            expect(running.get_by_text("Nothing runs.")).to_be_visible()
            bell = page.locator(".side [data-bell] summary")
            expect(bell).to_contain_text("1")
        bell.focus()
        page.keyboard.press("Enter")
        box = page.locator(".side [data-notices]")
        expect(box.get_by_text("manual.txt")).to_be_visible()
        box.get_by_role("button", name="Mark all read").focus()
        page.keyboard.press("Enter")
        expect(box.get_by_role("button", name="Mark all read")).to_have_count(0)
        expect(page.locator(".side [data-unread]")).to_have_text("")
        page.keyboard.press("Escape")
        page.reload()
        expect(page.locator(".side [data-unread]")).to_have_text("")

    def test_it_marks_what_is_opened_as_read(self, seeded: Any, open_page: Any) -> None:
        from translation.queries.notices import unread_count

        page = open_page(seeded.user, width=390)
        page.goto("/")
        before = unread_count(seeded.organization_id, seeded.user.pk)
        page.locator(".top [data-bell] summary").click()
        notice = page.locator(".top [data-notice]").first
        address = notice.get_attribute("href")
        notice.click()
        page.wait_for_url(f"**{address}")
        expect(page.locator(".top [data-unread]")).to_have_text(str(before - 1))

    def test_it_fits_a_phone(self, seeded: Any, open_page: Any) -> None:
        page = open_page(seeded.user, width=390)
        page.goto("/")
        expect(page.locator(".chart canvas")).to_have_count(3)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 390


class TestPreferences:
    def test_it_is_set_by_keyboard_and_felt_at_once(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/preferences")
        tab_to(page, "#name")
        page.keyboard.type("Olga Lind")
        tab_to(page, "[name=theme]")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        tab_to(page, "#time_zone")
        page.keyboard.type("Europe/Oslo")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Your preferences are saved.")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-theme", "ink")
        expect(page.locator("#time_zone")).to_have_value("Europe/Oslo")
        expect(page.locator(".side")).to_contain_text("Olga Lind")
        expect(page.get_by_text("CET").or_(page.get_by_text("CEST"))).to_be_visible()

    def test_it_gives_an_action_another_key(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/preferences")
        tab_to(page, "#remap")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Keys of the editor")
        dialog.get_by_role("button", name="Keys for: Approve and lock").press("Enter")
        page.keyboard.press("Alt+Q")
        dialog.get_by_role("button", name="Save keys").press("Enter")
        expect(page.get_by_text("Your keys are saved.")).to_be_visible()
        member.user.refresh_from_db()
        assert member.user.shortcuts == {"approve": "Alt+Q"}

    def test_it_tells_times_where_the_reader_is(self, member: Any, open_page: Any) -> None:
        from tests.translation.test_home import past

        past(member, lost=100)
        member.user.time_zone = "Asia/Tokyo"
        member.user.date_format = "iso"
        member.user.save()
        page = open_page(member.user)
        page.goto("/")
        time = page.locator("#waiting time").first
        told = time.get_attribute("title")
        ended = timezone.now() - timedelta(minutes=4)
        assert told is not None
        assert told.endswith("JST")
        assert told[:10] == (ended + timedelta(hours=9)).strftime("%Y-%m-%d")
