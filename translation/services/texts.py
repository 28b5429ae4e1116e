"""Translates a few texts while the caller waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings

from accounts.services import Actor, idempotency, record
from accounts.services.idempotency import Call
from accounts.tenancy import organization_scope
from common import queue, storage
from common.database import take_turn
from engine.assembly import Part, assemble
from engine.formats.texts import FORMAT as TEXTS
from engine.formats.texts import pack_texts
from engine.languages import find_source, find_target
from glossaries.queries import NO_WISHES, Wishes
from translation.models import Document, Run, Target
from translation.queries.segments import SegmentRow, segments_of
from translation.queries.texts import TextsRun, run_of_texts
from translation.services import languages
from translation.services.intake import submit_texts

_LOOK_SECONDS: Final = 1.0
_ENDED: Final = frozenset({Target.REFUSED, Target.FAILED, Target.NEEDS_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A translate call that was taken in."""

    job_id: UUID
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translate call: its job, and its texts in order once the run has ended."""

    job_id: UUID
    run_id: UUID
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
    wishes: Wishes = NO_WISHES,
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
        wishes=wishes,
        call=call,
    )
    result = translation_of(actor=actor, job_id=job_id)
    if result.finished:
        return result
    channel = f"run:{result.run_id}"
    for _ in queue.wakes(channel, seconds=settings.SYNC_WAIT_SECONDS, every=_LOOK_SECONDS):
        result = translation_of(actor=actor, job_id=job_id)
        if result.finished:
            break
    return result


def begin_texts(
    *,
    actor: Actor,
    texts: Sequence[str],
    source_language: str,
    target_language: str,
    wishes: Wishes = NO_WISHES,
    call: Call | None = None,
) -> UUID:
    """The job that translates these texts: the caller's own that is at it, or a new one.

    With a `call` it is the same job each time that call is repeated.
    """

    def begun() -> UUID:
        return _joined(actor, texts, source_language, target_language, wishes)

    return begun() if call is None else idempotency.effect_once(call, begun)


def translation_of(*, actor: Actor, job_id: UUID) -> Translation:
    """A translate call's result as it stands; raises NotFound, also for the job of a file."""
    organization_id = actor.organization_id
    rows: list[SegmentRow] = []
    with organization_scope(organization_id):
        run = run_of_texts(organization_id, job_id)
        if run.finished:
            rows = segments_of(organization_id, job_id, limit=None)
            record(actor=actor, action="job.download", object_kind="job", object_id=job_id)
    return Translation(
        job_id=job_id,
        run_id=run.id,
        document_id=run.document_id,
        finished=run.finished,
        texts=_texts(run, rows) if run.finished else (),
        segments=tuple(rows),
        billed_chars=run.billed_chars,
    )


def begun(*, organization_id: UUID, job_id: UUID) -> Begun:
    """A translate call's job and its size; raises NotFound, also for the job of a file."""
    with organization_scope(organization_id):
        run = run_of_texts(organization_id, job_id)
    return Begun(job_id=job_id, segments=run.segments)


def segments_so_far(*, organization_id: UUID, job_id: UUID) -> tuple[bool, list[SegmentRow]]:
    """Whether a job's last run has ended, and in file order the segments it is done with."""
    with organization_scope(organization_id):
        # Before the segments: what has ended then is whole.
        finished = run_of_texts(organization_id, job_id).finished
        rows = segments_of(organization_id, job_id, limit=None)
    return finished, [row for row in rows if finished or _is_done(row)]


def _is_done(row: SegmentRow) -> bool:
    return row.state != Target.INITIAL or row.sub_state in _ENDED


def _joined(
    actor: Actor,
    texts: Sequence[str],
    source_language: str,
    target_language: str,
    wishes: Wishes,
) -> UUID:
    """The job of equal texts that the same caller has at work, else a new one.

    Equal calls take turns here, so that of two at once the second finds the first one's job.
    """
    source, [target] = languages.pair(source_language, [target_language])
    digest = sha256(pack_texts(texts)).hexdigest()
    caller = actor.api_key_id or actor.user_id
    turn = f"translate {caller} {source.code} {target.code} {digest} {wishes}"
    with organization_scope(actor.organization_id):
        take_turn(turn)
        found = Run.objects.filter(
            organization_id=actor.organization_id,
            state=Run.OPEN,
            number=1,
            user_id=actor.user_id,
            api_key_id=actor.api_key_id,
            job__target_language=target.code,
            job__profile_id=wishes.profile,
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
            wishes=wishes,
        )
    [job_id] = submitted.job_ids.values()
    return job_id


def _texts(run: TextsRun, rows: Sequence[SegmentRow]) -> tuple[str, ...]:
    """The texts with what is delivered of their segments, and the source of the rest."""
    original = storage.read_bytes(run.storage_name)
    parsed = TEXTS.read(original, source=find_source(run.source_language))
    parts = (
        Part(
            unit=row.unit,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            forms=tuple(row.target) if row.delivered else None,
        )
        for row in rows
    )
    return tuple(
        TEXTS.texts(parsed, assemble(parsed.units, parts, find_target(run.target_language)))
    )
