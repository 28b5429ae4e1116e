"""What an organization has used and has left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.db.models.functions import TruncDate

from accounts.tenancy import organization_scope
from billing.models import LedgerLine
from billing.pricing import FREE_PLAN, left, month_of
from billing.projection import projected

# Asked at every page and by programs that watch: one statement, with or without a period.
_USAGE = """
select coalesce(u.plan_id, p.code), coalesce(u.cap_chars, p.included_chars),
       coalesce(u.reserved_chars, 0), coalesce(u.settled_chars, 0)
  from billing_plan p
  left join billing_usageperiod u on u.organization_id = %s and u.starts_at = %s
 where p.code = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One usage period in characters. `ends_at` is when the allowance resets."""

    plan: str
    starts_at: datetime
    ends_at: datetime
    cap_chars: int
    used_chars: int
    reserved_chars: int
    left_chars: int


def usage(organization_id: UUID, *, now: datetime) -> Usage:
    """This month's usage; all zero where nothing was reserved yet. Needs the organization scope."""
    month = month_of(now)
    with connection.cursor() as cursor:
        cursor.execute(_USAGE, [organization_id, month.starts_at, FREE_PLAN])
        plan, cap, reserved, settled = cursor.fetchone()
    return Usage(
        plan=plan,
        starts_at=month.starts_at,
        ends_at=month.ends_at,
        cap_chars=cap,
        used_chars=settled,
        reserved_chars=reserved,
        left_chars=left(cap, reserved, settled),
    )


def usage_now(organization_id: UUID, *, now: datetime) -> Usage:
    """`usage`, in a scope of its own."""
    with organization_scope(organization_id):
        return usage(organization_id, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfUse:
    """A month's usage as its ledger holds it. `by_day` has every day up to today, in UTC.

    `by_language` counts by target language, the most first; `projected` has the days to come.
    """

    usage: Usage
    by_day: list[tuple[date, int]]
    by_language: list[tuple[str, int]]
    projected: list[tuple[date, int]]

    @property
    def course_chars(self) -> int:
        """What the month comes to if it goes on as it has; 0 where that cannot be told."""
        rest = sum(chars for _, chars in self.projected)
        return self.used_chars + rest if self.projected else 0

    @property
    def used_chars(self) -> int:
        """The sum of the ledger's lines."""
        return sum(chars for _, chars in self.by_day)


def month_of_use(organization_id: UUID, *, now: datetime) -> MonthOfUse:
    """This month's usage by day and by language, in a scope of its own."""
    with organization_scope(organization_id):
        found = usage(organization_id, now=now)
        rows = list(
            LedgerLine.objects.filter(
                organization_id=organization_id,
                occurred_at__gte=found.starts_at,
                occurred_at__lt=found.ends_at,
            )
            .values_list(TruncDate("occurred_at", tzinfo=UTC), "target_language")
            .annotate(units=Sum("units"))
        )
    days: Counter[date] = Counter()
    languages: Counter[str] = Counter()
    for day, language, units in rows:
        days[day] += units
        languages[language] += units
    first = found.starts_at.date()
    elapsed = (now.astimezone(UTC).date() - first).days + 1
    by_day = [(day, days[day]) for day in (first + timedelta(days=n) for n in range(elapsed))]
    return MonthOfUse(
        usage=found,
        by_day=by_day,
        projected=projected(by_day, found.ends_at.date()),
        by_language=languages.most_common(),
    )


def billed_by_job(organization_id: UUID, job_ids: list[UUID]) -> dict[UUID, int]:
    """Sum of ledger units of each of these jobs that has any."""
    rows = (
        LedgerLine.objects.filter(organization_id=organization_id, job_id__in=job_ids)
        .values("job_id")
        .annotate(units=Sum("units"))
    )
    return {row["job_id"]: row["units"] for row in rows if row["job_id"] is not None}


def concept_limit(organization_id: UUID) -> int:  # noqa: ARG001 - plans will differ
    """How many glossary concepts an organization may have."""
    return int(settings.CONCEPTS_PER_ORGANIZATION)


def style_guide_limit(organization_id: UUID) -> int:  # noqa: ARG001 - plans will differ
    """How many style guides an organization may have."""
    return int(settings.STYLE_GUIDES_PER_ORGANIZATION)
