"""Pictures of every page, by day and by night, wide and narrow: `make screenshots`.

A house of its own is started and seeded; one job runs while the pictures are taken.
"""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.lodging import Lodging, lodging
from tests.bench.streams import sign_in

FOLDER: Final = Path(__file__).parent.parent / "docs" / "screenshots"
WIDTHS: Final = {"": (1440, 900), "-390": (390, 844)}
SCHEMES: Final = ("light", "dark")
RUNNING: Final = "Close valve {number} before you open the housing of pump {number}.\n\n"
# Slow enough that a job is still running when its picture is taken.
LATENCY_MS: Final = 9_000
SETTLE_MS: Final = 900
MOST_WAITS: Final = 300
WAIT_SECONDS: Final = 0.2
LONG_TEXT: Final = (
    "Hello {name}, your order 4711 has left our house. It reaches you within 3 days.\n\n"
    "Write to us at any time; we answer on the same day."
)

Act = Callable[[Page], None]


def main() -> None:
    """Takes all pictures anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with lodging() as house:
        pages = _estate(house)
        cookie = sign_in(house)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            for scheme in SCHEMES:
                for suffix, (width, height) in WIDTHS.items():
                    size = {"width": width, "height": height}
                    for name, (path, act, is_stranger) in pages.items():
                        pairs = [] if is_stranger else _pairs(cookie, house.url)
                        page = _page(browser, scheme, size, pairs)
                        page.goto(f"{house.url}{path}")
                        page.wait_for_timeout(SETTLE_MS)
                        act(page)
                        page.wait_for_timeout(SETTLE_MS)
                        target = FOLDER / f"{name}-{scheme}{suffix}.png"
                        page.screenshot(path=str(target))
                        page.context.close()
                        print(target.name, flush=True)
            browser.close()


def _estate(house: Lodging) -> Mapping[str, tuple[str, Act, bool]]:
    """Fills the house; where each picture is taken, and what is done there before."""
    from django.utils import timezone

    from accounts.models import User
    from accounts.tenancy import organization_scope
    from config.demo.seed.build import build
    from translation.models import Document, Job
    from translation.services.intake import Upload, submit_files, submit_texts

    build(actor=house.actor, now=timezone.now())
    User.objects.filter(pk=house.actor.user_id).update(is_staff=True, name="Ingrid Halden")
    text = submit_texts(
        actor=house.actor, texts=[LONG_TEXT], source_language="en", target_language="de"
    )
    _wait(house, text.job_ids["de"])
    house.latency(LATENCY_MS)
    running = "".join(RUNNING.format(number=number) for number in range(1, 900)).encode()
    submit_files(
        actor=house.actor,
        uploads=[Upload(name="pump-manual.txt", data=running)],
        source_language="en",
        target_languages=["de", "ja"],
    )
    with organization_scope(house.actor.organization_id):
        manual = Job.objects.get(
            organization_id=house.actor.organization_id,
            revision__document__name="H-200 manual.md",
            target_language="de",
        )
        mail = Document.objects.get(
            organization_id=house.actor.organization_id, name="support-mails.txt"
        )
    return {
        "01-translate": ("/translate", _nothing, False),
        "01-translation": (f"/translate/{text.job_ids['de']}", _nothing, False),
        "02-documents": ("/documents", _nothing, False),
        "02-upload": ("/documents", _choose_files, False),
        "03-editor": (f"/jobs/{manual.pk}#s66", _open_row, False),
        "03b-report": (f"/jobs/{manual.pk}/report", _nothing, False),
        "04-home": ("/", _nothing, False),
        "05-notifications": ("/notifications", _nothing, False),
        "06-preferences": ("/preferences", _nothing, False),
        "07-palette": ("/", _open_palette, False),
        "08-sign-in": ("/accounts/login/", _nothing, True),
        "09-delete": (f"/documents/{mail.pk}/delete", _nothing, False),
        **_keys(house),
        **_webhooks(house),
        **_account(house),
        **_people(house),
        "10-not-found": ("/nothing-here", _nothing, False),
        "11-components": ("/styleguide/", _whole, False),
    }


def _people(house: Lodging) -> dict[str, tuple[str, Act, bool]]:
    """The organization, who is in it, and who is asked in."""
    from accounts.services import invitations

    for email, role in [("marta@example.com", "linguist"), ("jonas@example.com", "admin")]:
        invitations.invite(
            actor=house.actor, email=email, role=role, randomness=lambda _, to=email: to[:5]
        )
    return {
        "14-members": ("/settings/members", _nothing, False),
        "14-roles": ("/settings/roles", _nothing, False),
        "14-organization": ("/settings/organization", _whole, False),
        "14-audit": ("/settings/audit", _nothing, False),
        "14-invitation": ("/invitations/marta", _nothing, True),
        "14-new-organization": ("/organizations/new", _nothing, False),
    }


def _account(house: Lodging) -> dict[str, tuple[str, Act, bool]]:
    """Getting in, and what is a person's own."""
    return {
        "08-sign-up": ("/accounts/signup/", _nothing, True),
        "08-new-password": ("/accounts/password/reset/", _nothing, True),
        "08-look-into-mail": ("/accounts/confirm-email/", _nothing, True),
        "13-profile": ("/settings/profile", _whole, False),
        "13-change-email": ("/settings/profile/email", _nothing, False),
        "13-second-step": ("/settings/profile/second-step/on", _proving(house), False),
        "13-delete-account": ("/settings/profile/delete", _nothing, False),
    }


def _keys(house: Lodging) -> dict[str, tuple[str, Act, bool]]:
    """Three keys, one of which has asked."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.services import issue_key, revoke_key
    from accounts.services.requests import move_notes

    shop = issue_key(
        actor=house.actor,
        name="Web shop",
        scopes=["translate", "documents:read", "documents:write", "usage:read"],
        expires_at=timezone.now() + timedelta(days=90),
    )
    issue_key(
        actor=house.actor, name="Nightly export", scopes=["translate"], requests_per_minute=60
    )
    old = issue_key(actor=house.actor, name="Old build", scopes=["translate"])
    revoke_key(actor=house.actor, key_id=old.key.pk)
    for path in ("usage", "documents", "translate/01900000-0000-7000-8000-000000000000") * 3:
        _ask(f"{house.url}/api/v1/{path}", shop.secret)
    move_notes()
    return {
        "12-keys": ("/settings/keys", _nothing, False),
        "12-new-key": ("/settings/keys/new", _nothing, False),
        "12-key": (f"/settings/keys/{shop.key.pk}", _nothing, False),
        "12-revoke": (f"/settings/keys/{shop.key.pk}/revoke", _nothing, False),
    }


def _webhooks(house: Lodging) -> dict[str, tuple[str, Act, bool]]:
    """Two receivers, one of which has a past; nothing is sent for the pictures."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts.tenancy import organization_scope
    from translation.models import WebhookAttempt, WebhookDelivery
    from translation.services import webhooks
    from translation.services.telling import write_event

    url = "https://hooks.northwind.example/interlinear"
    events = ["job.finished", "job.needs_review", "job.failed", "document.deleted"]
    shop = webhooks.create_endpoint(
        actor=house.actor, url=url, events=events, description="Web shop"
    )
    webhooks.create_endpoint(
        actor=house.actor,
        url="https://erp.northwind.example/in/translations",
        events=["document.deleted"],
    )
    organization = house.actor.organization_id
    now = timezone.now()
    past = [(event, [(204, "", 41 + 7 * number)]) for number, event in enumerate(events * 2)]
    past[5] = (
        "job.needs_review",
        [(503, "status", 212), (None, "too_slow", 15_000), (204, "", 95)],
    )
    past[2] = ("job.failed", [(500, "status", 180), (500, "status", 176)])
    with organization_scope(organization):
        for number, (event, tries) in enumerate(past):
            at = now - timedelta(hours=26) + timedelta(hours=3 * number)
            [made] = write_event(organization, event, {"segments": 120}, [shop.pk], at)
            for count, (status, error, took) in enumerate(tries):
                WebhookAttempt.objects.create(
                    organization_id=organization,
                    delivery=made,
                    at=at + timedelta(minutes=2 * count),
                    status=status,
                    error=error,
                    duration_ms=took,
                )
            WebhookDelivery.objects.filter(organization_id=organization, pk=made.pk).update(
                state="failed" if error else "delivered",
                tries=len(tries),
                last_status=status,
                last_error=error,
                last_duration_ms=took,
            )
            if len(tries) == 3:
                slow = made.pk
    place = f"/settings/webhooks/{shop.pk}"
    return {
        "13-webhooks": ("/settings/webhooks", _nothing, False),
        "13-new-webhook": ("/settings/webhooks/new", _nothing, False),
        "13-webhook": (place, _whole, False),
        "13-delivery": (f"{place}/deliveries/{slow}", _nothing, False),
        "13-delete-webhook": (f"{place}/delete", _nothing, False),
    }


def _ask(address: str, secret: str) -> None:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"})
    with suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=20) as answer:
        answer.read()


def _wait(house: Lodging, job_id: Any) -> None:
    from accounts.tenancy import organization_scope
    from translation.models import Run

    for _ in range(MOST_WAITS):
        with organization_scope(house.actor.organization_id):
            run = Run.objects.get(organization_id=house.actor.organization_id, job_id=job_id)
        if run.finished_at:
            return
        time.sleep(WAIT_SECONDS)
    raise TimeoutError("The text was not translated in time.")


def _nothing(_page: Page) -> None:
    """The page as it opens."""


def _whole(page: Page) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    width = page.viewport_size["width"] if page.viewport_size else 1440
    page.set_viewport_size({"width": width, "height": min(height, 4000)})


def _proving(house: Lodging) -> Act:
    def prove(page: Page) -> None:
        asked = page.get_by_label("Password", exact=True)
        if asked.count():
            asked.fill(house.account.password)
            asked.press("Enter")
            page.get_by_alt_text("QR code").wait_for()

    return prove


def _open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("man", delay=20)


def _open_row(page: Page) -> None:
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowUp")


def _choose_files(page: Page) -> None:
    files = [
        {"name": "guide.txt", "mimeType": "text/plain", "buffer": b"Open the valve.\n\nWait.\n"},
        {"name": "shop.json", "mimeType": "application/json", "buffer": b'{"a": "Add to cart"}'},
    ]
    page.locator("input[type=file]").first.set_input_files(files)  # type: ignore[arg-type]


def _pairs(cookie: str, url: str) -> list[Any]:
    pairs = [one.split("=", 1) for one in cookie.split("; ")]
    return [{"name": name, "value": value, "url": url} for name, value in pairs]


def _page(browser: Browser, scheme: Any, size: Any, cookies: list[Any]) -> Page:
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    context.add_cookies(cookies)
    return context.new_page()


if __name__ == "__main__":
    main()
