"""Schemathesis against the running site: what the API's description says is what it does.

A key with all scopes asks in one throw-away organization; where only people may ask, an owner does,
in another one, so that nobody revokes the key that is at work.
"""

from __future__ import annotations


import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from tests.claude_sandbox import running_sandbox
from tests.journeys.conftest import session_of
from tests.site import Site, running_site

SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
SOAK_SECONDS = 600
SEED = 20_260_101
TOLD = 30
PEOPLES = "^/api/v1/(me|keys)"
# What a request that is well-formed may still be told: that it cannot be done.
POSSIBLE = ["2xx", "401", "402", "403", "404", "409", "413", "422", "429"]
REFUSED = ["400", "401", "402", "403", "404", "405", "406", "409", "413", "415", "422", "429"]
# What no description of a text can say of it.
UNSAYABLE = {"cursor_malformed"}


@pytest.fixture
def site(transactional_db: None, workers: Any) -> Iterator[Site]:
    """A site of its own, with a stand-in that answers at once."""
    with running_sandbox() as sandbox, running_site(sandbox.url, WEBHOOK_PRIVATE_TARGETS="true") as one:
        yield one


@pytest.fixture
def workers() -> None:
    return None


class Told:
    """What a run came to."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.failures: dict[str, str] = {}
        self.checks = 0

    def take(self, event: Any) -> None:
        match event:
            case events.ScenarioFinished():
                self._take_scenario(event.recorder)
            case events.NonFatalError():
                self.failures[f"{event.label} {type(event.value).__name__}"] = str(event.value)
            case events.FatalError():
                raise event.exception

    def _take_scenario(self, recorder: Any) -> None:
        for case_id, interaction in recorder.interactions.items():
            self.requests[recorder.cases[case_id].value.operation.label] += 1
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for checks in recorder.checks.values():
            for check in checks:
                self.checks += 1
                if check.status != Status.SUCCESS:
                    self._take_failure(recorder.label, check)

    def _take_failure(self, label: str, check: Any) -> None:
        info = check.failure_info
        failure = info.failure if info else None
        name = f"{getattr(failure, 'operation', label)} {check.name}"
        self.failures.setdefault(
            f"{name} {str(getattr(failure, 'message', ''))[:120]}",
            f"{getattr(failure, 'title', '')} {getattr(failure, 'message', '')}\n"
            f"{info.code_sample if info else ''}",
        )

    def __str__(self) -> str:
        lines = [
            f"{sum(self.requests.values())} requests, {len(self.requests)} operations,"
            f" {self.checks} checks, {len(self.failures)} failures, {dict(self.statuses)}",
        ]
        lines += [f"--- {name}\n{one}" for name, one in list(self.failures.items())[:TOLD]]
        return "\n".join(lines)


def run(site: Site, key: Any, person: Any, seconds: int) -> Told:
    cookies = f"sessionid={session_of(person.user)}; csrftoken={'t' * 32}"
    config = {
        "seed": SEED,
        "base-url": site.url,
        "max-time": seconds,
        "continue-on-failure": True,
        "request-timeout": 40.0,
        "headers": key.headers,
        "generation": {"database": "none", "no-shrink": True, "allow-x00": False},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": POSSIBLE},
            "negative_data_rejection": {"expected-statuses": REFUSED},
        },
        "operations": [
            {
                "include-path-regex": PEOPLES,
                "headers": {"Cookie": cookies, "X-CSRFToken": "t" * 32, "Authorization": ""},
            }
        ],
    }
    schema = schemathesis.openapi.from_url(
        f"{site.url}/api/schema",
        config=SchemathesisConfig.from_dict(config),
        headers={"Accept": "application/vnd.oai.openapi+json"},
    )
    told = Told()
    for event in from_schema(schema).execute():
        told.take(event)
    return told


def test_it_does_what_it_says(site: Site, owner: Any, outsider: Any) -> None:
    told = run(site, owner, outsider, SECONDS)
    print(told)
    assert told.failures == {}
