"""Documents and texts over REST: narrowed, estimated, acted on many at once, packed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.translation.editing import code, worked
from tests.translation.paper import PaperModel, lost

GREETING = "Press {name} to go on.\n\nRead this first.\n\nPress {name} to go on."


class Program:
    """A program with a person's key."""

    def __init__(self, person: Any) -> None:
        self.client, self.headers = Client(), person.headers

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, method: str = "POST") -> Any:
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )

    def estimate(self, data: bytes, name: str = "letter.txt", **fields: Any) -> Any:
        sent = {"file": SimpleUploadedFile(name, data), "source_language": "en", **fields}
        return self.client.post("/api/v1/documents/estimate", sent, headers=self.headers)


@pytest.fixture
def program(owner: Any) -> Program:
    return Program(owner)


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["documents"]]


class TestFilters:
    def test_it_narrows_documents_by_all_they_can_be_told_apart_by(
        self, program: Program, submit: Any
    ) -> None:
        held = submit(GREETING, "held.txt", targets=("de",))
        worked(PaperModel(lost))
        ready = submit("# Fine\n", "ready.md", targets=("de", "ja"))
        worked()
        runs = submit("Wait here.", "runs.txt", targets=("fr",))
        named = {
            name: str(one.document_id)
            for name, one in {"held": held, "ready": ready, "runs": runs}.items()
        }

        def shown(**query: Any) -> list[str]:
            found = ids(program.get("documents", **query))
            return [name for name, key in named.items() if key in found]

        assert shown() == ["held", "ready", "runs"]
        assert shown(state="needs_review") == ["held"]
        assert shown(state="ready") == ["ready"]
        assert shown(state="running") == ["runs"]
        assert shown(target_language="de") == ["held", "ready"]
        assert shown(target_language="de", state="running") == []
        assert shown(format="markdown") == ["ready"]
        assert shown(name="r") == ["ready", "runs"]
        assert shown(name="unds") == shown(name="R") == []
        assert shown(source_language="fr") == []
        now = timezone.now()
        assert shown(created_from=(now + timedelta(hours=1)).isoformat()) == []
        assert shown(created_to=(now + timedelta(hours=1)).isoformat()) == shown()
        assert code(program.get("documents", state="lost")) == (400, "request_malformed")

    def test_it_keeps_a_cursor_to_its_filters(self, program: Program, submit: Any) -> None:
        for number in range(3):
            submit("Wait here.", f"{number}.txt")
        first = program.get("documents", limit=2, state="running").json()
        more = first["next_cursor"]
        rest = program.get("documents", limit=2, state="running", cursor=more)
        assert len(ids(rest)) == 1
        assert not set(ids(rest)) & {one["id"] for one in first["documents"]}
        other = program.get("documents", limit=2, state="ready", cursor=more)
        assert code(other) == (400, "cursor_malformed")

    def test_it_narrows_segments_by_state_and_finding(self, program: Program, submit: Any) -> None:
        stored = submit(GREETING)
        worked(PaperModel(lost))
        at = f"jobs/{stored.job_ids['de']}/segments"

        def ordinals(**query: Any) -> list[int]:
            answer = program.get(at, **query).json()
            return [one["ordinal"] for one in answer["segments"]]

        held = ordinals(state="needs_review")
        assert ordinals() == [0, 1, 2]
        assert ordinals(state="translated") == [1]
        assert held == [0, 2]
        assert ordinals(finding="placeholder_set") == held
        assert ordinals(finding="placeholder_set", state="translated") == []
        assert ordinals(state="failed") == []


class TestEstimates:
    def test_it_counts_what_the_upload_then_bills(
        self, program: Program, submit: Any, stored_files: Any
    ) -> None:
        data, before = GREETING.encode(), stored_files()
        answer = program.estimate(data, target_languages="de,fr")
        told = answer.json()
        [file] = told["files"]
        assert answer.status_code == 200
        assert (file["segments"], file["refusal"], file["same"]) == (3, "", None)
        assert file["repeated_chars"] > 0
        assert told["fits"] is True
        assert stored_files() == before
        assert ids(program.get("documents")) == []
        stored = submit(GREETING, targets=("de", "fr"))
        worked()
        usage = program.get("usage").json()
        assert usage["used_chars"] == told["billed_chars"]
        assert told["left_chars"] - told["billed_chars"] == usage["left_chars"]
        again = program.estimate(data, target_languages="de").json()["files"][0]
        assert again["same"]["document_id"] == str(stored.document_id)
        assert again["revises"]["name"] == "letter.txt"

    def test_it_says_why_a_file_would_be_refused(self, program: Program, db: None) -> None:
        told = program.estimate(b"{", "broken.json", target_languages="de").json()
        assert told["billed_chars"] == 0
        assert "JSON" in told["files"][0]["refusal"]

    def test_it_wants_languages_it_knows(self, program: Program, db: None) -> None:
        answer = program.estimate(b"Hello.", target_languages="xx")
        assert code(answer) == (422, "language_unsupported")

    def test_it_names_the_language_of_a_text(self, program: Program, db: None) -> None:
        text = "Le robinet doit rester ouvert pendant toute la visite. Merci de votre visite."
        told = program.post("translate/estimate", {"text": text}).json()
        assert told["detected_language"] == "fr"
        assert told["candidates"][0]["code"] == "fr"
        assert told["billed_chars"] == len(text) - 1
        doubtful = program.post("translate/estimate", {"text": "OK"}).json()
        assert doubtful["detected_language"] is None

    def test_it_has_a_limit(self, program: Program, db: None) -> None:
        answer = program.post("translate/estimate", {"text": "a" * (128 * 1024 + 1)})
        assert code(answer) == (413, "texts_too_large")


class TestManyAtOnce:
    def test_it_does_to_each_what_is_asked(self, program: Program, submit: Any) -> None:
        keys = [str(submit("Wait here.", f"{one}.txt").document_id) for one in range(3)]

        def act(action: str, *documents: str) -> Any:
            return program.post("documents/actions", {"action": action, "documents": documents})

        def states() -> list[str]:
            return [
                job["state"]
                for key in keys
                for job in program.get(f"documents/{key}").json()["jobs"]
            ]

        assert act("pause", *keys[:2]).json() == {"done": 2}
        assert states() == ["paused", "paused", "queued"]
        assert act("resume", keys[0]).json() == {"done": 1}
        assert program.post("documents/actions", {"action": "pause"}).json() == {"done": 3}
        assert states() == ["paused"] * 3
        assert act("cancel", keys[2]).json() == {"done": 1}
        assert act("delete", *keys).json() == {"done": 3}
        assert ids(program.get("documents")) == []
        assert act("restore", *keys).json() == {"done": 3}
        assert states() == ["cancelled"] * 3

    def test_it_does_nothing_where_one_is_not_there(
        self, program: Program, submit: Any, outsider: Any
    ) -> None:
        mine = submit("Wait here.").document_id
        others = submit("Wait here.", actor=outsider.actor).document_id
        for action in ("pause", "cancel", "delete", "retry"):
            wish = {"action": action, "documents": [str(mine), str(others)]}
            assert code(program.post("documents/actions", wish)) == (404, "document_not_found")
        assert program.get(f"documents/{mine}").json()["jobs"][0]["state"] == "queued"
        assert Program(outsider).get(f"documents/{others}").json()["jobs"][0]["state"] == "queued"

    def test_it_names_what_is_missing(self, program: Program, db: None) -> None:
        delete_all = program.post("documents/actions", {"action": "delete"})
        assert code(delete_all) == (422, "documents_missing")
        unknown = program.post("documents/actions", {"action": "burn"})
        assert unknown.json()["error"]["detail"]["errors"][0]["pointer"] == "/action"

    def test_it_packs_what_has_ended(self, program: Program, submit: Any, outsider: Any) -> None:
        done = submit("Hello there.", "done.txt", targets=("de", "ja"))
        worked()
        runs = submit("Wait here.", "runs.txt")
        both = [str(done.document_id), str(runs.document_id)]
        answer = program.get("documents/archive", document=both)
        packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
        assert sorted(packed.namelist()) == ["done.de.txt", "done.ja.txt", "left out.txt"]
        assert packed.read("done.de.txt") == b"Uryyb gurer."
        one = program.get("documents/archive", document=both, language="ja", **{"as": "table"})
        packed = zipfile.ZipFile(io.BytesIO(b"".join(one.streaming_content)))
        assert packed.namelist() == ["done.ja.xlsx"]
        assert code(program.get("documents/archive", document=both[1])) == (409, "not_ready")
        assert code(program.get("documents/archive")) == (400, "request_malformed")
        stranger = Program(outsider).get("documents/archive", document=both[0])
        assert code(stranger) == (404, "document_not_found")


class TestReplacing:
    def test_it_replaces_what_the_preview_told(self, program: Program, submit: Any) -> None:
        stored = submit("Hello there.\n\nGood day.\n\nHello {name}.")
        worked()
        at = f"jobs/{stored.job_ids['de']}"
        wish = {"find": "uryyb", "replace": "Guten Tag"}
        told = program.post(f"{at}/replacements/preview", wish).json()
        assert told["matches"] == 2
        assert [one["ordinal"] for one in told["hits"]] == [0, 2]
        assert (told["hits"][0]["before"], told["hits"][0]["after"]) == (
            "Uryyb gurer.",
            "Guten Tag gurer.",
        )
        strict = program.post(f"{at}/replacements/preview", wish | {"case": True}).json()
        assert strict == {"matches": 0, "hits": []}
        seen = [{"id": one["id"], "version": one["version"]} for one in told["hits"]]
        seen[1]["version"] -= 1
        done = program.post(f"{at}/replacements", wish | {"segments": seen})
        assert done.json() == {"changed": 1, "skipped": 1}
        rows = program.get(f"{at}/segments").json()["segments"]
        assert [one["target"][0] for one in rows] == [
            "Guten Tag gurer.",
            "Tbbq qnl.",
            "Uryyb {name}.",
        ]

    def test_it_takes_no_other_jobs_segments(
        self, program: Program, submit: Any, outsider: Any
    ) -> None:
        mine, others = submit("Hello."), submit("Hello.", actor=outsider.actor)
        worked()
        [row] = Program(outsider).get(f"jobs/{others.job_ids['de']}/segments").json()["segments"]
        wish = {"find": "Uryyb", "replace": "x", "segments": [{"id": row["id"], "version": 2}]}
        done = program.post(f"jobs/{mine.job_ids['de']}/replacements", wish)
        assert done.json() == {"changed": 0, "skipped": 1}
        assert program.post(f"jobs/{others.job_ids['de']}/replacements", wish).status_code == 404


class TestTexts:
    @pytest.fixture
    def text(self, owner: Any, transactional_db: None) -> Any:
        from accounts.services import authenticate_key
        from translation.services.intake import submit_texts

        def submitted(words: str, actor: Any = None) -> UUID:
            made = submit_texts(
                actor=actor or authenticate_key(owner.key).actor,
                texts=[words],
                source_language="en",
                target_language="de",
            )
            [job_id] = made.job_ids.values()
            return job_id

        return submitted

    def test_it_lists_the_callers_own(self, program: Program, text: Any, owner: Any) -> None:
        first, second = text("Open the valve."), text("Close the door.")
        text("Somebody else's.", owner.actor)
        page = program.get("translate", limit=1).json()
        assert [one["job_id"] for one in page["translations"]] == [str(second)]
        told = program.get("translate", limit=1, cursor=page["next_cursor"]).json()
        [one] = told["translations"]
        assert (one["job_id"], told["next_cursor"]) == (str(first), None)
        assert one["beginning"] == "Open the valve."
        assert (one["source_language"], one["target_language"]) == ("en", "de")
        found = program.get("translate", search="VALVE").json()["translations"]
        assert [one["job_id"] for one in found] == [str(first)]

    def test_it_cancels_retries_and_deletes(self, program: Program, text: Any) -> None:
        job_id = text("Open the valve.")
        cancelled = program.post(f"translate/{job_id}/cancel").json()
        assert cancelled["state"] == "cancelled"
        assert code(program.post(f"translate/{job_id}/cancel")) == (409, "run_ended")
        again = program.post(f"translate/{job_id}/retry")
        assert (again.status_code, again.json()["state"]) == (202, "queued")
        worked()
        assert program.post(f"translate/{job_id}", method="DELETE").status_code == 204
        assert program.get(f"translate/{job_id}").status_code == 404
        assert program.get("translate").json()["translations"] == []

    def test_it_is_for_texts_alone(self, program: Program, submit: Any) -> None:
        job_id = submit("Hello.").job_ids["de"]
        for path, method in (("/cancel", "POST"), ("/retry", "POST"), ("", "DELETE")):
            answer = program.post(f"translate/{job_id}{path}", method=method)
            assert code(answer) == (404, "translation_not_found")
        assert program.get(f"jobs/{job_id}").json()["state"] == "queued"


class TestNotifications:
    def test_it_tells_people_how_things_ended(self, owner: Any, submit: Any) -> None:
        for number in range(3):
            submit("Hello.", f"{number}.txt")
        worked()
        browser = Client()
        browser.force_login(owner.user)

        def told(**query: Any) -> Mapping[str, Any]:
            return dict(browser.get("/api/v1/notifications", query).json())

        page = told(limit=2)
        assert [one["name"] for one in page["notifications"]] == ["2.txt", "1.txt"]
        assert page["unread"] == 3
        rest = told(limit=2, cursor=page["next_cursor"])
        assert [one["name"] for one in rest["notifications"]] == ["0.txt"]

        def read(body: Any) -> Any:
            return browser.post(
                "/api/v1/notifications/read", json.dumps(body), content_type="application/json"
            ).json()

        first = page["notifications"][0]["id"]
        assert read({"notifications": [first]}) == {"marked": 1}
        assert read({"notifications": [first, str(uuid4())]}) == {"marked": 0}
        assert read({}) == {"marked": 2}
        assert told()["unread"] == 0

    def test_it_is_not_for_programs(self, program: Program, db: None) -> None:
        assert code(program.get("notifications")) == (403, "person_only")
        assert code(program.post("notifications/read", {})) == (403, "person_only")
