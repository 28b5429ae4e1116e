"""The Python client by itself: what it covers, how it tries again, and how it tells of refusals."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from interlinear import (
    ApiError,
    ConnectionFailed,
    Interlinear,
    NotFinished,
    OverAllowance,
    Throttled,
    Unavailable,
)
from interlinear.transport import Transport, read_events
from interlinear.uploads import multipart, read

ROOT = Path(__file__).parent.parent.parent / "clients" / "python"
# Operations without a method, each with its reason.
NOT_COVERED: dict[str, str] = {
    f"{method} /api/v1/keys{rest}": "no key may do this: people do, on the page of keys"
    for method, rest in (
        ("GET", ""),
        ("POST", ""),
        ("GET", "/{key_id}"),
        ("PATCH", "/{key_id}"),
        ("POST", "/{key_id}/revoke"),
        ("GET", "/{key_id}/requests"),
    )
}
NOT_COVERED["PATCH /api/v1/me"] = "no key may do this: a person's own profile"
NOT_COVERED |= dict.fromkeys(
    ("GET /api/v1/notifications", "POST /api/v1/notifications/read"),
    "no key may do this: people are told, and programs by webhooks",
)
NOT_COVERED |= dict.fromkeys(
    (
        "PATCH /api/v1/organization",
        "POST /api/v1/organization/leave",
        "PATCH /api/v1/members/{membership_id}",
        "DELETE /api/v1/members/{membership_id}",
        "GET /api/v1/invitations",
        "POST /api/v1/invitations",
        "GET /api/v1/invitations/{invitation_id}",
        "DELETE /api/v1/invitations/{invitation_id}",
        "POST /api/v1/invitations/{invitation_id}/resend",
    ),
    "no key may do this: people do, on the pages of members and settings",
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("schema") / "schema.json"
    call_command("spectacular", format="openapi-json", file=str(path))
    return json.loads(path.read_text())


def asked_by_the_client() -> set[str]:
    """Method and address of each call that the client's source holds."""
    found = set()
    for path in (ROOT / "src" / "interlinear").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                found |= set(_asked(node))
    return found


def _asked(function: ast.FunctionDef) -> Iterator[str]:
    texts = [
        one.value
        for one in ast.walk(function)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]
    addresses = [one for one in texts if one.startswith("/api/")]
    methods = [one for one in texts if one in {"GET", "POST", "PUT", "PATCH", "DELETE"}]
    for address in addresses:
        # Lists are read by a function that knows its method.
        for method in methods or ["GET"]:
            yield f"{method} {address}"


class TestCoverage:
    def test_it_has_a_method_for_every_operation(self, schema: Any) -> None:
        offered = {
            f"{method.upper()} {path}" for path, item in schema["paths"].items() for method in item
        }
        assert asked_by_the_client() | set(NOT_COVERED) == offered
        assert not asked_by_the_client() & set(NOT_COVERED)

    def test_it_knows_the_shapes_as_the_api_tells_them(self, schema: Any, tmp_path: Path) -> None:
        sys.path.insert(0, str(ROOT))
        try:
            from shapes import written
        finally:
            sys.path.remove(str(ROOT))
        fresh = tmp_path / "shapes.py"
        fresh.write_text(written(schema))
        format_it = [sys.executable, "-m", "ruff", "format", "--quiet", "--line-length=100"]
        subprocess.run([*format_it, str(fresh)], check=True)
        kept = (ROOT / "src" / "interlinear" / "shapes.py").read_text()
        assert fresh.read_text() == kept, (
            "manage.py spectacular --format openapi-json | python clients/python/shapes.py"
        )

    def test_it_needs_nothing_but_the_standard_library(self) -> None:
        imported = set()
        for path in (ROOT / "src" / "interlinear").glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {one.name.split(".")[0] for one in node.names}
                elif isinstance(node, ast.ImportFrom):
                    imported.add((node.module or "").split(".")[0])
        assert imported - set(sys.stdlib_module_names) == {"interlinear"}


class Script(ThreadingHTTPServer):
    """A server that gives the answers it was told, in their order, and notes what it was asked."""

    def __init__(self, *answers: tuple[int, dict[str, str], Any] | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.asked = list(answers), []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.asked.append((self.command, self.path, dict(self.headers), body))
        answer = server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            return
        status, headers, value = answer
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _answer

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def scripted() -> Iterator[Any]:
    servers = []

    def started(*answers: Any) -> Script:
        server = Script(*answers)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def transport() -> Iterator[Any]:
    opened = []

    def to(server: Script, waits: list[float] | None = None, *, tries: int = 4) -> Transport:
        slept = [] if waits is None else waits
        made = Transport(
            server.url, "il_x", timeout=5, tries=tries, sleep=slept.append, jitter=lambda: 1.0
        )
        opened.append(made)
        return made

    yield to
    for one in opened:
        one.close()


def refusal(code: str, **detail: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": "No.", "detail": detail, "request_id": "r1"}}


class TestTries:
    def test_it_tries_again_what_was_busy_and_waits_as_asked(
        self, scripted: Any, transport: Any
    ) -> None:
        server = scripted(
            (429, {"Retry-After": "7"}, refusal("rate_limited")),
            (503, {}, refusal("unavailable")),
            (200, {}, {"ok": True}),
        )
        waits: list[float] = []
        assert transport(server, waits).send("GET", "/x").json() == {"ok": True}
        assert waits == [7.5, 1.0]

    def test_it_sends_a_write_under_one_name_however_often(
        self, scripted: Any, transport: Any
    ) -> None:
        server = scripted((502, {}, b"<html>"), None, (201, {}, {}))
        one = transport(server)
        one.send("POST", "/x", body=b"{}")
        server.answers = [(201, {}, {})]
        one.send("POST", "/x", body=b"{}")
        names = [headers["Idempotency-Key"] for _, _, headers, _ in server.asked]
        assert len(names) == 4
        assert names[0] == names[1] == names[2] != names[3]
        assert {body for *_, body in server.asked} == {b"{}"}

    def test_it_names_no_read(self, scripted: Any, transport: Any) -> None:
        server = scripted((200, {}, {}))
        transport(server).send("GET", "/x")
        assert "Idempotency-Key" not in server.asked[0][2]

    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 412, 413, 422, 500])
    def test_it_does_not_try_again_what_was_refused(
        self, scripted: Any, transport: Any, status: int
    ) -> None:
        server = scripted((status, {"Retry-After": "5"}, refusal("no", field="x")))
        with pytest.raises(ApiError) as told:
            transport(server).send("POST", "/x", body=b"{}")
        assert len(server.asked) == 1
        assert (told.value.status, told.value.code) == (status, "no")
        assert (told.value.detail, told.value.request_id) == ({"field": "x"}, "r1")
        assert told.value.retry_after == 5

    def test_it_gives_up_with_the_last_refusal(self, scripted: Any, transport: Any) -> None:
        server = scripted(*[(429, {}, refusal("rate_limited"))] * 2)
        with pytest.raises(Throttled, match="rate_limited"):
            transport(server, tries=2).send("GET", "/x")

    def test_it_says_when_nobody_answers(self, scripted: Any, transport: Any) -> None:
        with pytest.raises(ConnectionFailed):
            transport(scripted(None, None), tries=2).send("GET", "/x")

    def test_it_reads_an_answer_that_is_not_ours(self, scripted: Any, transport: Any) -> None:
        with pytest.raises(Unavailable) as told:
            transport(scripted((504, {}, b"<html>")), tries=1).send("GET", "/x")
        assert told.value.code == "http_error"

    def test_it_tells_an_allowance_from_a_rate(self, scripted: Any, transport: Any) -> None:
        with pytest.raises(OverAllowance):
            transport(scripted((402, {"Retry-After": "86400"}, refusal("over")))).send("GET", "/")

    def test_it_keeps_its_connection(self, scripted: Any, transport: Any) -> None:
        server = scripted((200, {}, {}), (200, {}, {}))
        one = transport(server)
        one.send("GET", "/a")
        connection = one._local.connection
        one.send("GET", "/b")
        assert one._local.connection is connection

    def test_it_escapes_what_goes_into_an_address(self, scripted: Any, transport: Any) -> None:
        server = scripted((200, {}, {}))
        transport(server).send(
            "GET", "/x/{id}", ids={"id": "../a?b"}, query={"q": "ä&b", "n": None}
        )
        assert server.asked[0][1] == "/x/..%2Fa%3Fb?q=%C3%A4%26b"

    def test_it_refuses_an_address_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="http"):
            Interlinear("localhost:8000", "il_x")


def told(**events: Any) -> tuple[int, dict[str, str], bytes]:
    """A stream of these events."""
    lines = "".join(f"event: {name}\ndata: {json.dumps(one)}\n\n" for name, one in events.items())
    return 200, {"Content-Type": "text/event-stream"}, lines.encode()


class TestWaiting:
    def test_it_asks_again_until_texts_are_there(self, scripted: Any) -> None:
        begun = {"job_id": "j", "finished": False, "texts": []}
        server = scripted((202, {"Location": "/x"}, begun), (200, {}, {**begun, "finished": True}))
        with Interlinear(server.url, "il_x") as client:
            found = client.translate(["a"], source_language="en", target_language="de")
        assert found["finished"]
        assert server.asked[1][:2] == ("GET", "/api/v1/translate/j")

    def test_it_does_not_wait_for_ever(self, scripted: Any) -> None:
        server = scripted((202, {}, {"job_id": "j", "finished": False, "texts": []}))
        with pytest.raises(NotFinished) as told, Interlinear(server.url, "il_x") as client:
            client.translate(["a"], source_language="en", target_language="de", timeout=0)
        assert told.value.id == "j"

    def test_it_follows_a_job_to_its_end(self, scripted: Any) -> None:
        server = scripted(told(progress={"done": 1}, done={"done": 2}, more={}))
        with Interlinear(server.url, "il_x") as client:
            found = [(one.name, one.data) for one in client.jobs.follow("j")]
        assert found == [("progress", {"done": 1}), ("done", {"done": 2})]
        assert server.asked[0][:2] == ("GET", "/api/v1/jobs/j/events")

    @pytest.mark.parametrize(
        ("last", "raised"),
        [
            (
                {"error": {"error": dict.fromkeys(("code", "message", "detail", "request_id"))}},
                ApiError,
            ),
            ({"unfinished": {"id": "j"}}, NotFinished),
            ({}, ConnectionFailed),
        ],
    )
    def test_it_says_how_else_a_stream_ended(
        self, scripted: Any, last: dict[str, Any], raised: type[Exception]
    ) -> None:
        server = scripted(told(progress={"done": 1}, **last))
        with Interlinear(server.url, "il_x") as client:
            events = client.jobs.follow("j")
            assert next(events).name == "progress"
            with pytest.raises(raised):
                next(events)

    def test_it_reads_page_after_page(self, scripted: Any) -> None:
        server = scripted(
            (200, {}, {"documents": [1, 2], "next_cursor": "c"}),
            (200, {}, {"documents": [3], "next_cursor": None}),
        )
        with Interlinear(server.url, "il_x") as client:
            found: list[Any] = list(client.documents.list(limit=2))
        assert found == [1, 2, 3]
        assert [one[1] for one in server.asked] == [
            "/api/v1/documents?limit=2",
            "/api/v1/documents?limit=2&cursor=c",
        ]


class TestPieces:
    def test_it_reads_events(self) -> None:
        stream = b': hi\n\nevent: segment\ndata: {"a":\ndata: 1}\n\ndata: x\r\n\r\nevent: cut\n'
        found = list(read_events(iter(stream.splitlines(keepends=True))))
        assert [(one.name, one.data) for one in found] == [("segment", {"a": 1}), ("message", "x")]

    def test_it_takes_paths_and_pairs(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes(b"x")
        assert read(path) == read(str(path)) == read([path]) == [("a.txt", b"x")]
        assert read(("b.txt", b"y")) == [("b.txt", b"y")]
        assert read([("b.txt", b"y"), path]) == [("b.txt", b"y"), ("a.txt", b"x")]

    def test_it_lets_no_name_break_out_of_its_header(self) -> None:
        body, _ = multipart([], [('a"\r\nX-Evil: 1.txt', b"")])
        assert b'filename="a%22X-Evil: 1.txt"' in body
