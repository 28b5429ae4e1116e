"""Schemathesis against the running site: what the API's description says is what it does.

A key with all scopes asks in one throw-away organization; where only people may ask, an owner does,
in another one, so that nobody revokes the key that is at work.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.openapi.checks import RejectedPositiveData

from tests.claude_sandbox import Sandbox, running_sandbox
from tests.journeys.conftest import session_of
from tests.site import Site, running_site

log = logging.getLogger(__name__)

SECONDS = 60
SOAK_SECONDS = 600
# A busy machine does a fifth of what a free one does.
LEAST_A_SECOND = 5
SEED = 20_260_101
TOLD = 20
TOKEN = "t" * 32
# Here a key may not ask, whatever its scopes.
PEOPLES = "^/api/v1/(me|keys|members|invitations|notifications|organization)"
# What a well-formed request may be told all the same, and what one that is not may be.
POSSIBLE = ["2xx", "401", "402", "403", "404", "409", "412", "413", "422", "429"]
REFUSED = [*POSSIBLE[1:], "400", "405", "406", "415", "428", "431"]
# No description can say that we wrote a text, or that two lists are of one length.
UNSAYABLE = {"cursor_malformed", "revises_malformed"}
# Chance alone finds no language and no address; what is there is added to these.
WORDS: dict[str, list[Any]] = {
    "ordinals": [0, 1],
    "matches": ["*"],
    "languages": ["en", "de", "fr", "ja", "pt-BR", "en-GB", "auto", "tlh"],
    "addresses": ["http://127.0.0.1:9/hook", "https://hooks.northwind.example/in"],
    "events": ["job.finished", "job.failed", "document.deleted"],
}
FIELDS = {
    "body.source_language": "languages",
    "body.target_language": "languages",
    "body.target_languages[*]": "languages",
    "body.url": "addresses",
    "body.events[*]": "events",
    "path.ordinal": "ordinals",
    "header.If-Match": "matches",
    "path.document_id": "documents",
    "query.document": "documents",
    "body.documents[*]": "documents",
    "path.job_id": "jobs",
    "path.membership_id": "members",
    "path.glossary_id": "glossaries",
    "path.concept_id": "concepts",
    "body.concept_ids[*]": "concepts",
    "body.language": "languages",
    "body.terms[*].language": "languages",
}


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    """A stand-in that answers at once."""
    with running_sandbox() as one:
        settings.ANTHROPIC_BASE_URL = one.url
        settings.ANTHROPIC_API_KEY = ""
        yield one


@pytest.fixture
def site(sandbox: Sandbox, transactional_db: None) -> Iterator[Site]:
    """A site whose limit of requests is not what is tested."""
    with running_site(
        sandbox.url,
        LOG_LEVEL="ERROR",
        REQUESTS_PER_MINUTE="1000000",
        WEBHOOK_PRIVATE_TARGETS="true",
        JOB_STREAM_SECONDS="1",
        TRANSLATE_STREAM_SECONDS="1",
    ) as one:
        yield one


class Told:
    """What a run came to."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.succeeded: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.failures: dict[str, str] = {}
        self.operations = 0

    def take(self, event: Any) -> None:
        match event:
            case events.ScenarioFinished():
                self._take_answers(event.recorder)
                self._take_checks(event.recorder)
            case events.NonFatalError():
                self.failures[f"{event.label} {type(event.value).__name__}"] = str(event.value)
            case events.FatalError():
                raise event.exception

    def _take_answers(self, recorder: Any) -> None:
        for case_id, interaction in recorder.interactions.items():
            label = recorder.cases[case_id].value.operation.label
            status = interaction.response.status_code if interaction.response else 0
            self.asked[label] += 1
            self.succeeded[label] += status in range(200, 300)
            self.statuses[status] += 1

    def _take_checks(self, recorder: Any) -> None:
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.status != Status.SUCCESS:
                    info = check.failure_info
                    why = str(info.failure) if info else ""
                    name = f"{recorder.cases[case_id].value.operation.label}: {check.name}"
                    self.failures.setdefault(name, f"{why}\n{info.code_sample if info else ''}")

    def __str__(self) -> str:
        heads = (
            f"{sum(self.asked.values())} requests to {len(self.asked)} operations",
            f"{len(self.failures)} failures",
            f"answers: {dict(sorted(self.statuses.items()))}",
            f"never done: {sorted(name for name in self.asked if not self.succeeded[name])}",
        )
        return "\n".join(
            [*heads, *(f"--- {name}\n{why}" for name, why in [*self.failures.items()][:TOLD])]
        )


def fuzzed(site: Site, key: Any, person: Any, there: dict[str, list[Any]], seconds: int) -> Told:
    """What `seconds` of requests, drawn from the description the site serves, came to."""
    cookies = f"sessionid={session_of(person.user)}; csrftoken={TOKEN}"
    as_person = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Authorization": ""}
    config = {
        "seed": SEED,
        "base-url": site.url,
        "max-time": seconds,
        "continue-on-failure": True,
        "request-timeout": 30.0,
        "headers": key.headers,
        "generation": {"database": "none", "no-shrink": True, "allow-x00": False},
        "dictionaries": {name: {"values": words} for name, words in (WORDS | there).items()},
        "parameters": {
            field: {"dictionary": name, "probability": 0.7} for field, name in FIELDS.items()
        },
        "checks": {
            "positive_data_acceptance": {"expected-statuses": POSSIBLE},
            "missing_required_header": {"expected-statuses": REFUSED},
            "negative_data_rejection": {"expected-statuses": REFUSED},
        },
        "operations": [{"include-path-regex": PEOPLES, "headers": as_person}],
    }
    schema = schemathesis.openapi.from_url(
        f"{site.url}/api/schema",
        config=SchemathesisConfig.from_dict(config),
        headers={"Accept": "application/vnd.oai.openapi+json"},
    )
    schema.hook("filter_failure")(is_failure)
    told = Told()
    told.operations = schema.statistic.operations.total
    for event in from_schema(schema).execute():
        told.take(event)
    return told


def is_failure(_context: Any, failure: Any, _case: Any, response: Any) -> bool:
    """False for what is no fault of the API's, nor of its description."""
    if not isinstance(failure, RejectedPositiveData):
        return True
    return json.loads(response.content)["error"]["code"] not in UNSAYABLE


FORM = """--x
Content-Disposition: form-data; name="file"; filename="a.txt"

Hello world.
--x
Content-Disposition: form-data; name="source_language"

en
--x
Content-Disposition: form-data; name="target_languages"

de,fr
--x--
"""


def something_is_there(site: Site, person: Any) -> dict[str, list[Any]]:
    """Ids of documents and of their jobs, half of which are paused; there is a receiver, too."""
    documents, jobs = [], []
    form = person.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    body = FORM.replace("\n", "\r\n")
    for _ in range(6):
        made = site.call("POST", "/api/v1/documents", headers=form, body=body)
        assert made.status == 201, made.body
        [document] = made.json["documents"]
        documents.append(document["id"])
        jobs += [job["id"] for job in document["jobs"]]
        paused = site.call("POST", f"/api/v1/jobs/{jobs[-1]}/pause", headers=person.headers)
        assert paused.status == 200, paused.body
    receiver = {"url": WORDS["addresses"][0], "events": ["job.finished"]}
    headers = person.headers | {"Content-Type": "application/json"}
    made = site.call("POST", "/api/v1/webhooks", headers=headers, body=json.dumps(receiver))
    assert made.status == 201, made.body
    return {"documents": documents, "jobs": jobs} | glossary_of(person)


def glossary_of(person: Any) -> dict[str, list[Any]]:
    """Ids of a glossary and of its concepts."""
    from glossaries.services.concepts import create_concept
    from glossaries.services.glossaries import create_glossary
    from glossaries.values import ConceptValues, TermValues

    made = create_glossary(actor=person.actor, name="Shop")
    concepts = [
        create_concept(
            actor=person.actor,
            glossary_id=made.pk,
            values=ConceptValues(terms=(TermValues(language="en", text=text),)),
        )
        for text in ("cart", "invoice", "order")
    ]
    return {"glossaries": [str(made.pk)], "concepts": [str(one) for one in concepts]}


def members_of(person: Any) -> list[str]:
    """Ids of people who join the person's organization."""
    from accounts.services import Role, add_member, create_user

    people = [create_user(email=f"{name}@acme.example", name=name) for name in ("Ada", "Bo", "Cy")]
    joined = [add_member(actor=person.actor, user=one, role=Role.VIEWER) for one in people]
    return [str(one.pk) for one in joined]


def run(site: Site, workers: Any, owner: Any, outsider: Any, seconds: int) -> None:
    there = something_is_there(site, owner) | {"members": members_of(outsider)}
    with workers():
        told = fuzzed(site, owner, outsider, there, seconds)
    assert told.failures == {}, str(told)
    assert max(told.statuses) < 500, str(told)
    assert len(told.asked) == told.operations, str(told)
    assert sum(told.asked.values()) > LEAST_A_SECOND * seconds, str(told)
    assert site.call("GET", "/readyz").status == 200
    log.info("%s", told)


@pytest.mark.timeout(3 * SECONDS)
def test_it_does_what_it_says(site: Site, workers: Any, owner: Any, outsider: Any) -> None:
    run(site, workers, owner, outsider, SECONDS)


@pytest.mark.soak
@pytest.mark.timeout(SOAK_SECONDS + 120)
def test_it_does_what_it_says_for_ten_minutes(
    site: Site, workers: Any, owner: Any, outsider: Any
) -> None:
    run(site, workers, owner, outsider, SOAK_SECONDS)
