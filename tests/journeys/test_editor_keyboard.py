"""The editor by keyboard alone: what a linguist does all day."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.editing import (
    field_of,
    forms_of,
    open_editor,
    saved,
    state_of,
    translated,
    write,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def jobs(member: Any, sandbox: Any) -> Any:
    sandbox.faults(segment={"lose_placeholder": 1.0})
    return translated(member, segments=15, targets=("de", "ar"))


def test_it_edits_and_confirms_by_keyboard_only(member: Any, jobs: Any, open_page: Any) -> None:
    page = open_page(member.user)
    page.goto(f"/jobs/{jobs['de']}")
    expect(page.locator("#s0")).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "s0":
            break
    expect(page.locator("#s0")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#s1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field_of(page, 1)).to_be_focused()
    page.keyboard.press("Control+Shift+Backspace")
    page.keyboard.type("Lesen Sie dies zuerst. (1)")
    page.keyboard.press("Control+Enter")
    expect(field_of(page, 2)).to_be_focused()
    expect(state_of(page, 1)).to_contain_text("Reviewed")
    assert forms_of(member, jobs["de"], 1) == ["Lesen Sie dies zuerst. (1)"]
    placeholders(page, member, jobs["de"])
    page.keyboard.press("Escape")
    expect(page.locator("#s2")).to_be_focused()
    page.keyboard.press("Alt+End")
    expect(page.locator("#s14")).to_be_focused()
    page.keyboard.press("Alt+Home")
    expect(page.locator("#s0")).to_be_focused()
    locked(page)


def placeholders(page: Page, member: Any, job: Any) -> None:
    """What a text lacks is put in, and taken out again as one character."""
    field = field_of(page, 2)
    page.keyboard.press("Control+Shift+Backspace")
    page.keyboard.type("Unter ")
    page.keyboard.press("F8")
    page.keyboard.type(" % piept die Pumpe alle ")
    page.keyboard.press("F8")
    page.keyboard.type(".")
    expect(field.locator(".ph")).to_have_text(["{level}", "{interval}"])
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Backspace")
    expect(field).to_have_text("Unter {level} % piept die Pumpe alle .")
    page.keyboard.press("Control+z")
    expect(field.locator(".ph")).to_have_text(["{level}", "{interval}"])
    page.keyboard.press("Control+End")
    page.keyboard.type(" (2)")
    page.keyboard.press("Alt+Enter")
    expect(saved(page)).to_have_text("Saved")
    assert forms_of(member, job, 2) == ["Unter {level} % piept die Pumpe alle {interval}. (2)"]


def locked(page: Page) -> None:
    """Approved means locked, until somebody takes it back."""
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Alt+Enter")
    expect(state_of(page, 0)).to_contain_text("Final")
    page.keyboard.press("Alt+Home")
    expect(field_of(page, 0)).to_have_attribute("aria-readonly", "true")
    page.keyboard.press("Control+Shift+Enter")
    expect(state_of(page, 0)).not_to_contain_text("Final")
    expect(field_of(page, 0)).to_have_attribute("contenteditable", "true")


def test_it_does_not_confirm_what_is_held_back(member: Any, jobs: Any, open_page: Any) -> None:
    page = open_page(member.user)
    write(page, open_editor(page, jobs["de"], 2), " Ende")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Segment 3 is saved, not confirmed.")
    expect(state_of(page, 2)).to_contain_text("Needs review")
    assert forms_of(member, jobs["de"], 2)[0].endswith(" Ende")
    page.get_by_role("button", name="Go there").click()
    expect(page.locator("#ed-panel")).to_contain_text("Critical")


def test_it_writes_from_right_to_left(member: Any, jobs: Any, open_page: Any) -> None:
    page = open_page(member.user)
    field = open_editor(page, jobs["ar"], 2)
    expect(field).to_have_attribute("dir", "rtl")
    expect(field).to_have_attribute("lang", "ar")
    field.press("Control+Shift+Backspace")
    page.keyboard.type("تحت ")
    page.keyboard.press("F8")
    page.keyboard.type(" كل ")
    page.keyboard.press("F8")
    # To the left is onwards here: one press passes the whole chip.
    page.keyboard.press("ArrowRight")
    page.keyboard.type("x")
    page.keyboard.press("Alt+Enter")
    expect(saved(page)).to_have_text("Saved")
    assert forms_of(member, jobs["ar"], 2) == ["تحت {level} كل x{interval}"]


def test_it_finds_filters_and_goes_to_findings(member: Any, jobs: Any, open_page: Any) -> None:
    page = open_page(member.user)
    open_editor(page, jobs["de"], 0).press("Control+Shift+F")
    page.keyboard.type("BATTERY")
    expect(page.locator(".ed-count")).to_have_text("1 of 3")
    page.keyboard.press("Enter")
    expect(page.locator("#s2")).to_have_class("ed-row active")
    page.keyboard.press("Enter")
    expect(page.locator(".ed-count")).to_have_text("2 of 3")
    expect(page.locator("#s7")).to_have_class("ed-row active")
    page.get_by_role("button", name="Show only what was found").click()
    expect(page.locator(".ed-rows .ed-row")).to_have_count(3)
    page.get_by_role("searchbox").press("Escape")
    expect(page.locator(".ed-rows .ed-row")).to_have_count(15)
    page.keyboard.press("Control+g")
    expect(page.locator("#s8.active .ed-found")).to_be_visible()
    page.get_by_role("button", name="With findings").click()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "7")


def test_it_remembers_keys_of_ones_own(member: Any, jobs: Any, open_page: Any) -> None:
    page = open_page(member.user)
    open_editor(page, jobs["de"], 0)
    page.locator("summary[aria-label=More]").click()
    page.get_by_role("button", name="Change keys").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("[data-action=next]").click()
    page.keyboard.press("Alt+f")
    expect(dialog.get_by_role("alert")).to_contain_text("already used")
    dialog.locator("[data-action=next]").click()
    page.keyboard.press("Alt+n")
    dialog.get_by_role("button", name="Save keys").click()
    expect(dialog).to_have_count(0)
    page.reload()
    expect(page.locator("#s0.active")).to_be_visible()
    page.keyboard.press("Alt+n")
    expect(page.locator("#s1.active")).to_be_visible()
