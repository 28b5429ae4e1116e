"""What is sent, and how replies and waits are read, without any wire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claude.catalogue import ServedModel
from claude.exchange import (
    MAX_RETRY_AFTER_SECONDS,
    body_for,
    expected_usage,
    retry_after_seconds,
    stop_of,
)
from engine.values import ModelRequest, PromptBlock, Tier

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
MODEL = ServedModel(
    id="claude-sonnet-5-5",
    max_input_tokens=1_000_000,
    max_output_tokens=128_000,
    min_cache_tokens=100,
    effort="low",
    thinking="between_tools",
    active=True,
)
SCHEMA = {"type": "object", "properties": {}, "additionalProperties": False}


def request(*system: PromptBlock, user: str = '{"segments":[]}', cap: int = 4_096) -> ModelRequest:
    return ModelRequest(
        tier=Tier.STANDARD,
        purpose="translate",
        system=system,
        user=user,
        schema=SCHEMA,
        max_output_tokens=cap,
    )


def system_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = body["system"]
    return blocks


class TestBodyFor:
    def test_it_asks_for_structured_output_and_nothing_else(self) -> None:
        body = body_for(request(PromptBlock("Be exact.")), MODEL)
        assert body == {
            "model": "claude-sonnet-5-5",
            "max_tokens": 4_096,
            "system": [{"type": "text", "text": "Be exact."}],
            "messages": [{"role": "user", "content": '{"segments":[]}'}],
            "output_config": {
                "effort": "low",
                "format": {"type": "json_schema", "schema": SCHEMA},
            },
            "thinking": {"type": "between_tools"},
        }

    def test_it_leaves_out_settings_a_model_does_not_take(self) -> None:
        body = body_for(request(), replace(MODEL, effort="", thinking=""))
        assert body.keys() == {"model", "max_tokens", "messages", "output_config"}
        assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}

    def test_it_never_asks_for_more_than_the_model_can_write(self) -> None:
        assert body_for(request(cap=200_000), MODEL)["max_tokens"] == 128_000

    @pytest.mark.parametrize(
        ("lengths", "marked"),
        [
            ((297, 3), [False, True]),  # 99 and 100 tokens of prefix against a minimum of 100
            ((300, 3), [True, True]),
            ((3, 3), [False, False]),
        ],
    )
    def test_it_marks_a_breakpoint_only_where_the_prefix_can_be_cached(
        self, lengths: tuple[int, int], marked: list[bool]
    ) -> None:
        blocks = [PromptBlock("x" * length, breakpoint=True) for length in lengths]
        system = system_of(body_for(request(*blocks), MODEL))
        assert ["cache_control" in block for block in system] == marked

    def test_it_marks_only_blocks_that_ask_for_a_breakpoint(self) -> None:
        blocks = [PromptBlock("x" * 900, breakpoint=True), PromptBlock("y" * 900)]
        system = system_of(body_for(request(*blocks), MODEL))
        assert system[0]["cache_control"] == {"type": "ephemeral"}
        assert "cache_control" not in system[1]

    def test_it_sends_no_blank_blocks(self) -> None:
        system = system_of(body_for(request(PromptBlock(" \n"), PromptBlock("Rules")), MODEL))
        assert [block["text"] for block in system] == ["Rules"]

    @given(st.lists(st.builds(PromptBlock, st.text(), st.booleans()), max_size=4), st.text())
    def test_it_makes_the_same_bytes_of_the_same_request(
        self, blocks: list[PromptBlock], user: str
    ) -> None:
        first, second = (json.dumps(body_for(request(*blocks, user=user), MODEL)) for _ in "ab")
        assert first == second


class TestExpectedUsage:
    def test_it_guesses_an_answer_as_long_as_the_question(self) -> None:
        usage = expected_usage(request(PromptBlock("x" * 30), user="y" * 60))
        assert (usage.input, usage.output) == (30, 20)

    def test_it_guesses_no_longer_answer_than_is_allowed(self) -> None:
        assert expected_usage(request(user="y" * 60, cap=7)).output == 7


class TestStopOf:
    @pytest.mark.parametrize(
        ("reason", "stop"),
        [
            ("end_turn", "complete"),
            ("stop_sequence", "complete"),
            ("refusal", "refused"),
            ("max_tokens", "truncated"),
            ("model_context_window_exceeded", "truncated"),
            ("pause_turn", "truncated"),
            ("tool_use", "truncated"),
            ("a_reason_of_next_year", "truncated"),
            (None, "truncated"),
        ],
    )
    def test_it_trusts_only_ends_it_knows(self, reason: str | None, stop: str) -> None:
        assert stop_of(reason) == stop


class TestRetryAfterSeconds:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({}, None),
            ({"retry-after": "2"}, 2.0),
            ({"retry-after": "2.5"}, 2.5),
            ({"retry-after": "0"}, None),
            ({"retry-after": "-5"}, None),
            ({"retry-after": "nan"}, None),
            ({"retry-after": "soon"}, None),
            ({"retry-after": ""}, None),
            ({"retry-after": "inf"}, MAX_RETRY_AFTER_SECONDS),
            ({"retry-after": "86400"}, MAX_RETRY_AFTER_SECONDS),
            ({"retry-after-ms": "300", "retry-after": "5"}, 0.3),
            ({"retry-after-ms": "junk", "retry-after": "5"}, 5.0),
            ({"retry-after": "Sun, 22 Nov 2026 12:00:03 GMT"}, 3.0),
            ({"retry-after": "Sun, 22 Nov 2026 11:59:59 GMT"}, None),
            ({"retry-after": "Sun, 22 Nov 2027 12:00:00 GMT"}, MAX_RETRY_AFTER_SECONDS),
            ({"retry-after": "Sun, 99 Nov 2026 12:00:00 GMT"}, None),
            ({"retry-after": "Sun, 22 Nov 2026 12:00:03"}, 3.0),
        ],
    )
    def test_it_reads_every_form_and_clamps_it(
        self, headers: dict[str, str], seconds: float | None
    ) -> None:
        assert retry_after_seconds(headers, now=NOW) == seconds

    def test_it_measures_a_date_by_the_vendors_clock(self) -> None:
        headers = {
            "date": "Sun, 22 Nov 2026 09:00:00 GMT",
            "retry-after": "Sun, 22 Nov 2026 09:00:04 GMT",
        }
        assert retry_after_seconds(headers, now=NOW) == 4.0

    @given(st.text(max_size=40), st.text(max_size=40))
    def test_it_survives_anything(self, told: str, date: str) -> None:
        wait = retry_after_seconds({"retry-after": told, "date": date}, now=NOW)
        assert wait is None or 0 < wait <= MAX_RETRY_AFTER_SECONDS
