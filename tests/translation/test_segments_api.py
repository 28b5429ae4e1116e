"""Segments over REST: read with a tag, edited by whoever has seen the latest, judged at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.translation.editing import code, worked
from tests.translation.paper import PaperModel, lost

TEXT = "Press {name} to go on.\n\nRead this first.\n\nPress {name} to go on."
GOOD = "Weiter mit {name}."


class Caller:
    """A program with a key, at one job."""

    def __init__(self, person: Any, job_id: Any) -> None:
        self.client, self.headers = Client(), person.headers
        self.at = f"/api/v1/jobs/{job_id}"

    def get(self, path: str = "", **headers: str) -> Any:
        return self.client.get(self.at + path, headers=self.headers | headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method,
            path if path.startswith("/api/") else self.at + path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers | named,
        )


@pytest.fixture
def caller(submit: Any, owner: Any) -> Caller:
    stored = submit(TEXT)
    worked(PaperModel(lost))
    return Caller(owner, stored.job_ids["de"])


class TestEditing:
    def test_it_writes_over_what_was_read(self, caller: Caller) -> None:
        read = caller.get("/segments/0")
        assert (read.status_code, read["ETag"]) == (200, f'"{read.json()["version"]}"')
        answer = caller.send("PATCH", "/segments/0", {"target": [GOOD]}, If_Match=read["ETag"])
        told = answer.json()
        assert answer.status_code == 200
        assert (told["target"], told["origin"], told["findings"]) == ([GOOD], "person", [])
        assert answer["ETag"] == caller.get("/segments/0")["ETag"] != read["ETag"]
        late = caller.send("PATCH", "/segments/0", {"target": ["x"]}, If_Match=read["ETag"])
        assert code(late) == (412, "precondition_failed")
        assert caller.get("/segments/0").json() == told

    def test_it_wants_to_know_what_was_read(self, caller: Caller) -> None:
        before = caller.get("/segments/0").json()
        for method, path in (("PATCH", "/segments/0"), ("POST", "/segments/0/propagate")):
            assert code(caller.send(method, path)) == (428, "precondition_required")
        assert code(caller.send("PATCH", "/segments/9")) == (404, "segment_not_found")
        huge = f"/segments/{2**70}"
        assert code(caller.send("PATCH", huge)) == (404, "segment_not_found")
        assert caller.get("/segments/0").json() == before

    @pytest.mark.parametrize("tag", ["*", 'W/"{}"', '"1", "{}"'])
    def test_it_takes_a_tag_as_proxies_pass_it_on(self, caller: Caller, tag: str) -> None:
        given = tag.format(caller.get("/segments/0").json()["version"])
        answer = caller.send("PATCH", "/segments/0", {"target": [GOOD]}, If_Match=given)
        assert answer.status_code == 200

    @pytest.mark.parametrize("action", ["confirm", "approve"])
    def test_it_confirms_what_passes_and_stores_nothing_else(
        self, caller: Caller, action: str
    ) -> None:
        before = caller.get("/segments/0")
        held = {"target": ["Weiter."], "action": action}
        refused = caller.send("PATCH", "/segments/0", held, If_Match=before["ETag"])
        assert code(refused) == (422, "blocking_finding")
        assert caller.get("/segments/0").json() == before.json()
        good = {"target": [GOOD], "action": action}
        told = caller.send("PATCH", "/segments/0", good, If_Match=before["ETag"]).json()
        assert told["state"] == {"confirm": "reviewed", "approve": "final"}[action]

    @pytest.mark.parametrize(
        ("body", "status", "name"),
        [
            ({"target": "Weiter."}, 400, "request_malformed"),
            ({"target": [1]}, 400, "request_malformed"),
            ({"text": "Weiter."}, 400, "request_malformed"),
            ({"action": "publish"}, 400, "request_malformed"),
            ({"target": ["a", "b"]}, 422, "forms_mismatch"),
        ],
    )
    def test_it_says_what_is_wrong(self, caller: Caller, body: Any, status: int, name: str) -> None:
        assert code(caller.send("PATCH", "/segments/0", body, If_Match="*")) == (status, name)

    def test_it_needs_another_right_to_approve(self, caller: Caller, owner: Any) -> None:
        from accounts.services import issue_key

        scopes = ["documents:read", "documents:write"]
        secret = issue_key(actor=owner.actor, name="writer", scopes=scopes).secret
        caller.headers = {"Authorization": f"Bearer {secret}"}
        wish = {"target": [GOOD], "action": "approve"}
        refused = caller.send("PATCH", "/segments/0", wish, If_Match="*")
        assert code(refused) == (403, "scope_missing")
        assert refused.json()["error"]["detail"] == {"missing": "review:approve"}


class TestWhatElse:
    def test_it_hands_a_text_on(self, caller: Caller) -> None:
        tag = caller.send("PATCH", "/segments/0", {"target": [GOOD]}, If_Match="*")["ETag"]
        assert caller.get("/segments/2").json()["target"] != [GOOD]
        answer = caller.send("POST", "/segments/0/propagate", If_Match=tag)
        assert answer.json() == {"changed": 1}
        assert caller.get("/segments/2").json()["target"] == [GOOD]

    def test_it_tells_what_was_there_before(self, caller: Caller) -> None:
        before = caller.get("/segments/0").json()
        caller.send("PATCH", "/segments/0", {"target": [GOOD]}, If_Match="*")
        versions = caller.get("/segments/0/history").json()["versions"]
        assert [one["target"] for one in versions][:2] == [[GOOD], before["target"]]
        assert versions[0]["version"] == versions[1]["version"] + 1 == before["version"] + 1

    def test_it_dismisses_a_finding_and_takes_that_back(self, caller: Caller) -> None:
        wordy = {"target": ["Lies das hier 12 zuerst."]}
        told = caller.send("PATCH", "/segments/1", wordy, If_Match="*").json()
        finding = told["findings"][0]
        at = f"/api/v1/findings/{finding['id']}"
        off = caller.send("POST", f"{at}/dismiss").json()
        assert (off["ordinal"], off["findings"][0]["dismissed"]) == (1, True)
        listed = caller.get("/segments").json()["segments"][1]
        assert finding["id"] not in [one["id"] for one in listed["findings"]]
        on = caller.send("POST", f"{at}/undismiss").json()
        assert on["findings"][0]["dismissed"] is False
        certain = caller.get("/segments/0").json()["findings"][0]
        refused = caller.send("POST", f"/api/v1/findings/{certain['id']}/dismiss")
        assert code(refused) == (422, "finding_certain")


class TestUnchanged:
    def test_it_says_that_nothing_has_changed(self, caller: Caller) -> None:
        [document] = caller.send("GET", "/api/v1/documents").json()["documents"]
        for path in (f"/api/v1/documents/{document['id']}", caller.at):
            first = caller.send("GET", path)
            again = caller.send("GET", path, If_None_Match=first["ETag"])
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == first["ETag"]
        caller.send("PATCH", "/segments/0", {"target": [GOOD]}, If_Match="*")
        later = caller.send("GET", caller.at, If_None_Match=first["ETag"])
        assert (later.status_code, later.json()["needs_review"]) == (200, 1)
