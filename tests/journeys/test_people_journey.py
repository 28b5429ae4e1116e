"""Somebody is invited, comes in, is given another role, and leaves; all of it is in the trail."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.door import PASSWORD, delivered, link_in
from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser

GUEST = "gabi@guest.example"


@pytest.fixture
def guest(browser: Any, site: Any) -> Any:
    """Another person's browser: narrow, and without scripts."""
    context = browser.new_context(
        base_url=site.url,
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
    )
    yield context.new_page()
    context.close()


def test_it_goes_from_the_invitation_to_the_leaving(
    member: Any, open_page: Any, guest: Page
) -> None:
    owner = open_page(member.user)
    link = invites(owner)
    comes_in(guest, link)
    becomes_a_manager(owner, guest)
    leaves(guest)
    settings_are_changed(owner)
    reads_the_trail(owner)


def invites(page: Page) -> str:
    page.goto("/settings/members")
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("E-mail").press("Enter")
    # The browser's own word, before anything is sent.
    assert page.evaluate("document.getElementById('email').validity.typeMismatch")
    page.get_by_label("E-mail").fill(GUEST)
    page.get_by_label("Role", exact=True).select_option("Linguist")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"An invitation is on its way to {GUEST}.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Send again to {GUEST}")).to_be_visible()
    assert faults_of(page) == []
    [message] = delivered()
    assert message.to == [GUEST]
    return link_in(message)


def comes_in(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", name="Join Northwind")).to_be_visible()
    page.get_by_role("link", name="Create an account and join").click()
    expect(page.get_by_label("E-mail")).to_have_value(GUEST)
    page.get_by_label("Your name").fill("Gabi Guest")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("You are in.")).to_be_visible()
    page.goto("/settings/roles")
    expect(page.get_by_role("rowheader", name="Translate texts")).to_be_visible()
    page.goto("/settings/members")
    expect(page.get_by_text("Your role lacks the right")).to_be_visible()


def becomes_a_manager(page: Page, guest: Page) -> None:
    page.goto("/settings/members")
    page.get_by_label("Role of Gabi Guest", exact=True).select_option("Manager")
    page.get_by_role("button", name="Change the role of Gabi Guest").click()
    expect(page.get_by_text("Gabi Guest is Manager now.")).to_be_visible()
    guest.goto("/settings/members")
    expect(guest.get_by_text("olga@northwind.example").first).to_be_visible()


def leaves(page: Page) -> None:
    page.goto("/settings/profile")
    page.get_by_role("link", name="Leave Northwind").click()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("You have left Northwind.")).to_be_visible()
    page.goto("/documents")
    expect(page.get_by_role("heading", name="You are in no organization")).to_be_visible()


def settings_are_changed(page: Page) -> None:
    page.goto("/settings/organization")
    page.get_by_label("Usual source language").select_option("en")
    page.get_by_label("German", exact=True).check()
    page.get_by_label("For a number of days").check()
    page.get_by_label("Days", exact=True).fill("365")
    assert faults_of(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The organization's settings are saved.")).to_be_visible()
    expect(page.get_by_label("Days", exact=True)).to_have_value("365")


def reads_the_trail(page: Page) -> None:
    page.goto("/settings/roles")
    assert faults_of(page) == []
    page.goto("/settings/audit")
    page.get_by_label("What", exact=True).select_option("Members")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("cell", name="Left the organization")).to_be_visible()
    expect(page.get_by_role("cell", name="Changed a role")).to_be_visible()
    assert faults_of(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert b"member.leave" in download.value.path().read_bytes()
