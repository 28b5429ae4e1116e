"""The translate box without a browser: what it looks at, starts once, shows, lists and forgets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from translation.queries.box import MAX_HISTORY

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Hello world. Press {name} to go on.\n\nHello world. There are 12 pumps in the north ward."


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


def send(browser: Client, path: str, **body: Any) -> Any:
    return browser.post(path, json.dumps(body), content_type="application/json")


def start(browser: Client, **changes: Any) -> Any:
    asked = {"text": TEXT, "source": "en", "target": "de", "token": str(uuid4())}
    return send(browser, "/translate/start", **(asked | changes))


def state(browser: Client, job: str, first: int = 0) -> Any:
    return browser.get(f"/translate/{job}/state?from={first}").json()


def joined(told: Any) -> str:
    """The translation as the page puts it together."""
    written = []
    for row, lead in zip(told["rows"], told["leads"], strict=True):
        pieces = row["target"] if row["delivered"] else row["source"]
        written.append(
            lead + "".join(one if isinstance(one, str) else one["chip"] for one in pieces)
        )
    return "".join(written) + told["tail"]


class TestLook:
    def test_it_names_the_language_and_what_would_be_billed(self, browser: Client) -> None:
        told = send(browser, "/translate/look", text=TEXT, source="").json()
        assert told["language"] == "en"
        assert (told["segments"], told["repeated"]) == (4, 1)
        # Placeholders are not billed, nor is what repeats.
        assert told["chars"] < len(TEXT)

    def test_it_offers_languages_where_it_is_not_sure(self, browser: Client) -> None:
        told = send(browser, "/translate/look", text="Hotel Bravo", source="").json()
        assert told["language"] is None
        assert all(set(one) == {"code", "name", "dir"} for one in told["candidates"])

    @pytest.mark.parametrize("text", ["", "   \n", "12.5", "{name}"])
    def test_it_bears_a_text_without_words(self, browser: Client, text: str) -> None:
        told = send(browser, "/translate/look", text=text, source="").json()
        assert (told["chars"], told["language"]) == (0, None)

    def test_it_refuses_what_is_too_long_and_what_is_no_json(self, browser: Client) -> None:
        answer = send(browser, "/translate/look", text="x" * 131_073)
        assert answer.json()["error"]["code"] == "texts_too_large"
        for body in ("", "[1]", '{"text": 5}', "[" * 100_000):
            answer = browser.post("/translate/look", body, content_type="application/json")
            assert answer.json()["error"]["code"] in {"request_malformed", "json_malformed"}

    def test_it_stores_nothing(self, browser: Client, rows: Any) -> None:
        send(browser, "/translate/look", text=TEXT)
        assert rows("select count(*) as n from translation_document")[0]["n"] == 0


class TestStart:
    def test_it_does_the_same_wish_once(self, browser: Client, rows: Any, drain: Any) -> None:
        token = str(uuid4())
        jobs = {start(browser, token=token).json()["job"] for _ in range(3)}
        drain()
        jobs.add(start(browser, token=token).json()["job"])
        assert len(jobs) == 1
        assert rows("select count(*) as n from translation_run")[0]["n"] == 1
        assert rows("select count(*) as n from billing_ledgerline")[0]["n"] == 1

    def test_it_does_it_once_where_two_come_at_the_same_time(
        self, browser: Client, rows: Any, stored_files: Any
    ) -> None:
        token, before = str(uuid4()), stored_files()

        def one(_: int) -> str:
            try:
                return str(start(browser, token=token).json()["job"])
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            jobs = set(pool.map(one, range(4)))
        assert len(jobs) == 1
        assert rows("select count(*) as n from translation_document")[0]["n"] == 1
        assert len(stored_files() - before) == 1

    def test_it_takes_another_text_for_another_wish(self, browser: Client) -> None:
        token = str(uuid4())
        first = start(browser, token=token).json()["job"]
        assert start(browser, token=token, target="fr").json()["job"] != first
        assert start(browser, token=token, text="Other words.").json()["job"] != first

    def test_it_never_finds_another_persons_text(self, browser: Client, outsider: Any) -> None:
        token = str(uuid4())
        mine = start(browser, token=token).json()["job"]
        theirs = Client()
        theirs.force_login(outsider.user)
        assert start(theirs, token=token).json()["job"] != mine

    def test_it_finds_the_language_itself(self, browser: Client) -> None:
        german = "Bevor Sie die Pumpe anschließen, prüfen Sie den Alarm."
        assert start(browser, text=german, source="").json()["error"]["code"] == "languages_equal"
        text = "Avant de connecter la pompe, vérifiez que l'alarme est réglée."
        job = start(browser, text=text, source="").json()["job"]
        assert state(browser, job)["source"]["code"] == "fr"

    def test_it_asks_where_it_is_not_sure(self, browser: Client, rows: Any) -> None:
        error = start(browser, text="Hotel Bravo", source="").json()["error"]
        assert error["code"] == "language_unsure"
        assert rows("select count(*) as n from translation_document")[0]["n"] == 0

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"text": ""}, "text_empty"),
            ({"text": "12.5"}, "document_without_text"),
            ({"target": "en-GB"}, "languages_equal"),
            ({"target": "xx"}, "language_unsupported"),
            ({"text": "x" * 131_073}, "texts_too_large"),
            ({"token": "short"}, "request_malformed"),
        ],
    )
    def test_it_refuses_in_words_and_leaves_nothing(
        self, browser: Client, rows: Any, changes: Any, code: str
    ) -> None:
        answer = start(browser, **changes)
        assert answer.json()["error"]["code"] == code
        assert rows("select count(*) as n from translation_document")[0]["n"] == 0

    def test_it_remembers_the_languages(self, browser: Client, owner: Any) -> None:
        start(browser, target="ja")
        owner.user.refresh_from_db()
        assert (owner.user.recent_sources, owner.user.recent_targets) == (["en"], ["ja"])
        page = browser.get("/translate").content.decode()
        assert 'data-recents="ja "' in page

    def test_it_works_as_a_plain_form_too(self, browser: Client, drain: Any) -> None:
        sent = {
            "text": TEXT.replace("\n", "\r\n"),
            "source_language": "en",
            "target_language": "de",
            "token": str(uuid4()),
        }
        answers = [browser.post("/translate", sent) for _ in range(2)]
        assert answers[0]["Location"] == answers[1]["Location"]
        drain()
        assert browser.get(answers[0]["Location"]).status_code == 200


class TestState:
    def test_it_tells_segments_as_they_are_there(self, browser: Client, drain: Any) -> None:
        job = start(browser).json()["job"]
        told = state(browser, job)
        assert (told["open"], told["rows"], len(told["places"])) == (True, [], 4)
        assert [TEXT[first:last] for first, last in told["places"]][1] == "Press {name} to go on."
        drain()
        told = state(browser, job)
        assert (told["open"], told["done"], told["repeats"]) == (False, 4, 1)
        assert {"chip": "{name}", "kind": "placeholder"} in told["rows"][1]["target"]
        assert told["billed"] > 0

    def test_it_puts_the_text_together_as_the_download_does(
        self, browser: Client, drain: Any, owner: Any
    ) -> None:
        from translation.services.texts import translation_of

        for target in ("de", "ja", "ar"):
            job = start(browser, target=target).json()["job"]
            drain()
            told = state(browser, job)
            [text] = translation_of(actor=owner.actor, job_id=told["job"]).texts
            assert joined(told) == text

    def test_it_tells_from_where_the_page_has_got_to(self, browser: Client, drain: Any) -> None:
        job = start(browser).json()["job"]
        drain()
        whole = state(browser, job)
        rest = state(browser, job, 2)
        assert [row["ordinal"] for row in rest["rows"]] == [2, 3]
        assert (rest["leads"], rest["places"]) == (whole["leads"][2:], None)

    def test_it_counts_as_the_browser_does(self, browser: Client) -> None:
        job = start(browser, text="A 🎉 for you. Then go on.").json()["job"]
        places = state(browser, job)["places"]
        assert places == [[0, 13], [14, 25]]

    def test_it_keeps_the_source_where_a_check_holds_the_text_back(
        self, browser: Client, drain: Any, claude_sandbox: Any
    ) -> None:
        claude_sandbox.faults(segment={"lose_placeholder": 1.0})
        job = start(browser).json()["job"]
        drain()
        told = state(browser, job)
        [held] = [row for row in told["rows"] if not row["delivered"]]
        assert held["findings"][0]["code"] == "placeholder_set"
        assert "Press {name} to go on." in joined(told)

    def test_it_is_not_there_for_a_file(self, browser: Client, submit: Any) -> None:
        job = submit().job_ids["de"]
        assert browser.get(f"/translate/{job}").status_code == 404
        told = browser.get(f"/translate/{job}/state")
        assert told.json()["error"]["code"] == "translation_not_found"
        for act in ("stop", "retry", "delete"):
            assert send(browser, f"/translate/{job}/{act}").status_code == 404


class TestActs:
    def test_it_stops(self, browser: Client) -> None:
        job = start(browser).json()["job"]
        assert send(browser, f"/translate/{job}/stop").status_code == 200
        assert state(browser, job)["state"] == "cancelled"
        again = send(browser, f"/translate/{job}/stop")
        assert again.json()["error"]["code"] == "run_ended"

    def test_it_tries_again_what_failed(
        self, browser: Client, drain: Any, claude_sandbox: Any
    ) -> None:
        claude_sandbox.faults(segment={"lose_placeholder": 1.0})
        job = start(browser).json()["job"]
        drain()
        assert state(browser, job)["failed"] + state(browser, job)["needs_review"] == 1
        claude_sandbox.reset()
        send(browser, f"/translate/{job}/retry")
        drain()
        told = state(browser, job)
        assert told["open"] is False


class TestHistory:
    def texts(self, browser: Client, **asked: Any) -> list[str]:
        told = browser.get("/translate/history", asked).json()
        return [one["beginning"] for one in told["texts"]]

    def test_it_lists_ones_own_texts_newest_first(
        self, browser: Client, teammate: Any, drain: Any
    ) -> None:
        start(browser, text="The first text.")
        start(browser, text="The second text.")
        other = Client()
        other.force_login(teammate.user)
        start(other, text="Somebody else's text.")
        assert self.texts(browser) == ["The second text.", "The first text."]

    def test_it_finds_words_far_inside_and_in_the_translation(
        self, browser: Client, drain: Any
    ) -> None:
        start(browser, text="A beginning. " * 10 + "A sentence about occlusion alarms.")
        start(browser, text="Something else.")
        drain()
        assert len(self.texts(browser, q="OCCLUSION")) == 1
        told = browser.get("/translate/history").json()["texts"][0]
        word = state(browser, told["job"])["rows"][0]["target"][0].split()[0]
        assert self.texts(browser, q=word) != []
        assert self.texts(browser, q="%") == []

    def test_it_forgets_a_text(self, browser: Client, stored_files: Any) -> None:
        before = stored_files()
        job = start(browser).json()["job"]
        assert send(browser, f"/translate/{job}/delete").status_code == 200
        assert self.texts(browser) == []
        assert browser.get(f"/translate/{job}").status_code == 404
        assert stored_files() == before

    def test_it_goes_on_where_a_page_ended(self, browser: Client) -> None:
        for number in range(MAX_HISTORY):
            start(browser, text=f"Text {number}.")
        first = browser.get("/translate/history").json()
        assert first["before"] is not None
        assert self.texts(browser, before=first["before"]) == []
        start(browser, text="One more.")
        assert self.texts(browser, before=first["before"]) == []
        newer = browser.get("/translate/history").json()["before"]
        assert self.texts(browser, before=newer) == ["Text 0."]
        answer = browser.get("/translate/history", {"before": "yesterday"})
        assert answer.json()["error"]["code"] == "cursor_malformed"


class TestPage:
    def test_it_takes_a_text_from_the_address(self, browser: Client) -> None:
        page = browser.get("/translate", {"text": "Hello <b>you</b>"}).content.decode()
        assert "Hello &lt;b&gt;you&lt;/b&gt;" in page

    def test_it_keeps_what_was_typed_beside_what_is_wrong(self, browser: Client) -> None:
        sent = {"text": "Hello.", "source_language": "en", "target_language": "en-GB"}
        answer = browser.post("/translate", sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Hello." in page
        assert "Source and target are both English" in page

    def test_it_asks_as_often_for_a_long_text_as_for_a_short_one(
        self, browser: Client, drain: Any
    ) -> None:
        counts = []
        for text in ("Hello world.", " ".join(f"This is sentence {n}." for n in range(60))):
            job = start(browser, text=text).json()["job"]
            drain()
            with CaptureQueriesContext(connection) as asked:
                browser.get(f"/translate/{job}/state")
            counts.append(len(asked))
        assert counts[0] == counts[1]
