"""Characters are held before any model is asked: all of them or none, and never past the cap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError

from accounts.tenancy import organization_scope
from billing import services
from billing.services import ensure_period
from common.errors import OverAllowance
from tests.billing.books import CAP, JUNE, MAY, months, reserve, settle
from tests.translation.paper import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def held(rows: Any) -> dict[str, int]:
    found = rows("select source, units from billing_reservation where state = 'reserved'")
    return {row["source"]: row["units"] for row in found}


class TestReserve:
    def test_it_holds_the_characters_of_every_source(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100, "run:2": 250})
        found = rows(
            "select source, units, state, created_at, ended_at from billing_reservation"
            " order by source"
        )
        assert [tuple(row.values()) for row in found] == [
            ("run:1", 100, "reserved", MAY, None),
            ("run:2", 250, "reserved", MAY, None),
        ]
        assert months(rows, owner) == {"2026-05": (350, 0)}

    def test_it_adds_to_what_is_held_already(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 100})
        reserve(owner, {"run:2": 30})
        assert months(rows, owner) == {"2026-05": (130, 0)}

    @pytest.mark.parametrize("spent", [0, 1, 123_456, CAP - 1])
    def test_it_takes_exactly_what_is_left_and_not_one_more(
        self, owner: Any, rows: Any, spent: int
    ) -> None:
        reserve(owner, {"run:held": spent // 2, "run:used": spent - spent // 2})
        settle(owner, "run:used", spent - spent // 2)
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:1": CAP - spent + 1})
        reserve(owner, {"run:1": CAP - spent})
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:2": 1})
        assert sum(months(rows, owner)["2026-05"]) == CAP

    def test_it_gives_back_what_a_run_did_not_use(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": CAP})
        settle(owner, "run:1", 400_000)
        reserve(owner, {"run:2": 100_000})
        assert months(rows, owner) == {"2026-05": (100_000, 400_000)}

    @pytest.mark.parametrize("spent", [0, CAP])
    def test_it_always_has_room_for_nothing(self, owner: Any, rows: Any, spent: int) -> None:
        reserve(owner, {"run:1": spent})
        reserve(owner, {"run:2": 0, "run:3": 0})
        reserve(owner, {})
        assert held(rows) == {"run:1": spent, "run:2": 0, "run:3": 0}
        assert months(rows, owner) == {"2026-05": (spent, 0)}

    def test_it_starts_afresh_with_the_month(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": CAP}, now=JUNE - timedelta(microseconds=1))
        reserve(owner, {"run:2": CAP}, now=JUNE)
        assert months(rows, owner) == {"2026-05": (CAP, 0), "2026-06": (CAP, 0)}

    @pytest.mark.parametrize("wanted", [{"run:1": 5}, {"run:2": -5}], ids=["twice", "negative"])
    def test_it_changes_nothing_when_the_database_refuses_a_row(
        self, owner: Any, rows: Any, wanted: dict[str, int]
    ) -> None:
        reserve(owner, {"run:1": 100})
        with pytest.raises(IntegrityError):
            reserve(owner, wanted)
        assert held(rows) == {"run:1": 100}
        assert months(rows, owner) == {"2026-05": (100, 0)}


class TestRefusal:
    def test_it_names_what_is_needed_what_is_left_and_when_it_resets(self, owner: Any) -> None:
        reserve(owner, {"run:1": 399_000, "run:2": 100_000})
        settle(owner, "run:2", 100_000)
        with pytest.raises(OverAllowance) as refused:
            reserve(owner, {"run:3": 800, "run:4": 400})
        error = refused.value
        assert (error.status, error.code) == (402, "allowance_spent")
        assert error.detail == {
            "needed": 1_200,
            "left": 1_000,
            "resets_at": "2026-06-01T00:00:00+00:00",
        }
        assert error.message == (
            "This needs 1,200 characters and 1,000 are left in this month's 500,000."
            " The allowance resets on 1 June 2026. Nothing was stored."
        )

    @pytest.mark.parametrize(
        ("now", "seconds"),
        [
            (MAY, 19 * 86_400 + 15 * 3_600),
            (JUNE - timedelta(minutes=1), 60),
            (JUNE - timedelta(seconds=1), 1),
            (JUNE - timedelta(microseconds=1), 1),
        ],
    )
    def test_it_says_to_come_back_when_the_allowance_resets(
        self, owner: Any, now: datetime, seconds: int
    ) -> None:
        with pytest.raises(OverAllowance) as refused:
            reserve(owner, {"run:1": CAP + 1}, now=now)
        assert refused.value.retry_after == seconds

    def test_it_leaves_nothing_behind(self, owner: Any, rows: Any) -> None:
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:1": 1, "run:2": CAP})
        assert rows("select 1 from billing_reservation") == []
        assert months(rows, owner) == {}

    def test_it_holds_none_where_not_all_fit(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": CAP - 10})
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:2": 10, "run:3": 1})
        assert held(rows) == {"run:1": CAP - 10}
        assert months(rows, owner) == {"2026-05": (CAP - 10, 0)}


class TestTogether:
    UNITS = 12_000

    def test_it_lets_exactly_as_many_of_fifty_threads_through_as_fit(
        self, owner: Any, rows: Any
    ) -> None:
        got = at_once([lambda n=n: reserve(owner, {f"run:{n}": self.UNITS}) for n in range(50)])  # type: ignore[misc]
        fit = CAP // self.UNITS
        assert 0 < fit < 50
        assert got.count(None) == fit
        assert sum(isinstance(one, OverAllowance) for one in got) == 50 - fit
        assert held(rows) == {
            f"run:{n}": self.UNITS for n, result in enumerate(got) if result is None
        }
        assert months(rows, owner) == {"2026-05": (fit * self.UNITS, 0)}

    def test_it_gives_the_last_character_to_one(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:first": CAP - 1})
        got = at_once([lambda n=n: reserve(owner, {f"run:{n}": 1}) for n in range(10)])  # type: ignore[misc]
        assert got.count(None) == 1
        assert months(rows, owner) == {"2026-05": (CAP, 0)}


class TestEnsurePeriod:
    def test_it_is_made_once_however_many_ask(self, owner: Any, rows: Any) -> None:
        def ask() -> Any:
            with organization_scope(owner.organization_id):
                return ensure_period(owner.organization_id, now=MAY).pk

        assert len(set(at_once([ask] * 8))) == 1
        [period] = rows("select starts_at, ends_at, cap_chars, plan_id from billing_usageperiod")
        assert tuple(period.values()) == (MAY.replace(day=1, hour=0), JUNE, CAP, "free")

    def test_it_keeps_the_cap_it_was_made_with(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 0})
        rows("update billing_plan set included_chars = 10 where code = 'free'")
        reserve(owner, {"run:2": CAP})
        with pytest.raises(OverAllowance):
            reserve(owner, {"run:3": 11}, now=JUNE)


class TestOutsider:
    def test_it_draws_on_each_organizations_own_month(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        reserve(owner, {"run:1": CAP})
        reserve(outsider, {"run:1": 7})
        assert months(rows, owner) == {"2026-05": (CAP, 0)}
        assert months(rows, outsider) == {"2026-05": (7, 0)}

    def test_it_is_refused_in_the_scope_of_another(
        self, owner: Any, outsider: Any, rows: Any
    ) -> None:
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            organization_scope(outsider.organization_id),
        ):
            services.reserve(owner.organization_id, wanted={"run:1": 1}, now=MAY)
        assert months(rows, owner) == months(rows, outsider) == {}
