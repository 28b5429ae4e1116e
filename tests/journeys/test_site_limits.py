"""The web process under what it must bear: many open streams, and requests that are too large."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.journeys.conftest import session_of
from tests.site import APPLICATION

STREAMS = 50
POOL = 8
MEGABYTE = 1_000_000


def cookie(user: Any) -> dict[str, str]:
    return {"Cookie": f"sessionid={session_of(user)}"}


def read_until(stream: socket.socket, words: bytes, seconds: float = 20) -> bytes:
    stream.settimeout(seconds)
    seen = b""
    while words not in seen:
        part = stream.recv(65_536)
        assert part, seen
        seen += part
    return seen


class TestStreams:
    def test_it_answers_pages_beside_fifty_open_streams(
        self, site: Any, owner: Any, outsider: Any, admin: psycopg.Connection[Any]
    ) -> None:
        from translation.services.intake import Upload, submit_files

        mine, theirs = cookie(owner.user), cookie(outsider.user)
        streams = [site.stream("/events", mine) for _ in range(STREAMS)]
        stranger = site.stream("/events", theirs)
        try:
            for stream in [*streams, stranger]:
                head = read_until(stream, b"event: ready")
                assert b"200 OK" in head
                assert b"text/event-stream" in head
            took = []
            for _ in range(10):
                began = time.monotonic()
                assert site.call("GET", "/documents", headers=mine).status == 200
                took.append(time.monotonic() - began)
            assert sorted(took)[5] < 2.0
            assert 1 <= connections(admin) <= POOL
            [stored] = submit_files(
                actor=owner.actor,
                uploads=[Upload(name="a.txt", data=b"Hello.")],
                source_language="en",
                target_languages=["de"],
            )
            run = str(stored.run_ids["de"]).encode()
            for stream in streams:
                assert b"event: progress" in read_until(stream, run)
            stranger.settimeout(0.5)
            with pytest.raises(TimeoutError):
                stranger.recv(4096)
        finally:
            for stream in [*streams, stranger]:
                stream.close()

    def test_it_refuses_a_stream_to_strangers_in_json(self, site: Any) -> None:
        answer = site.call("GET", "/events")
        assert (answer.status, answer.json["error"]["code"]) == (401, "key_missing")


def connections(admin: psycopg.Connection[Any]) -> int:
    """Database connections of the web process."""
    query = """
        select count(*) from pg_stat_activity
         where application_name = %s and datname = current_database()
    """
    row = admin.execute(query, [APPLICATION]).fetchone()
    assert row is not None
    return int(row[0])


class TestTooLarge:
    @pytest.mark.parametrize(
        ("path", "length", "limit"),
        [
            ("/api/v1/translate", 200 * MEGABYTE, 12 * 1024 * 1024),
            ("/api/v1/documents", 2_000 * MEGABYTE, 601 * MEGABYTE),
            ("/api/v1/documents/estimate", 2_000 * MEGABYTE, 601 * MEGABYTE),
            ("/api/v1/usage", 200 * MEGABYTE, 12 * 1024 * 1024),
        ],
    )
    def test_it_refuses_by_the_declared_length_before_anything_is_sent(
        self, site: Any, owner: Any, path: str, length: int, limit: int
    ) -> None:
        headers = {**owner.headers, "Content-Length": str(length)}
        answer = site.call("POST", path, headers=headers)
        assert answer.status == 413
        error = answer.json["error"]
        assert (error["code"], error["detail"]) == ("request_too_large", {"max_bytes": limit})
        assert f"{limit:,}" in error["message"]
        assert error["request_id"] == answer.headers["x-request-id"]

    def test_it_tells_people_in_words(self, site: Any) -> None:
        answer = site.call("POST", "/translate", headers={"Content-Length": "99999999"})
        assert (answer.status, answer.headers["content-type"]) == (413, "text/plain; charset=utf-8")
        assert b"larger than the limit of 12,582,912 bytes" in answer.body

    def test_it_tells_pages_scripts_in_json(self, site: Any) -> None:
        headers = {"Content-Length": "99999999", "X-Requested-With": "XMLHttpRequest"}
        answer = site.call("POST", "/translate/start", headers=headers)
        assert (answer.status, answer.json["error"]["code"]) == (413, "request_too_large")

    @pytest.mark.parametrize("length", ["-5", "+5", "1_0", "abc", "9" * 30])
    def test_it_refuses_a_length_that_is_none(self, site: Any, length: str) -> None:
        answer = site.call("POST", "/api/v1/translate", headers={"Content-Length": length})
        assert answer.status == 400

    def test_it_counts_a_body_without_a_length(self, site: Any, owner: Any) -> None:
        headers = {**owner.headers, "Content-Type": "application/json"}
        stream = site.stream(
            "/api/v1/translate", {**headers, "Transfer-Encoding": "chunked"}, method="POST"
        )
        with stream:
            answer = send_in_chunks(stream, 40 * MEGABYTE)
        assert b" 413 " in answer
        assert b"request_too_large" in answer

    def test_it_takes_no_large_file_into_memory(self, site: Any, owner: Any) -> None:
        before = peak_kilobytes(site.pid)
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="huge.txt"\r\n\r\n'
        answer = site.call(
            "POST",
            "/api/v1/documents",
            headers={
                **owner.headers,
                "Content-Type": "multipart/form-data; boundary=x",
                "Content-Length": str(len(head) + 200 * MEGABYTE + 7),
            },
            body=parts(head),
        )
        assert (answer.status, answer.json["error"]["code"]) == (413, "file_too_large")
        assert "30,000,000" in answer.json["error"]["message"]
        assert peak_kilobytes(site.pid) - before < 60_000


def parts(head: bytes) -> Iterator[bytes]:
    yield head
    block = b"x" * MEGABYTE
    for _ in range(200):
        yield block
    yield b"\r\n--x--"[:7]


def send_in_chunks(stream: socket.socket, size: int) -> bytes:
    """Sends until the other side has answered or enough is sent."""
    block = b"x" * 65_536
    framed = f"{len(block):x}\r\n".encode() + block + b"\r\n"
    try:
        for _ in range(size // len(block)):
            stream.sendall(framed)
    except OSError:
        pass  # answered and closed in the middle of it
    return stream.recv(65_536)


def peak_kilobytes(pid: int) -> int:
    """The most memory the process has had so far."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


def test_it_shows_errors_of_the_api_in_one_shape(site: Any) -> None:
    answer = site.call("GET", "/api/v1/documents")
    assert answer.status == 401
    assert set(json.loads(answer.body)["error"]) == {"code", "message", "detail", "request_id"}
