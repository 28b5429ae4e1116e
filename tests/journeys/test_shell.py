"""What stands around every page: palette, menus, theme, keys, organizations, toasts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def manual(member: Any, site: Any) -> Any:
    from translation.services.intake import Upload, submit_files

    [stored] = submit_files(
        actor=member.actor,
        uploads=[Upload(name="Pump manual.txt", data=b"Open the valve.\n")],
        source_language="en",
        target_languages=["de"],
    )
    return stored


@pytest.fixture
def fjord(member: Any) -> Any:
    """A second organization of the same person."""
    from accounts.services import create_organization

    return create_organization(name="Fjord", owner_email=member.user.email)


class TestPalette:
    def test_it_goes_to_a_document_by_a_part_of_its_name(
        self, member: Any, manual: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/preferences")
        page.keyboard.press("Control+k")
        field = page.get_by_role("combobox", name="Go to, do or search")
        expect(field).to_be_focused()
        page.keyboard.type("mp man")
        first = page.locator("#palette-list [role=option]").first
        expect(first).to_contain_text("Pump manual.txt")
        expect(first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/jobs/{manual.job_ids['de']}")

    def test_it_hands_what_was_typed_to_the_translate_box(
        self, member: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/")
        page.keyboard.press("Control+k")
        page.keyboard.type("Close the valve & wait")
        expect(page.locator("#palette-list [role=option]").last).to_have_text(
            "Translate “Close the valve & wait”"
        )
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Text")).to_have_value("Close the valve & wait")

    def test_it_closes_by_escape_and_gives_the_focus_back(
        self, member: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/preferences")
        page.locator("#name").focus()
        page.keyboard.press("Control+k")
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).not_to_be_visible()
        expect(page.locator("#name")).to_be_focused()


class TestMenus:
    def test_it_changes_the_theme_and_remembers_it(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/")
        menu(page)
        theme = page.locator(".side [data-theme-next]")
        for name, shown in (("Paper", "paper"), ("Ink", "ink")):
            with page.expect_response("**/preferences/theme"):
                theme.click()
            expect(theme).to_contain_text(name)
            expect(page.locator("html")).to_have_attribute("data-theme", shown)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "ink")

    def test_it_lists_the_keys_and_closes_again(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Search and commands")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)

    def test_it_leaves_a_question_mark_in_a_field_alone(self, member: Any, open_page: Any) -> None:
        page = open_page(member.user)
        page.goto("/translate")
        page.get_by_role("textbox", name="Text").press_sequentially("Why?")
        expect(page.get_by_role("dialog", name="Keys")).to_have_count(0)
        expect(page.get_by_role("textbox", name="Text")).to_have_value("Why?")

    def test_it_goes_on_in_another_organization(
        self, member: Any, fjord: Any, manual: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/documents")
        expect(page.get_by_text("Pump manual.txt").first).to_be_visible()
        page.locator(".side summary").first.click()
        page.locator(".side").get_by_role("button", name="Fjord").click()
        expect(page.locator(".side summary").first).to_contain_text("Fjord")
        page.goto("/documents")
        expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
        expect(page.get_by_text("Pump manual.txt")).to_have_count(0)

    def test_it_is_closed_to_an_organization_of_others(
        self, member: Any, outsider: Any, open_page: Any
    ) -> None:
        page = open_page(member.user)
        page.goto("/")
        status = page.evaluate(
            """async (id) => {
              const token = document.querySelector('[name=csrfmiddlewaretoken]').value;
              const body = new URLSearchParams({ organization_id: id, csrfmiddlewaretoken: token });
              return (await fetch('/organizations/switch', { method: 'POST', body })).status;
            }""",
            str(outsider.organization_id),
        )
        assert status == 404
        page.reload()
        expect(page.locator(".side summary").first).to_contain_text("Northwind")


class TestTellings:
    @pytest.fixture
    def gallery(self, member: Any, open_page: Any) -> Page:
        member.user.is_staff = True
        member.user.save()
        page: Page = open_page(member.user)
        page.goto("/styleguide/")
        return page

    def test_it_asks_with_the_focus_on_the_safe_button(self, gallery: Page) -> None:
        gallery.get_by_role("button", name="Dialog").click()
        expect(gallery.get_by_role("button", name="Keep")).to_be_focused()
        gallery.keyboard.press("Escape")
        expect(gallery.get_by_role("dialog")).to_have_count(0)

    def test_it_undoes_from_a_toast_by_keyboard(self, gallery: Page) -> None:
        gallery.get_by_role("button", name="Toast with undo").click()
        undo = gallery.get_by_role("button", name="Undo", exact=True)
        undo.focus()
        gallery.keyboard.press("Enter")
        expect(gallery.locator("#toasts")).to_contain_text("2 documents are back.")


def menu(page: Page) -> None:
    page.locator(".side summary").last.click()
