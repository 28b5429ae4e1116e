"""The window on a long list: what is read stays where it is, whatever becomes known meanwhile."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent.parent
SEGMENTS = 1_500
STEP = 120
# Sums and look-ups of heights beside the plain way to count them, for many changes.
HEIGHTS = """
() => {
  MODULE
  const plain = Array(337).fill(50);
  const heights = new Heights(plain.length, 50);
  let state = 7;
  const next = (below) => (state = (state * 48271) % 2147483647) % below;
  for (let round = 0; round < 400; round++) {
    const position = next(plain.length);
    const height = 20 + next(300);
    heights.put(position, height);
    plain[position] = height;
    const asked = next(plain.length + 1);
    const before = plain.slice(0, asked).reduce((sum, one) => sum + one, 0);
    if (Math.abs(heights.before(asked) - before) > 1e-6) return `before ${asked}`;
    const offset = next(Math.floor(heights.total));
    let sum = 0;
    const at = plain.findIndex((one) => (sum += one) > offset);
    if (heights.at(offset) !== at) return `at ${offset}`;
  }
  return 'same';
}
"""
# The first row that is wholly in sight, and where it stands.
ANCHOR = """
() => {
  const top = document.querySelector('.ed-titles').getBoundingClientRect().bottom;
  const rows = [...document.querySelectorAll('.ed-rows .ed-row')];
  const row = rows.find((one) => one.getBoundingClientRect().top >= top);
  return [row.id, row.getBoundingClientRect().top];
}
"""


@pytest.fixture
def job(member: Any, sandbox: Any) -> Any:
    """Not translated, which costs nothing here: rows of one to eight lines."""
    from translation.services.intake import Upload, submit_files

    chosen = random.Random(SEGMENTS)
    text = "\n\n".join(f"Line {one} " + "word " * chosen.randint(1, 90) for one in range(SEGMENTS))
    [stored] = submit_files(
        actor=member.actor,
        uploads=[Upload(name="long.txt", data=text.encode())],
        source_language="en",
        target_languages=["de"],
    )
    return stored.job_ids["de"]


def test_it_counts_heights_as_one_would_by_hand(open_page: Any, member: Any) -> None:
    module = (ROOT / "frontend/editor/heights.js").read_text(encoding="utf-8")
    script = HEIGHTS.replace("MODULE", module.replace("export class", "class"))
    assert open_page(member.user).evaluate(script) == "same"


def test_nothing_jumps_when_heights_become_known(member: Any, job: Any, open_page: Any) -> None:
    page = open_page(member.user)
    page.goto(f"/jobs/{job}")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(SEGMENTS + 1))
    scroll(page, "list.scrollTop = 0.6 * list.scrollHeight")
    expect(page.locator(".ed-rows .skeleton")).to_have_count(0)
    for _ in range(12):
        scroll(page, "0")
        expect(page.locator(".ed-rows .skeleton")).to_have_count(0)
        row, before = page.evaluate(ANCHOR)
        scroll(page, f"list.scrollTop -= {STEP}")
        after = page.evaluate(
            "(id) => document.getElementById(id).getBoundingClientRect().top", row
        )
        assert abs(after - before - STEP) <= 1
    assert page.locator(".ed-rows .ed-row").count() < 80
    # The row that is worked on stays in the page, and with it the place of the focus.
    assert page.locator("#s0").count() == 1


def test_the_row_that_is_gone_to_is_seen(member: Any, job: Any, open_page: Any) -> None:
    page = open_page(member.user)
    page.goto(f"/jobs/{job}#s900")
    expect(page.locator("#s900.active")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Alt+End")
    expect(page.locator(f"#s{SEGMENTS - 1}.active")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(f"#s{SEGMENTS - 2}.active")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Alt+Home")
    expect(page.locator("#s0.active")).to_be_in_viewport(ratio=1)


def test_rows_are_fetched_also_one_at_a_time(member: Any, job: Any, open_page: Any) -> None:
    page = open_page(member.user, width=390)
    page.goto(f"/jobs/{job}#s700")
    expect(page.locator("#s700.active .source")).to_contain_text("Line 700 ")
    page.get_by_role("button", name="Next segment").click()
    expect(page.locator("#s701.active .source")).to_contain_text("Line 701 ")
    expect(page.locator("#s702 .source")).to_contain_text("Line 702 ")


def test_rows_that_did_not_come_are_asked_for_again(member: Any, job: Any, open_page: Any) -> None:
    page = open_page(member.user)
    page.goto(f"/jobs/{job}")
    page.route("**/rows?*", lambda route: route.abort())
    page.keyboard.press("Alt+End")
    expect(page.locator("#ed-problem")).to_contain_text("There is no connection.")
    page.unroute("**/rows?*")
    expect(page.locator(f"#s{SEGMENTS - 1}.active .source")).to_contain_text("Line")


def scroll(page: Page, what: str) -> None:
    """Does something to the list and waits until two frames have been drawn."""
    page.evaluate(f"""async () => {{
      const list = document.querySelector('.ed-scroller');
      {what};
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      await frame();
      await frame();
    }}""")
