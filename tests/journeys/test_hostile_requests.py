"""Requests that no library would send, byte by byte to the running site: each gets a clear refusal.

Whatever is wrong, the answer is no 5xx, has the one shape of errors and an X-Request-ID, and holds
nothing of what was smuggled.
"""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tests.site import Site

SOMEBODY = "01900000-0000-7000-8000-000000000000"
DOCUMENTS, TRANSLATE = "/api/v1/documents", "/api/v1/translate"
GOOD = {"texts": ["Hello."], "source_language": "en", "target_language": "de"}
JSON = "Content-Type: application/json"
EVIL = b"x-evil"


@dataclass(frozen=True)
class Raw:
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code, known to have the one shape."""
        assert self.headers["content-type"] == "application/json"
        error = json.loads(self.body)["error"]
        assert set(error) == {"code", "message", "detail", "request_id"}
        assert error["message"].endswith((".", "?"))
        assert error["request_id"] == self.headers["x-request-id"]
        return self.status, error["code"]


def sent(site: Site, data: bytes) -> Raw:
    """The answer to these bytes, read until the other side closes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as line:
        with suppress(OSError):  # refused in the middle of it
            line.sendall(data)
        told = b""
        with suppress(ConnectionResetError):  # how it ends where not all of the request was read
            while part := line.recv(65_536):
                told += part
    head, _, body = told.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    assert EVIL not in head.lower()
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(re.findall(rb"[0-9a-f]+\r\n(.*?)\r\n", body, re.DOTALL))
    return Raw(int(first.split()[1]), headers, body)


def request(
    site: Site,
    person: Any,
    line: str,
    *headers: str,
    body: bytes | None = None,
    host: str = "127.0.0.1",
    encoding: str = "utf-8",
) -> Raw:
    """The answer to one request of a key; nothing of it is checked or quoted on its way."""
    key = f"Authorization: {person.headers['Authorization']}"
    lines = [f"{line} HTTP/1.1", f"Host: {host}", key, "Connection: close", *headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return sent(site, "\r\n".join([*lines, "", ""]).encode(encoding) + (body or b""))


class TestHeaders:
    @pytest.mark.parametrize(
        "header",
        [
            "X-Request-ID: abcdefgh\rX-Evil: 1",
            "X-Request-ID: abcdefgh\0X-Evil: 1",
            "Idempotency-Key: abc\rX-Evil: 1",
            "X Y: 1",
            "no colon",
            "Host: evil.example",
            "Content-Length: 1\r\nContent-Length: 2",
            "Transfer-Encoding: gzip",
        ],
    )
    def test_it_refuses_what_is_no_http(self, site: Site, owner: Any, header: str) -> None:
        answer = request(site, owner, f"GET {DOCUMENTS}", header)
        assert answer.refusal == (400, "request_malformed")

    @pytest.mark.parametrize(
        "header",
        [
            "X-Request-ID: abcdefgh\nX-Evil: 1",
            "X-Request-ID: abcdefgh\r\n X-Evil: 1",
            "X-Request-ID: abcdefgh%0d%0aX-Evil: 1",
            "X-Request-ID: ääääääää",
            f"X-Request-ID: {'a' * 4_000}",
            "X-Request-ID: short",
            "X-Request-ID: <script>",
            "Accept-Language: \u4f60",
            "X-Forwarded-Host: evil.example",
            "Cookie: sessionid=\u4f60; csrftoken=;;==",
            'If-None-Match: """',
            "Range: bytes=0-0,-1",
        ],
    )
    def test_it_reflects_nothing(self, site: Site, owner: Any, header: str) -> None:
        answer = request(site, owner, f"GET {DOCUMENTS}", header)
        assert answer.status == 200
        assert re.fullmatch(r"[0-9a-f-]{36}|abcdefgh", answer.headers["x-request-id"])
        assert b"evil" not in answer.body

    def test_it_takes_the_callers_own_request_id(self, site: Site, owner: Any) -> None:
        answer = request(site, owner, f"GET {DOCUMENTS}", "X-Request-ID: order-4711.a_b")
        assert answer.headers["x-request-id"] == "order-4711.a_b"

    @pytest.mark.parametrize(
        "headers",
        [
            [f"X-Big: {'a' * 40_000}"],
            [f"X-Big: {'a' * 2_000_000}"],
            [f"X-Request-ID: {'a' * 40_000}"],
            [f"X-{number}: a" for number in range(500)],
            [f"Cookie: {'a=b; ' * 10_000}"],
        ],
        ids=["long", "endless", "id", "many", "cookies"],
    )
    def test_it_refuses_more_than_anybody_needs(
        self, site: Site, owner: Any, headers: list[str]
    ) -> None:
        answer = request(site, owner, f"GET {DOCUMENTS}", *headers)
        assert answer.refusal == (431, "head_too_large")

    @pytest.mark.parametrize("key", ["a" * 256, "a\tb", "ä", "", " "])
    def test_it_refuses_what_is_no_idempotency_key(self, site: Site, owner: Any, key: str) -> None:
        answer = request(
            site, owner, f"POST {TRANSLATE}", JSON, f"Idempotency-Key: {key}", body=b"{}"
        )
        assert answer.refusal == (400, "idempotency_key_malformed")

    @pytest.mark.parametrize("value", ["Bearer", "Bearer a b", "Bearer il_ä", "Basic eDp5", "il_x"])
    def test_it_refuses_what_is_no_key(self, site: Site, value: str) -> None:
        lines = [f"GET {DOCUMENTS} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        answer = sent(site, "\r\n".join([*lines, f"Authorization: {value}", "", ""]).encode())
        status, code = answer.refusal
        assert (status, code) in {(401, "key_missing"), (401, "key_invalid")}
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "host", ["evil.example", "127.0.0.1:abc", "", "127.0.0.1@evil.example"]
    )
    def test_it_refuses_another_host(self, site: Site, owner: Any, host: str) -> None:
        answer = request(site, owner, f"GET {DOCUMENTS}", host=host)
        assert answer.refusal == (400, "request_malformed")


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "//api/v1/documents",
            "/api//v1/documents",
            "/api/v1/../v1/documents",
            "/api/v1/./documents",
            "/api/v1/%2e%2e/%2e%2e/etc/passwd",
            "/static/../../etc/passwd",
            "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
            "/api/v1/documents/%00",
            "/api/v1/documents%00",
            "/api\\v1\\documents",
            "/api/v1/documents\\..\\x",
            "/api/v1/documents.",
            "/api/v1/documents..",
            "/api/v1/documents/",
            "/api/v1/documents;x=1",
            "/api/v1/documents%20",
            "/api/v1/documents%0d%0aX-Evil:1",
            "/api/v1/documents%3Flimit=1",
            f"/api/v1/documents/{SOMEBODY}%2f..%2f",
            "/api/v1/jobs/%zz%",
            "/api/v1/jobs/%ff%fe",
            "/API/V1/DOCUMENTS",
            "/api/v1/documents#x",
            "http://evil.example/api/v1/documents",
            f"/api/v1/jobs/{'a' * 8_000}",
        ],
    )
    def test_it_finds_nothing_by_tricks(self, site: Site, owner: Any, path: str) -> None:
        assert request(site, owner, f"GET {path}").refusal == (404, "not_found")

    @pytest.mark.parametrize("path", ["/api/v1/jobs/ä", "/api/v1/jobs/a b", "/api/\x7f", "\t"])
    def test_it_refuses_what_is_no_address(self, site: Site, owner: Any, path: str) -> None:
        assert request(site, owner, f"GET {path}").refusal == (400, "request_malformed")

    @pytest.mark.parametrize(
        "path",
        [
            f"/api/v1/jobs/{'a' * 20_000}",
            f"/api/v1/jobs/{'%20' * 40_000}",
            f"{DOCUMENTS}?limit={'1' * 20_000}",
            f"{DOCUMENTS}?{'&' * 20_000}",
        ],
        ids=["path", "quoted", "query", "empty"],
    )
    def test_it_refuses_an_endless_address(self, site: Site, owner: Any, path: str) -> None:
        assert request(site, owner, f"GET {path}").refusal == (431, "head_too_large")

    @pytest.mark.parametrize(
        "query",
        [
            "limit=%00",
            "limit=%ff",
            "cursor=%0d%0aX-Evil:1",
            "%00=1",
            "limit[]=1",
            "&&limit=x",
            "a=" * 99,
        ],
    )
    def test_it_names_what_is_wrong_in_a_query(self, site: Site, owner: Any, query: str) -> None:
        status, code = request(site, owner, f"GET {DOCUMENTS}?{query}").refusal
        assert (status, code) in {(400, "request_malformed"), (400, "cursor_malformed")}


class TestMethods:
    @pytest.mark.parametrize(
        "method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "OPTIONS", "PURGE", "A" * 500]
    )
    def test_it_says_which_methods_there_are(self, site: Site, owner: Any, method: str) -> None:
        answer = request(site, owner, f"{method} {DOCUMENTS}")
        assert answer.refusal == (405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, POST, HEAD"

    def test_it_takes_no_other_method_from_a_header(self, site: Site, owner: Any) -> None:
        override = "X-HTTP-Method-Override: DELETE"
        answer = request(site, owner, f"POST {DOCUMENTS}/{SOMEBODY}", override, body=b"")
        assert answer.refusal == (405, "method_not_allowed")

    @pytest.mark.parametrize(
        ("path", "status"), [(DOCUMENTS, 200), (f"{DOCUMENTS}/{SOMEBODY}", 404), ("/api/x", 404)]
    )
    def test_it_answers_head_without_a_body(
        self, site: Site, owner: Any, path: str, status: int
    ) -> None:
        answer = request(site, owner, f"HEAD {path}")
        assert (answer.status, answer.body) == (status, b"")
        assert answer.headers["x-request-id"]


class TestBodies:
    @pytest.mark.parametrize(
        "media_type",
        [
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
            "///",
            "application/",
            "",
        ],
    )
    def test_it_takes_json_only(self, site: Site, owner: Any, media_type: str) -> None:
        answer = request(
            site, owner, f"POST {TRANSLATE}", f"Content-Type: {media_type}", body=b"{}"
        )
        assert answer.refusal == (415, "media_type_unknown")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            (b"", "/texts"),
            (b"{", ""),
            (b"\x00", ""),
            (b"\xff\xfe", ""),
            (b"[" * 100_000, ""),
            (b'{"texts":' + b"[" * 40 + b"]" * 40 + b"}", "/texts" + "/0" * 31),
            (json.dumps({**GOOD, "colour": 1}).encode(), "/colour"),
            (json.dumps({**GOOD, "texts": "a"}).encode(), "/texts"),
            (json.dumps({**GOOD, "texts": ["a", 1]}).encode(), "/texts/1"),
            (json.dumps({**GOOD, "source_language": None}).encode(), "/source_language"),
            (json.dumps({**GOOD, "target_language": ["de"]}).encode(), "/target_language"),
            (b'{"texts": ["a"], "texts": ["b"]}', "/texts"),
        ],
    )
    def test_it_points_at_what_is_wrong(
        self, site: Site, owner: Any, body: bytes, pointer: str
    ) -> None:
        answer = request(site, owner, f"POST {TRANSLATE}", JSON, body=body)
        assert answer.refusal == (400, "request_malformed")
        errors = json.loads(answer.body)["error"]["detail"]["errors"]
        assert errors[0]["pointer"] == pointer

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"texts": [" "]}, "text_empty"),
            ({"target_language": "tlh"}, "language_unsupported"),
            ({"target_language": "en-GB"}, "languages_equal"),
        ],
    )
    def test_it_tells_what_cannot_be_done(
        self, site: Site, owner: Any, change: dict[str, Any], code: str
    ) -> None:
        body = json.dumps(GOOD | change).encode()
        answer = request(site, owner, f"POST {TRANSLATE}", JSON, body=body)
        assert answer.refusal == (422, code)

    @pytest.mark.parametrize("chunk", [b"zz\r\n\r\n", b"-1\r\n\r\n", b"5\r\nab\r\n0\r\n\r\n"])
    def test_it_refuses_chunks_that_are_none(self, site: Site, owner: Any, chunk: bytes) -> None:
        key = f"Authorization: {owner.headers['Authorization']}"
        lines = [f"POST {TRANSLATE} HTTP/1.1", "Host: 127.0.0.1", key, JSON, "Connection: close"]
        head = "\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode()
        assert sent(site, head + chunk).refusal == (400, "request_malformed")

    @pytest.mark.parametrize("data", [b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET\r\n\r\n", b"\x00" * 9])
    def test_it_refuses_what_is_another_protocol(self, site: Site, data: bytes) -> None:
        assert sent(site, data + b"\r\n\r\n").refusal == (400, "request_malformed")

    def test_it_serves_on(self, site: Site, owner: Any) -> None:
        assert request(site, owner, f"GET {DOCUMENTS}").status == 200
