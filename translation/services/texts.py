"""Translates a few texts while the caller waits."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import queue
from common.errors import NotFound
from translation.models import Document, Run, Target
from translation.queries.documents import get_job
from translation.queries.segments import SegmentRow, segments_of
from translation.services.documents import download_job
from translation.services.intake import submit_texts

_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translate call: its job, and its texts in order once the run has ended."""

    job_id: UUID
    document_id: UUID
    finished: bool
    texts: tuple[str, ...]
    segments: tuple[SegmentRow, ...]
    billed_chars: int


def translate_texts(
    *,
    actor: Actor,
    texts: Sequence[str],
    source_language: str,
    target_language: str,
) -> Translation:
    """Stores the texts, waits up to SYNC_WAIT_SECONDS, and gives what there is.

    An unfinished translation goes on: ask `translation_of` later. The connection is given back
    while waiting; wake-ups come over Redis, and the row is asked each second should one be lost.
    """
    submitted = submit_texts(
        actor=actor,
        texts=texts,
        source_language=source_language,
        target_language=target_language,
    )
    [job_id] = submitted.job_ids.values()
    [run_id] = submitted.run_ids.values()
    _wait(actor.organization_id, run_id)
    return translation_of(actor=actor, job_id=job_id)


def translation_of(*, actor: Actor, job_id: UUID) -> Translation:
    """A translate call's result as it stands; raises NotFound, also for the job of a file."""
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        job = get_job(organization_id, job_id)
        if job.revision.document.kind != Document.TEXT:
            raise NotFound("translation_not_found", "There is no translated text at this address.")
        run = Run.objects.filter(organization_id=organization_id, job=job).latest("number")
        finished = run.state != Run.OPEN
        limit = Target.objects.filter(organization_id=organization_id, job=job).count()
        rows = segments_of(organization_id, job_id, limit=limit) if finished else []
    texts = json.loads(download_job(actor=actor, job_id=job_id).data) if finished else []
    return Translation(
        job_id=job_id,
        document_id=job.revision.document_id,
        finished=finished,
        texts=tuple(texts),
        segments=tuple(rows),
        billed_chars=run.billed_chars,
    )


def _wait(organization_id: UUID, run_id: UUID) -> None:
    ends_at = time.monotonic() + settings.SYNC_WAIT_SECONDS
    while (left := ends_at - time.monotonic()) > 0:
        with organization_scope(organization_id):
            ended = not Run.objects.filter(
                organization_id=organization_id, pk=run_id, state=Run.OPEN
            ).exists()
        connection.close()
        if ended:
            return
        queue.wait_for(f"run:{run_id}", min(left, _POLL_SECONDS))
