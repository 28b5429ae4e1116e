"""A table of terms in Chromium: mapped, checked, mended, imported, and seen at work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from glossaries.services.glossaries import create_glossary
from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser
TABLE = "Benennung;Deutsch;nicht;Besitzer\ncart;Warenkorb;Wagen;mk\nbox;Kiste;Kiste;tk\n;Deckel;;\n"


def test_a_table_is_mapped_mended_and_imported(
    member: Any, open_page: Any, workers: Any, tmp_path: Path
) -> None:
    shop = create_glossary(actor=member.actor, name="Shop").pk
    page: Page = open_page(member.user)
    page.goto(f"/glossaries/{shop}")
    page.get_by_role("link", name="Import a file").click()
    table = tmp_path / "terms.csv"
    table.write_text(TABLE, encoding="cp1252")
    page.locator("#file").set_input_files(table)
    page.get_by_role("button", name="Look at its columns").click()
    expect(page.get_by_label("Deutsch")).to_have_value("term:de:preferred")
    expect(page.get_by_label("Besitzer")).to_have_value("")
    page.get_by_label("Benennung").select_option("term:en:preferred")
    page.get_by_label("nicht").select_option("term:de:forbidden")
    assert faults_of(page) == []
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Checking the file")).to_be_visible()
    with workers():
        expect(page.get_by_role("heading", name="What will change")).to_be_visible()
        expect(page.get_by_text("“Kiste” is both preferred and forbidden in de.")).to_be_visible()
        assert faults_of(page) == []
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download these rows").click()
        rows = Path(waiting.value.path()).read_text(encoding="utf-8")
        page.get_by_role("button", name="Import the rest").click()
        expect(page.get_by_role("heading", name="Imported")).to_be_visible()
        mended = tmp_path / "mended.csv"
        mended.write_text(rows.replace("box,Kiste,Kiste", "box,Kiste,Box"), encoding="utf-8")
        page.goto(f"/glossaries/{shop}/import")
        page.locator("#file").set_input_files(mended)
        page.get_by_role("button", name="Look at its columns").click()
        page.get_by_label("Benennung").select_option("term:en:preferred")
        page.get_by_label("nicht").select_option("term:de:forbidden")
        page.get_by_role("button", name="Check the file").click()
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    page.get_by_role("link", name="Open the glossary").click()
    for term in ("cart", "Warenkorb", "box", "Kiste", "Deckel"):
        expect(page.locator(".concept-table").get_by_text(term, exact=True)).to_be_visible()
