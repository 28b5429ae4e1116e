"""A translate call that is told segment by segment, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.journeys.listening import events, opened
from tests.site import Site

TEXTS = [f"Close the valve {number} before you open {{housing}}." for number in range(45)]
BODY = {"texts": TEXTS, "source_language": "en", "target_language": "de"}


@contextmanager
def asked(site: Site, headers: dict[str, str], body: object = BODY, **more: str) -> Iterator[Any]:
    """The answer to a translate call that wants events, open as long as the block runs."""
    sent = {"Content-Type": "application/json", **headers, **more}
    with opened(site, "POST", "/api/v1/translate", sent, json.dumps(body)) as answer:
        yield answer


def documents(admin: psycopg.Connection[Any]) -> int:
    row = admin.execute("select count(*) from translation_document").fetchone()
    assert row is not None
    return int(row[0])


def test_it_tells_each_segment_before_the_end(site: Site, owner: Any, workers: Any) -> None:
    with asked(site, owner.headers) as answer:
        told = events(answer)
        name, job = next(told)
        assert name == "job"
        # Nobody has worked yet, and the caller knows already where to ask.
        with workers():
            rest = list(told)
    *segments, (last, body) = rest
    assert last == "done"
    assert body["job_id"] == job["job_id"]
    assert {name for name, _ in segments} == {"segment"}
    assert sorted(one["ordinal"] for _, one in segments) == list(range(len(TEXTS)))
    by_ordinal = {one["ordinal"]: one["target"] for _, one in segments}
    assert body["texts"] == ["".join(by_ordinal[number]) for number in range(len(TEXTS))]
    assert body["finished"] is True


def test_it_has_one_effect_however_often_it_is_asked(
    site: Site, owner: Any, workers: Any, admin: psycopg.Connection[Any]
) -> None:
    key = {"Idempotency-Key": "told-once"}
    with asked(site, owner.headers, **key) as answer:
        _, job = next(events(answer))  # and then the line breaks
    with workers():
        with asked(site, owner.headers, **key) as answer:
            first = list(events(answer))
        with asked(site, owner.headers, **key) as answer:
            second = list(events(answer))
        body = json.dumps(BODY)
        sent = {**owner.headers, **key, "Content-Type": "application/json"}
        whole = site.call("POST", "/api/v1/translate", headers=sent, body=body)
    assert first[0] == second[0] == ("job", job)
    assert first[-1] == second[-1] == ("done", whole.json)
    assert documents(admin) == 1
    lines = admin.execute("select units from billing_ledgerline").fetchall()
    assert [units for (units,) in lines] == [whole.json["billed_chars"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"texts": []}, 400, "request_malformed"),
        (BODY | {"target_language": "tlh"}, 422, "language_unsupported"),
        (BODY | {"texts": ["x"] * 51}, 413, "texts_too_large"),
    ],
)
def test_it_refuses_as_ever_before_the_first_event(
    site: Site, owner: Any, admin: Any, body: dict[str, Any], status: int, code: str
) -> None:
    with asked(site, owner.headers, body) as answer:
        told = json.loads(answer.read())
    assert (answer.status, told["error"]["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/json"
    assert documents(admin) == 0


def test_it_asks_who_it_is(site: Site, owner: Any) -> None:
    from accounts.services import issue_key

    issued = issue_key(actor=owner.actor, name="reader", scopes=["documents:read"])
    for secret, status in [("il_nobody", 401), (issued.secret, 403)]:
        with asked(site, {"Authorization": f"Bearer {secret}"}) as answer:
            assert answer.status == status
            assert "error" in json.loads(answer.read())
