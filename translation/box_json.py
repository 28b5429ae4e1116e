"""The translate box as its script reads it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.languages import Language
from translation.editor_json import row_json, utf16_spans
from translation.queries.box import Box, Past
from translation.services.box import Look

# What a row of the box has of an editor's row.
_KEPT = (
    "id",
    "version",
    "ordinal",
    "state",
    "sub_state",
    "origin",
    "repaired",
    "delivered",
    "findings",
)


def language_json(language: Language) -> dict[str, str]:
    """A language by code, name and direction."""
    return {"code": language.code, "name": language.name, "dir": language.direction}


def look_json(found: Look) -> dict[str, Any]:
    """What a text would come to, and which language it is in."""
    return {
        "language": found.detected_language,
        "confidence": found.detection.confidence,
        "candidates": [language_json(one) for one in found.detection.candidates],
        "chars": found.chars,
        "segments": found.segments,
        "repeated": found.repeated,
    }


def box_json(box: Box, *, start: int) -> dict[str, Any]:
    """A text's state, and its segments from `start` on; offsets count UTF-16 units."""
    job = box.job
    return {
        "job": str(job.id),
        "run": str(job.run_id),
        "state": job.state,
        "open": box.is_open,
        "segments": job.segments,
        "done": job.done,
        "failed": job.failed,
        "needs_review": job.needs_review,
        "repaired": job.repaired,
        "repeats": job.repeats,
        "prefilled": job.prefilled,
        "billed": job.billed_chars,
        "waiting_for": job.waiting_for,
        "source": language_json(box.source),
        "target": language_json(box.target),
        "places": utf16_spans(box.text, box.places) if start == 0 else None,
        "leads": box.leads[start:],
        "tail": box.tail,
        "rows": [_row(one) for one in box.rows],
    }


def _row(row: Any) -> dict[str, Any]:
    full = row_json(row)
    # A text has one form; what is held back is shown with its finding, not in the text.
    return {
        **{name: full[name] for name in _KEPT},
        "source": full["source"][0]["pieces"],
        "target": full["target"][0]["pieces"] if full["target"] else [],
    }


def past_json(found: Sequence[Past]) -> list[dict[str, Any]]:
    """A person's texts."""
    return [
        {
            "job": str(one.job_id),
            "beginning": one.beginning,
            "source": language_json(one.source),
            "target": language_json(one.target),
            "state": one.state,
            "at": one.created_at.isoformat(),
        }
        for one in found
    ]
