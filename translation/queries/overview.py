"""The reads of pages and API, each whole in one organization scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.tenancy import organization_scope
from translation.queries import documents as rows
from translation.queries.documents import DocumentStatus, JobStatus
from translation.queries.progress import counters_of
from translation.queries.segments import (
    Report,
    SegmentRow,
    report_of,
    segment_of,
    segments_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """A job's status and what it came to."""

    job: JobStatus
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: str
    findings_by_code: dict[str, int]
    findings: list[SegmentRow]


def documents_page(
    organization_id: UUID, *, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[DocumentStatus]:
    """Files, newest first."""
    with organization_scope(organization_id):
        return rows.list_documents(organization_id, limit=limit, before=before)


def documents_by_id(organization_id: UUID, ids: Sequence[UUID]) -> list[DocumentStatus]:
    """These documents, in this order."""
    with organization_scope(organization_id):
        return rows.statuses(organization_id, ids)


def document(organization_id: UUID, document_id: UUID) -> DocumentStatus:
    """One document; raises NotFound."""
    with organization_scope(organization_id):
        return rows.document_status(organization_id, document_id)


def job(organization_id: UUID, job_id: UUID) -> JobStatus:
    """One job; raises NotFound."""
    with organization_scope(organization_id):
        return _status(organization_id, job_id)[1]


def segments(organization_id: UUID, job_id: UUID, *, after: int, limit: int) -> list[SegmentRow]:
    """A page of a job's segments; raises NotFound."""
    with organization_scope(organization_id):
        rows.get_job(organization_id, job_id)
        return segments_of(organization_id, job_id, after=after, limit=limit)


def segment(organization_id: UUID, job_id: UUID, ordinal: int) -> SegmentRow:
    """One segment of a job, with findings that were dismissed as well; raises NotFound."""
    with organization_scope(organization_id):
        rows.get_job(organization_id, job_id)
        return segment_of(organization_id, job_id, ordinal)


def report(organization_id: UUID, job_id: UUID) -> JobReport:
    """A job's report; raises NotFound."""
    with organization_scope(organization_id):
        found: Report = report_of(organization_id, rows.get_job(organization_id, job_id))
        status = _status(organization_id, job_id)[1]
    return JobReport(
        job=status,
        requests=found.requests,
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        cost_usd=found.cost_usd,
        findings_by_code=found.findings_by_code,
        findings=found.findings,
    )


def run_counters(organization_id: UUID, run_ids: Sequence[UUID]) -> list[dict[str, object]]:
    """Counters of these runs as a stream would tell them."""
    with organization_scope(organization_id):
        return counters_of(organization_id, run_ids)


def _status(organization_id: UUID, job_id: UUID) -> tuple[DocumentStatus, JobStatus]:
    found = rows.get_job(organization_id, job_id)
    status = rows.document_status(organization_id, found.revision.document_id)
    return status, next(one for one in status.jobs if one.id == job_id)
