"""The adapter with the real SDK, against scripted bytes on a loopback socket."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from claude.client import Client, Endpoint, shared_client
from claude.exchange import CallFailed
from claude.pricing import Usage
from engine.values import ModelErrorKind
from tests.wire import Reply, Wire, wire

BODY: dict[str, Any] = {
    "model": "claude-haiku-5-5",
    "max_tokens": 4_096,
    "messages": [{"role": "user", "content": '{"segments":[{"id":"1","text":"Guten Tag"}]}'}],
}
KIND = ModelErrorKind


def message(**changes: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [{"type": "text", "text": '{"segments":[]}'}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 12, "output_tokens": 5},
        **changes,
    }


def error(kind: str, code: str | None = None, text: str = "Guten Tag is wrong") -> dict[str, Any]:
    described: dict[str, Any] = {"type": kind, "message": text}
    if code:
        described["details"] = {"error_code": code}
    return {"type": "error", "error": described, "request_id": "req_7"}


def endpoint(url: str, **changes: Any) -> Endpoint:
    stated = {"base_url": url, "api_key": "sk-test", "timeout_seconds": 5.0, "connections": 4}
    return Endpoint(**{**stated, **changes})


@contextmanager
def calling(*script: Reply, **changes: Any) -> Iterator[tuple[Client, Wire]]:
    with wire(*script) as server:
        client = Client(endpoint(server.url, **changes))
        try:
            yield client, server
        finally:
            client.close()


def failure(reply: Reply, **changes: Any) -> CallFailed:
    with calling(reply, **changes) as (client, server):
        with pytest.raises(CallFailed) as caught:
            client.call(BODY)
        assert len(server.received) == 1, "the SDK must not retry"
    return caught.value


class TestAReply:
    def test_it_sends_what_it_was_given_with_key_and_version(self) -> None:
        with calling(Reply(body=message())) as (client, server):
            client.call(BODY)
        (request,) = server.received
        assert request.line == "POST /v1/messages HTTP/1.1"
        assert request.json == BODY
        assert request.headers["authorization"] == "Bearer sk-test"
        assert request.headers["anthropic-version"] == "2026-10-21"
        assert request.headers["x-stainless-retry-count"] == "0"

    def test_it_brings_text_model_usage_and_request_id(self) -> None:
        usage = {
            "input_tokens": 10,
            "output_tokens": 20,
            "cache_read_input_tokens": 30,
            "cache_creation_input_tokens": 100,
            "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 60},
            "output_tokens_details": {"thinking_tokens": 7},
        }
        reply = Reply(body=message(usage=usage), headers={"request-id": "req_1"})
        with calling(reply) as (client, _):
            answer = client.call(BODY)
        assert (answer.text, answer.stop) == ('{"segments":[]}', "complete")
        assert (answer.model, answer.request_id) == ("claude-haiku-5-5", "req_1")
        assert answer.usage == Usage(
            input=10, output=20, cache_read=30, cache_write_5m=40, cache_write_1h=60, thinking=7
        )

    def test_it_takes_unsplit_cache_writes_for_five_minute_ones(self) -> None:
        usage = {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 9}
        with calling(Reply(body=message(usage=usage))) as (client, _):
            assert client.call(BODY).usage == Usage(input=1, output=2, cache_write_5m=9)

    def test_it_joins_text_blocks_and_passes_over_all_others(self) -> None:
        content = [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "text", "text": "first, "},
            {"type": "redacted_thinking", "data": "x"},
            {"type": "a_block_of_next_year", "text": "no"},
            {"type": "text", "text": "second"},
        ]
        with calling(Reply(body=message(content=content))) as (client, _):
            assert client.call(BODY).text == "first, second"

    @pytest.mark.parametrize(
        ("reason", "stop"),
        [("max_tokens", "truncated"), ("refusal", "refused"), ("next_year", "truncated")],
    )
    def test_it_says_how_the_reply_ended(self, reason: str, stop: str) -> None:
        with calling(Reply(body=message(stop_reason=reason, content=[]))) as (client, _):
            answer = client.call(BODY)
        assert (answer.text, answer.stop) == ("", stop)

    def test_it_tells_when_nobody_counted(self) -> None:
        with calling(Reply(body=message(usage=None))) as (client, _):
            assert client.call(BODY).usage is None

    def test_it_keeps_one_connection_for_calls_in_a_row(self) -> None:
        with calling(*[Reply(body=message())] * 5) as (client, server):
            for _ in range(5):
                client.call(BODY)
        assert server.connections == 1


class TestAFailure:
    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (400, error("invalid_request_error"), KIND.BAD_REQUEST),
            (400, error("billing_error"), KIND.BILLING),
            (401, error("authentication_error"), KIND.AUTHENTICATION),
            (402, error("billing_error"), KIND.BILLING),
            (
                402,
                error("billing_error", "linked_organization_spend_limit_reached"),
                KIND.SPEND_CAP,
            ),
            (403, error("permission_error"), KIND.PERMISSION),
            (404, error("not_found_error"), KIND.UNKNOWN_MODEL),
            (408, error("timeout_error"), KIND.TIMEOUT),
            (409, error("conflict_error"), KIND.SERVER),
            (413, error("request_too_large"), KIND.TOO_LARGE),
            (422, error("invalid_request_error"), KIND.BAD_REQUEST),
            (418, error("teapot_error"), KIND.BAD_REQUEST),
            (429, error("rate_limit_error"), KIND.RATE_LIMITED),
            (429, error("rate_limit_error", "ramp_limit_exceeded"), KIND.RATE_LIMITED),
            (429, error("rate_limit_error", "enforced_spend_limit_reached"), KIND.SPEND_CAP),
            (429, error("rate_limit_error", "contract_spend_limit_reached"), KIND.SPEND_CAP),
            (500, error("api_error"), KIND.SERVER),
            (503, error("api_error"), KIND.SERVER),
            (504, error("timeout_error"), KIND.TIMEOUT),
            (520, error("api_error"), KIND.SERVER),
            (529, error("overloaded_error"), KIND.OVERLOADED),
        ],
    )
    def test_it_is_told_by_status_and_code(
        self, status: int, body: Mapping[str, Any], kind: ModelErrorKind
    ) -> None:
        failed = failure(Reply(status, body, {"request-id": "req_7"}))
        assert failed.kind is kind
        assert (failed.status, failed.request_id) == (status, "req_7")
        assert not failed.may_be_billed

    def test_it_never_repeats_the_vendors_words(self) -> None:
        failed = failure(Reply(400, error("invalid_request_error")))
        assert "Guten Tag" not in str(failed)
        assert "HTTP 400, invalid_request_error" in str(failed)

    def test_it_keeps_status_of_a_proxys_page(self) -> None:
        failed = failure(Reply(502, b"<html>Bad gateway</html>", media_type="text/html"))
        assert (failed.kind, failed.status) == (KIND.SERVER, 502)

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry-after": "2"}, 2.0),
            ({"retry-after-ms": "300", "retry-after": "5"}, 0.3),
            ({"retry-after": "inf"}, 3_600.0),
            ({}, None),
        ],
    )
    def test_it_carries_the_wait_that_was_asked_for(
        self, headers: dict[str, str], seconds: float | None
    ) -> None:
        failed = failure(Reply(429, error("rate_limit_error"), headers))
        assert failed.retry_after == seconds

    @pytest.mark.parametrize(
        "reply", [Reply(reset=True), Reply(hang_up=True), Reply(body=message(), cut=True)]
    )
    def test_it_may_be_billed_where_the_answer_was_lost(self, reply: Reply) -> None:
        failed = failure(reply)
        assert (failed.kind, failed.status) == (KIND.CONNECTION, None)
        assert failed.may_be_billed

    def test_it_may_be_billed_where_time_ran_out(self) -> None:
        failed = failure(Reply(silent=True), timeout_seconds=0.2)
        assert failed.kind is KIND.TIMEOUT
        assert failed.may_be_billed

    def test_it_costs_nothing_where_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = Client(endpoint(url))
        with pytest.raises(CallFailed) as caught:
            client.call(BODY)
        client.close()
        assert caught.value.kind is KIND.CONNECTION
        assert not caught.value.may_be_billed

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(body=b"<html>Sign in to the network</html>", media_type="text/html"),
            Reply(body=b"{"),
            Reply(body=b"[]"),
            Reply(body=b"null"),
            Reply(body={"hello": "world"}),
            Reply(body=message(content=None)),
        ],
    )
    def test_it_is_no_reply_where_status_200_brings_no_message(self, reply: Reply) -> None:
        failed = failure(reply)
        assert failed.kind is KIND.SERVER
        assert "could not be read" in str(failed)

    def test_it_refuses_a_lone_surrogate_before_sending(self) -> None:
        body = {**BODY, "messages": [{"role": "user", "content": "\ud800"}]}
        with calling() as (client, server), pytest.raises(CallFailed) as caught:
            client.call(body)
        assert caught.value.kind is KIND.BAD_REQUEST
        assert not server.received


class TestTheEnvironment:
    def test_it_has_no_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "ANTHROPIC_API_KEY": "sk-stray",
            "ANTHROPIC_AUTH_TOKEN": "stray",
            "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
            "ANTHROPIC_CUSTOM_HEADERS": "x-stray: 1\nauthorization: Bearer stray",
            "ANTHROPIC_PROFILE": "stray",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "ALL_PROXY": "http://127.0.0.1:9",
        }.items():
            monkeypatch.setenv(name, value)
        with calling(Reply(body=message())) as (client, server):
            client.call(BODY)
        (request,) = server.received
        assert request.headers["authorization"] == "Bearer sk-test"
        assert "x-stray" not in request.headers

    def test_it_cannot_turn_on_the_sdks_logging_of_bodies(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        logging.getLogger("anthropic").setLevel(logging.DEBUG)
        with (
            caplog.at_level(logging.DEBUG),
            calling(Reply(body=message())) as (client, _),
        ):
            client.call(BODY)
        assert not [record for record in caplog.records if record.name != "asyncio"]


class TestListedModels:
    @staticmethod
    def page(*names: str, more: bool = False) -> Reply:
        listed = [
            {
                "id": name,
                "type": "model",
                "display_name": name,
                "created_at": "2026-10-07T00:00:00Z",
                "lifecycle": "active",
                "max_tokens": 128_000,
                "capabilities": {"structured_outputs": {"supported": True}},
            }
            for name in names
        ]
        return Reply(
            body={"data": listed, "has_more": more, "first_id": names[0], "last_id": names[-1]}
        )

    def test_it_follows_pages_and_asks_for_every_stage_of_life(self) -> None:
        script = self.page("a", "b", more=True), self.page("c")
        with calling(*script) as (client, server):
            models = client.listed_models()
        assert [model.id for model in models] == ["a", "b", "c"]
        first, second = server.received
        for stage in ("active", "deprecated", "retired"):
            assert f"lifecycle%5B%5D={stage}" in first.line
        assert "after_id=b" in second.line

    def test_it_reads_limits_and_capabilities(self) -> None:
        with calling(self.page("a")) as (client, _):
            (model,) = client.listed_models()
        assert (model.lifecycle, model.max_output_tokens) == ("active", 128_000)
        assert model.structured_outputs is True
        assert model.retires_at is None

    def test_it_stops_at_a_server_that_always_has_more(self) -> None:
        with calling(*[self.page("a", more=True)] * 30) as (client, server):
            client.listed_models()
        assert len(server.received) == 20

    def test_it_fails_like_any_call(self) -> None:
        with (
            calling(Reply(401, error("authentication_error"))) as (client, _),
            pytest.raises(CallFailed) as caught,
        ):
            client.listed_models()
        assert caught.value.kind is KIND.AUTHENTICATION


class TestSharedClient:
    def test_it_is_made_once_however_many_threads_ask(self) -> None:
        together = threading.Barrier(8)
        found: list[Client] = []

        def ask() -> None:
            together.wait(5)
            found.append(shared_client(endpoint("http://127.0.0.1:1")))

        run_in_threads(8, ask)
        assert len(set(map(id, found))) == 1

    def test_it_is_made_anew_when_the_endpoint_changes(self) -> None:
        first = shared_client(endpoint("http://127.0.0.1:1"))
        second = shared_client(endpoint("http://127.0.0.1:2"))
        assert first is not second
        assert second.endpoint.base_url == "http://127.0.0.1:2"

    def test_it_does_not_show_the_key(self) -> None:
        assert "sk-test" not in repr(endpoint("http://127.0.0.1:1"))


def run_in_threads(count: int, work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
