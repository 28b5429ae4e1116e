"""A key from its page into a program, into its log, and to its end."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PROGRAM = """
import json, os, sys, urllib.error, urllib.request
request = urllib.request.Request(
    os.environ["INTERLINEAR_URL"] + "/api/v1/usage",
    headers={
        "Authorization": "Bearer " + os.environ["INTERLINEAR_KEY"],
        "X-Request-ID": "shop-0001",
    },
)
try:
    with urllib.request.urlopen(request, timeout=20) as answer:
        told = json.load(answer)
        print(answer.status, told["left_chars"], answer.headers["RateLimit-Remaining"])
except urllib.error.HTTPError as error:
    sys.exit(f'{error.code} {json.load(error)["error"]["code"]}')
"""


def run(url: str, key: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"INTERLINEAR_URL": url, "INTERLINEAR_KEY": key},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def make_key(page: Page) -> str:
    page.get_by_label("Name").fill("Web shop")
    page.get_by_label("See usage and plan").check()
    expect(page.get_by_label("Last day")).to_be_hidden()
    page.get_by_label("Expires").select_option("On a day I choose")
    page.get_by_label("Last day").fill("2099-06-30")
    page.get_by_label("Requests a minute").fill("20")
    page.get_by_role("button", name="Make the key").click()
    secret = page.get_by_label("API key", exact=True)
    expect(secret).to_have_attribute("readonly", "")
    return secret.input_value()


def test_it_goes_from_the_page_into_a_program_and_its_log(
    member: Any, open_page: Any, site: Any
) -> None:
    from accounts.services.requests import move_notes

    page = open_page(member.user)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/preferences")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name="API keys").click()
    page.get_by_role("link", name="New key").click()
    key = make_key(page)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    expect(page.get_by_label("A first call")).to_have_value(
        f'curl {site.url}/api/v1/usage -H "Authorization: Bearer {key}"'
    )

    done = run(site.url, key)
    assert (done.returncode, done.stdout) == (0, "200 500000 19\n")
    move_notes()
    page.get_by_role("link", name="See its requests").click()
    row = page.get_by_role("row", name="GET /api/v1/usage")
    expect(row).to_contain_text("200")
    expect(row).to_contain_text("shop-0001")
    page.get_by_role("navigation", name="Status").get_by_role("link", name="4xx").click()
    expect(page.get_by_text("No request was answered 4xx")).to_be_visible()
    assert key not in page.content()

    page.get_by_role("link", name="Revoke").click()
    expect(page.get_by_role("link", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("status").filter(has_text="is revoked")).to_be_visible()
    expect(page.get_by_role("row", name="Web shop")).to_contain_text("Revoked")
    refused = run(site.url, key)
    assert (refused.returncode, refused.stderr) == (1, "401 key_revoked\n")
