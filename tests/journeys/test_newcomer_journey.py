"""The first minutes of a new organization: a sentence within two of them, then all five steps."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.door import delivered, link_in
from tests.journeys.conftest import PASSWORD, session_of

pytestmark = pytest.mark.browser

FIRST_VALUE_SECONDS = 120
LETTER = b"Dear {name},\n\nyour order has left our house.\n"


@pytest.fixture
def founder(site: Any) -> Any:
    """Somebody who has just founded an organization; nothing is in it."""
    from accounts.services import create_organization, create_user

    person = create_user(email="ingrid@halden.example", name="Ingrid Moen", password=PASSWORD)
    organization = create_organization(name="Halden Instruments", owner_email=person.email)
    return SimpleNamespace(user=person, organization_id=organization.pk)


def step(page: Page, name: str) -> Any:
    return page.locator(f"#step-{name}")


def tick(page: Page, name: str) -> None:
    expect(step(page, name)).to_have_class("done")


def test_it_is_of_use_within_two_minutes(site: Any, open_page: Any, workers: Any) -> None:
    page = open_page()
    with workers():
        begun = time.monotonic()
        sign_up(page)
        expect(page.get_by_role("heading", name="Welcome, Ingrid")).to_be_visible()
        choose_languages(page)
        translate_a_sentence(page)
        taken = time.monotonic() - begun
        assert taken < FIRST_VALUE_SECONDS
        send_a_file(page)
    tick_the_rest(page)
    goes_away_and_comes_back(page)


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Ingrid Moen")
    page.get_by_label("Work e-mail").fill("ingrid@halden.example")
    page.get_by_label("Organization").fill("Halden Instruments")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    [message] = delivered()
    page.goto(link_in(message))
    page.get_by_role("button", name="Yes, this is me").click()


def choose_languages(page: Page) -> None:
    expect(page.locator(".steps-bar .figures")).to_have_text("0 of 5")
    # What most choose is chosen: one press is enough.
    page.get_by_role("button", name="Save languages").press("Enter")
    tick(page, "languages")
    expect(step(page, "languages")).to_contain_text("English into French, German, Spanish")


def translate_a_sentence(page: Page) -> None:
    expect(step(page, "sentence")).to_have_attribute("aria-current", "step")
    page.get_by_label("Sentence to translate").fill("The order of {name} has left our house.")
    page.get_by_role("button", name="Translate", exact=True).press("Enter")
    translated = page.locator("#first-translation")
    expect(translated).to_contain_text("{name}")
    expect(translated).to_have_attribute("lang", "fr")
    tick(page, "sentence")
    expect(page.locator(".steps-bar .figures")).to_have_text("2 of 5")


def send_a_file(page: Page) -> None:
    page.locator("#step-upload").set_input_files(
        {"name": "letter.txt", "mimeType": "text/plain", "buffer": LETTER}
    )
    expect(step(page, "file").locator("[data-chosen]")).to_have_text("letter.txt")
    page.get_by_role("button", name="Translate the file").press("Enter")
    tick(page, "file")
    page.goto("/documents")
    expect(page.get_by_role("link", name="letter.txt").first).to_be_visible()
    expect(page.locator("#list").get_by_text("Translated").first).to_be_visible()
    page.goto("/")


def tick_the_rest(page: Page) -> None:
    page.get_by_role("link", name="Create a key").press("Enter")
    page.get_by_label("Name").fill("Shop")
    page.locator("[name=scopes]").first.check()
    page.locator("main form button.btn-primary").press("Enter")
    expect(page.get_by_text("il_").first).to_be_visible()
    page.goto("/")
    tick(page, "key")
    expect(step(page, "colleague")).to_have_attribute("aria-current", "step")
    page.get_by_role("link", name="Invite somebody").press("Enter")
    page.get_by_label("E-mail").fill("b@halden.example")
    page.get_by_role("button", name="Send the invitation").press("Enter")
    expect(page.get_by_text("An invitation is on its way")).to_be_visible()
    page.goto("/")
    expect(page.locator(".steps-bar .figures")).to_have_text("5 of 5")
    expect(page.get_by_text("All done.")).to_be_visible()


def goes_away_and_comes_back(page: Page) -> None:
    page.get_by_role("button", name="Close", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    expect(page.locator("#steps")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("first steps")
    page.get_by_role("option", name="First steps", exact=True).click()
    expect(page.locator(".steps-bar .figures")).to_have_text("5 of 5")


def test_it_works_without_scripts(founder: Any, browser: Any, site: Any, workers: Any) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": session_of(founder.user), "url": site.url}])
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Save languages").click()
    tick(page, "languages")
    with workers():
        page.get_by_role("button", name="Translate", exact=True).click()
        page.wait_for_url("**/translate/*")
    page.goto("/")
    page.locator("#step-upload").set_input_files(
        {"name": "letter.txt", "mimeType": "text/plain", "buffer": LETTER}
    )
    page.get_by_role("button", name="Translate the file").click()
    page.wait_for_url("**/documents")
    page.goto("/")
    tick(page, "file")
    context.close()
