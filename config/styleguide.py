"""The components in all their states, for those who build pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common.errors import NotFound
from translation.queries.languages import recent, target_choices

_STATES = {
    "initial": "Not started",
    "queued": "Queued",
    "translating": "Translating",
    "translated": "Translated",
    "needs_review": "Needs review",
    "reviewed": "Reviewed",
    "final": "Final",
    "refused": "Refused",
    "failed": "Failed",
    "paused": "Paused",
}
_TALLIES: list[dict[str, Any]] = [
    {"words": "1,204 of 1,672 segments, 418 a minute, 3 min left", "parts": [300, 350, 500, 54, 0]},
    {"words": "Paused by Ingrid at 14:02", "parts": [0, 0, 640, 0, 0], "paused": True},
    {"words": "31 segments failed. Nothing was billed for them.", "parts": [1400, 0, 0, 0, 90]},
]


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Shown to staff, and to everybody where DEBUG is on; others are not told that it is there."""
    if not (settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise NotFound("not_found", "There is nothing at this address.")
    languages = target_choices("en")
    context = {
        "languages": languages,
        "recent_languages": recent(("de", "ja"), languages),
        "states": _STATES,
        "severities": ("neutral", "minor", "major", "critical"),
        "origins": {
            "model": "Claude",
            "repaired": "Repaired",
            "repeat": "Repeat",
            "carried": "Earlier revision",
            "file": "File",
            "person": "Person",
        },
        "progress": [_bar(one) for one in _TALLIES],
        "rows": range(3),
    }
    return render(request, "styleguide.html", context)


def _bar(tally: dict[str, Any]) -> dict[str, Any]:
    names = ("reviewed", "free", "translated", "review", "failed")
    parts, at = [], 0
    for name, width in zip(names, tally["parts"], strict=True):
        parts.append({"name": name, "at": at, "width": width})
        at += width
    return {**tally, "parts": parts, "percent": round(100 * at / 1672), "whole": 1672}
