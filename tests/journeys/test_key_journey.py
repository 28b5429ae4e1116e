"""A program's way through the API: a key and the Python client, nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from interlinear import Conflict, Interlinear, NotFound, OverAllowance

CATALOGUE = {
    "title": "Welcome, {name}",
    "cart": {"items": "You have {count, plural, one {# item} other {# items}}"},
    "save": "Save",
    "save_again": "Save",
}


@pytest.fixture
def client(site: Any, owner: Any) -> Iterator[Interlinear]:
    with Interlinear(site.url, owner.key) as client:
        yield client


def upload(client: Interlinear, name: str, data: bytes, *targets: str) -> Any:
    [document] = client.documents.upload(
        (name, data), source_language="en", target_languages=targets
    )
    return document


def test_it_goes_from_upload_to_the_ledger(client: Interlinear, workers: Any) -> None:
    document = upload(client, "shop.json", json.dumps(CATALOGUE).encode(), "de", "ar")
    assert {job["state"] for job in document["jobs"]} == {"queued"}
    with workers():
        document = client.documents.wait(document["id"], timeout=40)
    billed = 0
    for job in document["jobs"]:
        assert job["state"] == "ready"
        assert (job["segments"], job["repeats"], job["failed"]) == (4, 1, 0)
        translated = json.loads(client.jobs.download(job["id"]))
        assert "{name}" in translated["title"]
        assert translated["save"] == translated["save_again"] != "Save"
        assert client.jobs.download(job["id"], kind="table").startswith(b"PK")
        segments = list(client.jobs.segments(job["id"], limit=3))
        assert [one["ordinal"] for one in segments] == [0, 1, 2, 3]
        report = client.jobs.report(job["id"])
        assert report["job"]["billed_chars"] == job["billed_chars"] > 0
        assert client.jobs.get(job["id"]) == job
        assert float(report["cost_usd"]) > 0
        billed += job["billed_chars"] or 0
    usage = client.usage()
    assert (usage["used_chars"], usage["reserved_chars"]) == (billed, 0)
    assert usage["left_chars"] == usage["cap_chars"] - billed
    delete_leaves_nothing_but_the_ledger(client, document, billed)


def delete_leaves_nothing_but_the_ledger(client: Interlinear, document: Any, billed: int) -> None:
    client.documents.delete(document["id"])
    with pytest.raises(NotFound) as told:
        client.documents.get(document["id"])
    assert told.value.code == "document_not_found"
    assert list(client.documents.list()) == []
    assert client.usage()["used_chars"] == billed


def test_it_cancels_and_goes_on_later(client: Interlinear, workers: Any) -> None:
    document = upload(client, "letter.txt", b"First line.\n\nSecond line.\n", "de")
    [job] = document["jobs"]
    with pytest.raises(Conflict) as told:
        client.jobs.download(job["id"])
    assert told.value.code == "not_ready"
    assert client.jobs.pause(job["id"])["state"] == "paused"
    assert client.jobs.resume(job["id"])["state"] == "queued"
    assert client.documents.cancel(document["id"])["jobs"][0]["state"] == "cancelled"
    with pytest.raises(Conflict) as told:
        client.jobs.cancel(job["id"])
    assert told.value.code == "run_ended"
    assert client.usage()["reserved_chars"] == 0
    assert client.jobs.retry(job["id"])["run_number"] == 2
    with workers():
        [job] = client.documents.wait(document["id"], timeout=40)["jobs"]
    assert (job["state"], job["run_number"], job["billed_chars"]) == ("ready", 2, 23)


def test_it_reads_every_page_of_a_list(client: Interlinear) -> None:
    made = [upload(client, f"{number}.txt", b"A line.\n", "de")["id"] for number in range(3)]
    assert [one["id"] for one in client.documents.list(limit=2)] == made[::-1]


def test_it_translates_texts_while_the_caller_waits(client: Interlinear, workers: Any) -> None:
    with workers():
        answer = client.translate(
            ["Hello {name}.", "Good-bye."], source_language="en", target_language="fr"
        )
    assert len(answer["texts"]) == 2
    assert "{name}" in answer["texts"][0]
    assert client.translation(answer["job_id"])["texts"] == answer["texts"]


def test_it_is_told_of_a_spent_allowance(client: Interlinear, owner: Any) -> None:
    from accounts.tenancy import organization_scope
    from billing.models import UsagePeriod
    from billing.services import ensure_period

    with organization_scope(owner.organization_id):
        ensure_period(owner.organization_id, now=timezone.now())
        UsagePeriod.objects.filter(organization_id=owner.organization_id).update(cap_chars=10)
    with pytest.raises(OverAllowance) as told:
        client.translate(["This is longer than ten."], source_language="en", target_language="de")
    assert told.value.detail["left"] == 10
    assert told.value.retry_after is not None
    assert told.value.request_id


def test_it_lists_languages_without_a_key(site: Any) -> None:
    with Interlinear(site.url, "") as client:
        assert "de" in {one["code"] for one in client.languages()["languages"]}
