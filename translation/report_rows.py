"""Rows of a job's report as its page shows them: texts in pieces, what is wrong marked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.forms import parse_label
from engine.gates import sentence, title
from engine.values import Finding
from engine.written import Chip, Task, cut
from translation.queries.rows import FoundRow, Row, concepts_of, ranges


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. `chip` is the kind of code it is, `is_marked` says it is in question."""

    text: str
    chip: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """One form of a text, and when it is used, in words."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding in words."""

    title: str
    severity: str
    sentence: str
    form: str
    is_blocking: bool
    concepts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One segment of a report. `held` says why the file keeps the source, "" where it does not."""

    row: Row
    source: list[Wording]
    target: list[Wording]
    findings: list[Told]
    held: str


def report_rows(rows: Sequence[Row], *, dismissed: bool) -> list[ReportRow]:
    """The rows with their findings: the dismissed ones, or all others."""
    return [
        _row(row, [one for one in row.findings if one.is_dismissed == dismissed]) for row in rows
    ]


def _row(row: Row, shown: Sequence[FoundRow]) -> ReportRow:
    found = [one.finding for one in shown]
    written = zip(row.task.wanted, row.forms, strict=False)
    return ReportRow(
        row=row,
        source=[
            _wording(form.label, form.text, row.task, _on_source(row, form.label, found))
            for form in row.source
        ],
        target=[
            _wording(form.label, text, row.task, _on_target(form.label, text, found))
            for form, text in written
        ],
        findings=[_told(one) for one in found],
        held=_why_held(row),
    )


def _on_source(row: Row, label: str, found: Iterable[Finding]) -> list[tuple[int, int]]:
    asked = [(one, row.asked(one.form)) for one in found]
    return [
        span
        for one, form in asked
        if form.label == label
        for span in ranges(one, "source", form.text)
    ]


def _on_target(label: str, text: str, found: Iterable[Finding]) -> list[tuple[int, int]]:
    return [span for one in found if one.form == label for span in ranges(one, "target", text)]


def _wording(label: str, text: str, task: Task, marked: Sequence[tuple[int, int]]) -> Wording:
    return Wording(_when(label), list(pieces(text, task, marked)))


def pieces(text: str, task: Task, marked: Sequence[tuple[int, int]]) -> Iterable[Piece]:
    """The text cut at its code and at the borders of marked ranges; joined it is the text."""
    borders = sorted({place for span in marked for place in span})
    place = 0
    for one in cut(text, task.syntax, task.flags):
        chip, body = (one.kind, one.text) if isinstance(one, Chip) else ("", one)
        end = place + len(body)
        edges = [place, *(border for border in borders if place < border < end), end]
        for start, stop in pairwise(edges):
            is_marked = any(a <= start and stop <= b for a, b in marked)
            yield Piece(text[start:stop], chip, is_marked)
        place = end


def _told(one: Finding) -> Told:
    return Told(
        title=title(one.code),
        severity=one.severity,
        sentence=sentence(one),
        form=_when(one.form),
        is_blocking=one.blocking,
        concepts=concepts_of(one),
    )


def _when(label: str) -> str:
    """When a form is used: "one" for a plural category, "" for a lone form."""
    return ", ".join(step.value for step in parse_label(label))


def _why_held(row: Row) -> str:
    if row.delivered:
        return ""
    if row.state == "initial":
        if row.sub_state == "refused":
            return "The model refused this text, so the file keeps the source."
        return "The model gave no usable answer, so the file keeps the source."
    causes = [
        title(one.finding.code).lower()
        for one in row.findings
        if one.finding.blocking and not one.is_dismissed
    ]
    why = f" ({', '.join(dict.fromkeys(causes))})" if causes else ""
    return f"A check objects{why}, so the file keeps the source."
