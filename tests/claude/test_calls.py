"""Recorded calls: the real SDK, scripted replies, real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from claude.models import CallRecord
from claude.services.calls import Clock
from engine.ports import ModelError
from engine.values import ModelErrorKind, Tier
from tests.wire import Received, Reply

Ask = Callable[..., Any]
Serve = Callable[..., Any]
MORNING = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
USAGE = {"input_tokens": 1_000, "output_tokens": 500, "cache_read_input_tokens": 2_000}


def answer(usage: Any = USAGE, **changes: Any) -> Reply:
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-haiku-5-5",
        "content": [{"type": "text", "text": '{"segments":[]}'}],
        "stop_reason": "end_turn",
        "usage": usage,
        **changes,
    }
    return Reply(body=body, headers={"request-id": "req_9"})


def refusal(status: int, kind: str, **headers: str) -> Reply:
    body = {"type": "error", "error": {"type": kind, "message": "no"}}
    return Reply(status, body, {"request-id": "req_9", **headers})


def only_record() -> CallRecord:
    return CallRecord.objects.get()


@pytest.fixture(autouse=True)
def _planted(edited_catalogue: Any) -> None:
    """Every test starts from the planted models and prices."""


class TestAnAnsweredCall:
    def test_it_brings_the_reply_with_tokens_and_cost(self, ask: Ask, scripted: Serve) -> None:
        scripted(answer())
        reply = ask()
        assert (reply.text, reply.stop) == ('{"segments":[]}', "complete")
        assert (reply.model, reply.input_tokens, reply.output_tokens) == (
            "claude-haiku-5-5",
            3_000,
            500,
        )
        # 1,000 x 0.10 + 500 x 0.50 + 2,000 x 0.01 dollars a million
        assert reply.cost == Decimal("0.00037")

    def test_it_is_recorded_with_everything_but_text(
        self, ask: Ask, scripted: Serve, run_id: UUID
    ) -> None:
        scripted(answer({**USAGE, "output_tokens_details": {"thinking_tokens": 90}}))
        ask(purpose="repair", attempt=3, clock=Clock(now=lambda: MORNING))
        record = only_record()
        assert (record.run_id, record.pack_id) == (run_id, UUID(int=2))
        assert (record.organization_id, record.attempt) == (UUID(int=1), 3)
        assert (record.purpose, record.state, record.error) == ("repair", "done", "")
        assert (record.model_asked, record.model_returned) == ("claude-haiku-5-5",) * 2
        assert (record.http_status, record.request_id) == (200, "req_9")
        assert (record.input_tokens, record.cache_read_tokens) == (1_000, 2_000)
        assert (record.output_tokens, record.thinking_tokens) == (500, 90)
        assert (record.cost, record.estimated) == (Decimal("0.00037"), False)
        assert record.price.prompt_band == 100_000
        assert (record.started_at, record.finished_at) == (MORNING, MORNING)
        assert record.latency_ms is not None

    def test_it_is_priced_by_the_whole_prompt(self, ask: Ask, scripted: Serve) -> None:
        scripted(
            answer({"input_tokens": 1, "output_tokens": 0, "cache_read_input_tokens": 100_000})
        )
        assert ask().cost == Decimal("0.0050005")
        assert only_record().price.prompt_band is None

    def test_it_asks_the_model_of_its_tier(self, ask: Ask, scripted: Serve) -> None:
        server = scripted(*[answer()] * 3)
        for tier in Tier:
            ask(tier=tier)
        assert [request.json["model"] for request in server.received] == [
            "claude-haiku-5-5",
            "claude-sonnet-5-5",
            "claude-opus-5-5",
        ]

    def test_it_is_written_down_before_it_is_made_and_holds_no_connection(
        self, ask: Ask, scripted: Serve, admin: psycopg.Connection[Any]
    ) -> None:
        ours = connection._connections["default"]  # that of this thread, seen from the server's
        seen: list[Any] = []

        def reply(_: Received) -> Reply:
            query = "select state, estimated, cost > 0, finished_at from claude_callrecord"
            seen.extend([admin.execute(query).fetchall(), ours.connection])
            return answer()

        scripted(reply)
        ask()
        assert seen == [[("started", True, True, None)], None]

    def test_it_measures_only_the_wait_for_claude(self, ask: Ask, scripted: Serve) -> None:
        scripted(answer())
        ticks = iter([0.0, 5.0, 5.25])  # asked, slot held, answered
        ask(clock=Clock(steady=lambda: next(ticks)))
        assert only_record().latency_ms == 250

    def test_it_keeps_the_estimate_where_nobody_counted(self, ask: Ask, scripted: Serve) -> None:
        scripted(answer(usage=None))
        reply = ask(user="x" * 300)
        record = only_record()
        assert (record.state, record.estimated) == ("done", True)
        assert reply.output_tokens == record.output_tokens == 100
        assert reply.cost == record.cost > 0

    def test_it_is_kept_though_no_row_prices_a_prompt_of_its_length(
        self, ask: Ask, scripted: Serve, edited_catalogue: Any
    ) -> None:
        edited_catalogue(
            "delete from claude_price where model_id = %s and prompt_band is null",
            "claude-haiku-5-5",
        )
        scripted(answer({"input_tokens": 200_000, "output_tokens": 0}))
        assert ask().input_tokens == 200_000
        record = only_record()
        assert (record.state, record.estimated) == ("done", True)
        assert record.cost == Decimal("0.02")


class TestAFailedCall:
    @pytest.mark.parametrize(
        ("reply", "kind", "status"),
        [
            (refusal(429, "rate_limit_error"), ModelErrorKind.RATE_LIMITED, 429),
            (refusal(529, "overloaded_error"), ModelErrorKind.OVERLOADED, 529),
            (refusal(404, "not_found_error"), ModelErrorKind.UNKNOWN_MODEL, 404),
        ],
    )
    def test_it_is_recorded_as_free_where_the_vendor_refused(
        self, ask: Ask, scripted: Serve, reply: Reply, kind: ModelErrorKind, status: int
    ) -> None:
        scripted(reply)
        with pytest.raises(ModelError) as caught:
            ask()
        assert caught.value.kind is kind
        record = only_record()
        assert (record.state, record.error) == ("failed", kind.value)
        assert (record.http_status, record.request_id) == (status, "req_9")
        assert (record.cost, record.input_tokens, record.estimated) == (0, 0, False)
        assert record.finished_at is not None

    def test_it_carries_the_wait_that_was_asked_for(self, ask: Ask, scripted: Serve) -> None:
        scripted(refusal(429, "rate_limit_error", **{"retry-after": "7"}))
        with pytest.raises(ModelError) as caught:
            ask()
        assert caught.value.retry_after == 7.0

    @pytest.mark.parametrize("reply", [Reply(reset=True), Reply(body=b"{}", cut=True)])
    def test_it_keeps_its_estimated_cost_where_the_answer_was_lost(
        self, ask: Ask, scripted: Serve, reply: Reply
    ) -> None:
        scripted(reply)
        with pytest.raises(ModelError):
            ask()
        record = only_record()
        assert (record.state, record.error) == ("failed", "connection")
        assert record.estimated
        assert record.cost > 0

    def test_it_is_free_where_nobody_listens(self, ask: Ask, settings: Any) -> None:
        settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:1"
        with pytest.raises(ModelError, match="connection to Claude failed"):
            ask()
        assert (only_record().state, only_record().cost) == ("failed", 0)

    def test_it_says_what_to_set_where_there_is_nobody_to_call(
        self, ask: Ask, settings: Any
    ) -> None:
        settings.ANTHROPIC_BASE_URL = settings.ANTHROPIC_API_KEY = ""
        with pytest.raises(ModelError, match="Neither ANTHROPIC_API_KEY nor ANTHROPIC_BASE_URL"):
            ask()
        assert only_record().state == "failed"

    def test_it_is_recorded_even_where_the_fault_is_ours(self, ask: Ask, scripted: Serve) -> None:
        scripted(answer())
        ticks: list[int] = []

        def steady() -> float:
            ticks.append(1)
            if len(ticks) == 2:
                raise ArithmeticError("a broken clock")
            return 0.0

        with pytest.raises(ArithmeticError):
            ask(clock=Clock(steady=steady))
        record = only_record()
        assert (record.state, record.error) == ("failed", "unexpected")
        assert record.estimated

    def test_it_is_not_made_inside_a_transaction(self, ask: Ask, scripted: Serve) -> None:
        server = scripted(answer())
        with pytest.raises(RuntimeError, match="leave the transaction"), transaction.atomic():
            ask()
        assert not server.received
        assert not CallRecord.objects.exists()


class TestAnUnusableTier:
    @pytest.mark.parametrize(
        ("edit", "sentence"),
        [
            ("delete from claude_tier where slug = 'fast'", "mapped to no model"),
            ("update claude_model set active = false", "switched off"),
            ("delete from claude_price", "No price row serves"),
            ("update claude_price set effective_from = '2999-01-01'", "No price row serves"),
        ],
    )
    def test_it_is_refused_before_anything_is_sent(
        self, ask: Ask, scripted: Serve, edited_catalogue: Any, edit: str, sentence: str
    ) -> None:
        if "effective_from" in edit:
            edited_catalogue("delete from claude_price where effective_from <> '2026-10-07'")
        edited_catalogue(edit)
        server = scripted(answer())
        with pytest.raises(ModelError, match=sentence) as caught:
            ask()
        assert caught.value.kind is ModelErrorKind.UNKNOWN_MODEL
        assert not server.received
        assert not CallRecord.objects.exists()


class Away:
    """Makes the database's address lead nowhere between two looks at the clock of a call."""

    def __enter__(self) -> Away:
        self._address = dict(connection.settings_dict)
        self._looks = 0
        return self

    def goes_away_after_the_first_look(self) -> datetime:
        self._looks += 1
        if self._looks == 2:
            connection.settings_dict["HOST"] = "/nowhere"
        return MORNING

    def comes_back(self) -> None:
        connection.settings_dict.update(self._address)

    def __exit__(self, *_: object) -> None:
        self.comes_back()


class TestADatabaseThatIsAway:
    def test_it_costs_no_reply(self, ask: Ask, scripted: Serve) -> None:
        scripted(answer())
        pauses: list[float] = []

        def sleep(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                database.comes_back()

        with Away() as database:
            reply = ask(clock=Clock(now=database.goes_away_after_the_first_look, sleep=sleep))
        assert reply.cost == Decimal("0.00037")
        assert pauses == [0.25, 0.5, 1.0]
        assert only_record().state == "done"

    def test_it_lets_the_reply_go_in_the_end_and_the_record_be_lost(
        self, ask: Ask, scripted: Serve
    ) -> None:
        scripted(answer())
        waited: list[float] = []
        with Away() as database:
            clock = Clock(now=database.goes_away_after_the_first_look, sleep=waited.append)
            reply = ask(clock=clock)
        assert reply.text == '{"segments":[]}'
        assert sum(waited) < 60
        assert only_record().state == "started"


class TestCallSlots:
    def test_they_bound_the_calls_under_way(self, ask: Ask, scripted: Serve, settings: Any) -> None:
        settings.WORKER_CALL_SLOTS = 2
        lock, under_way, most = threading.Lock(), [0], [0]
        crowd = threading.Event()

        def reply(_: Received) -> Reply:
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            crowd.wait(0.05)  # nobody sets it: time for a third call to come in, were it let
            with lock:
                under_way[0] -= 1
            return answer()

        scripted(*[reply] * 6)

        def call() -> None:
            ask()
            connection.close()

        threads = [threading.Thread(target=call) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert most == [2]
        assert CallRecord.objects.filter(state="done").count() == 6

    def test_a_call_that_gets_none_in_time_fails_for_free(
        self, ask: Ask, scripted: Serve, settings: Any
    ) -> None:
        from claude.services.current import current_client

        scripted(answer())
        settings.WORKER_CALL_SLOTS = 1
        settings.CALL_TIMEOUT_SECONDS = 0.05
        with current_client().slot(), pytest.raises(ModelError, match="No call slot") as caught:
            ask()
        assert caught.value.kind is ModelErrorKind.TIMEOUT
        assert (only_record().state, only_record().cost) == ("failed", 0)


def test_it_leaves_no_text_in_any_record(ask: Ask, scripted: Serve) -> None:
    scripted(answer(), refusal(400, "invalid_request_error"))
    ask(user="Zaphod was here")
    with pytest.raises(ModelError):
        ask(user="Zaphod was here")
    for record in CallRecord.objects.all():
        assert "Zaphod" not in repr(record.__dict__)
        assert timedelta() <= record.finished_at - record.started_at
