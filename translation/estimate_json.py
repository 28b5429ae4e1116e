"""An estimate as the page's script takes it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from engine.languages import find_source
from translation.services.estimate import Earlier, Estimate, FileEstimate


def estimate_json(found: Estimate) -> dict[str, Any]:
    """Numbers as numbers, languages by name, times as ISO 8601."""
    files = found.files
    free = sum(one.repeated_chars for one in files)
    carried = sum(one.carried_chars for one in files)
    return {
        "files": [_file(one) for one in files],
        "languages": found.languages,
        "chars_each": sum(one.chars for one in files),
        "chars": found.chars,
        "repeated_chars": free,
        "carried_chars": carried,
        "held_chars": max(found.chars - found.billed_chars - free - carried, 0),
        "billed_chars": found.billed_chars,
        "left_chars": found.usage.left_chars,
        "cap_chars": found.usage.cap_chars,
        "resets_on": f"{found.usage.ends_at:%-d %B}",
        "fits": found.fits,
        "seconds": found.seconds,
        "is_measured": found.is_measured,
    }


def _file(one: FileEstimate) -> dict[str, Any]:
    return {
        "name": one.name,
        "refusal": one.refusal,
        "segments": one.segments,
        "chars": one.chars,
        "same": _earlier(one.same),
        "revises": _earlier(one.revises),
    }


def _earlier(one: Earlier | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "document": str(one.document_id),
        "name": one.name,
        "uploaded_at": one.uploaded_at.isoformat(),
        "codes": list(one.languages),
        "languages": [find_source(code).name for code in one.languages],
        "url": reverse("job", args=[one.job_id]) if one.job_id else "",
    }
