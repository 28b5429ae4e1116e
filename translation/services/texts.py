"""Translates a few texts while the caller waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.services import Actor, idempotency
from accounts.services.idempotency import Call
from accounts.tenancy import organization_scope
from common import queue
from common.errors import NotFound
from engine.formats.texts import pack_texts
from translation.models import Document, Job, Run, Target
from translation.queries.documents import get_job
from translation.queries.segments import SegmentRow, segments_of
from translation.services import languages
from translation.services.documents import download_job
from translation.services.intake import submit_texts

_LOOK_SECONDS: Final = 1.0
_ENDED: Final = frozenset({Target.REFUSED, Target.FAILED, Target.NEEDS_REVIEW})
_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A translate call that was taken in."""

    job_id: UUID
    segments: int


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
    call: Call | None = None,
) -> Translation:
    """Has texts translated, waits up to SYNC_WAIT_SECONDS, and gives what there is.

    An unfinished translation goes on: ask `translation_of` later.
    """
    job_id = begin_texts(
        actor=actor,
        texts=texts,
        source_language=source_language,
        target_language=target_language,
        call=call,
    )
    wait_for_end(actor.organization_id, job_id)
    return translation_of(actor=actor, job_id=job_id)


def begin_texts(
    *,
    actor: Actor,
    texts: Sequence[str],
    source_language: str,
    target_language: str,
    call: Call | None = None,
) -> UUID:
    """The job that translates these texts: the caller's own that is at it, or a new one.

    With a `call` it is the same job each time that call is repeated.
    """

    def begun() -> UUID:
        return _joined(actor, texts, source_language, target_language)

    return begun() if call is None else idempotency.effect_once(call, begun)


def wait_for_end(organization_id: UUID, job_id: UUID) -> None:
    """Waits up to SYNC_WAIT_SECONDS for the last run of a job to end, holding no connection."""
    with organization_scope(organization_id):
        run_id = _last_run(organization_id, job_id).pk
    for _ in queue.looks(f"run:{run_id}", seconds=settings.SYNC_WAIT_SECONDS, every=_LOOK_SECONDS):
        with organization_scope(organization_id):
            open_runs = Run.objects.filter(
                organization_id=organization_id, pk=run_id, state=Run.OPEN
            )
            if not open_runs.exists():
                return


def translation_of(*, actor: Actor, job_id: UUID) -> Translation:
    """A translate call's result as it stands; raises NotFound, also for the job of a file."""
    organization_id = actor.organization_id
    with organization_scope(organization_id):
        job = _job_of_texts(organization_id, job_id)
        run = _last_run(organization_id, job_id)
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


def begun(*, organization_id: UUID, job_id: UUID) -> Begun:
    """A translate call's job and its size; raises NotFound, also for the job of a file."""
    with organization_scope(organization_id):
        _job_of_texts(organization_id, job_id)
        return Begun(job_id=job_id, segments=_last_run(organization_id, job_id).segments)


def segments_so_far(*, organization_id: UUID, job_id: UUID) -> tuple[bool, list[SegmentRow]]:
    """Whether a job's last run has ended, and in file order the segments it is done with."""
    with organization_scope(organization_id):
        # Before the segments: what has ended then is whole.
        finished = _last_run(organization_id, job_id).state != Run.OPEN
        limit = Target.objects.filter(organization_id=organization_id, job_id=job_id).count()
        rows = segments_of(organization_id, job_id, limit=limit)
    return finished, [row for row in rows if finished or _is_done(row)]


def _is_done(row: SegmentRow) -> bool:
    return row.state != Target.INITIAL or row.sub_state in _ENDED


def _joined(actor: Actor, texts: Sequence[str], source_language: str, target_language: str) -> UUID:
    """The job of equal texts that the same caller has at work, else a new one.

    Equal calls take turns here, so that of two at once the second finds the first one's job.
    """
    source, [target] = languages.pair(source_language, [target_language])
    digest = sha256(pack_texts(texts)).hexdigest()
    caller = actor.api_key_id or actor.user_id
    turn = f"translate {caller} {source.code} {target.code} {digest}"
    with organization_scope(actor.organization_id):
        with connection.cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME, [turn])
        found = Run.objects.filter(
            organization_id=actor.organization_id,
            state=Run.OPEN,
            number=1,
            user_id=actor.user_id,
            api_key_id=actor.api_key_id,
            job__target_language=target.code,
            job__revision__sha256=digest,
            job__revision__document__kind=Document.TEXT,
            job__revision__document__source_language=source.code,
        ).first()
        if found is not None:
            return found.job_id
        submitted = submit_texts(
            actor=actor,
            texts=texts,
            source_language=source_language,
            target_language=target_language,
        )
    [job_id] = submitted.job_ids.values()
    return job_id


def _job_of_texts(organization_id: UUID, job_id: UUID) -> Job:
    job = get_job(organization_id, job_id)
    if job.revision.document.kind != Document.TEXT:
        raise NotFound("translation_not_found", "There is no translated text at this address.")
    return job


def _last_run(organization_id: UUID, job_id: UUID) -> Run:
    """Raises NotFound where the job was deleted meanwhile."""
    run = (
        Run.objects.filter(organization_id=organization_id, job_id=job_id)
        .order_by("-number")
        .first()
    )
    if run is None:
        raise NotFound("translation_not_found", "There is no translated text at this address.")
    return run
