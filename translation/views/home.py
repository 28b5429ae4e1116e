"""Where everybody starts: what waits, what runs, and how the month goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.guards import acting_anyhow, for_people, person_of
from accounts.services import Actor, Permission
from billing.queries import MonthOfUse, month_of_use
from engine.gates import title
from translation.queries.home import HomeWork, Week, home_work
from translation.views.first_steps import steps_of

MAX_LANGUAGES = 5
MAX_TARGETS = 8
USUAL_TARGETS = ("de", "fr", "es", "it", "ja")


@require_GET
@for_people
def home(request: HttpRequest) -> HttpResponse:
    """The parts of the home page this person's role may see."""
    actor = acting_anyhow(request)
    context = {**_work(actor), **_month(actor), **steps_of(request, actor)}
    if Permission.TRANSLATE in actor.permissions:
        recents = person_of(request).recent_targets
        targets = list(dict.fromkeys((*recents, *USUAL_TARGETS)))[:MAX_TARGETS]
        context |= {"quick_targets": targets, "token": str(uuid4())}
    return render(request, "home/home.html", context)


def _work(actor: Actor) -> dict[str, Any]:
    if Permission.DOCUMENTS_READ not in actor.permissions:
        return {"work": None}
    work = home_work(actor.organization_id, now=timezone.now())
    return {
        "work": work,
        "rate": _rate(work.weeks),
        "rate_chart": {
            "labels": [_week(one) for one in work.weeks],
            "values": [one.percent for one in work.weeks],
        },
        "gates": _gates(work),
        "gates_chart": {
            "labels": [title(code) for code, _ in work.gates],
            "values": [count for _, count in work.gates],
        },
    }


def _gates(work: HomeWork) -> list[tuple[str, int]]:
    return [(title(code), count) for code, count in work.gates]


def _week(week: Week) -> str:
    return f"w{week.begins_on.isocalendar().week}"


def _rate(weeks: Sequence[Week]) -> dict[str, Any] | None:
    """The latest week's rate, and how it differs from the first shown."""
    if not weeks:
        return None
    points = round(weeks[-1].percent - weeks[0].percent, 1)
    return {
        "percent": weeks[-1].percent,
        "points": abs(points),
        "way": "up" if points > 0 else "down",
        "tone": "ok" if points > 0 else "warn",
        "words": "better" if points > 0 else "worse",
        "weeks": len(weeks),
    }


def _month(actor: Actor) -> dict[str, Any]:
    if Permission.USAGE_READ not in actor.permissions:
        return {"month": None}
    month = month_of_use(actor.organization_id, now=timezone.now())
    return {
        "month": month,
        "days_chart": {
            "labels": [_day(day) for day, _ in (*month.by_day, *month.projected)],
            "values": [chars for _, chars in month.by_day],
            "projected": [chars for _, chars in month.projected],
        },
        "languages": _languages(month),
    }


def _day(day: date) -> str:
    return f"{day:%-d %b}"


def _languages(month: MonthOfUse) -> list[dict[str, Any]]:
    """The languages most used, each with its share of the first, and one entry for all others."""
    most = month.by_language[:MAX_LANGUAGES]
    others = month.by_language[MAX_LANGUAGES:]
    top = max((chars for _, chars in most), default=0)
    found: list[dict[str, Any]] = [
        {"code": code, "chars": chars, "share": 100 * chars / max(top, 1)} for code, chars in most
    ]
    if others:
        rest = sum(chars for _, chars in others)
        share = min(100 * rest / max(top, 1), 100)
        found.append({"code": "", "more": len(others), "chars": rest, "share": share})
    return found
