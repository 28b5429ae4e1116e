"""Recorded calls against the stand-in: its counters and our records must tell the same story."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Sum

from claude.models import CallRecord
from claude.queries import run_costs
from claude.services import model_for
from engine.ports import ModelError
from engine.prompts import ANSWER_SCHEMA, Context, Item, system_blocks, user_message
from engine.values import Brief, ModelErrorKind, ModelReply, ModelRequest, Tier
from tests.claude_sandbox import Sandbox

KIND = ModelErrorKind
BRIEF = Brief(source="en", target="de", tier=Tier.FAST, salt="0c9f")
TEXTS = ("Save your changes before you leave.", "The file could not be opened.", "Try again.")


@pytest.fixture(autouse=True)
def _planted(edited_catalogue: Any, claude_sandbox: Sandbox) -> None:
    """Every test starts from the planted catalogue and a stand-in without faults."""


def request(brief: Brief = BRIEF) -> ModelRequest:
    items = [Item(id=str(number), text=text) for number, text in enumerate(TEXTS, start=1)]
    return ModelRequest(
        tier=brief.tier,
        purpose="translate",
        system=system_blocks(brief),
        user=user_message(brief, items, Context(title="Notes")),
        schema=ANSWER_SCHEMA,
        max_output_tokens=4_096,
    )


def complete(run_id: UUID, brief: Brief = BRIEF) -> ModelReply:
    model = model_for(organization_id=uuid4(), run_id=run_id, pack_id=uuid4(), attempt=1)
    return model.complete(request(brief))


@pytest.mark.parametrize("tier", list(Tier))
def test_it_gets_every_segment_translated_by_each_tier(run_id: UUID, tier: Tier) -> None:
    reply = complete(run_id, Brief(source="en", target="de", tier=tier, salt="0c9f"))
    assert reply.stop == "complete"
    segments = json.loads(reply.text)["segments"]
    assert [segment["id"] for segment in segments] == ["1", "2", "3"]
    assert all(segment["text"] not in TEXTS for segment in segments)
    assert reply.cost > 0


def test_it_accounts_what_the_stand_in_counted(claude_sandbox: Sandbox, run_id: UUID) -> None:
    replies = [complete(run_id) for _ in range(4)]
    counted = claude_sandbox.counters()
    costs = run_costs([run_id])[run_id]
    assert (costs.requests, counted["requests"]) == (4, 4)
    assert costs.input_tokens == counted["input_tokens"]
    assert costs.output_tokens == counted["output_tokens"]
    assert costs.cost == sum((reply.cost for reply in replies), Decimal())
    parts = CallRecord.objects.aggregate(
        uncached=Sum("input_tokens"),
        read=Sum("cache_read_tokens"),
        written=Sum("cache_write_5m_tokens"),
        output=Sum("output_tokens"),
    )
    assert parts["read"] == counted["cache_read_tokens"]
    assert parts["written"] == counted["cache_written_tokens"]
    millionths = (
        parts["uncached"] * Decimal("0.10")
        + parts["output"] * Decimal("0.50")
        + parts["written"] * Decimal("0.125")
        + parts["read"] * Decimal("0.01")
    )
    assert abs(costs.cost - millionths / 1_000_000) <= 4 * Decimal("0.000000005")


def test_it_reads_the_shared_rules_from_the_cache(
    run_id: UUID, edited_catalogue: Callable[..., None]
) -> None:
    edited_catalogue("update claude_model set min_cache_tokens = 1")
    long_salt = Brief(source="en", target="de", tier=Tier.FAST, salt="0c9f " * 2_000)
    first, second = complete(run_id, long_salt), complete(run_id, long_salt)
    assert second.cost < first.cost
    assert second.input_tokens == first.input_tokens
    written, read = CallRecord.objects.order_by("started_at")
    assert written.cache_write_5m_tokens == read.cache_read_tokens > 2_000


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", KIND.BAD_REQUEST),
        ("workspace_cap", KIND.BAD_REQUEST),
        ("401", KIND.AUTHENTICATION),
        ("402", KIND.BILLING),
        ("403", KIND.PERMISSION),
        ("404", KIND.UNKNOWN_MODEL),
        ("408", KIND.TIMEOUT),
        ("409", KIND.SERVER),
        ("413", KIND.TOO_LARGE),
        ("429", KIND.RATE_LIMITED),
        ("ramp", KIND.RATE_LIMITED),
        ("spend_cap", KIND.SPEND_CAP),
        ("contract_cap", KIND.SPEND_CAP),
        ("500", KIND.SERVER),
        ("502", KIND.SERVER),
        ("503", KIND.SERVER),
        ("504", KIND.TIMEOUT),
        ("529", KIND.OVERLOADED),
        ("reset", KIND.CONNECTION),
        ("close", KIND.CONNECTION),
        ("cut_body", KIND.CONNECTION),
    ],
)
def test_it_tells_every_failure_apart_after_one_attempt(
    claude_sandbox: Sandbox, run_id: UUID, fault: str, kind: ModelErrorKind
) -> None:
    claude_sandbox.faults(script=[fault])
    with pytest.raises(ModelError) as caught:
        complete(run_id)
    assert caught.value.kind is kind
    assert claude_sandbox.counters()["requests"] == 1
    assert CallRecord.objects.get().state == "failed"
    assert complete(run_id).stop == "complete"


@pytest.mark.parametrize(
    ("fault", "stop", "is_json"),
    [
        ("truncate", "truncated", False),
        ("refuse", "refused", False),
        ("bad_json", "complete", False),
        ("empty_content", "complete", False),
        ("think_first", "complete", True),
    ],
)
def test_it_says_how_a_reply_ended_and_bills_it(
    claude_sandbox: Sandbox, run_id: UUID, fault: str, stop: str, is_json: bool
) -> None:
    claude_sandbox.faults(script=[fault])
    reply = complete(run_id)
    assert reply.stop == stop
    assert reply.text.endswith("]}") is is_json
    assert reply.cost == CallRecord.objects.get().cost > 0


def test_it_obeys_retry_after_as_told(claude_sandbox: Sandbox, run_id: UUID) -> None:
    claude_sandbox.faults(script=[{"fault": "429", "retry_after": "17"}])
    with pytest.raises(ModelError) as caught:
        complete(run_id)
    assert caught.value.retry_after == 17.0


def test_it_keeps_count_with_threads_and_faults(claude_sandbox: Sandbox, run_id: UUID) -> None:
    claude_sandbox.faults(seed=7, request={"529": 0.2, "429": 0.1, "refuse": 0.1})

    def calls() -> None:
        for _ in range(10):
            try:
                complete(run_id)
            except ModelError:
                continue
            finally:
                connection.close()

    threads = [threading.Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    counted = claude_sandbox.counters()
    states = list(CallRecord.objects.values_list("state", flat=True))
    assert len(states) == counted["requests"] == 40
    assert states.count("done") == counted["requests_ok"]
    costs = run_costs([run_id])[run_id]
    assert costs.input_tokens == counted["input_tokens"]
    assert costs.output_tokens == counted["output_tokens"]
