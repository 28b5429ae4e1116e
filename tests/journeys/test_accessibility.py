"""Every page through axe, by day, by night, wide and narrow.

No page runs out to the side, complains in the console, or asks another host for anything.
"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
TEXT = "The pump makes {count} turns.\n\nCall +47 22 33 44 55 before 12 May 2026.\n\n12.5\n"
WIDE, NARROW = 1440, 390


@pytest.fixture
def pages(member: Any, sandbox: Any) -> dict[str, str]:
    """Where pages are that show something of everything: ends of all kinds, findings, a queue."""
    from translation.services.documents import cancel_job
    from translation.services.intake import Upload, submit_files, submit_texts
    from translation.services.work import drain

    def upload(name: str, targets: list[str]) -> Any:
        [stored] = submit_files(
            actor=member.actor,
            uploads=[Upload(name=name, data=TEXT.encode())],
            source_language="en",
            target_languages=targets,
        )
        return stored

    sandbox.faults(segment={"lose_placeholder": 0.6, "change_number": 0.4})
    faulty = upload("manual.txt", ["ar", "de"])
    text = submit_texts(
        actor=member.actor, texts=["Hello {name}."], source_language="en", target_language="fr"
    )
    drain("standard", stop=threading.Event())
    cancelled = upload("cancelled.txt", ["de"])
    cancel_job(actor=member.actor, job_id=cancelled.job_ids["de"])
    queued = upload("queued.txt", ["de", "ja"])
    return {
        "home": "/",
        "preferences": "/preferences",
        "profile": "/settings/profile",
        "change e-mail": "/settings/profile/email",
        "delete account": "/settings/profile/delete",
        "keys": "/settings/keys",
        "new key": "/settings/keys/new",
        "key": f"/settings/keys/{asked_key(member)}",
        "revoke key": f"/settings/keys/{asked_key(member)}/revoke",
        **webhook_pages(member),
        **glossary_pages(member),
        **profile_pages(member),
        "notifications": "/notifications",
        "documents": "/documents",
        "job": f"/jobs/{faulty.job_ids['ar']}",
        "queued job": f"/jobs/{queued.job_ids['ja']}",
        "cancelled job": f"/jobs/{cancelled.job_ids['de']}",
        "report": f"/jobs/{faulty.job_ids['ar']}/report",
        "delete": f"/documents/{faulty.document_id}/delete",
        "translate": "/translate",
        "translation": f"/translate/{text.job_ids['fr']}",
        "components": "/styleguide/",
        "not found": f"/jobs/{faulty.document_id}",
    }


def webhook_pages(person: Any) -> dict[str, str]:
    """Pages of a webhook that fails, with a log of all kinds, and of one that is off."""
    from datetime import UTC, datetime, timedelta

    from tests.translation.posting import Clock, deliver, endpoint, happen
    from translation.services import webhooks
    from translation.webhook_sender import Outcome

    url = "https://hooks.northwind.example/interlinear/events?shop=no"
    made = endpoint(person, url, description="Web shop")
    off = endpoint(person, f"{url}&for=erp", ["job.failed"])
    webhooks.change_endpoint(actor=person.actor, endpoint_id=off.pk, enabled=False)
    clock = Clock(datetime.now(UTC) - timedelta(hours=1))
    answers = iter([Outcome(204, "", 41), Outcome(500, "status", 120), Outcome(None, "x", 5)])
    for _ in range(2):
        happen(person, now=clock.now)
    tried = webhooks.send_test(actor=person.actor, endpoint_id=made.pk, now=clock.now)
    deliver(clock, sending=lambda *given, **options: next(answers))
    clock.pass_by(minutes=5)
    deliver(clock, sending=lambda *given, **options: Outcome(None, "too_slow", 15_000))
    place = f"/settings/webhooks/{made.pk}"
    return {
        "webhooks": "/settings/webhooks",
        "new webhook": "/settings/webhooks/new",
        "webhook": place,
        "webhook off": f"/settings/webhooks/{off.pk}",
        "delivery": f"{place}/deliveries/{tried.pk}",
    }


def profile_pages(person: Any) -> dict[str, str]:
    """Pages of a style guide, and of domain profiles that take values from one another."""
    from glossaries.profile_values import PRESET_BY_SLUG
    from glossaries.services.profiles import ProfileWish, create_profile
    from glossaries.services.styles import create_guide, publish_guide
    from glossaries.style_values import READY_MADE_BY_SLUG

    wish = ProfileWish(name="House", values=PRESET_BY_SLUG["legal"].values, is_standard=True)
    house = create_profile(actor=person.actor, wish=wish)
    leaf = create_profile(actor=person.actor, wish=ProfileWish(name="Shop", parent_id=house.pk))
    ready = READY_MADE_BY_SLUG["ja"]
    guide = create_guide(
        actor=person.actor, name=ready.name, language=ready.language, style=ready.style
    )
    publish_guide(actor=person.actor, guide_id=guide.pk, note="First")
    return {
        "style guides": "/styles",
        "new style guide": "/styles/new?from=fr",
        "style guide": f"/styles/{guide.pk}",
        "versions of a style guide": f"/styles/{guide.pk}/versions",
        "delete style guide": f"/styles/{guide.pk}/delete",
        "profiles": "/profiles",
        "new profile": "/profiles/new?preset=medical",
        "domain profile": f"/profiles/{leaf.pk}",
        "delete profile": f"/profiles/{leaf.pk}/delete",
        "prompt preview": f"/prompt-preview?profile={leaf.pk}",
    }


def glossary_pages(person: Any) -> dict[str, str]:
    """Pages of a glossary with all that a concept can hold, and of an empty one."""
    from glossaries.services.concepts import change_concept, create_concept
    from glossaries.services.glossaries import create_glossary
    from glossaries.services.imports import begin_import
    from glossaries.values import STATUSES, ConceptValues, TermValues

    full, empty = (create_glossary(actor=person.actor, name=name).pk for name in ("Shop", "New"))
    terms = [TermValues(language="de", text=f"Wort {one}", status=one) for one in STATUSES]
    values = ConceptValues(
        subject="Shop", terms=(TermValues(language="en", text="word", exact_form=True), *terms)
    )
    made = create_concept(actor=person.actor, glossary_id=full, values=values)
    kept = ConceptValues(
        do_not_translate=True, note="Ours.", terms=(TermValues(language="en", text="Flow"),)
    )
    where = {"actor": person.actor, "glossary_id": full}
    change_concept(**where, concept_id=made, version=1, values=values)
    other = create_concept(**where, values=kept)
    changed = ConceptValues(do_not_translate=True, terms=kept.terms)
    change_concept(**where, concept_id=other, version=1, values=changed)
    place = f"/glossaries/{full}"
    table = b"en,de,de gender\ncart,Warenkorb,masculine\n"
    begun = begin_import(**where, name="terms.csv", data=table)
    return {
        "glossaries": "/glossaries",
        "new glossary": "/glossaries/new",
        "glossary": place,
        "concept": f"{place}?concept={made}",
        "no concept found": f"{place}?q=nothing",
        "empty glossary": f"/glossaries/{empty}",
        "change glossary": f"{place}/edit",
        "delete glossary": f"{place}/delete",
        "new concept": f"{place}/concepts/new",
        "change concept": f"{place}/concepts/{made}/edit",
        "import": f"{place}/import",
        "columns of an import": f"{place}/imports/{begun.pk}",
        "history of a concept": f"{place}/concepts/{other}/history",
    }


def asked_key(person: Any) -> Any:
    """The person's key, with a request that went well and one that did not in its log."""
    from django.utils import timezone

    from accounts.services import authenticate_key, requests

    actor = authenticate_key(person.key).actor
    assert actor.api_key_id is not None
    for status in (200, 404):
        requests.note(
            organization_id=actor.organization_id,
            api_key_id=actor.api_key_id,
            at=timezone.now(),
            method="GET",
            route="/api/v1/jobs/{job_id}",
            status=status,
            duration_ms=12,
            request_id="01a21476-d586-7274-aa06-d23e7d0b70b8",
        )
    requests.move_notes()
    return actor.api_key_id


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        # Colours are the theme's and places the width's: two of the four show all of both.
        ("light", WIDE),
        ("dark", NARROW),
        pytest.param("dark", WIDE, marks=[pytest.mark.soak, pytest.mark.timeout(600)]),
        pytest.param("light", NARROW, marks=[pytest.mark.soak, pytest.mark.timeout(600)]),
    ],
)
def test_it_finds_no_barrier(
    member: Any,
    outsider: Any,
    open_page: Any,
    site: Any,
    pages: dict[str, str],
    scheme: str,
    width: int,
) -> None:
    member.user.is_staff = True  # for the components
    member.user.save()
    page = open_page(member.user, scheme=scheme, width=width)
    heard = listening(page, site.url)
    found = {}
    for name, path in pages.items():
        page.goto(path)
        if name == "documents":
            open_everything(page)
        found[name] = faults_of(page)
        if name != "not found":  # whose own answer the console tells of
            found[name] += heard
        heard.clear()
    stranger = open_page(scheme=scheme, width=width)
    stranger.goto("/documents")
    found["sign-in"] = faults_of(stranger)
    stranger.get_by_label("E-mail").fill("nobody@northwind.example")
    stranger.get_by_label("Password").fill("wrong")
    stranger.get_by_role("button", name="Sign in").click()
    stranger.get_by_role("alert").wait_for()
    found["sign-in error"] = faults_of(stranger)
    for path in ("/accounts/signup/", "/accounts/password/reset/"):
        stranger.goto(path)
        found[path] = faults_of(stranger)
    open_new_key(page)
    found["made key"] = faults_of(page)
    empty = open_page(outsider.user, scheme=scheme, width=width)
    empty.goto("/documents")
    found["no documents"] = faults_of(empty)
    empty.goto("/")
    found["nothing yet"] = faults_of(empty)
    assert found == {name: [] for name in found}


def test_it_would_find_a_barrier(open_page: Any) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    page.evaluate("""() => {
      const planted = '<img src="x.svg"><p id="pale">Pale</p><div id="wide">Wide</div>';
      document.querySelector('main').insertAdjacentHTML('beforeend', planted);
      Object.assign(document.getElementById('pale').style, {color: '#999', background: '#fff'});
      document.getElementById('wide').style.inlineSize = '3000px';
    }""")
    found = " ".join(faults_of(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert "px too wide" in found


# What a keyboard must reach, each marked with a number of its own; of radio buttons the chosen one.
MARK = """() => {
  const kinds = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  const reached = [...document.querySelectorAll(kinds)].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0 && !one.disabled
    && one.type !== 'hidden' && (one.type !== 'radio' || one.checked)
    && !one.closest('dialog:not([open])') && !one.closest('[inert]'));
  reached.forEach((one, at) => one.setAttribute('data-walked', at));
  return reached.length;
}"""
# Which of them has the focus, and whether one sees it: on itself, or on what it stands in.
FOCUSED = """() => {
  const one = document.activeElement;
  let shown = false;
  for (let at = one; at && at !== document.body; at = at.parentElement) {
    const style = getComputedStyle(at);
    shown ||= style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  }
  return [one.dataset.walked ?? '', shown, one.outerHTML.slice(0, 120)];
}"""
MOST_TABS = 250


def test_a_keyboard_reaches_everything_and_shows_where_it_is(
    member: Any, open_page: Any, pages: dict[str, str]
) -> None:
    page = open_page(member.user)
    faults: dict[str, list[str]] = {}
    for name, path in pages.items():
        if name == "components":
            continue
        page.goto(path)
        if "job" in name:  # whose rows come after the page
            expect(page.locator(".ed-row").first).to_be_visible()
        left = {str(number) for number in range(page.evaluate(MARK))}
        hidden: list[str] = []
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            walked, shown, html = page.evaluate(FOCUSED)
            if walked and not shown:
                hidden.append(f"no ring: {html}")
            left.discard(walked)
            if not left:
                break
        missed = [
            page.evaluate(f"document.querySelector('[data-walked=\"{one}\"]')?.outerHTML") or ""
            for one in sorted(left)
        ]
        faults[name] = hidden + [f"not reached: {html[:120]}" for html in missed if html]
    assert faults == {name: [] for name in faults}


def listening(page: Page, own: str) -> list[str]:
    """What the page's console complains of from here on, and what it asks of other hosts."""
    heard: list[str] = []

    def ask(request: Any) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            heard.append(f"asks {request.url}")

    def complain(message: Any) -> None:
        if message.type in {"error", "warning"}:
            heard.append(f"console: {message.text}")

    page.on("request", ask)
    page.on("console", complain)
    return heard


def open_new_key(page: Page) -> None:
    page.goto("/settings/keys/new")
    page.get_by_label("Name").fill("Web shop")
    page.get_by_label("Translate texts").check()
    page.get_by_role("button", name="Make the key").click()
    page.get_by_label("A first call").wait_for()


def open_everything(page: Page) -> None:
    folded = page.locator(".doc-unfold[aria-expanded=false]")
    for _ in range(folded.count()):
        folded.first.click()
    page.locator("#picker summary").click()


def faults_of(page: Page) -> list[str]:
    """What axe objects to, and by how many pixels the page runs out to the side."""
    told = Axe().run(page, options=OPTIONS).response["violations"]
    faults = [f"{one['id']}: {node['html'][:120]}" for one in told for node in one["nodes"]]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*faults, f"{wide} px too wide"] if wide > 0 else faults
