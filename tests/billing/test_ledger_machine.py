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
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Organization
from accounts.tenancy import organization_scope
from common.errors import OverAllowance
from common.ids import uuid7
from tests.billing.books import CAP, JUNE, MAY, Months, Rows, months, reserve, settle

_LINES = """
select l.*, to_char(p.starts_at at time zone 'UTC', 'YYYY-MM') as month,
       l.period_id = r.period_id as own
  from billing_ledgerline l
  join billing_usageperiod p on p.id = l.period_id
  join billing_reservation r on r.organization_id = l.organization_id and r.source = l.source
 where l.organization_id = %s
"""
ALL, ONE_MORE = "all that is left", "one more than is left"
amounts = st.integers(min_value=1, max_value=CAP // 3)
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

    @initialize(units=st.lists(amounts, max_size=3), spent=st.booleans())
    def begins_in_june_with_runs_of_may(self, units: list[int], spent: bool) -> None:
        self.reserve(units)
        self.now = JUNE
        if spent:
            self.reserve([CAP])

    @rule(units=st.lists(amounts, min_size=1, max_size=3) | st.sampled_from([ALL, ONE_MORE]))
    def reserves(self, units: list[int] | str) -> None:
        if isinstance(units, str):
            units = [max(self.left(), 0), int(units == ONE_MORE)]
        self.reserve(units)

    def reserve(self, units: list[int]) -> None:
        wanted = self.new_sources(units)
        needed = sum(units)
        if needed > max(self.left(), 0):
            self.is_refused(wanted)
            return
        reserve(self, wanted, now=self.now)
        self.move(self.month, reserved=needed)
        self.open |= {source: (self.month, one) for source, one in wanted.items()}

    def is_refused(self, wanted: dict[str, int]) -> None:
        with pytest.raises(OverAllowance) as refused:
            reserve(self, wanted, now=self.now)
        detail = refused.value.detail
        assert detail["needed"] == sum(wanted.values())
        assert detail["left"] == max(self.left(), 0)

    @precondition(lambda self: self.open)
    @rule(pick=numbers, percent=st.sampled_from([100, 60, 1, 0]), again=numbers)
    def settles_and_settles_again(self, pick: int, percent: int, again: int) -> None:
        source = list(self.open)[pick % len(self.open)]
        month, held = self.open.pop(source)
        used = held * percent // 100
        settle(self, source, used, now=self.now)
        self.move(month, reserved=-held)
        self.move(self.month, settled=used)
        self.ended.append(source)
        settle(self, self.ended[again % len(self.ended)], again, now=self.now)

    @rule(days=st.integers(1, 40))
    def waits(self, days: int) -> None:
        self.now += timedelta(days=days, hours=5)

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
        settings=settings(max_examples=40, stateful_step_count=25, deadline=None),
    )
