"""Rows of the editor as its script reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.gates import sentence
from engine.values import Finding, Span
from engine.written import Chip, Task, cut
from translation.queries.rows import FoundRow, Row


def rows_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows, in their order."""
    return [row_json(row) for row in rows]


def row_json(row: Row) -> dict[str, Any]:
    """One row; offsets count UTF-16 units, as the browser's strings do."""
    labels = [form.label for form in row.task.wanted]
    target = list(zip(labels, row.forms, strict=False))
    return {
        "id": str(row.id),
        "ordinal": row.ordinal,
        "key": row.key,
        "context": row.context,
        "note": row.note,
        "source": [_form(form.label, form.text, row.task) for form in row.source],
        "target": [_form(label, text, row.task) for label, text in target],
        "labels": labels,
        "state": row.state,
        "sub_state": row.sub_state,
        "origin": row.origin,
        "repaired": row.repaired,
        "delivered": row.delivered,
        "repeats": row.repeats,
        "leader": str(row.leader_id) if row.leader_id else None,
        "version": row.version,
        "updated_at": row.updated_at.isoformat() if row.updated_at else None,
        "updated_by": row.author,
        "chars": row.chars,
        "max_length": row.max_length,
        "findings": [_finding(one, row) for one in row.findings],
    }


def utf16_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Ranges of code points as ranges of UTF-16 units."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return [[start, end] for start, end in spans]
    return [[_units(text[:start]), _units(text[:end])] for start, end in spans]


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _form(label: str, text: str, task: Task) -> dict[str, Any]:
    return {"label": label, "text": text, "pieces": pieces_json(text, task)}


def pieces_json(text: str, task: Task) -> list[Any]:
    """A text as strings and chips."""
    return [
        {"chip": one.text, "kind": one.kind} if isinstance(one, Chip) else one
        for one in cut(text, task.syntax, task.flags)
    ]


def _finding(found: FoundRow, row: Row) -> dict[str, Any]:
    one = found.finding
    place = next(
        (number for number, form in enumerate(row.task.wanted) if form.label == one.form), 0
    )
    asked = row.task.wanted[place].text
    written = row.forms[place] if place < len(row.forms) else ""
    shown = next((form.label for form in row.source if form.text == asked), row.source[0].label)
    return {
        "id": str(found.id),
        "code": one.code,
        "severity": one.severity,
        "blocking": one.blocking,
        "form": one.form,
        "source_form": shown,
        "sentence": sentence(one),
        "spans": utf16_spans(written, _on("target", one, written)),
        "source_spans": utf16_spans(asked, _on("source", one, asked)),
        "dismissed": found.is_dismissed,
        "fix": None,
    }


def _on(side: str, finding: Finding, text: str) -> list[tuple[int, int]]:
    """The finding's ranges on one side that lie in the text."""
    found: list[Span] = [span for span in finding.spans if span.side == side]
    return [(one.start, one.end) for one in found if 0 <= one.start < one.end <= len(text)]
