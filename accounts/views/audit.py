"""The audit trail: a page with filters, and all of it as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.actions import GROUPS
from accounts.guards import acting, for_people
from accounts.queries import audit as reads
from accounts.queries.members import members_page
from accounts.roles import Permission
from common import paging
from common.errors import Malformed

EVENTS: Final = 50
COLUMNS: Final = (
    *("at", "who", "action", "object_kind", "object_id", "user_id", "api_key_id", "detail"),
    "request_id",
)
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@for_people
def audit_page(request: HttpRequest) -> HttpResponse:
    """Events, newest first, narrowed as the address says."""
    actor = acting(request, Permission.AUDIT_READ)
    asked = _asked(request)
    of = f"audit {urlencode(sorted(asked.items()))}"
    before = paging.read_place(of, request.GET.get("cursor"))
    found = reads.events_page(
        actor.organization_id, wanted=_narrowing(asked), limit=EVENTS, before=before
    )
    older = paging.cursor(of, found[-1].at, found[-1].id) if len(found) == EVENTS else None
    context = {
        "events": found,
        "asked": asked,
        "query": urlencode(asked),
        "is_first": before is None,
        "older": older,
        "people": members_page(actor.organization_id),
        "groups": GROUPS.items(),
        "most": reads.MAX_EXPORTED,
    }
    return render(request, "people/audit.html", context)


@require_GET
@for_people
def audit_export(request: HttpRequest) -> HttpResponse:
    """The same events as CSV, all of them up to a bound that fits into memory."""
    actor = acting(request, Permission.AUDIT_READ)
    rows = reads.all_events(actor.organization_id, wanted=_narrowing(_asked(request)))
    response = HttpResponse("".join(_lines(rows)), content_type="text/csv; charset=utf-8")
    day = timezone.now().date().isoformat()
    response["Content-Disposition"] = f'attachment; filename="audit-{day}.csv"'
    return response


def _lines(rows: Iterator[reads.EventRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for row in rows:
        detail = json.dumps(dict(row.detail), ensure_ascii=False, sort_keys=True)
        cells = {"at": row.at.isoformat(), "detail": detail if row.detail else ""}
        yield writer.writerow(
            [_harmless(str(cells.get(name, getattr(row, name)) or "")) for name in COLUMNS]
        )


class _Echo:
    """Gives back what is written, for a writer that wants a file."""

    def write(self, line: str) -> str:
        return line


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _asked(request: HttpRequest) -> dict[str, str]:
    """What of the address narrows the list; empty fields of the form count as not sent."""
    names = ("person", "group", "since", "until")
    return {name: value for name in names if (value := request.GET.get(name, "").strip())}


def _narrowing(asked: dict[str, str]) -> reads.Narrowing:
    """Days are those of who reads; the last one is meant whole."""
    if "group" in asked and asked["group"] not in GROUPS:
        raise _malformed()
    until = _day(asked.get("until"))
    return reads.Narrowing(
        user_id=_id(asked.get("person")),
        group=asked.get("group", ""),
        since=_start(_day(asked.get("since"))),
        until=_start(until + timedelta(days=1)) if until else None,
    )


def _start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise _malformed() from None
    if day is not None and not 2000 <= day.year <= 9000:
        raise _malformed()
    return day


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise _malformed() from None


def _malformed() -> Malformed:
    return Malformed(
        "audit_filter_malformed",
        "This filter cannot be read: choose a person, a kind and days such as 2026-11-30.",
    )
