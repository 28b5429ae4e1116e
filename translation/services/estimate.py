"""What files would come to, before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing.queries import Usage, usage
from common.errors import DomainError
from engine.languages import Language
from engine.sources import SourceSegment, source_segments
from glossaries.queries import NO_WISHES, Wishes, require_profile
from translation.models import Document, Job, Revision
from translation.packing import Count, count_job
from translation.queries.pace import pace
from translation.refusals import engine_errors
from translation.services import languages, revising
from translation.services.counting import counted
from translation.services.intake import Upload, clean_name, read_file

SAME_FILE_HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A document that was made of the same bytes, or that a file could be a revision of."""

    document_id: UUID
    name: str
    uploaded_at: datetime
    languages: tuple[str, ...]
    job_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEstimate:
    """One file: what it holds, what it would be billed, or why it is refused.

    Characters and segments are of all target languages together. `chars` is what one language
    holds. `same` was uploaded within a day; `revises` could take the file as its next revision.
    """

    name: str
    size_bytes: int
    refusal: str = ""
    segments: int = 0
    chars: int = 0
    billed_chars: int = 0
    repeated_chars: int = 0
    carried_chars: int = 0
    asked_segments: int = 0
    same: Earlier | None = None
    revises: Earlier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """All files together. `fits` compares with what the month's allowance has left.

    `seconds` is None where nothing is asked of the model; without `is_measured` it is a guess.
    """

    files: tuple[FileEstimate, ...]
    usage: Usage
    seconds: int | None
    is_measured: bool
    languages: int

    @property
    def chars(self) -> int:
        """Source characters of all files in all languages."""
        return sum(one.chars for one in self.files) * self.languages

    @property
    def billed_chars(self) -> int:
        """The most that would be billed."""
        return sum(one.billed_chars for one in self.files)

    @property
    def fits(self) -> bool:
        """Whether the allowance suffices."""
        return self.billed_chars <= self.usage.left_chars


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    name: str
    size: int
    refusal: str = ""
    format: str = ""
    segments: Sequence[SourceSegment] = ()
    held_language: str = ""
    sha256: str = field(default="")


def estimate(
    *,
    actor: Actor,
    uploads: Sequence[Upload],
    source_language: str,
    target_languages: Sequence[str],
    now: datetime,
    wishes: Wishes = NO_WISHES,
) -> Estimate:
    """Counts what `submit_files` would hold and bill for the same files; stores nothing.

    A file that would be refused comes back with the sentence. Languages may be left out.
    """
    source, targets = _languages(source_language, target_languages)
    read = [_read(upload, source) for upload in uploads]
    with organization_scope(actor.organization_id):
        require_profile(actor.organization_id, wishes.profile)
        same = _same(actor.organization_id, [one.sha256 for one in read], source, now)
        files = [
            _file(actor.organization_id, one, upload.revises, source, targets, same)
            for one, upload in zip(_counted(actor, read, source, wishes), uploads, strict=True)
        ]
        left = usage(actor.organization_id, now=now)
    asked = sum(one.asked_segments for one in files)
    rate = pace(actor.organization_id, now=now)
    return Estimate(
        files=tuple(files),
        usage=left,
        seconds=rate.seconds_for(asked) if asked else None,
        is_measured=rate.is_measured,
        languages=len(targets),
    )


def _languages(source: str, targets: Sequence[str]) -> tuple[Language, list[Language]]:
    """Before a language is chosen, files can be read and counted all the same."""
    if targets:
        return languages.pair(source, targets)
    return languages.source_of(source), []


def _read(upload: Upload, source: Language) -> _Read:
    name = upload.name
    try:
        name = clean_name(upload.name)
        slug, parsed = read_file(name, upload.data, source)
        with engine_errors(name):
            segments = source_segments(parsed.units, source)
    except DomainError as refused:
        return _Read(name=name, size=len(upload.data), refusal=refused.message)
    return _Read(
        name=name,
        size=len(upload.data),
        format=slug,
        segments=segments,
        held_language=parsed.held_language,
        sha256=hashlib.sha256(upload.data).hexdigest(),
    )


def _counted(actor: Actor, read: Sequence[_Read], source: Language, wishes: Wishes) -> list[_Read]:
    return [
        replace(one, segments=counted(actor.organization_id, list(one.segments), source, wishes))
        if one.segments
        else one
        for one in read
    ]


def _file(
    organization_id: UUID,
    read: _Read,
    revises: UUID | None,
    source: Language,
    targets: Sequence[Language],
    same: Mapping[str, Earlier],
) -> FileEstimate:
    if read.refusal:
        return FileEstimate(name=read.name, size_bytes=read.size, refusal=read.refusal)
    counts = [_count(organization_id, read, revises, target) for target in targets]
    return FileEstimate(
        name=read.name,
        size_bytes=read.size,
        segments=len(read.segments),
        chars=sum(one.chars for one in read.segments),
        billed_chars=sum(one.chars for one in counts),
        repeated_chars=sum(one.repeated_chars for one in counts),
        carried_chars=sum(one.carried_chars for one in counts),
        asked_segments=sum(one.asked for one in counts),
        same=same.get(read.sha256),
        revises=_revisable(organization_id, read, source),
    )


def _count(organization_id: UUID, read: _Read, revises: UUID | None, target: Language) -> Count:
    carried = (
        revising.carried(organization_id, revises, target, read.segments, read.held_language)
        if revises
        else {}
    )
    return count_job(
        read.segments, target=target, held_language=read.held_language, carried=carried
    )


def _same(
    organization_id: UUID, digests: Sequence[str], source: Language, now: datetime
) -> dict[str, Earlier]:
    """Files with the same bytes in the same language of the last day, by digest; the newest."""
    found = (
        Revision.objects.filter(
            organization_id=organization_id,
            sha256__in=[one for one in digests if one],
            created_at__gt=now - timedelta(hours=SAME_FILE_HOURS),
            document__kind=Document.FILE,
            document__deleted_at=None,
            document__source_language=source.code,
        )
        .select_related("document")
        .order_by("created_at")
    )
    return {one.sha256: _earlier(organization_id, one) for one in found}


def _revisable(organization_id: UUID, read: _Read, source: Language) -> Earlier | None:
    found = (
        Revision.objects.filter(
            organization_id=organization_id,
            document__kind=Document.FILE,
            document__deleted_at=None,
            document__name=read.name,
            document__format=read.format,
            document__source_language=source.code,
        )
        .select_related("document")
        .order_by("-created_at")
        .first()
    )
    return _earlier(organization_id, found) if found else None


def _earlier(organization_id: UUID, revision: Revision) -> Earlier:
    jobs = list(
        Job.objects.filter(organization_id=organization_id, revision=revision)
        .order_by("target_language")
        .values_list("id", "target_language")
    )
    return Earlier(
        document_id=revision.document_id,
        name=revision.document.name,
        uploaded_at=revision.created_at,
        languages=tuple(code for _, code in jobs),
        job_id=jobs[0][0] if jobs else None,
    )
