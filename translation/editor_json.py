"""Rows of the editor as its script reads them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from django.urls import reverse

from engine.differences import differences
from engine.fixes import fix_of
from engine.gates import sentence, title
from engine.written import Chip, Task, cut
from translation.queries.history import Version
from translation.queries.rows import FoundRow, Row, concepts_of, ranges
from translation.services.replacing import Hit


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
        "fixes": [title(code).lower() for code in row.fixes],
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


def versions_json(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """A target's texts, newest first, each with what it changed of the one before."""
    before = [*versions[1:], versions[-1]]
    return [
        {
            "version": one.version,
            "forms": list(one.forms),
            "state": one.state,
            "sub_state": one.sub_state,
            "origin": one.origin,
            "by": one.author,
            "at": one.at.isoformat() if one.at else None,
            "diff": [
                differences(old, new)
                for old, new in zip_longest(earlier.forms, one.forms, fillvalue="")
            ],
        }
        for one, earlier in zip(versions, before, strict=True)
    ]


def hits_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """What a replacement would do, form by form."""
    return [
        {
            "id": str(one.row.id),
            "ordinal": one.row.ordinal,
            "version": one.row.version,
            "form": one.label,
            "before": one.replacement.before,
            "after": one.replacement.after,
            "spans": utf16_spans(one.replacement.before, one.replacement.spans),
        }
        for one in hits
    ]


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
    asked, written = row.asked(one.form), row.written(one.form)
    return {
        "id": str(found.id),
        "code": one.code,
        "severity": one.severity,
        "blocking": one.blocking,
        "form": one.form,
        "source_form": asked.label,
        "title": title(one.code),
        "sentence": sentence(one),
        "spans": utf16_spans(written, ranges(one, "target", written)),
        "source_spans": utf16_spans(asked.text, ranges(one, "source", asked.text)),
        "dismissed": found.is_dismissed,
        "fix": _fix(found, row),
        "concepts": [
            {"term": term, "url": reverse("concept", args=[concept])}
            for concept, term in concepts_of(one)
        ],
    }


def _fix(found: FoundRow, row: Row) -> dict[str, Any] | None:
    if found.is_dismissed or row.state == "final":
        return None
    fix = fix_of(row.task, row.forms, found.finding, row.brief)
    return {"label": fix.label, "forms": list(fix.forms)} if fix else None
