"""A glossary in Chromium: made, filled, mended, and seen at work in a translation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser


def write_term(page: Page, row: int, language: str, text: str, status: str = "Preferred") -> None:
    page.get_by_label("Language").nth(row).select_option(label=language)
    page.get_by_label("Term", exact=True).nth(row).fill(text)
    page.get_by_label("Status").nth(row).select_option(label=status)


def test_a_term_goes_from_the_form_into_a_translation(
    member: Any, open_page: Any, workers: Any
) -> None:
    page: Page = open_page(member.user)
    page.goto("/")
    page.get_by_role("link", name="Glossaries").first.click()
    page.get_by_role("link", name="Make a glossary").click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Make the glossary").click()
    page.get_by_role("link", name="Add the first concept").click()
    write_term(page, 0, "English", "shopping cart")
    write_term(page, 1, "German", "Warenkorb")
    write_term(page, 2, "German", "Warenkorb", "Forbidden")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("both preferred and forbidden")
    assert faults_of(page) == []
    write_term(page, 2, "German", "Einkaufswagen", "Forbidden")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("The concept is added.")
    panel = page.locator("#concept")
    expect(panel).to_contain_text("Einkaufswagen")
    assert faults_of(page) == []
    panel.get_by_role("link", name="Edit").click()
    page.get_by_label("Definition").fill("Where goods are collected before paying.")
    page.get_by_role("button", name="Save", exact=True).click()
    panel.get_by_role("link", name="History, version 2").click()
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.get_by_role("heading", name="Version 3")).to_be_visible()
    page.goto("/translate")
    expect(page.locator("html[data-ready=translate]")).to_be_attached()
    page.get_by_label("Text to translate").fill("The shopping cart is full of new books today.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/translate/[0-9a-f-]{36}$"))
    with workers():
        expect(page.locator("#translated")).to_contain_text("Warenkorb")
