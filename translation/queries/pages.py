"""What the pages show: documents and jobs with their languages by name and sums over languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from accounts.tenancy import organization_scope
from common import storage
from common.errors import NotFound
from engine.languages import Language, find_source
from translation.models import Document
from translation.queries import documents as rows
from translation.queries.documents import DocumentStatus, JobStatus
from translation.queries.segments import SegmentRow, segments_of

# Of a document's jobs, the state that most needs to be seen stands for all of them.
_MOST_TELLING = ("translating", "queued", "paused", "failed", "needs_review", "ready", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far work has come, in segments; `translated` leaves out what needs a person or failed.

    `free` was there without the model: copied, held by the file, or carried over.
    """

    segments: int
    done: int
    needs_review: int
    failed: int
    free: int

    @property
    def delivered(self) -> int:
        """Segments that came through, those for review too."""
        return self.done - self.failed

    @property
    def translated(self) -> int:
        """Segments delivered without a finding that needs somebody."""
        return max(self.done - self.needs_review - self.failed - self.free, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job and the language it goes into."""

    job: JobStatus
    language: Language
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document, its jobs, and what they come to together."""

    document: DocumentStatus
    source: Language
    jobs: tuple[JobRow, ...]
    state: str
    tally: Tally
    billed_chars: int
    is_open: bool

    @property
    def telling(self) -> JobRow:
        """The first job in the state that stands for all."""
        return next(one for one in self.jobs if one.job.state == self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """One job with its document's other jobs and a page of its segments."""

    row: DocumentRow
    current: JobRow
    segments: list[SegmentRow]


def document_row(organization_id: UUID, document_id: UUID) -> DocumentRow:
    """One document; raises NotFound."""
    with organization_scope(organization_id):
        return as_row(rows.document_status(organization_id, document_id))


def job_page(organization_id: UUID, job_id: UUID, *, after: int, limit: int) -> JobPage:
    """A job with its document and segments; raises NotFound."""
    with organization_scope(organization_id):
        job = rows.get_job(organization_id, job_id)
        row = as_row(rows.document_status(organization_id, job.revision.document_id))
        found = segments_of(organization_id, job_id, after=after, limit=limit)
    current = next(one for one in row.jobs if one.job.id == job_id)
    return JobPage(row=row, current=current, segments=found)


def asked_text(organization_id: UUID, job_id: UUID) -> str:
    """The text of a translate call, several with a line between; raises NotFound for a file."""
    with organization_scope(organization_id):
        revision = rows.get_job(organization_id, job_id).revision
    if revision.document.kind != Document.TEXT:
        raise NotFound("translation_not_found", "There is no translated text at this address.")
    texts: list[str] = json.loads(storage.read_bytes(revision.storage_name))
    return "\n".join(texts)


def recent_targets(found: Sequence[DocumentRow]) -> list[str]:
    """Codes of the languages the newest of these documents went into."""
    return [one.language.code for one in found[0].jobs] if found else []


def as_row(document: DocumentStatus) -> DocumentRow:
    """A document as pages show it: languages by name, sums over them."""
    jobs = tuple(_job(job) for job in document.jobs)
    states = {one.job.state for one in jobs}
    return DocumentRow(
        document=document,
        source=find_source(document.source_language),
        jobs=jobs,
        state=next(state for state in _MOST_TELLING if state in states),
        tally=Tally(
            segments=sum(one.tally.segments for one in jobs),
            done=sum(one.tally.done for one in jobs),
            needs_review=sum(one.tally.needs_review for one in jobs),
            failed=sum(one.tally.failed for one in jobs),
            free=sum(one.tally.free for one in jobs),
        ),
        billed_chars=sum(one.job.billed_chars for one in jobs),
        is_open=any(one.job.finished_at is None for one in jobs),
    )


def _job(job: JobStatus) -> JobRow:
    return JobRow(
        job=job,
        language=find_source(job.target_language),
        tally=Tally(
            segments=job.segments,
            done=job.done,
            needs_review=job.needs_review,
            failed=job.failed,
            free=min(job.prefilled, max(job.done - job.needs_review - job.failed, 0)),
        ),
    )
