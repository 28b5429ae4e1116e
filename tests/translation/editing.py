"""The editor as its script uses it, for tests: a signed-in browser and what it sends."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.translation.paper import PaperModel, answered, loaded
from translation.queries.packs import claim_next
from translation.services.commit import commit_outcome
from translation.services.ending import settle_if_done


def browser_of(person: Any) -> Client:
    """A browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(person.user)
    return browser


def worked(model: PaperModel | None = None, *, end: bool = True) -> None:
    """Works through all packs; without `end` the runs stay open."""
    while claim := claim_next(lanes=("standard",), owner="a", lease_seconds=60):
        pack = loaded(claim)
        commit_outcome(claim, pack, answered(claim, pack, model))
        if end:
            settle_if_done(claim.organization_id, claim.run_id)


class Editor:
    """One person at one job."""

    def __init__(self, person: Any, job_id: Any) -> None:
        self.browser = browser_of(person)
        self.job_id = job_id

    def row(self, ordinal: int) -> dict[str, Any]:
        answer = self.browser.get(f"/jobs/{self.job_id}/rows?ordinals={ordinal}")
        [row] = answer.json()["rows"]
        return dict(row)

    def post(self, path: str, body: object) -> Any:
        return self.browser.post(path, json.dumps(body), content_type="application/json")

    def save(self, row: dict[str, Any], *forms: str, **more: Any) -> Any:
        sent = {"version": row["version"], "action": "save"} | more
        if forms:
            sent.setdefault("forms", list(forms))
        return self.post(f"/targets/{row['id']}", sent)

    def index(self, query: str = "") -> dict[str, Any]:
        return dict(self.browser.get(f"/jobs/{self.job_id}/index?{query}").json())


def texts(row: dict[str, Any]) -> list[str]:
    """What a row holds as target."""
    return [form["text"] for form in row["target"]]


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
