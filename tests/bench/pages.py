"""What pages cost: server time with many people, statements by the amount of data, first load."""

from __future__ import annotations

import http.client
import re
import shutil
import threading
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.bench.estate import fill
from tests.bench.figures import show
from tests.bench.lodging import Lodging, lodging
from tests.bench.pipeline import raise_cap
from tests.bench.streams import sign_in

USERS = 20
BETWEEN_SECONDS = 1.0
ROUNDS = 3
FEW, MANY = 20, 200
MOST_KILOBYTES = 150
TOTAL = re.compile(r"total;dur=([0-9.]+)")
STATEMENTS = re.compile(r'desc="([0-9]+) statements"')


def run() -> None:
    """Prints every figure of the group."""
    with lodging() as house:
        raise_past_caps(house)
        _make_operator(house)
        jobs = fill(house.actor, first=0, documents=FEW)
        pages = main_pages(house, jobs[0])
        cookie = sign_in(house)
        port = urlsplit(house.url).port or 0
        before = _statements(port, cookie, pages)
        fill(house.actor, first=FEW, documents=MANY - FEW)
        _page_queries(before, _statements(port, cookie, pages))
        _page_p95(house, port, cookie, pages)
        _first_load(house, cookie, pages)


def main_pages(house: Lodging, job_id: Any) -> dict[str, str]:
    """The ten pages people are on most, by name."""
    from translation.services.intake import submit_texts

    text = submit_texts(
        actor=house.actor,
        texts=["Close the valve before you open the housing."],
        source_language="en",
        target_language="de",
    )
    return {
        "home": "/",
        "documents": "/documents",
        "translate": "/translate",
        "translation": f"/translate/{text.job_ids['de']}",
        "editor": f"/jobs/{job_id}",
        "editor's index": f"/jobs/{job_id}/index",
        "editor's rows": f"/jobs/{job_id}/rows?from=0&count=50",
        "report": f"/jobs/{job_id}/report",
        "notifications": "/notifications",
        "preferences": "/preferences",
    }


def raise_past_caps(house: Lodging) -> None:
    """Gives the months of the estate all the characters they need."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.tenancy import organization_scope
    from billing.models import UsagePeriod
    from billing.services import ensure_period

    raise_cap(house)
    with organization_scope(house.actor.organization_id):
        for days in (0, 30, 60):
            ensure_period(house.actor.organization_id, now=timezone.now() - timedelta(days=days))
        UsagePeriod.objects.filter(organization_id=house.actor.organization_id).update(
            cap_chars=10**12
        )


def _make_operator(house: Lodging) -> None:
    """Operators are told in Server-Timing how many statements a page took."""
    from accounts.models import User

    User.objects.filter(pk=house.actor.user_id).update(is_staff=True)


def _get(connection: http.client.HTTPConnection, path: str, cookie: str) -> str:
    connection.request("GET", path, headers={"Cookie": cookie, "X-Requested-With": "bench"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return answer.headers["Server-Timing"]


def _statements(port: int, cookie: str, pages: dict[str, str]) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    counts = {}
    for name, path in pages.items():
        _get(connection, path, cookie)  # what is asked once only is asked here
        found = STATEMENTS.search(_get(connection, path, cookie))
        assert found is not None
        counts[name] = int(found[1])
    connection.close()
    return counts


def _page_queries(few: dict[str, int], many: dict[str, int]) -> None:
    worst = max(many[name] / few[name] for name in few)
    show(
        "page_queries",
        worst,
        "ratio",
        f"statements of the worst page at {MANY} documents against {FEW}; 1.0",
        statements=many,
    )


def _page_p95(house: Lodging, port: int, cookie: str, pages: dict[str, str]) -> None:
    times: dict[str, list[float]] = {name: [] for name in pages}
    # Each a session of its own; all of one person, for people cost the same.
    cookies = [cookie, *(sign_in(house) for _ in range(3))]
    people = [
        threading.Thread(target=_visit, args=(port, cookies[number % 4], pages, times, number))
        for number in range(USERS)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    every = sorted(value for values in times.values() for value in values)
    assert len(every) == USERS * ROUNDS * len(pages)
    show(
        "page_p95_ms",
        _p95(every),
        "ms",
        f"server time of ten pages, {USERS} people, 1 s between pages; under 100",
        median=round(every[len(every) // 2], 1),
        by_page={name: round(_p95(sorted(values)), 1) for name, values in times.items()},
    )


def _p95(values: Sequence[float]) -> float:
    return values[int(len(values) * 0.95)]


def _visit(
    port: int, cookie: str, pages: dict[str, str], times: dict[str, list[float]], number: int
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    order = list(pages.items())
    time.sleep(BETWEEN_SECONDS * number / USERS)
    for step in range(ROUNDS * len(order)):
        name, path = order[(number + step) % len(order)]
        found = TOTAL.search(_get(connection, path, cookie))
        assert found is not None
        times[name].append(float(found[1]))
        time.sleep(BETWEEN_SECONDS)
    connection.close()


def _first_load(house: Lodging, cookie: str, pages: dict[str, str]) -> None:
    """Bytes over the wire until a page stands still, with an empty cache, in Chromium."""
    from playwright.sync_api import sync_playwright

    loads: dict[str, dict[str, float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for name, path in pages.items():
            if name.startswith("editor's"):
                continue
            loads[name] = _loaded(browser, house.url, cookie, path)
        loads["sign-in"] = _loaded(browser, house.url, "", "/accounts/login/")
        browser.close()
    sums = {name: round(sum(parts.values()), 1) for name, parts in loads.items()}
    heaviest = max(sums, key=lambda name: sums[name])
    for name in (one for one in sums if sums[one] > MOST_KILOBYTES):
        for part, kilobytes in sorted(loads[name].items(), key=lambda one: -one[1]):
            print(f"# {name}: {kilobytes:6.1f} kB {part}")
    show(
        "first_load_kb",
        sums[heaviest],
        "kB",
        "bytes received for the heaviest page with an empty cache; under 150",
        by_page=sums,
    )


def _loaded(browser: Any, url: str, cookie: str, path: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    pairs = [one.split("=", 1) for one in cookie.split("; ") if one]
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in pairs])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, Any] = {}
    ended: list[Any] = []
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event}))
    session.on("Network.loadingFinished", lambda event: ended.insert(0, event))
    page.goto(f"{url}{path}", wait_until="load")
    page.wait_for_timeout(1500)
    context.close()
    parts: dict[str, float] = {}
    for event in ended:
        address = names[event["requestId"]]["response"]["url"]
        parts[urlsplit(address).path.rsplit("/", 1)[-1]] = event["encodedDataLength"] / 1000
    return parts
