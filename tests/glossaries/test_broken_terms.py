"""A model that breaks every fifth term: nothing forbidden is delivered, and the rest is told.

The small size runs with every `make test`, the full one with `make soak`.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from glossaries.services import ConceptValues, TermValues
from glossaries.services.concepts import create_concept
from glossaries.services.glossaries import create_glossary
from tests.claude_sandbox import Sandbox, running_sandbox

pytestmark = [pytest.mark.django_db(transaction=True)]
SHARE = 0.20
MOST_HELD = 0.02
LINES = (
    "Row {n}: open the shopping cart and wait.",
    "Row {n}: Halden Flow sends the invoice.",
    "Row {n}: the next page has no word of ours.",
)
TERMS = (("shopping cart", "Warenkorb", "Einkaufswagen"), ("invoice", "Rechnung", "Faktura"))


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as one:
        settings.ANTHROPIC_BASE_URL = one.url
        yield one


def test_it_delivers_no_forbidden_term(owner: Any, sandbox: Sandbox) -> None:
    translate_through_breaks(owner, sandbox, segments=240)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_it_delivers_no_forbidden_term_of_a_large_job(owner: Any, sandbox: Sandbox) -> None:
    translate_through_breaks(owner, sandbox, segments=4_000)


def translate_through_breaks(person: Any, sandbox: Sandbox, *, segments: int) -> None:
    from translation.services.intake import Upload, submit_files
    from translation.services.work import drain

    fill_glossary(person)
    sandbox.faults(seed=11, segment={"break_term": SHARE})
    lines = [LINES[n % len(LINES)].format(n=n) for n in range(segments)]
    [file] = submit_files(
        actor=person.actor,
        uploads=[Upload(name="a.txt", data="\n\n".join(lines).encode())],
        source_language="en",
        target_languages=["de"],
    )
    drain("standard", stop=threading.Event())
    assert sandbox.counters()["segment_faults"]["break_term"] > segments * SHARE / 2
    client, job = Client(), file.job_ids["de"]
    report = client.get(f"/api/v1/jobs/{job}/report", headers=person.headers).json()
    answer = client.get(f"/api/v1/jobs/{job}/download", headers=person.headers)
    delivered = answer.content.decode().split("\n\n")
    check(lines, delivered, list(written(client, person, job)), report)


def written(client: Client, person: Any, job: Any) -> Iterator[str]:
    """The target of every segment, delivered or held back."""
    cursor = ""
    while cursor is not None:
        path = f"/api/v1/jobs/{job}/segments?limit=200{cursor}"
        page = client.get(path, headers=person.headers).json()
        yield from (one["target"][0] for one in page["segments"])
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None


def fill_glossary(person: Any) -> None:
    glossary_id = create_glossary(actor=person.actor, name="Shop").pk
    concepts = [
        ConceptValues(
            terms=(
                TermValues(language="en", text=english),
                TermValues(language="de", text=right),
                TermValues(language="de", text=wrong, status="forbidden"),
            )
        )
        for english, right, wrong in TERMS
    ]
    name = TermValues(language="en", text="Halden Flow")
    for values in [*concepts, ConceptValues(do_not_translate=True, terms=(name,))]:
        create_concept(actor=person.actor, glossary_id=glossary_id, values=values)


def check(
    lines: list[str], delivered: list[str], targets: list[str], report: dict[str, Any]
) -> None:
    """By our own reading: what is delivered obeys, and the report counts what does not."""
    held = sum(one == line for line, one in zip(lines, delivered, strict=True))
    for line, one in zip(lines, delivered, strict=True):
        if one != line:
            assert not re.search("Einkaufswagen|Faktura", one), one
            assert one.count("Halden Flow") == line.count("Halden Flow"), one
    assert held <= len(lines) * MOST_HELD
    assert report["job"]["needs_review"] == held
    assert report["findings_by_code"] == counted(lines, targets)


def counted(lines: list[str], targets: list[str]) -> dict[str, int]:
    """Segments by what is wrong with their terms, read off the texts."""
    found: Counter[str] = Counter()
    for line, one in zip(lines, targets, strict=True):
        wrong = [bad in one for english, _, bad in TERMS if english in line]
        lacks = [good not in one for english, good, _ in TERMS if english in line]
        found["term_forbidden"] += any(wrong)
        found["term_required"] += any(lacks) and not any(wrong)
        found["dnt_term"] += "Halden Flow" in line and "Halden Flow" not in one
    return dict(+found)
