"""A style guide in Chromium: from one of ours, tried, published, compared, rolled back, at work."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser


def test_a_guide_goes_from_the_draft_into_a_translation(
    member: Any, open_page: Any, workers: Any
) -> None:
    page: Page = open_page(member.user)
    page.goto("/")
    page.get_by_role("link", name="Style guides").first.click()
    page.get_by_role("link", name=re.compile("German, formal")).click()
    page.get_by_role("button", name="Make the guide").click()
    expect(page.get_by_label("Quotation marks")).to_have_value("german")
    page.get_by_label("A sentence in German").fill('Sie sagten "ja", du hast 5 mm ...')
    page.get_by_role("button", name="Try the draft").click()
    tried = page.locator("#tried")
    expect(tried).to_contain_text("„ja“")
    expect(tried).to_contain_text("“du”")
    assert faults_of(page) == []
    page.get_by_label("What is new").fill("As it came")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Version 1 counts from the next translation on.")).to_be_visible()
    page.get_by_label("Quotation marks").select_option("guillemets_inward")
    page.get_by_label("Banned wording 4", exact=True).fill("(a")
    page.get_by_label("Regular expression").nth(3).check()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_role("alert").first).to_contain_text("no regular expression")
    page.get_by_label("Banned wording 4", exact=True).fill("Device")
    page.get_by_label("Regular expression").nth(3).uncheck()
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Version 2 counts from the next translation on.")).to_be_visible()
    page.get_by_role("link", name="Versions").click()
    differences = page.get_by_role("region", name="What differs").first
    expect(differences).to_contain_text("guillemets_inward")
    expect(differences).to_contain_text("Device")
    assert faults_of(page) == []
    page.get_by_role("button", name="Publish version 1 again").click()
    expect(page.get_by_text("Version 1 counts again, as version 3.")).to_be_visible()
    page.goto("/translate")
    expect(page.locator("html[data-ready=translate]")).to_be_attached()
    page.get_by_label("Text to translate").fill('They said "yes" to all of the new books today.')
    page.keyboard.press("Control+Enter")
    with workers():
        expect(page.locator("#translated")).to_contain_text("„")
