"""The two calls that keep the books, each in a scope of its own, and what the rows add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from accounts.tenancy import organization_scope
from billing import services

# Characters of a month of the free plan.
CAP = 500_000
MAY = datetime(2026, 5, 12, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JOB = UUID("0190a000-0000-7000-8000-00000000000a")

Rows = Callable[..., list[dict[str, Any]]]
# Reserved and settled characters, by month as in "2026-05".
Months = dict[str, tuple[int, int]]

_MONTHS = """
select to_char(p.starts_at at time zone 'UTC', 'YYYY-MM') as month, p.reserved_chars,
       p.settled_chars,
       (select coalesce(sum(units), 0) from billing_reservation r
         where r.period_id = p.id and r.state = 'reserved') as held,
       (select coalesce(sum(units), 0) from billing_ledgerline l where l.period_id = p.id) as used
  from billing_usageperiod p
 where p.organization_id = %s
"""


class Tenant(Protocol):
    """Whoever has books: a person of the cast will do."""

    @property
    def organization_id(self) -> UUID: ...


def labels(job_id: UUID = JOB, **more: Any) -> services.Labels:
    """What a ledger line says of a job from English into German."""
    return services.Labels(
        job_id=job_id, source_language="en", target_language="de", format="txt", **more
    )


def reserve(who: Tenant, wanted: dict[str, int], *, now: datetime = MAY) -> None:
    """Holds characters, and commits."""
    with organization_scope(who.organization_id):
        services.reserve(who.organization_id, wanted=wanted, now=now)


def settle(
    who: Tenant, source: str, units: int, *, now: datetime = MAY, job_id: UUID = JOB
) -> None:
    """Ends a reservation, and commits."""
    with organization_scope(who.organization_id):
        services.settle(
            who.organization_id, source=source, units=units, labels=labels(job_id), now=now
        )


def months(rows: Rows, who: Tenant) -> Months:
    """The counters of each month, once reservations and ledger have been added up to the same."""
    found = rows(_MONTHS, who.organization_id)
    for period in found:
        assert period["reserved_chars"] == period["held"]
        assert period["settled_chars"] == period["used"]
    return {one["month"]: (one["reserved_chars"], one["settled_chars"]) for one in found}
