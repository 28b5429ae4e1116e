"""What an organization is told of its month, by the queries and by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.tenancy import organization_scope
from billing.queries import Usage, billed_by_job, usage, usage_now
from common.ids import uuid7
from tests.billing.books import CAP, JOB, JUNE, MAY, reserve, settle

pytestmark = pytest.mark.django_db(transaction=True)

USAGE = "/api/v1/usage"


def in_may(*, used: int = 0, reserved: int = 0, left: int = CAP) -> Usage:
    return Usage(
        plan="free",
        starts_at=datetime(2026, 5, 1, tzinfo=UTC),
        ends_at=JUNE,
        cap_chars=CAP,
        used_chars=used,
        reserved_chars=reserved,
        left_chars=left,
    )


class TestUsage:
    def test_it_is_all_zero_before_the_first_reservation(self, owner: Any, rows: Any) -> None:
        assert usage_now(owner.organization_id, now=MAY) == in_may()
        assert rows("select 1 from billing_usageperiod") == []

    def test_it_tells_used_held_and_left_apart(self, owner: Any) -> None:
        reserve(owner, {"run:1": 100, "run:2": 50})
        settle(owner, "run:1", 60)
        assert usage_now(owner.organization_id, now=MAY) == in_may(
            used=60, reserved=50, left=CAP - 110
        )

    def test_it_never_has_less_than_nothing_left(self, owner: Any) -> None:
        reserve(owner, {"run:1": 100}, now=MAY)
        reserve(owner, {"run:2": CAP}, now=JUNE)
        settle(owner, "run:1", 100, now=JUNE)
        told = usage_now(owner.organization_id, now=JUNE)
        assert (told.used_chars, told.reserved_chars, told.left_chars) == (100, CAP, 0)

    def test_it_starts_afresh_with_the_month_and_remembers_the_last(self, owner: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 60)
        last = JUNE - timedelta(microseconds=1)
        assert usage_now(owner.organization_id, now=last) == in_may(used=60, left=CAP - 60)
        fresh = usage_now(owner.organization_id, now=JUNE)
        assert (fresh.starts_at, fresh.ends_at) == (JUNE, datetime(2026, 7, 1, tzinfo=UTC))
        assert (fresh.used_chars, fresh.reserved_chars, fresh.left_chars) == (0, 0, CAP)

    @pytest.mark.parametrize(
        ("now", "ends_at"),
        [
            (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
            (datetime(2028, 2, 29, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)),
        ],
        ids=["December", "a leap day"],
    )
    @pytest.mark.parametrize("first", [True, False], ids=["nothing yet", "something held"])
    def test_it_resets_when_the_month_ends(
        self, owner: Any, now: datetime, ends_at: datetime, first: bool
    ) -> None:
        if not first:
            reserve(owner, {"run:1": 100}, now=now)
        assert usage_now(owner.organization_id, now=now).ends_at == ends_at

    def test_it_keeps_the_cap_of_a_month_that_has_begun(self, owner: Any, rows: Any) -> None:
        reserve(owner, {"run:1": 0})
        rows("update billing_plan set included_chars = 10 where code = 'free'")
        assert usage_now(owner.organization_id, now=MAY).cap_chars == CAP
        assert usage_now(owner.organization_id, now=JUNE).cap_chars == 10

    def test_it_wants_the_organizations_scope(self, owner: Any) -> None:
        with pytest.raises(DatabaseError, match="outside of every scope"), transaction.atomic():
            usage(owner.organization_id, now=MAY)

    def test_it_shows_an_outsider_nothing(self, owner: Any, outsider: Any) -> None:
        reserve(owner, {"run:1": 100, "run:2": 50})
        settle(owner, "run:1", 60)
        assert usage_now(outsider.organization_id, now=MAY) == in_may()
        with organization_scope(outsider.organization_id):
            assert usage(owner.organization_id, now=MAY) == in_may()


class TestBilledByJob:
    def test_it_adds_up_the_runs_of_each_job(self, owner: Any) -> None:
        other, silent = uuid7(), uuid7()
        reserve(owner, {"run:1": 100, "run:2": 100, "run:3": 100, "run:4": 100})
        settle(owner, "run:1", 60, job_id=JOB)
        settle(owner, "run:2", 5, job_id=other)
        settle(owner, "run:3", 7, job_id=JOB, now=JUNE)
        settle(owner, "run:4", 0, job_id=silent)
        with organization_scope(owner.organization_id):
            assert billed_by_job(owner.organization_id, [JOB, silent]) == {JOB: 67}
            assert billed_by_job(owner.organization_id, [JOB, other]) == {JOB: 67, other: 5}
            assert billed_by_job(owner.organization_id, []) == {}

    def test_it_shows_an_outsider_nothing(self, owner: Any, outsider: Any) -> None:
        reserve(owner, {"run:1": 100})
        settle(owner, "run:1", 60)
        with organization_scope(outsider.organization_id):
            assert billed_by_job(outsider.organization_id, [JOB]) == {}
            assert billed_by_job(owner.organization_id, [JOB]) == {}


class TestApi:
    def test_it_tells_a_key_what_is_used_held_and_left(self, owner: Any, client: Client) -> None:
        now = timezone.now()
        reserve(owner, {"run:1": 100, "run:2": 50}, now=now)
        settle(owner, "run:1", 60, now=now)
        answer = client.get(USAGE, headers=owner.headers)
        assert answer.status_code == 200
        told = answer.json()
        starts_at, ends_at = told.pop("starts_at"), told.pop("ends_at")
        assert datetime.fromisoformat(starts_at) <= now < datetime.fromisoformat(ends_at)
        assert told == {
            "plan": "free",
            "cap_chars": CAP,
            "used_chars": 60,
            "reserved_chars": 50,
            "left_chars": CAP - 110,
        }

    def test_it_shows_an_outsider_their_own_numbers_only(
        self, owner: Any, outsider: Any, client: Client
    ) -> None:
        now = timezone.now()
        reserve(owner, {"run:1": 100, "run:2": 50}, now=now)
        settle(owner, "run:1", 60, now=now)
        reserve(outsider, {"run:1": 7}, now=now)
        told = client.get(USAGE, headers=outsider.headers).json()
        numbers = [told[f"{name}_chars"] for name in ("cap", "used", "reserved", "left")]
        assert numbers == [CAP, 0, 7, CAP - 7]

    def test_it_is_not_for_a_person_without_the_right(self, teammate: Any) -> None:
        browser = Client()
        browser.force_login(teammate.user)
        answer = browser.get(USAGE)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_missing")

    def test_it_is_not_for_strangers(self, db: None, client: Client) -> None:
        assert client.get(USAGE).status_code == 401
