"""What opens in the editor, through axe: panels, dialogs, a field that is written in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.editing import field_of, open_editor, translated, write
from tests.journeys.test_accessibility import NARROW, WIDE, faults_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
def test_it_finds_no_barrier_in_what_opens(
    member: Any, sandbox: Any, open_page: Any, scheme: str, width: int
) -> None:
    sandbox.faults(segment={"lose_placeholder": 1.0})
    job = translated(member, segments=10, targets=("ar",))["ar"]
    page = open_page(member.user, scheme=scheme, width=width)
    open_editor(page, job, 2)
    found = {}
    for tab in ("History", "Context"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(".ed-version, .ed-neighbour").first).to_be_visible()
        found[tab] = faults_of(page)
    page.route("**/targets/*", lambda route: route.abort())
    write(page, field_of(page, 2), "كلمةطويلةجدا" * 20)
    expect(page.locator("#ed-saved")).to_contain_text("No connection")
    found["not saved"] = faults_of(page)
    page.keyboard.press("Alt+v")
    found["invisible characters"] = faults_of(page)
    found |= dialogs(page)
    assert found == {name: [] for name in found}


def dialogs(page: Page) -> dict[str, list[str]]:
    found = {}
    page.keyboard.press("Control+h")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("status")).to_be_visible()
    found["replace"] = faults_of(page)
    page.keyboard.press("Escape")
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("button", name="Change keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["keys"] = faults_of(page)
    page.keyboard.press("Escape")
    return found
