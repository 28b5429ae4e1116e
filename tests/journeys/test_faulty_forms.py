"""Plain forms over an ended session, a dropped connection and a double click; and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import session_of

pytestmark = pytest.mark.browser


@pytest.fixture
def page(member: Any, open_page: Any) -> Page:
    page: Page = open_page(member.user)
    page.goto("/preferences")
    page.get_by_label("Name", exact=True).fill("Olga Nordmann")
    return page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save preferences").click()


class TestPlainForms:
    def test_it_keeps_what_was_typed_when_the_session_has_ended(
        self, member: Any, site: Any, page: Page
    ) -> None:
        page.context.clear_cookies()
        save(page)
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Olga Nordmann")
        page.context.add_cookies(
            [{"name": "sessionid", "value": session_of(member.user), "url": site.url}]
        )
        # Any page gives the token anew, as the sign-in does.
        page.request.get(f"{site.url}/preferences")
        save(page)
        expect(page.get_by_text("Your preferences are saved.")).to_be_visible()
        member.user.refresh_from_db()
        assert member.user.name == "Olga Nordmann"

    def test_it_keeps_what_was_typed_when_nobody_answers(self, member: Any, page: Page) -> None:
        page.context.set_offline(True)
        save(page)
        expect(page.get_by_text("There is no connection. Nothing was sent")).to_be_visible()
        expect(page.get_by_label("Name", exact=True)).to_have_value("Olga Nordmann")
        page.context.set_offline(False)
        save(page)
        expect(page.get_by_text("Your preferences are saved.")).to_be_visible()

    def test_it_sends_a_form_once_however_often_it_is_pressed(self, page: Page) -> None:
        sent: list[str] = []
        page.on("request", lambda one: sent.append(one.method) if one.method == "POST" else None)
        page.evaluate("""() => {
          const button = document.querySelector('[data-main-action]');
          for (let times = 0; times < 5; times += 1) button.click();
        }""")
        expect(page.get_by_text("Your preferences are saved.")).to_be_visible()
        assert sent == ["POST"]
        # And once more after that, and after the way back.
        with page.expect_navigation():
            save(page)
        page.go_back()
        page.get_by_label("Name", exact=True).fill("Olga N.")
        with page.expect_navigation():
            save(page)
        expect(page.get_by_label("Name", exact=True)).to_have_value("Olga N.")
        assert len(sent) == 3
