"""A glossary from its page to a translated file: told to the model, checked, repaired, proved."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from glossaries.services.concepts import create_concept
from glossaries.services.glossaries import create_glossary
from glossaries.values import ConceptValues, TermValues
from tests.claude_sandbox import Sandbox, running_sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as one:
        settings.ANTHROPIC_BASE_URL = one.url
        yield one


@pytest.fixture
def shop(owner: Any) -> Any:
    made = create_glossary(actor=owner.actor, name="Shop").pk
    for terms, keep in (
        ((("en", "shopping cart", "preferred"), ("de", "Warenkorb", "preferred")), False),
        ((("en", "Halden Flow", "preferred"),), True),
    ):
        values = ConceptValues(
            do_not_translate=keep,
            terms=tuple(TermValues(language=a, text=b, status=c) for a, b, c in terms),
        )
        create_concept(actor=owner.actor, glossary_id=made, values=values)
    return made


def translated(person: Any, text: str) -> tuple[str, list[str]]:
    """The German file of a text, and what its report counts."""
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    [file] = submit_files(
        actor=person.actor,
        uploads=[Upload(name="a.txt", data=text.encode())],
        source_language="en",
        target_languages=["de"],
    )
    drain("standard", stop=threading.Event())
    client, job = Client(), file.job_ids["de"]
    report = client.get(f"/api/v1/jobs/{job}/report", headers=person.headers).json()
    answer = client.get(f"/api/v1/jobs/{job}/download", headers=person.headers)
    return answer.content.decode(), sorted(report["findings_by_code"])


@pytest.mark.usefixtures("sandbox", "shop")
def test_a_term_is_enforced(owner: Any) -> None:
    text, findings = translated(owner, "Halden Flow fills the shopping cart.\n\nPlease wait.\n")
    assert "Warenkorb" in text
    assert "Halden Flow" in text
    assert findings == []


@pytest.mark.usefixtures("sandbox", "shop")
def test_what_is_never_translated_costs_nothing(owner: Any) -> None:
    """The estimate, the hold and the bill leave the name out, and nothing else."""
    text = "Halden Flow fills the shopping cart.\n\nHalden Flow\n\nPlease wait.\n"
    client = Client()
    said = client.post(
        "/api/v1/translate/estimate",
        {"text": text, "source_language": "en"},
        content_type="application/json",
        headers=owner.headers,
    ).json()
    translated(owner, text)
    usage = client.get("/api/v1/usage", headers=owner.headers).json()
    expected = len(" fills the shopping cart.") + len("Please wait.")
    assert (said["billed_chars"], usage["used_chars"], usage["reserved_chars"]) == (
        expected,
        expected,
        0,
    )


@pytest.mark.usefixtures("sandbox")
def test_it_does_nothing_for_another_organization(owner: Any, outsider: Any, shop: Any) -> None:
    text, _ = translated(outsider, "Halden Flow fills the shopping cart.\n")
    assert "Warenkorb" not in text


@pytest.mark.usefixtures("shop")
def test_a_finding_leads_to_its_concept(owner: Any, sandbox: Sandbox) -> None:
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    sandbox.faults(segment={"break_term": 1.0})
    [file] = submit_files(
        actor=owner.actor,
        uploads=[Upload(name="a.txt", data=b"Open the shopping cart and wait.")],
        source_language="en",
        target_languages=["de"],
    )
    drain("standard", stop=threading.Event())
    browser, job = Client(), file.job_ids["de"]
    browser.force_login(owner.user)
    report = browser.get(f"/jobs/{job}/report").content.decode()
    assert "Translate “shopping cart” by “Warenkorb”" in report
    path = re.search(r'href="(/glossaries/concepts/[0-9a-f-]{36})"', report)
    assert path is not None
    page = browser.get(path[1], follow=True).content.decode()
    assert 'id="concept"' in page
    assert "Warenkorb" in page
    [row] = browser.get(f"/jobs/{job}/rows?from=0&limit=10").json()["rows"]
    [finding] = row["findings"]
    assert finding["concepts"] == [{"term": "shopping cart", "url": path[1]}]
