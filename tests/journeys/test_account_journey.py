"""A life of an account: sign up, confirm, a second step, another browser, and the end of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.door import PASSWORD, code_now, delivered, link_in
from tests.journeys.test_accessibility import faults_of

pytestmark = pytest.mark.browser

EMAIL = "nora@lind.example"


@pytest.fixture
def telephone(browser: Any, site: Any) -> Any:
    """A narrow browser that runs no scripts."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    yield context.new_page()
    context.close()


def test_it_goes_from_the_sign_up_to_the_deletion(open_page: Any, telephone: Page) -> None:
    page = open_page(scheme="dark")
    signs_up(page)
    confirms(page)
    secret, recovery_code = takes_a_second_step(page)
    signs_in_with_a_code(page, secret)
    signs_in_elsewhere(telephone, recovery_code)
    signs_the_other_browser_out(page, telephone)
    deletes_the_account(page)


def signs_up(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Create an account").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Your name").fill("Nora Lind")
    page.get_by_label("Work e-mail").fill(EMAIL)
    page.get_by_label("Organization").fill("Lind Instruments")
    page.get_by_label("Password").fill("too short")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("#id_password1-error")).to_contain_text("10 characters")
    assert faults_of(page) == []
    expect(page.get_by_label("Work e-mail")).to_have_value(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert faults_of(page) == []


def confirms(page: Page) -> None:
    [message] = delivered()
    page.goto(link_in(message))
    expect(page.get_by_text(EMAIL)).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Yes, this is me").press("Enter")
    expect(page.get_by_role("heading", name="Welcome, Nora")).to_be_visible()


def takes_a_second_step(page: Page) -> tuple[str, str]:
    page.goto("/settings/profile")
    page.get_by_role("link", name="Switch on").click()
    expect(page.get_by_role("heading", name="Type your password")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_alt_text("QR code")).to_be_visible()
    assert page.evaluate("document.querySelector('.qr').naturalWidth") > 0
    assert faults_of(page) == []
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    assert faults_of(page) == []
    recovery_code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    return secret, recovery_code


def signs_in_with_a_code(page: Page, secret: str) -> None:
    page.locator("summary.place", has_text="Nora Lind").click()
    page.get_by_role("button", name="Sign out").click()
    fill_in(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code does not fit.")).to_be_visible()
    page.get_by_label("Code").fill(code_now(secret, step=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Welcome, Nora")).to_be_visible()


def signs_in_elsewhere(telephone: Page, recovery_code: str) -> None:
    fill_in(telephone)
    telephone.get_by_label("Code").fill(recovery_code)
    telephone.get_by_role("button", name="Sign in", exact=True).click()
    expect(telephone.get_by_role("heading", name="Welcome, Nora")).to_be_visible()
    assert "New sign-in" in delivered()[-1].subject


def signs_the_other_browser_out(page: Page, telephone: Page) -> None:
    page.goto("/settings/profile")
    expect(page.get_by_text("9 left")).to_be_visible()
    expect(page.locator(".sessions li")).to_have_count(2)
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.locator(".sessions li")).to_have_count(1)
    telephone.goto("/settings/profile")
    expect(telephone.get_by_role("heading", name="Sign in")).to_be_visible()


def deletes_the_account(page: Page) -> None:
    page.get_by_role("link", name="Delete account").click()
    expect(page.get_by_text("Lind Instruments is erased with you")).to_be_visible()
    expect(page.get_by_text("Nobody else is in it. It holds nothing yet. What")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_role("heading", name="Your account is deleted")).to_be_visible()
    assert faults_of(page) == []
    fill_in(page)
    expect(page.get_by_role("alert")).to_contain_text("E-mail and password do not match.")


def fill_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
