"""The pages without a browser: who sees what, what is refused how, and what is never lost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


def text_of(answer: Any) -> str:
    """What the page says, without markup and doubled spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def a_file(name: str = "letter.txt", content: bytes = b"Hello {name}.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(browser: Client, **changes: Any) -> Any:
    fields = {"file": a_file(), "source_language": "en", "target_languages": ["de", "ar"]}
    return browser.post("/documents", fields | changes, follow=True)


class TestTheDoor:
    @pytest.mark.parametrize("path", ["/documents", "/translate", "/documents?cursor=abc"])
    def test_it_sends_strangers_to_sign_in_and_back(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 302
        where = path.replace("?", "%3F").replace("=", "%3D")
        assert answer["Location"] == f"/accounts/login/?next={where}"

    def test_it_sends_a_form_of_a_stranger_to_a_page_that_can_be_shown(
        self, client: Client
    ) -> None:
        answer = client.post("/jobs/01900000-0000-7000-8000-000000000000/cancel")
        assert answer["Location"] == "/accounts/login/?next=/"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "http://testserver@evil.example/",
            "\thttps://evil.example",
        ],
    )
    def test_it_never_leads_to_another_house(
        self, client: Client, owner: Any, elsewhere: str
    ) -> None:
        owner.user.set_password("correct horse battery")
        owner.user.save()
        sent = {
            "login": owner.user.email,
            "password": "correct horse battery",
            "next": elsewhere,
        }
        answer = client.post("/accounts/login/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/")

    def test_it_tells_a_person_without_an_organization(self, client: Client) -> None:
        from accounts.services import create_user

        client.force_login(create_user(email="nora@nowhere.example"))
        assert client.get("/documents")["Location"] == "/organizations/new"
        assert "You are in no organization" in text_of(client.get("/organizations/new"))
        answer = client.post("/organizations/switch")
        assert answer.status_code == 403
        assert "organization_missing" in text_of(answer)

    def test_it_keeps_pages_out_of_shared_caches(self, browser: Client) -> None:
        answer = browser.get("/documents")
        assert {"private", "no-cache"} <= set(answer["Cache-Control"].split(", "))
        assert "Cookie" in answer["Vary"]

    def test_it_offers_of_allauth_what_it_names_and_no_more(self, client: Client) -> None:
        for path in ("email/", "password/change/", "reauthenticate/", "2fa/", "sessions/"):
            assert client.get(f"/accounts/{path}").status_code == 404


class TestSandbox:
    @pytest.mark.parametrize("path", ["/documents", "/translate", "/accounts/login/"])
    @pytest.mark.parametrize("is_on", [True, False])
    def test_it_is_told_on_every_page_while_it_is_on(
        self, browser: Client, client: Client, settings: Any, path: str, is_on: bool
    ) -> None:
        settings.CLAUDE_SANDBOX = is_on
        who = client if "login" in path else browser
        assert ("No Claude key is set" in text_of(who.get(path))) is is_on


class TestDocuments:
    def test_it_says_what_to_do_first(self, browser: Client) -> None:
        told = text_of(browser.get("/documents"))
        assert "No documents yet" in told
        assert "500,000 a month" in told

    def test_it_takes_files_and_shows_them_waiting(self, browser: Client) -> None:
        answer = upload(browser, file=[a_file("one.txt"), a_file("two.md")])
        told = text_of(answer)
        assert "2 files uploaded. Translation has started." in told
        assert told.index("two.md") < told.index("one.txt")
        assert told.count("Queued") == 6
        assert "Held for running work" in told

    def test_it_remembers_the_languages_of_the_last_upload(self, browser: Client) -> None:
        upload(browser, target_languages=["ja", "pt-BR"])
        page = browser.get("/documents").content.decode()
        chosen = re.findall(r'name="target_languages" value="([^"]+)" checked', page)
        assert sorted(chosen) == ["ja", "pt-BR"]
        assert '<option value="en" selected>' in page

    @pytest.mark.parametrize(
        ("changes", "status", "sentence"),
        [
            ({"file": a_file("a.json", b"{,}")}, 400, "Line 1, column 2"),
            ({"file": []}, 422, "Attach at least one file"),
            ({"target_languages": []}, 422, "Name at least one language"),
            ({"source_language": "de"}, 422, "Source and target are both German"),
            ({"colour": "red"}, 400, "There is no field “colour”"),
        ],
    )
    def test_it_explains_a_refusal_on_the_page_itself(
        self, browser: Client, changes: Any, status: int, sentence: str
    ) -> None:
        answer = upload(browser, **changes)
        assert answer.status_code == status
        assert sentence in text_of(answer)
        assert "No documents yet" in text_of(answer)

    @pytest.mark.parametrize(("count", "code"), [(21, "too_many_files"), (25, "too_many_files")])
    def test_it_explains_too_many_files(self, browser: Client, count: int, code: str) -> None:
        answer = upload(browser, file=[a_file(f"{number}.txt") for number in range(count)])
        assert answer.status_code == 413
        assert "at most 20 files" in text_of(answer)
        assert code in text_of(answer)

    def test_it_explains_a_file_that_is_too_large(self, browser: Client) -> None:
        answer = upload(browser, file=a_file("huge.txt", b"x" * 30_000_001))
        assert answer.status_code == 413
        assert "larger than the limit of 30,000,000 bytes" in text_of(answer)

    def test_it_explains_a_form_that_breaks_off(self, browser: Client) -> None:
        answer = browser.generic(
            "POST", "/documents", b"--x", content_type="multipart/form-data; boundary="
        )
        assert answer.status_code == 400
        assert "form_malformed" in text_of(answer)

    def test_it_explains_a_cursor_that_is_none(self, browser: Client) -> None:
        answer = browser.get("/documents?cursor=abc")
        assert answer.status_code == 400
        assert "cursor_malformed" in text_of(answer)

    def test_it_turns_pages_without_losing_a_document(self, browser: Client, owner: Any) -> None:
        for first in range(0, 60, 20):
            upload(browser, file=[a_file(f"{first + n}.txt") for n in range(20)])
        first_page = browser.get("/documents")
        names = re.findall(r"<bdi>(\d+)\.txt</bdi>", first_page.content.decode())
        older = re.search(r'href="(\?cursor=[^"]+)">Older', first_page.content.decode())
        assert older
        second_page = browser.get(f"/documents{unescape(older[1])}")
        names += re.findall(r"<bdi>(\d+)\.txt</bdi>", second_page.content.decode())
        assert sorted(map(int, names)) == list(range(60))
        assert "New translation" not in text_of(second_page)

    def test_it_asks_the_database_as_often_for_many_as_for_few(
        self, browser: Client, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        upload(browser)
        browser.get("/documents")  # lasting things are read once
        with CaptureQueriesContext(connection) as few:
            browser.get("/documents")
        upload(browser, file=[a_file(f"{n}.txt") for n in range(20)])
        browser.get("/documents")
        with CaptureQueriesContext(connection) as many:
            browser.get("/documents")
        assert len(many) == len(few)


class TestRoles:
    @pytest.fixture
    def viewer(self, owner: Any) -> Client:
        from accounts.services import Role, add_member, create_user

        user = create_user(email="vera@northwind.example")
        add_member(actor=owner.actor, user=user, role=Role.VIEWER)
        browser = Client()
        browser.force_login(user)
        return browser

    def test_it_shows_a_viewer_only_what_viewers_can_do(
        self, viewer: Client, browser: Client
    ) -> None:
        upload(browser)
        page = viewer.get("/documents")
        told = text_of(page)
        assert "letter.txt" in told
        for missing in ("New translation", "This month", "Pause all", "Delete", "Translate "):
            assert missing not in told
        job = re.search(r'href="(/jobs/[^"]+)"', page.content.decode())
        assert job
        told = text_of(viewer.get(job[1]))
        assert "Cancel" not in told
        assert "Delete" not in told

    def test_it_refuses_a_viewer_what_others_can_do(self, viewer: Client, browser: Client) -> None:
        answer = upload(browser)
        document = re.search(r'id="d([0-9a-f-]{36})"', answer.content.decode())
        assert document
        for path in ("/translate", f"/documents/{document[1]}/delete"):
            answer = viewer.get(path)
            assert answer.status_code == 403
            assert "Your role lacks the right" in text_of(answer)


class TestTranslate:
    def test_it_keeps_the_text_when_it_refuses(self, browser: Client) -> None:
        sent = {"text": "Hello.", "source_language": "en", "target_language": "en-GB"}
        answer = browser.post("/translate", sent)
        assert answer.status_code == 422
        assert "Source and target are both English." in text_of(answer)
        assert "Hello.</textarea>" in answer.content.decode()
        assert re.search(r'<option value="en-GB"[^>]* selected>', answer.content.decode())

    def test_it_says_what_a_text_may_be_at_most(self, browser: Client) -> None:
        sent = {"text": "a" * 131_073, "source_language": "en", "target_language": "de"}
        answer = browser.post("/translate", sent)
        assert answer.status_code == 413
        assert "128 KiB" in text_of(answer)

    def test_it_keeps_line_breaks_as_they_were(self, browser: Client) -> None:
        sent = {
            "text": "\r\nOne.\r\n\r\nTwo.\r\n",
            "source_language": "en",
            "target_language": "de",
        }
        answer = browser.post("/translate", sent, follow=True)
        kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.content.decode(), re.DOTALL)
        assert kept
        # The first line break after the tag belongs to the markup.
        assert kept[1] == "\n\nOne.\n\nTwo.\n"

    def test_it_shows_no_file_as_a_text(self, browser: Client) -> None:
        job = re.search(r"/jobs/([0-9a-f-]{36})", upload(browser).content.decode())
        assert job
        assert browser.get(f"/translate/{job[1]}").status_code == 404


class TestJob:
    @pytest.fixture
    def address(self, browser: Client) -> str:
        text = "".join(f"This is line {number}.\n\n" for number in range(230))
        answer = upload(browser, file=a_file("long.txt", text.encode()))
        found = re.search(r'href="(/jobs/[0-9a-f-]+)">German', answer.content.decode())
        assert found
        return found[1]

    def opened(self, browser: Client, address: str) -> dict[str, Any]:
        """What the editor's script finds in the page."""
        page = browser.get(address).content.decode()
        found = re.search(r'<script id="editor-page"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert found
        return dict(json.loads(found[1]))

    def test_it_opens_with_its_first_rows(self, browser: Client, address: str) -> None:
        told = self.opened(browser, address)
        assert [row["ordinal"] for row in told["rows"]] == list(range(40))
        assert (told["total"], told["counts"]["queued"]) == (230, 230)
        assert told["may"] == {"edit": True, "approve": True}
        assert told["run"]["state"] == "open"

    def test_it_names_languages_and_gives_texts_their_direction(
        self, browser: Client, address: str
    ) -> None:
        page = browser.get(address)
        assert "English to German" in page.content.decode()
        arabic = re.search(r'href="(/jobs/[0-9a-f-]+)">Arabic', page.content.decode())
        assert arabic
        told = self.opened(browser, arabic[1])
        assert told["target"] == {"code": "ar", "name": "Arabic", "direction": "rtl"}

    def test_it_says_why_there_is_no_download_yet(self, browser: Client, address: str) -> None:
        answer = browser.get(f"{address}/download", follow=True)
        assert answer.redirect_chain == [(address, 302)]
        assert "still running" in text_of(answer)

    def test_it_cancels_once_and_then_says_that_it_has_ended(
        self, browser: Client, address: str
    ) -> None:
        first = browser.post(f"{address}/cancel", follow=True)
        assert "Cancelled" in text_of(first)
        assert "230 not translated, not billed" in text_of(first)
        second = browser.post(f"{address}/cancel", follow=True)
        assert "already ended" in text_of(second)

    def test_it_goes_on_with_what_was_cancelled(self, browser: Client, address: str) -> None:
        browser.post(f"{address}/cancel")
        answer = browser.post(f"{address}/retry", follow=True)
        assert "Queued" in text_of(answer)
        assert "still running" in text_of(browser.post(f"{address}/retry", follow=True))

    def test_it_changes_nothing_by_a_link(self, browser: Client, address: str) -> None:
        for action in ("cancel", "retry"):
            assert browser.get(f"{address}/{action}").status_code == 405

    def test_it_asks_before_it_deletes(self, browser: Client, address: str) -> None:
        document = re.search(
            r"/documents/([0-9a-f-]{36})/delete", browser.get(address).content.decode()
        )
        assert document
        path = f"/documents/{document[1]}/delete"
        told = text_of(browser.get(path))
        assert "230 segments and 2 translations (Arabic, German)" in told
        assert "Work still running is cancelled." in told
        assert browser.get(address).status_code == 200
        assert "were deleted" in text_of(browser.post(path, follow=True))
        assert browser.get(address).status_code == 404
        assert browser.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
class TestEndedJob:
    def test_it_reports_every_finding_with_what_it_held_back(
        self, owner: Any, submit: Any, drain: Any, claude_sandbox: Any
    ) -> None:
        claude_sandbox.faults(segment={"lose_placeholder": 1.0})
        stored = submit("Press {name} now.\n\nGood-bye.\n")
        drain()
        browser = Client()
        browser.force_login(owner.user)
        job = stored.job_ids["de"]
        told = text_of(browser.get(f"/jobs/{job}/report"))
        assert "Placeholders changed" in told
        assert "Put back the missing placeholders {name}." in told
        assert (
            "Held back A check objects (placeholders changed), so the file keeps the source."
            in told
        )
        assert "Good-bye" not in told
        download = browser.get(f"/jobs/{job}/download")
        assert download["Content-Disposition"] == 'attachment; filename="letter.de.txt"'
        assert download.content.decode().startswith("Press {name} now.\n\n")

    def test_it_shows_a_translation_under_its_text(
        self, owner: Any, transactional_db: None, drain: Any
    ) -> None:
        browser = Client()
        browser.force_login(owner.user)
        sent = {
            "text": "Hello {name}.",
            "source_language": "en",
            "target_language": "ar",
        }
        waiting = browser.post("/translate", sent, follow=True)
        assert 'id="translated"' not in waiting.content.decode()
        drain()
        page = browser.get(waiting.redirect_chain[0][0])
        assert 'id="translated" lang="ar" dir="rtl"' in page.content.decode()
        assert "7 characters billed" in text_of(page)
