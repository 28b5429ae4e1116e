"""What an organization has used and has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from accounts.tenancy import organization_scope
from billing.models import LedgerLine, Plan, UsagePeriod
from billing.pricing import FREE_PLAN, left, month_of


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
    period = UsagePeriod.objects.filter(
        organization_id=organization_id, starts_at=month.starts_at
    ).first()
    if period is None:
        plan = Plan.objects.get(code=FREE_PLAN)
        cap, reserved, settled = plan.included_chars, 0, 0
    else:
        plan = period.plan
        cap, reserved, settled = period.cap_chars, period.reserved_chars, period.settled_chars
    return Usage(
        plan=plan.code,
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


def billed_by_job(organization_id: UUID, job_ids: list[UUID]) -> dict[UUID, int]:
    """Sum of ledger units of each of these jobs that has any."""
    rows = (
        LedgerLine.objects.filter(organization_id=organization_id, job_id__in=job_ids)
        .values("job_id")
        .annotate(units=Sum("units"))
    )
    return {row["job_id"]: row["units"] for row in rows if row["job_id"] is not None}
