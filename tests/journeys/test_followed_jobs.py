"""A job that is followed over HTTP: told at each change, up to its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.claude_sandbox import Sandbox
from tests.journeys.listening import events, opened
from tests.site import Site, running_site

LINES = "\n\n".join(f"Close the valve {number} before you go." for number in range(45))


@pytest.fixture
def hasty_site(sandbox: Sandbox, transactional_db: None) -> Iterator[Site]:
    """A site whose streams last a second."""
    limits = {"JOB_STREAM_SECONDS": "1", "TRANSLATE_STREAM_SECONDS": "1"}
    with running_site(sandbox.url, **limits) as one:
        yield one


@pytest.fixture
def letter(owner: Any) -> Any:
    from translation.services.intake import Upload, submit_files

    [stored] = submit_files(
        actor=owner.actor,
        uploads=[Upload(name="letter.txt", data=LINES.encode())],
        source_language="en",
        target_languages=["de"],
    )
    return stored


def at(job_id: UUID) -> str:
    return f"/api/v1/jobs/{job_id}/events"


def test_it_tells_of_each_change_up_to_the_end(
    site: Site, owner: Any, letter: Any, workers: Any
) -> None:
    job_id = letter.job_ids["de"]
    with opened(site, "GET", at(job_id), owner.headers) as answer:
        told = events(answer)
        first = next(told)
        with workers():
            *between, last = told
    whole = site.call("GET", f"/api/v1/jobs/{job_id}", headers=owner.headers).json
    assert (first[0], first[1]["state"], first[1]["done"]) == ("progress", "queued", 0)
    assert last == ("done", whole)
    assert {name for name, _ in between} <= {"progress"}
    counts = [job["done"] for _, job in [first, *between, last]]
    assert counts == sorted(counts)
    assert counts[-1] == 45
    shown = [json.dumps(job) for _, job in [first, *between]]
    assert len(shown) == len(set(shown))
    with opened(site, "GET", at(job_id), owner.headers) as answer:
        assert list(events(answer)) == [("done", whole)]


def test_it_ends_when_its_time_is_up(hasty_site: Site, owner: Any, letter: Any) -> None:
    job_id = letter.job_ids["de"]
    with opened(hasty_site, "GET", at(job_id), owner.headers) as answer:
        assert [name for name, _ in events(answer)] == ["progress", "unfinished"]
    asked = hasty_site.call("GET", f"/api/v1/jobs/{job_id}", headers=owner.headers)
    assert asked.json["state"] == "queued"


def test_it_tells_that_the_job_is_gone(site: Site, owner: Any, letter: Any) -> None:
    from translation.services.bulk import act

    with opened(site, "GET", at(letter.job_ids["de"]), owner.headers) as answer:
        told = events(answer)
        next(told)
        act(actor=owner.actor, action="delete", document_ids=[letter.document_id])
        [(name, last)] = told
    assert (name, last["error"]["code"]) == ("error", "job_not_found")


def test_it_refuses_before_the_first_event(
    site: Site, owner: Any, outsider: Any, letter: Any
) -> None:
    with opened(site, "GET", at(letter.job_ids["de"]), outsider.headers) as answer:
        told = json.loads(answer.read())
    assert (answer.status, told["error"]["code"]) == (404, "job_not_found")
    assert answer.headers["Content-Type"] == "application/json"


def test_it_has_a_head_without_an_end(site: Site, owner: Any, letter: Any) -> None:
    with opened(site, "HEAD", at(letter.job_ids["de"]), owner.headers) as answer:
        assert answer.read() == b""
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")


def test_it_tells_a_translate_call_again_from_the_start(
    site: Site, owner: Any, workers: Any
) -> None:
    body = {"texts": ["One.", "Two."], "source_language": "en", "target_language": "de"}
    sent = owner.headers | {"Content-Type": "application/json"}
    with workers():
        whole = site.call("POST", "/api/v1/translate", headers=sent, body=json.dumps(body)).json
    path = f"/api/v1/translate/{whole['job_id']}"
    with opened(site, "GET", path, owner.headers) as answer:
        told = list(events(answer))
    assert told[0] == ("job", {"job_id": whole["job_id"], "segments": 2})
    assert [name for name, _ in told[1:]] == ["segment", "segment", "done"]
    assert told[-1][1] == whole
