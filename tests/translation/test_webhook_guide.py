"""docs/api/webhooks.md: its snippets work as they stand, and what it says is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.translation.paper import answered, claimed, loaded
from tests.translation.posting import deliver, endpoint, happen
from tests.translation.receivers import receiving
from translation import webhook_rules as rules
from translation.services import deletion, webhooks
from translation.services.commit import commit_outcome
from translation.services.ending import settle_if_done
from translation.webhook_sender import ERRORS

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = Path(__file__).parent.parent.parent / "docs" / "api" / "webhooks.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.usefixtures("open_walls")
def test_it_checks_signatures(owner: Any, number: int) -> None:
    snippet: dict[str, Any] = {}
    exec(blocks("python")[number], snippet)
    event_of = snippet["event_of"]
    with receiving() as receiver:
        made = endpoint(owner, receiver.url)
        old = webhooks.secret_of(made)
        new = webhooks.secret_of(webhooks.rotate_secret(actor=owner.actor, endpoint_id=made.pk))
        happen(owner, job_id="1")
        deliver()
    [got] = receiver.got
    for secret in (old, new):
        assert event_of(got.body, got.headers, secret)["data"] == {"job_id": "1"}
    assert event_of(got.body + b" ", got.headers, new) is None
    assert event_of(got.body, got.headers, rules.secret("x" * 32, made.pk, 1)) is None
    late = {**got.headers, "webhook-timestamp": str(int(got.headers["webhook-timestamp"]) - 600)}
    assert event_of(got.body, late, new) is None


def test_it_shows_what_is_really_sent(owner: Any, submit: Any, rows: Any) -> None:
    made = endpoint(owner, "https://hooks.example.com/")
    webhooks.send_test(actor=owner.actor, endpoint_id=made.pk)
    stored = submit("Hello there.")
    claim = claimed()
    pack = loaded(claim)
    commit_outcome(claim, pack, answered(claim, pack))
    settle_if_done(owner.organization_id, stored.run_ids["de"])
    deletion.delete_document(actor=owner.actor, document_id=stored.document_id)
    sent = {
        row["kind"]: json.loads(row["body"])
        for row in rows("select kind, body from translation_webhookevent")
    }
    shown = {one["type"]: one for one in map(json.loads, blocks("json"))}
    assert list(shown) == ["job.finished", "document.deleted", "webhook.test"]
    for kind, example in shown.items():
        assert list(example) == list(sent[kind]), kind
        assert list(example["data"]) == list(sent[kind]["data"]), kind
        for name, value in example["data"].items():
            real = sent[kind]["data"][name]
            assert value is None or real is None or type(value) is type(real), name


def test_it_lists_the_events_and_errors_there_are() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (.+?) \|$", GUIDE.read_text(), re.MULTILINE))
    for kind, sentence in rules.EVENTS.items():
        assert rows[kind].startswith(sentence), kind
    assert rules.TEST in rows
    assert {one: rows.get(one, "") for one in ERRORS} == ERRORS


def test_it_tells_the_true_schedule() -> None:
    text = " ".join(GUIDE.read_text().split())
    assert rules.WAITS == (5, 30, 120, 600, 1800, 3600, 10_800, 21_600)
    assert (
        "after 5 seconds, 30 seconds, 2 and 10 minutes, half an hour, 1 and 3 hours, then every"
        " 6 hours, each up to a fifth later, for three days" in text
    )
    assert (rules.SPREAD, rules.GIVE_UP_AFTER.days, rules.LONGEST_PAUSE_SECONDS) == (0.2, 3, 300)
    assert f"kept for {webhooks.KEPT.days} days" in text
    assert webhooks.MAX_ENDPOINTS == 10
