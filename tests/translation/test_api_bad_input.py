"""Bad input at the doors: each gets its own clear answer, in one shape, and nothing is stored."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.errors import STATUS

pytestmark = pytest.mark.django_db

TRANSLATE, DOCUMENTS = "/api/v1/translate", "/api/v1/documents"
GOOD = {"texts": ["Hello."], "source_language": "en", "target_language": "de"}
SOMEBODY = uuid.UUID("01900000-0000-7000-8000-000000000000")

# A cursor's time without a zone, as we never write one.
NAIVE = base64.urlsafe_b64encode(f"2026-01-01 {SOMEBODY}".encode()).decode().rstrip("=")


def told(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, known to have the one shape and a sentence."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "detail", "request_id"}
    assert error["message"].endswith((".", "?"))
    assert error["request_id"] == answer["X-Request-ID"]
    return answer.status_code, error["code"]


def nothing_is_stored(owner: Any) -> bool:
    from accounts.tenancy import organization_scope
    from translation.models import Document

    with organization_scope(owner.organization_id):
        return not Document.objects.filter(organization_id=owner.organization_id).exists()


class TestTranslate:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"", 400, "request_malformed"),
            (b"{", 400, "request_malformed"),
            (b"[]", 400, "request_malformed"),
            (b"null", 400, "request_malformed"),
            (b'"Hello"', 400, "request_malformed"),
            (b"{}", 400, "request_malformed"),
            ({**GOOD, "texts": "Hello."}, 400, "request_malformed"),
            ({**GOOD, "texts": {"0": "Hello."}}, 400, "request_malformed"),
            ({**GOOD, "texts": []}, 400, "request_malformed"),
            ({**GOOD, "texts": [{}]}, 400, "request_malformed"),
            ({**GOOD, "texts": [None]}, 400, "request_malformed"),
            ({**GOOD, "texts": ["\ud800"]}, 400, "request_malformed"),
            ({**GOOD, "texts": ["a\x00b"]}, 400, "request_malformed"),
            ({**GOOD, "target_lang": "de"}, 400, "request_malformed"),
            ({**GOOD, "texts": [" "]}, 422, "text_empty"),
            ({**GOOD, "texts": ["Hello.", ""]}, 422, "text_empty"),
            ({**GOOD, "texts": ["a"] * 51}, 413, "texts_too_large"),
            ({**GOOD, "texts": ["ä" * 65_537]}, 413, "texts_too_large"),
            ({**GOOD, "source_language": "tlh"}, 422, "language_unsupported"),
            ({**GOOD, "target_language": "pt"}, 422, "language_ambiguous"),
            ({**GOOD, "target_language": "en-GB"}, 422, "languages_equal"),
            ({**GOOD, "target_language": "x" * 40}, 400, "request_malformed"),
        ],
    )
    def test_it_says_what_is_wrong(
        self, client: Client, owner: Any, body: Any, status: int, code: str
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = client.post(
            TRANSLATE, data, content_type="application/json", headers=owner.headers
        )
        assert told(answer) == (status, code)
        assert nothing_is_stored(owner)

    def test_it_names_the_fields(self, client: Client, owner: Any) -> None:
        body = {"texts": ["a"], "target_lang": "de", "source_language": "en"}
        answer = client.post(
            TRANSLATE, body, content_type="application/json", headers=owner.headers
        )
        assert answer.json()["error"]["detail"]["errors"] == [
            {"pointer": "/target_lang", "message": "There is no such field."}
        ]

    def test_it_names_the_place_in_json(self, client: Client, owner: Any) -> None:
        answer = client.post(
            TRANSLATE, b'{"texts":\n [,]}', content_type="application/json", headers=owner.headers
        )
        [error] = answer.json()["error"]["detail"]["errors"]
        assert error["pointer"] == ""
        assert "line 2, column 3" in error["message"]

    def test_it_takes_no_form(self, client: Client, owner: Any) -> None:
        answer = client.post(TRANSLATE, {"texts": "a"}, headers=owner.headers)
        assert told(answer) == (415, "media_type_unknown")

    def test_it_reads_no_more_than_its_limit(
        self, client: Client, owner: Any, settings: Any
    ) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
        body = {**GOOD, "texts": ["a" * 2_000]}
        answer = client.post(
            TRANSLATE, body, content_type="application/json", headers=owner.headers
        )
        assert told(answer) == (413, "request_too_large")
        assert answer.json()["error"]["detail"] == {"max_bytes": 1_000}


def a_file(name: str = "a.txt", content: bytes = b"Hello.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


class TestUpload:
    @pytest.mark.parametrize(
        ("fields", "status", "code"),
        [
            ({}, 422, "files_missing"),
            ({"source_language": "en", "target_languages": "de"}, 422, "files_missing"),
            ({"file": a_file(), "target_languages": "de"}, 422, "source_language_missing"),
            ({"file": a_file(), "source_language": "en"}, 422, "target_language_missing"),
            ({"file": a_file(), "source_language": "en", "targets": "de"}, 400, "field_unknown"),
            ({"files": a_file(), "source_language": "en"}, 400, "field_unknown"),
        ],
    )
    def test_it_says_which_field_is_wrong(
        self, client: Client, owner: Any, fields: Any, status: int, code: str
    ) -> None:
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (status, code)
        assert nothing_is_stored(owner)

    @pytest.mark.parametrize(
        ("name", "content", "status", "code"),
        [
            ("a.txt", b" \n", 422, "file_empty"),
            ("a.exe", b"MZ", 422, "format_unsupported"),
            ("noending", b"Hello.", 422, "format_unsupported"),
            ("a.json", b"%PDF-1.7 ...", 422, "format_mismatch"),
            ("a.json", b'{"a": "b",}', 400, "json_malformed"),
            ("a.po", b'msgid "a\nmsgstr ""\n', 400, "po_malformed"),
            ("a.txt", b"caf\xe9 \xff\xfe", 400, "encoding_invalid"),
            ("a.json", b'{"a": 1}', 422, "document_without_text"),
        ],
    )
    def test_it_names_the_file_and_keeps_none_of_the_others(
        self, client: Client, owner: Any, name: str, content: bytes, status: int, code: str
    ) -> None:
        files = [a_file("good.txt"), a_file(name, content)]
        fields = {"file": files, "source_language": "en", "target_languages": "de"}
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (status, code)
        assert f"“{name}”" in answer.json()["error"]["message"]
        assert nothing_is_stored(owner)

    @pytest.mark.parametrize("count", [21, 22, 60])
    def test_it_takes_twenty_files_at_most(self, client: Client, owner: Any, count: int) -> None:
        fields = {
            "file": [a_file(f"{number}.txt") for number in range(count)],
            "source_language": "en",
            "target_languages": "de",
        }
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (413, "too_many_files")
        assert "20" in answer.json()["error"]["message"]

    def test_it_takes_twenty_languages_at_most(self, client: Client, owner: Any) -> None:
        from engine.languages import LANGUAGES

        codes = ",".join(one.code for one in LANGUAGES if one.base != "en")
        fields = {"file": a_file(), "source_language": "en", "target_languages": codes}
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (422, "too_many_languages")

    def test_it_stops_a_large_file_while_it_arrives(self, client: Client, owner: Any) -> None:
        from translation.services.intake import MAX_FILE_BYTES

        fields = {
            "file": a_file("huge.txt", b"x" * (MAX_FILE_BYTES + 1)),
            "source_language": "en",
            "target_languages": "de",
        }
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (413, "file_too_large")
        error = answer.json()["error"]
        assert "30,000,000" in error["message"]
        assert error["detail"] == {"max_bytes": 30_000_000}

    @pytest.mark.parametrize(
        ("content_type", "status", "code"),
        [
            ("multipart/form-data", 400, "request_malformed"),
            ("multipart/form-data; boundary=\xfc", 400, "request_malformed"),
            ("application/json", 415, "media_type_unknown"),
            ("application/x-www-form-urlencoded", 415, "media_type_unknown"),
            ("text/plain", 415, "media_type_unknown"),
        ],
    )
    def test_it_takes_nothing_but_whole_form_data(
        self, client: Client, owner: Any, content_type: str, status: int, code: str
    ) -> None:
        answer = client.generic(
            "POST", DOCUMENTS, b"--x\r\n", content_type=content_type, headers=owner.headers
        )
        assert told(answer) == (status, code)

    def test_it_counts_form_fields(self, client: Client, owner: Any) -> None:
        fields = {"source_language": ["en"] * 1_100}
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (413, "form_too_large")

    def test_it_says_when_the_allowance_does_not_suffice(self, client: Client, owner: Any) -> None:
        text = "".join(f"Line {number} of a long text.\n\n" for number in range(8_000))
        fields = {
            "file": a_file("long.txt", text.encode()),
            "source_language": "en",
            "target_languages": "de,fr,ja",
        }
        answer = client.post(DOCUMENTS, fields, headers=owner.headers)
        assert told(answer) == (402, "allowance_spent")
        detail = answer.json()["error"]["detail"]
        assert detail["needed"] > detail["left"] == 500_000
        assert int(answer["Retry-After"]) > 0
        assert nothing_is_stored(owner)


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/api/v1/documents/not-an-id",
            "/api/v1/documents/1",
            "/api/v1/jobs/%00",
            "/api/v1/jobs/../../etc/passwd",
            f"/api/v1/jobs/{SOMEBODY}/nothing",
            "/api/v2/documents",
            "/api/",
        ],
    )
    def test_it_finds_nothing_at_an_address_that_is_none(
        self, client: Client, owner: Any, path: str
    ) -> None:
        assert told(client.get(path, headers=owner.headers)) == (404, "not_found")

    @pytest.mark.parametrize(
        ("path", "code"),
        [
            (f"/api/v1/documents/{SOMEBODY}", "document_not_found"),
            (f"/api/v1/jobs/{SOMEBODY}", "job_not_found"),
            (f"/api/v1/translate/{SOMEBODY}", "job_not_found"),
        ],
    )
    def test_it_finds_nothing_under_an_id_of_nobody(
        self, client: Client, owner: Any, path: str, code: str
    ) -> None:
        assert told(client.get(path, headers=owner.headers)) == (404, code)

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("cursor=abc", "cursor_malformed"),
            ("cursor=%FF%00", "request_malformed"),
            ("cursor=ä", "cursor_malformed"),
            (f"cursor={'A' * 600}", "cursor_malformed"),
            (f"cursor={'A' * 5_000}", "request_malformed"),
            (
                "cursor=MjAyNi0wMS0wMSAwMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA",
                "cursor_malformed",
            ),
            ("limit=many", "request_malformed"),
            ("limit=99999999999999999999999", "request_malformed"),
            ("limit=0", "request_malformed"),
            ("limit=-5", "request_malformed"),
            ("limit=201", "request_malformed"),
            ("limit=5.0", "request_malformed"),
            ("limit=+5", "request_malformed"),
            ("limit=", "request_malformed"),
            ("cursor=", "request_malformed"),
            ("limit=1&limit=2", "request_malformed"),
            ("page=2", "request_malformed"),
        ],
    )
    def test_it_takes_only_its_own_cursors_and_numbers(
        self, client: Client, owner: Any, query: str, code: str
    ) -> None:
        assert told(client.get(f"{DOCUMENTS}?{query}", headers=owner.headers)) == (400, code)

    def test_it_names_the_parameters(self, client: Client, owner: Any) -> None:
        answer = client.get(f"{DOCUMENTS}?limit=0&page=2", headers=owner.headers)
        errors = answer.json()["error"]["detail"]["errors"]
        assert [one["parameter"] for one in errors] == ["page"]
        answer = client.get(f"{DOCUMENTS}?limit=0", headers=owner.headers)
        [error] = answer.json()["error"]["detail"]["errors"]
        assert error["parameter"] == "limit"
        assert "1" in error["message"]

    def test_it_takes_no_body_where_there_is_none(self, client: Client, owner: Any) -> None:
        path = f"{DOCUMENTS}/{SOMEBODY}/cancel"
        for body, code in (({}, "document_not_found"), ({"force": True}, "request_malformed")):
            answer = client.post(path, body, content_type="application/json", headers=owner.headers)
            assert told(answer)[1] == code

    def test_it_answers_a_wrong_host(self, client: Client, owner: Any) -> None:
        answer = client.get(DOCUMENTS, headers={**owner.headers, "Host": "evil.example"})
        assert told(answer) == (400, "request_malformed")

    def test_it_answers_a_wrong_verb(self, client: Client, owner: Any) -> None:
        answer = client.put(DOCUMENTS, headers=owner.headers)
        assert told(answer) == (405, "method_not_allowed")
        assert answer["Allow"] == "GET, POST, HEAD"

    def test_it_answers_a_wrong_verb_before_it_looks_at_anything_else(
        self, client: Client, owner: Any
    ) -> None:
        answer = client.put(f"{DOCUMENTS}?page=2", b"{", headers=owner.headers)
        assert told(answer) == (405, "method_not_allowed")

    def test_it_answers_in_json_only(self, client: Client, owner: Any) -> None:
        answer = client.get(DOCUMENTS, headers={**owner.headers, "Accept": "text/csv"})
        assert told(answer) == (406, "not_acceptable")

    def test_it_finds_no_text_in_the_job_of_a_file(self, client: Client, owner: Any) -> None:
        fields = {"file": a_file(), "source_language": "en", "target_languages": "de"}
        made = client.post(DOCUMENTS, fields, headers=owner.headers).json()
        job = made["documents"][0]["jobs"][0]["id"]
        answer = client.get(f"/api/v1/translate/{job}", headers=owner.headers)
        assert told(answer) == (404, "translation_not_found")


class TestSession:
    """The API in a browser: the person's rights, and never without the CSRF token."""

    @pytest.fixture
    def browser(self, owner: Any) -> Client:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(owner.user)
        return browser

    def test_it_reads_without_a_token(self, browser: Client) -> None:
        assert browser.get(DOCUMENTS).status_code == 200

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", DOCUMENTS), ("POST", TRANSLATE), ("DELETE", f"{DOCUMENTS}/{SOMEBODY}")],
    )
    def test_it_writes_only_with_one(self, browser: Client, method: str, path: str) -> None:
        assert told(browser.generic(method, path))[0] == STATUS["not_allowed"]
        page = browser.get("/documents")
        token = {"X-CSRFToken": page.cookies["csrftoken"].value}
        assert told(browser.generic(method, path, headers=token))[0] in {400, 404, 415, 422}

    def test_it_keeps_to_the_rights_of_a_role(self, owner: Any) -> None:
        from accounts.services import Role, add_member, create_user

        viewer = create_user(email="vera@northwind.example")
        add_member(actor=owner.actor, user=viewer, role=Role.VIEWER)
        browser = Client()
        browser.force_login(viewer)
        assert browser.get(DOCUMENTS).status_code == 200
        assert told(browser.post(DOCUMENTS)) == (403, "permission_missing")
        assert told(browser.get("/api/v1/usage")) == (403, "permission_missing")
