"""Records that were never completed, and what a run has cost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import hypothesis
import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from claude import seeds
from claude.models import CallRecord, Model, Price, Tier
from claude.pricing import Usage, cost_of
from claude.queries import read_catalogue, run_costs
from claude.services import close_lost, refresh_catalogue
from claude.services.calls import Clock
from claude.services.current import current_catalogue
from claude.services.records import Errand, start
from common.ids import uuid7
from tests.wire import Received, Reply

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PLANTED = "2026-11-22"


def begun(run_id: UUID, *, at: datetime = NOW, guess: Usage | None = None) -> CallRecord:
    """A record of a call that has been started and nothing more."""
    catalogue = read_catalogue()
    price = catalogue.price("claude-haiku-5-5", on=NOW.date(), prompt_tokens=1)
    errand = Errand(organization_id=uuid4(), run_id=run_id, pack_id=uuid4(), attempt=1)
    record_id = uuid7()
    usage = guess or Usage(input=1_000, output=100)
    start(record_id, errand, "translate", usage, price, now=at)
    return CallRecord.objects.get(pk=record_id)


@pytest.mark.django_db
class TestCloseLost:
    # Two calls of 120 s, because a slot may be waited for as long, and a minute.
    @pytest.mark.parametrize(("age", "state"), [(300, "started"), (301, "lost")])
    def test_it_closes_what_cannot_be_under_way_any_more(
        self, age: int, state: str, settings: Any
    ) -> None:
        settings.CALL_TIMEOUT_SECONDS = 120
        record = begun(uuid4(), at=NOW - timedelta(seconds=age))
        assert close_lost(NOW) == (1 if state == "lost" else 0)
        record.refresh_from_db()
        assert record.state == state

    def test_it_lets_the_estimated_cost_stand(self) -> None:
        begun(uuid4(), at=NOW - timedelta(hours=1))
        close_lost(NOW)
        record = CallRecord.objects.get()
        assert record.estimated
        assert record.cost == Decimal("0.00015")  # 1,000 x 0.10 and 100 x 0.50 a million
        assert record.finished_at == NOW

    def test_it_changes_nothing_the_second_time(self) -> None:
        begun(uuid4(), at=NOW - timedelta(hours=1))
        assert close_lost(NOW) == 1
        assert close_lost(NOW + timedelta(hours=1)) == 0
        assert CallRecord.objects.get().finished_at == NOW

    def test_it_leaves_completed_records_alone(self) -> None:
        record = begun(uuid4(), at=NOW - timedelta(hours=1))
        CallRecord.objects.filter(pk=record.pk).update(state="done")
        assert close_lost(NOW) == 0


def test_a_lost_call_that_is_heard_of_after_all_costs_what_it_cost(
    ask: Callable[..., Any], scripted: Callable[..., Any], edited_catalogue: Any
) -> None:
    def reply(_: Received) -> Reply:
        closed.append(close_lost(datetime.now(UTC) + timedelta(days=1)))
        connection.close()
        usage = {"input_tokens": 10, "output_tokens": 0}
        return Reply(body={"type": "message", "model": "m", "content": [], "usage": usage})

    closed: list[int] = []
    scripted(reply)
    ask(clock=Clock())
    record = CallRecord.objects.get()
    assert closed == [1]
    assert (record.state, record.estimated, record.cost) == ("done", False, Decimal("0.000001"))


@pytest.mark.django_db
class TestRunCosts:
    def test_it_sums_every_attempt_of_each_run(self) -> None:
        first, second = uuid4(), uuid4()
        for run_id, state in [
            (first, "done"),
            (first, "failed"),
            (first, "lost"),
            (second, "done"),
        ]:
            record = begun(run_id)
            CallRecord.objects.filter(pk=record.pk).update(
                state=state,
                cache_read_tokens=10,
                cache_write_5m_tokens=20,
                cache_write_1h_tokens=30,
            )
        costs = run_costs([first, second])
        assert costs[first] == (3, 3_180, 300, Decimal("0.00045"))
        assert costs[second].requests == 1

    def test_it_leaves_out_calls_under_way_and_other_runs(self) -> None:
        run_id = uuid4()
        begun(run_id)
        CallRecord.objects.filter(pk=begun(uuid4()).pk).update(state="done")
        assert run_costs([run_id]) == {}

    def test_it_takes_no_runs(self) -> None:
        assert run_costs([]) == {}


class TestRecordedCost(TestCase):
    @given(st.integers(0, 2_000_000), st.integers(0, 128_000))
    @hypothesis.settings(max_examples=25)
    def test_it_is_kept_to_the_last_place(self, read: int, written: int) -> None:
        usage = Usage(input=read, output=written)
        record = begun(uuid4(), guess=usage)
        price = read_catalogue().price("claude-haiku-5-5", on=NOW.date(), prompt_tokens=1)
        assert record.cost == cost_of(usage, price)


@pytest.mark.django_db
class TestPlantedRows:
    def test_they_are_what_the_file_says(self) -> None:
        content = seeds.read(PLANTED)
        assert dict(Tier.objects.values_list("slug", "model_id")) == content["tiers"]
        assert Model.objects.count() == len(content["models"])
        assert Price.objects.count() == len(content["prices"])
        row = Price.objects.get(model_id="claude-haiku-5-5", prompt_band=100_000)
        assert (row.input_rate, row.cache_write_5m_rate) == (Decimal("0.10"), Decimal("0.125"))

    def test_planting_again_changes_nothing_that_an_operator_changed(self) -> None:
        Tier.objects.filter(slug="fast").update(model_id="claude-sonnet-5-5")
        Price.objects.filter(model_id="claude-opus-5-5").update(input_rate=9)
        before = read_catalogue()
        with connection.cursor() as cursor:
            seeds.plant(cursor, PLANTED)
        assert read_catalogue() == before

    def test_a_day_and_band_is_priced_once(self) -> None:
        twin = Price.objects.get(model_id="claude-opus-5-5")
        twin.pk = uuid7()
        with pytest.raises(IntegrityError, match="claude_price_once"):
            twin.save(force_insert=True)

    def test_a_price_is_never_negative(self) -> None:
        with pytest.raises(IntegrityError, match="claude_price_not_negative"):
            Price.objects.update(input_rate=-1)


def test_threads_share_one_catalogue(edited_catalogue: Any) -> None:
    edited_catalogue("select 1")
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(id(current_catalogue()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_an_edit_is_seen_when_the_catalogue_is_refreshed(edited_catalogue: Any) -> None:
    before = current_catalogue().serving("fast")
    Tier.objects.filter(slug="fast").update(model_id="claude-opus-5-5")
    assert current_catalogue().serving("fast") is before
    assert refresh_catalogue().serving("fast").id == "claude-opus-5-5"
    assert current_catalogue().serving("fast").id == "claude-opus-5-5"


def test_the_web_process_need_not_load_the_sdk() -> None:
    program = (
        "import sys, django; django.setup(); import claude.services, claude.queries;"
        " sys.exit('anthropic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
