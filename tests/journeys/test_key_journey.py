"""A program's way through the API: a key and the standard library, nothing else."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

CATALOGUE = {
    "title": "Welcome, {name}",
    "cart": {"items": "You have {count, plural, one {# item} other {# items}}"},
    "save": "Save",
    "save_again": "Save",
}


class Program:
    """A customer's script."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def call(
        self, method: str, path: str, body: bytes | None = None, content_type: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {"Authorization": f"Bearer {self.key}"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def json(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        body = None if value is None else json.dumps(value).encode()
        status, _, answer = self.call(method, path, body, "application/json" if body else "")
        return status, json.loads(answer) if answer else None

    def upload(self, name: str, data: bytes, targets: str) -> tuple[int, Any]:
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts = [
            b'--x\r\nContent-Disposition: form-data; name="source_language"\r\n\r\nen\r\n',
            b'--x\r\nContent-Disposition: form-data; name="target_languages"\r\n\r\n',
            targets.encode() + b"\r\n",
            head.encode(),
            data + b"\r\n--x--\r\n",
        ]
        status, _, answer = self.call(
            "POST", "/api/v1/documents", b"".join(parts), "multipart/form-data; boundary=x"
        )
        return status, json.loads(answer)

    def wait(self, document_id: str) -> Any:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            _, document = self.json("GET", f"/api/v1/documents/{document_id}")
            if all(job["finished_at"] for job in document["jobs"]):
                return document
            time.sleep(0.1)
        raise AssertionError("the work did not end")


@pytest.fixture
def program(site: Any, owner: Any) -> Program:
    return Program(site.url, owner.key)


def test_it_goes_from_upload_to_the_ledger(program: Program, workers: Any) -> None:
    data = json.dumps(CATALOGUE).encode()
    status, made = program.upload("shop.json", data, "de,ar")
    assert status == 201
    [document] = made["documents"]
    assert {job["state"] for job in document["jobs"]} == {"queued"}
    with workers():
        document = program.wait(document["id"])
    billed = 0
    for job in document["jobs"]:
        assert job["state"] == "ready"
        assert (job["segments"], job["repeats"], job["failed"]) == (4, 1, 0)
        status, headers, body = program.call("GET", f"/api/v1/jobs/{job['id']}/download")
        assert (status, headers["Content-Type"]) == (200, "application/json")
        assert f"shop.{job['target_language']}.json" in headers["Content-Disposition"]
        translated = json.loads(body)
        assert "{name}" in translated["title"]
        assert translated["save"] == translated["save_again"] != "Save"
        _, page = program.json("GET", f"/api/v1/jobs/{job['id']}/segments?limit=3")
        assert [one["ordinal"] for one in page["segments"]] == [0, 1, 2]
        _, rest = program.json(
            "GET", f"/api/v1/jobs/{job['id']}/segments?limit=3&cursor={page['next_cursor']}"
        )
        assert ([one["ordinal"] for one in rest["segments"]], rest["next_cursor"]) == ([3], None)
        _, report = program.json("GET", f"/api/v1/jobs/{job['id']}/report")
        assert report["job"]["billed_chars"] == job["billed_chars"] > 0
        assert float(report["cost_usd"]) > 0
        billed += job["billed_chars"]
    _, usage = program.json("GET", "/api/v1/usage")
    assert (usage["used_chars"], usage["reserved_chars"]) == (billed, 0)
    assert usage["left_chars"] == usage["cap_chars"] - billed
    delete_leaves_nothing_but_the_ledger(program, document, billed)


def delete_leaves_nothing_but_the_ledger(program: Program, document: Any, billed: int) -> None:
    path = f"/api/v1/documents/{document['id']}"
    assert program.call("DELETE", path)[0] == 204
    assert program.json("GET", path)[1]["error"]["code"] == "document_not_found"
    assert program.json("GET", "/api/v1/documents")[1] == {"documents": [], "next_cursor": None}
    assert program.json("GET", "/api/v1/usage")[1]["used_chars"] == billed


def test_it_cancels_and_goes_on_later(program: Program, workers: Any) -> None:
    _, made = program.upload("letter.txt", b"First line.\n\nSecond line.\n", "de")
    [document] = made["documents"]
    [job] = document["jobs"]
    status, error = program.json("GET", f"/api/v1/jobs/{job['id']}/download")
    assert (status, error["error"]["code"]) == (409, "not_ready")
    status, cancelled = program.json("POST", f"/api/v1/documents/{document['id']}/cancel")
    assert (status, cancelled["jobs"][0]["state"]) == (200, "cancelled")
    status, error = program.json("POST", f"/api/v1/jobs/{job['id']}/cancel")
    assert (status, error["error"]["code"]) == (409, "run_ended")
    assert program.json("GET", "/api/v1/usage")[1]["reserved_chars"] == 0
    status, retried = program.json("POST", f"/api/v1/jobs/{job['id']}/retry")
    assert (status, retried["run_number"]) == (202, 2)
    with workers():
        [job] = program.wait(document["id"])["jobs"]
    assert (job["state"], job["run_number"], job["billed_chars"]) == ("ready", 2, 23)


def test_it_translates_texts_while_the_caller_waits(program: Program, workers: Any) -> None:
    asked = {
        "texts": ["Hello {name}.", "Good-bye."],
        "source_language": "en",
        "target_language": "fr",
    }
    with workers():
        status, answer = program.json("POST", "/api/v1/translate", asked)
    assert (status, answer["finished"]) == (200, True)
    assert len(answer["texts"]) == 2
    assert "{name}" in answer["texts"][0]
    status, again = program.json("GET", f"/api/v1/translate/{answer['job_id']}")
    assert (status, again["texts"]) == (200, answer["texts"])
