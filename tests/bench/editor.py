"""The figures of the editor, in Chromium over a document of 10,000 segments."""

from __future__ import annotations

import os
import random
import shutil
import time
from typing import Any
from uuid import UUID

from tests.bench.figures import best, show
from tests.bench.lodging import Lodging, lodging

SEGMENTS = 10_000
EDITED = 100
SEED = 20261125
# Words of a segment: mostly a line, now and then a paragraph; all fit into the free allowance.
LENGTHS = (2, 3, 3, 4, 4, 5, 5, 6, 30)
PATIENCE_SECONDS = 600
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")

# When the first rows have been painted, counted from the beginning of the navigation.
FIRST_PAINT = """
(() => {
  const seen = () => document.querySelector('.ed-rows .ed-row .text');
  const watch = new MutationObserver(() => {
    if (!seen()) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.firstPaint = performance.now(); }));
  });
  watch.observe(document, { childList: true, subtree: true });
})();
"""
# From the key that confirms to the frame in which the next field has the focus.
SWITCHES = """
window.switches = [];
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.ctrlKey) return;
  const before = document.activeElement;
  const wait = () => requestAnimationFrame(() => {
    const now = document.activeElement;
    if (now === before || !now.matches('[role=textbox]')) return wait();
    setTimeout(() => window.switches.push(performance.now() - event.timeStamp));
  });
  wait();
}, true);
"""
# The longest time between two frames while the list is scrolled and jumped through.
SCROLL = """
async (places) => {
  const list = document.querySelector('.ed-scroller');
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let worst = 0;
  let before = await frame();
  const step = async () => {
    const now = await frame();
    worst = Math.max(worst, now - before);
    before = now;
  };
  for (const place of places) {
    list.scrollTop = place * list.scrollHeight;
    for (let one = 0; one < 12; one++) {
      await step();
      list.scrollTop += 300;
    }
  }
  return worst;
}
"""


def run() -> None:
    """Prints every figure of the group."""
    from playwright.sync_api import sync_playwright

    with lodging() as house:
        job_id = _translated(house)
        session = _session(house)
        path = shutil.which("chromium")
        assert path, "the figures of the editor need Chromium"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
            # Only waiting for a condition needs it: the page itself runs under its policy in tests.
            context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
            cookie = {"name": "sessionid", "value": session, "url": house.url}
            context.add_cookies([cookie])
            _measure(context.new_page(), f"{house.url}/jobs/{job_id}")
            browser.close()


def _measure(page: Any, address: str) -> None:
    page.add_init_script(FIRST_PAINT + SWITCHES)
    beside = {"segments": SEGMENTS}
    first = best(lambda: _first_paint(page, address), highest=False)
    show(
        "editor_first_paint_ms", first, "ms", "from the navigation to painted rows; < 500", **beside
    )
    switches = _edit(page)
    p95 = sorted(switches)[int(0.95 * len(switches))]
    show("editor_switch_p95_ms", p95, "ms", "confirm to next field; < 100", edited=EDITED, **beside)
    worst = best(lambda: _scroll(page), highest=False)
    show("editor_scroll_worst_frame_ms", worst, "ms", "between two frames; < 100", **beside)


def _first_paint(page: Any, address: str) -> float:
    page.goto(address)
    page.wait_for_function("window.firstPaint")
    return float(page.evaluate("window.firstPaint"))


def _edit(page: Any) -> list[float]:
    """Edits and confirms segments one after the other by keyboard, and sees that all is saved."""
    page.locator("#s0").focus()
    page.keyboard.press("Enter")
    for number in range(EDITED):
        page.keyboard.press("End")
        page.keyboard.type(f" {number}", delay=5)
        page.keyboard.press("Control+Enter")
        page.wait_for_function(f"window.switches.length > {number}")
    page.wait_for_function("document.getElementById('ed-saved').textContent === 'Saved'")
    counts = page.evaluate("fetch(location.pathname + '/index').then((one) => one.json())")[
        "counts"
    ]
    assert counts["reviewed"] + counts["needs_review"] >= EDITED, counts
    return [float(one) for one in page.evaluate("window.switches")]


def _scroll(page: Any) -> float:
    chosen = random.Random(SEED)
    return float(page.evaluate(SCROLL, [chosen.random() for _ in range(10)]))


def _translated(house: Lodging) -> UUID:
    """The job of a file of uneven paragraphs, once its run has ended."""
    from translation.queries import overview
    from translation.services.intake import Upload, submit_files

    [stored] = submit_files(
        actor=house.actor,
        uploads=[Upload(name="handbook.txt", data=_text().encode())],
        source_language="en",
        target_languages=["de"],
    )
    job_id = stored.job_ids["de"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while overview.job(house.actor.organization_id, job_id).finished_at is None:
        if time.monotonic() > deadline:
            raise RuntimeError("the document was not translated in time")
        time.sleep(0.5)
    return job_id


def _text() -> str:
    chosen = random.Random(SEED)
    words = ["the", "pump", "stores", "every", "alarm", "with", "its", "date", "and", "{time}"]
    lines = (
        f"Line {number} " + " ".join(chosen.choices(words, k=chosen.choice(LENGTHS)))
        for number in range(SEGMENTS)
    )
    return "\n\n".join(lines)


def _session(house: Lodging) -> str:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from accounts import queries
    from tests.journeys.conftest import session_of

    person = queries.person_by_email(house.account.email)
    return session_of(person)
