"""Allowance and ledger: reserve before any model call, settle once when a run ends.

But for `erase`, every function expects to be called inside the caller's organization scope and
transaction, and locks the usage period last (order everywhere: job, pack, targets, usage period).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from accounts.tenancy import organization_scope
from billing.models import LedgerLine, Plan, Reservation, UsagePeriod
from billing.pricing import FREE_PLAN, left, month_of
from common.errors import OverAllowance
from common.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a ledger line says of the usage: ids and codes, never names."""

    job_id: UUID
    source_language: str
    target_language: str
    format: str
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    profile_id: UUID | None = None


def erase(organization_id: UUID) -> None:
    """Removes what was held for an organization; its ledger lines and their periods stay.

    They name nobody. Opens its own scope.
    """
    with organization_scope(organization_id):
        Reservation.objects.filter(organization_id=organization_id).delete()


def ensure_period(organization_id: UUID, *, now: datetime) -> UsagePeriod:
    """The usage period that holds `now`, made on first use: a calendar month, UTC."""
    month = month_of(now)
    found = UsagePeriod.objects.filter(
        organization_id=organization_id, starts_at=month.starts_at
    ).first()
    if found is not None:
        return found
    plan = Plan.objects.get(code=FREE_PLAN)
    UsagePeriod.objects.bulk_create(
        [
            UsagePeriod(
                organization_id=organization_id,
                plan=plan,
                starts_at=month.starts_at,
                ends_at=month.ends_at,
                cap_chars=plan.included_chars,
            )
        ],
        ignore_conflicts=True,
    )
    return UsagePeriod.objects.get(organization_id=organization_id, starts_at=month.starts_at)


def reserve(organization_id: UUID, *, wanted: dict[str, int], now: datetime) -> None:
    """Holds characters for several sources, all or nothing.

    `wanted` maps a source such as "run:<id>" to source characters. Raises OverAllowance naming
    what is needed, what is left and when the allowance resets.
    """
    needed = sum(wanted.values())
    period = ensure_period(organization_id, now=now)
    granted = UsagePeriod.objects.filter(
        organization_id=organization_id,
        pk=period.pk,
        cap_chars__gte=F("reserved_chars") + F("settled_chars") + needed,
    ).update(reserved_chars=F("reserved_chars") + needed)
    if not granted and needed:
        raise _over_allowance(organization_id, period, needed, now)
    Reservation.objects.bulk_create(
        Reservation(
            organization_id=organization_id,
            period_id=period.pk,
            source=source,
            units=units,
            created_at=now,
        )
        for source, units in wanted.items()
    )


def settle(
    organization_id: UUID, *, source: str, units: int, labels: Labels, now: datetime
) -> None:
    """Ends a reservation: writes one ledger line of `units` (none when 0) and releases the rest.

    Doing it again for the same source changes nothing. The line counts in the period that holds
    `now`, so that nothing is added to a period that has closed.
    """
    held = (
        Reservation.objects.select_for_update()
        .filter(organization_id=organization_id, source=source, state=Reservation.RESERVED)
        .first()
    )
    if held is None:
        return
    held.state = Reservation.SETTLED if units else Reservation.RELEASED
    held.ended_at = now
    held.save(update_fields=["state", "ended_at"])
    current = ensure_period(organization_id, now=now)
    _move(organization_id, held.period_id, reserved=-held.units)
    if not units:
        return
    _move(organization_id, current.pk, settled=units)
    LedgerLine.objects.create(
        id=uuid7(),
        organization_id=organization_id,
        period_id=current.pk,
        source=source,
        units=units,
        occurred_at=now,
        job_id=labels.job_id,
        user_id=labels.user_id,
        api_key_id=labels.api_key_id,
        profile_id=labels.profile_id,
        source_language=labels.source_language,
        target_language=labels.target_language,
        format=labels.format,
    )


def _move(organization_id: UUID, period_id: UUID, *, reserved: int = 0, settled: int = 0) -> None:
    UsagePeriod.objects.filter(organization_id=organization_id, pk=period_id).update(
        reserved_chars=F("reserved_chars") + reserved,
        settled_chars=F("settled_chars") + settled,
    )


def _over_allowance(
    organization_id: UUID, period: UsagePeriod, needed: int, now: datetime
) -> OverAllowance:
    fresh = UsagePeriod.objects.get(organization_id=organization_id, pk=period.pk)
    rest = left(fresh.cap_chars, fresh.reserved_chars, fresh.settled_chars)
    resets = fresh.ends_at
    return OverAllowance(
        "allowance_spent",
        f"This needs {needed:,} characters and {rest:,} are left in this month's "
        f"{fresh.cap_chars:,}. The allowance resets on {resets:%-d %B %Y}. Nothing was stored.",
        detail={"needed": needed, "left": rest, "resets_at": resets.isoformat()},
        retry_after=max(int((resets - now).total_seconds()), 1),
    )
