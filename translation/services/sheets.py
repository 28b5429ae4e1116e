"""A job as a workbook: source and target side by side, or what its checks have found.

Written row by row, so that memory does not grow with the document. Every cell is text: nothing a
file holds is taken for a formula, a link or a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter

from accounts.tenancy import organization_scope
from translation.queries.documents import JobStatus
from translation.queries.overview import JobReport
from translation.queries.segments import SegmentRow, segments_of

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel takes no longer text in a cell.
MAX_CELL_CHARS = 32_767
_CUT = " … [cut: too long for a cell]"
_BLOCK = 1000
_OPTIONS = {
    "in_memory": False,
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_STATES = {"initial": "Not started", "needs_review": "Needs review", "": ""}
_ORIGINS = {
    "model": "Claude",
    "repeat": "Repeat",
    "copy": "Copied",
    "file": "From the file",
    "person": "Person",
    "carried": "Earlier revision",
}


def side_by_side(organization_id: UUID, job_id: UUID, *, source: str, target: str) -> bytes:
    """A workbook with a row for each form of each segment; headings name the languages."""
    widths = (7, 24, 12, 60, 60, 16, 18, 60)
    heads = ("No.", "Key", "Form", source, target, "State", "Origin", "Findings")
    rows = (row for one in _segments(organization_id, job_id) for row in _forms(one))
    return _workbook([("Segments", heads, widths, rows)])


def report_sheet(report: JobReport) -> bytes:
    """A workbook with a job's counts and a row for each finding."""
    findings = (
        (
            str(segment.ordinal + 1),
            finding.severity.capitalize(),
            finding.sentence,
            "Yes" if finding.blocking else "No",
            "\n".join(segment.source),
            "\n".join(segment.target),
        )
        for segment in report.findings
        for finding in segment.findings
    )
    heads = ("No.", "Severity", "Finding", "Held back", "Source", "Target")
    return _workbook(
        [
            ("Summary", ("What", "Count"), (32, 24), _counts(report.job, report)),
            ("Findings", heads, (7, 12, 60, 12, 60, 60), findings),
        ]
    )


def _counts(job: JobStatus, report: JobReport) -> list[tuple[str, str]]:
    named = {
        "Segments": job.segments,
        "Passed": job.passed,
        "Repaired": job.repaired,
        "Needs review": job.needs_review,
        "Failed": job.failed,
        "Repeats, free": job.repeats,
        "Copied or carried over, free": job.prefilled,
        "Characters billed": job.billed_chars,
    }
    return [
        ("Language", job.target_language),
        *((name, str(count)) for name, count in named.items()),
        *((f"Finding {code}", str(count)) for code, count in report.findings_by_code.items()),
    ]


def _segments(organization_id: UUID, job_id: UUID) -> Iterator[SegmentRow]:
    """All segments, in blocks: no scope is held while a block is written."""
    after = -1
    while True:
        with organization_scope(organization_id):
            block = segments_of(organization_id, job_id, after=after, limit=_BLOCK)
        yield from block
        if len(block) < _BLOCK:
            return
        after = block[-1].ordinal


def _forms(one: SegmentRow) -> Iterator[tuple[str, ...]]:
    state = one.sub_state or one.state
    told = (
        _STATES.get(state, state.capitalize()),
        "Repaired" if one.repaired else _ORIGINS.get(one.origin, ""),
        "\n".join(finding.sentence for finding in one.findings),
    )
    for place in range(max(len(one.source), len(one.target))):
        yield (
            str(one.ordinal + 1),
            one.key,
            _at(one.labels, place),
            _at(one.source, place),
            _at(one.target, place),
            *(told if place == 0 else ("", "", "")),
        )


def _at(texts: Sequence[str], place: int) -> str:
    return texts[place] if place < len(texts) else ""


_Sheet = tuple[str, Sequence[str], Sequence[int], Iterable[Sequence[str]]]


def _workbook(sheets: Sequence[_Sheet]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for name, heads, widths, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            _write(sheet, 0, heads, head)
            for number, row in enumerate(rows, start=1):
                _write(sheet, number, row, wrap)
    return out.getvalue()


def _write(sheet: Any, number: int, texts: Sequence[str], style: Any) -> None:
    for column, text in enumerate(texts):
        if text:
            sheet.write_string(number, column, _fitting(text), style)


def _fitting(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARS else text[: MAX_CELL_CHARS - len(_CUT)] + _CUT
