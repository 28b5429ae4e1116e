"""Whatever is asked of the books in whatever order, they agree after every step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Organization
from accounts.tenancy import organization_scope
from common.errors import OverAllowance
from common.ids import uuid7
from tests.billing.books import CAP, MAY, Months, Rows, months, reserve, settle

_LINES = """
select l.*, to_char(p.starts_at at time zone 'UTC', 'YYYY-MM') as month,
       l.period_id = r.period_id as own
  from billing_ledgerline l
  join billing_usageperiod p on p.id = l.period_id
  join billing_reservation r on r.organization_id = l.organization_id and r.source = l.source
 where l.organization_id = %s
"""
numbers = st.integers(min_value=0, max_value=10**6)


class Books(RuleBasedStateMachine):
    """An organization of its own for each example, and beside it what the rows should say."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows
        self.organization_id = uuid7()
        with organization_scope(self.organization_id):
            Organization.objects.create(id=self.organization_id, name="Northwind")
        self.now = MAY
        self.made = 0
        self.expected: Months = {}
        self.open: dict[str, tuple[str, int]] = {}
        self.ended: list[str] = []
        self.written: dict[UUID, dict[str, Any]] = {}

    @property
    def month(self) -> str:
        return f"{self.now:%Y-%m}"

    def left(self) -> int:
        return CAP - sum(self.expected.get(self.month, (0, 0)))

    def move(self, month: str, reserved: int = 0, settled: int = 0) -> None:
        before = self.expected.get(month, (0, 0))
        self.expected[month] = (before[0] + reserved, before[1] + settled)

    def new_sources(self, units: list[int]) -> dict[str, int]:
        self.made += len(units)
        return {f"run:{self.made - n}": one for n, one in enumerate(units)}

    @rule(units=st.lists(st.integers(0, CAP // 3), min_size=1, max_size=3))
    def reserves(self, units: list[int]) -> None:
        wanted = self.new_sources(units)
        needed = sum(units)
        if needed and needed > self.left():
            self.is_refused(wanted)
            return
        reserve(self, wanted, now=self.now)
        self.move(self.month, reserved=needed)
        self.open |= {source: (self.month, one) for source, one in wanted.items()}

    @precondition(lambda self: self.left() > 0)
    @rule()
    def reserves_all_that_is_left(self) -> None:
        self.reserves([self.left()])

    @rule()
    def reserves_nothing(self) -> None:
        self.reserves([0])

    @rule()
    def asks_for_one_more_than_is_left(self) -> None:
        self.is_refused(self.new_sources([max(self.left(), 0), 1]))

    def is_refused(self, wanted: dict[str, int]) -> None:
        with pytest.raises(OverAllowance) as refused:
            reserve(self, wanted, now=self.now)
        detail = refused.value.detail
        assert detail["needed"] == sum(wanted.values())
        assert detail["left"] == max(self.left(), 0)

    @precondition(lambda self: self.open)
    @rule(pick=numbers, share=st.sampled_from([0.0, 0.01, 0.5, 0.99, 1.0]))
    def settles(self, pick: int, share: float) -> None:
        source = sorted(self.open)[pick % len(self.open)]
        month, held = self.open.pop(source)
        used = int(held * share)
        settle(self, source, used, now=self.now)
        self.move(month, reserved=-held)
        self.move(self.month, settled=used)
        self.ended.append(source)

    @precondition(lambda self: self.ended)
    @rule(pick=numbers, units=numbers)
    def settles_again(self, pick: int, units: int) -> None:
        settle(self, self.ended[pick % len(self.ended)], units, now=self.now)

    @rule(units=numbers)
    def settles_what_was_never_held(self, units: int) -> None:
        settle(self, "run:unknown", units, now=self.now)

    @rule(hours=st.integers(1, 20 * 24))
    def waits(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def waits_for_the_next_month(self) -> None:
        first = self.now.replace(day=1, hour=0, minute=0)
        self.now = (first + timedelta(days=32)).replace(day=1)

    @invariant()
    def counters_are_what_reservations_and_ledger_add_up_to(self) -> None:
        assert months(self.rows, self) == self.expected

    @invariant()
    def runs_stay_within_the_cap_of_the_month_they_began_in(self) -> None:
        """A run that ends in a later month counts there, and may take that one past its cap."""
        lines = self.rows(_LINES, self.organization_id)
        for month, (reserved, settled) in months(self.rows, self).items():
            carried = sum(
                line["units"] for line in lines if line["month"] == month and not line["own"]
            )
            assert reserved >= 0
            assert settled >= carried
            assert reserved + settled - carried <= CAP

    @invariant()
    def lines_are_written_once_and_stay(self) -> None:
        lines = {line["id"]: line for line in self.rows(_LINES, self.organization_id)}
        assert self.written.items() <= lines.items()
        sources = [line["source"] for line in lines.values()]
        assert len(sources) == len(set(sources))
        assert set(sources) <= set(self.ended)
        assert all(line["units"] > 0 for line in lines.values())
        self.written = lines


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_books_whatever_is_asked_in_whatever_order(rows: Any) -> None:
    run_state_machine_as_test(
        lambda: Books(rows),
        settings=settings(max_examples=50, stateful_step_count=25, deadline=None),
    )
