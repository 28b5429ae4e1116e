"""A reservation ends once: one line in the ledger for good, and the rest is given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.tenancy import organization_scope
from billing import services
from billing.models import LedgerLine
from common.errors import OverAllowance
from common.ids import uuid7
from tests.billing.books import CAP, JOB, JUNE, MAY, labels, months, reserve, settle
from tests.translation.paper import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATER = MAY + timedelta(hours=1)


def ledger(rows: Any) -> list[dict[str, Any]]:
    return list(rows("select * from billing_ledgerline order by source"))


def states(rows: Any) -> dict[str, tuple[str, datetime | None]]:
    found = rows("select source, state, ended_at from billing_reservation")
    return {row["source"]: (row["state"], row["ended_at"]) for row in found}


class TestSettle:
    def test_it_writes_what_was_used_and_gives_back_the_rest(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100, "run:2": 50})
        settle(owner, "run:1", 60, now=LATER)
        [line] = ledger(rows)
        assert (line["source"], line["kind"], line["units"]) == ("run:1", "usage", 60)
        assert states(rows) == {"run:1": ("settled", LATER), "run:2": ("reserved", None)}
        assert months(rows, owner) == {"2026-05": (50, 60)}

    def test_it_keeps_the_labels_of_the_usage(self, owner: Any, rows: Any) -> None:
        more = {name: uuid7() for name in ("user_id", "api_key_id", "profile_id")}
        reserve(owner, {"run:1": 100})
        with organization_scope(owner.organization_id):
            services.settle(
                owner.organization_id, source="run:1", units=1, labels=labels(**more), now=LATER
            )
        [line] = ledger(rows)
        expected = {
            "job_id": JOB,
            "source_language": "en",
            "target_language": "de",
            "format": "txt",
            "occurred_at": LATER,
            **more,
        }
        assert {name: line[name] for name in expected} == expected

    @pytest.mark.parametrize(("first", "again"), [(60, 60), (60, 5), (60, 0), (0, 60), (0, 0)])
    def test_it_changes_nothing_the_second_time(
        self, owner: Any, rows: Any, first: int, again: int
    ) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", first, now=LATER)
        before = ledger(rows), states(rows), months(rows, owner)
        settle(owner, "run:1", again, now=LATER + timedelta(hours=1))
        assert (ledger(rows), states(rows), months(rows, owner)) == before

    def test_it_writes_no_line_of_nothing(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 0, now=LATER)
        assert ledger(rows) == []
        assert states(rows) == {"run:1": ("released", LATER)}
        assert months(rows, owner) == {"2026-05": (0, 0)}

    def test_it_does_nothing_for_a_source_that_holds_nothing(self, owner: Any, rows: Any) -> None:
        settle(owner, "run:1", 60)
        assert (ledger(rows), months(rows, owner)) == ([], {})

    def test_it_is_undone_with_the_callers_transaction(self, owner: Any, rows: Any) -> None:
        def end() -> None:
            with organization_scope(owner.organization_id):
                settle(owner, "run:1", 60)
                raise ZeroDivisionError

        reserve(owner, {"run:1": 100})
        with pytest.raises(ZeroDivisionError):
            end()
        assert (ledger(rows), months(rows, owner)) == ([], {"2026-05": (100, 0)})
        settle(owner, "run:1", 60)
        assert months(rows, owner) == {"2026-05": (0, 60)}


class TestMonthsEnd:
    def test_it_counts_in_the_month_in_which_a_run_ends(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100, "run:2": 30}, now=MAY)
        settle(owner, "run:1", 60, now=JUNE)
        assert months(rows, owner) == {"2026-05": (30, 0), "2026-06": (0, 60)}
        [found] = rows(
            "select p.starts_at, l.occurred_at from billing_ledgerline l"
            " join billing_usageperiod p on p.id = l.period_id"
        )
        assert found == {"starts_at": JUNE, "occurred_at": JUNE}

    def test_it_counts_in_the_old_month_up_to_its_last_moment(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 60, now=JUNE - timedelta(microseconds=1))
        assert months(rows, owner) == {"2026-05": (0, 60)}

    def test_it_goes_from_december_to_january(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100}, now=datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
        settle(owner, "run:1", 100, now=datetime(2027, 1, 1, tzinfo=UTC))
        assert months(rows, owner) == {"2026-12": (0, 0), "2027-01": (0, 100)}

    def test_it_only_gives_back_where_nothing_was_used(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 0, now=JUNE)
        assert months(rows, owner) == {"2026-05": (0, 0), "2026-06": (0, 0)}

    def test_it_bills_what_is_carried_into_a_month_that_is_spent(
        self, owner: Any, rows: Any
    ) -> None:
        # The run was within the cap of the month it began in; delivered work is never refused.
        reserve(owner, {"run:1": 100}, now=MAY)
        reserve(owner, {"run:2": CAP}, now=JUNE)
        settle(owner, "run:1", 100, now=JUNE)
        assert months(rows, owner) == {"2026-05": (0, 0), "2026-06": (CAP, 100)}
        with pytest.raises(OverAllowance) as refused:
            reserve(owner, {"run:3": 1}, now=JUNE)
        assert refused.value.detail["left"] == 0
        reserve(owner, {"run:nothing": 0}, now=JUNE)
        settle(owner, "run:2", CAP - 101, now=JUNE)
        reserve(owner, {"run:3": 1}, now=JUNE)

    def test_it_counts_carried_characters_against_the_new_allowance(
        self, owner: Any, rows: Any
    ) -> None:
        reserve(owner, {"run:1": 100}, now=MAY)
        settle(owner, "run:1", 100, now=JUNE)
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:2": CAP - 99}, now=JUNE)
        reserve(owner, {"run:2": CAP - 100}, now=JUNE)
        assert months(rows, owner) == {"2026-05": (0, 0), "2026-06": (CAP - 100, 100)}


class TestTogether:
    @pytest.mark.parametrize("now", [MAY, JUNE], ids=["same month", "next month"])
    def test_it_writes_one_line_however_many_end_one_run(
        self, owner: Any, rows: Any, now: datetime
    ) -> None:
        reserve(owner, {"run:1": 100})
        got = at_once([lambda: settle(owner, "run:1", 60, now=now)] * 20)
        assert got == [None] * 20
        assert [line["units"] for line in ledger(rows)] == [60]
        assert months(rows, owner) == {"2026-05": (0, 0)} | {f"{now:%Y-%m}": (0, 60)}

    def test_it_adds_every_run_that_ends_with_others(self, owner: Any, rows: Any) -> None:
        reserve(owner, {f"run:{n}": 100 for n in range(20)})
        got = at_once([lambda n=n: settle(owner, f"run:{n}", n, now=JUNE) for n in range(20)])  # type: ignore[misc]
        assert got == [None] * 20
        assert months(rows, owner) == {"2026-05": (0, 0), "2026-06": (0, sum(range(20)))}
        assert len(ledger(rows)) == 19

    def test_it_keeps_exact_sums_while_other_runs_begin(self, owner: Any, rows: Any) -> None:
        reserve(owner, {f"old:{n}": 1_000 for n in range(10)})
        got = at_once(
            [lambda n=n: settle(owner, f"old:{n}", 600) for n in range(10)]  # type: ignore[misc]
            + [lambda n=n: reserve(owner, {f"new:{n}": 40}) for n in range(10)]  # type: ignore[misc]
        )
        assert got == [None] * 20
        assert months(rows, owner) == {"2026-05": (400, 6_000)}


class TestLedger:
    @pytest.mark.parametrize("verb", ["update", "delete"])
    def test_it_can_never_be_changed_by_the_app(self, owner: Any, rows: Any, verb: str) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 60)
        before = ledger(rows)
        lines = LedgerLine.objects.filter(organization_id=owner.organization_id)
        attempt = {"update": lambda: lines.update(units=1), "delete": lines.delete}
        with organization_scope(owner.organization_id):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
            ):
                attempt[verb]()
            assert lines.get().units == 60
        assert ledger(rows) == before

    def test_it_has_one_line_of_a_source_whoever_writes_it(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 60)
        with organization_scope(owner.organization_id):
            line = LedgerLine.objects.get(organization_id=owner.organization_id)
            line.pk = uuid7()
            with pytest.raises(IntegrityError, match="billing_ledger_once"), transaction.atomic():
                line.save(force_insert=True)
        assert len(ledger(rows)) == 1


class TestOutsider:
    def test_it_leaves_the_runs_of_another_alone(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        reserve(owner, {"run:1": 100})
        settle(outsider, "run:1", 60)
        with organization_scope(outsider.organization_id):
            services.settle(
                owner.organization_id, source="run:1", units=60, labels=labels(), now=MAY
            )
        assert (ledger(rows), months(rows, owner)) == ([], {"2026-05": (100, 0)})

    def test_it_takes_the_same_source_of_two_organizations_for_two(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        for person, units in ((owner, 100), (outsider, 7)):
            reserve(person, {"run:1": units})
            settle(person, "run:1", units)
        assert months(rows, owner) == {"2026-05": (0, 100)}
        assert months(rows, outsider) == {"2026-05": (0, 7)}
