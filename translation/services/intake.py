"""Takes files and texts in: read, cut, dedupe, reserve, store, pack. All of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import PurePath
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts import queries as accounts
from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing import services as billing
from common import queue, storage
from common.errors import Invalid, TooLarge
from common.ids import uuid7
from engine.characters import storable
from engine.formats import registry
from engine.formats.base import Parsed
from engine.formats.texts import FORMAT as TEXTS
from engine.formats.texts import pack_texts
from engine.languages import Language
from engine.sources import SourceSegment, protected_texts, source_segments
from glossaries.queries import NO_WISHES, Wishes, brief_for, require_profile
from translation.briefs import brief_json
from translation.models import Document, Job, Revision, Run
from translation.packing import Carried, Plan, PlannedPack, plan_job
from translation.refusals import engine_errors
from translation.services import languages, revising, rows, submission
from translation.services.counting import counted
from translation.services.submission import Submitted

MAX_FILE_BYTES = 30_000_000
MAX_FILES = 20
MAX_TEXTS = 50
MAX_TEXT_BYTES = 131_072
MAX_NAME_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file as it came. `revises` names the document it is to be the next revision of."""

    name: str
    data: bytes
    revises: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A read file, ready to be stored."""

    kind: str
    name: str
    format: str
    data: bytes
    segments: list[SourceSegment]
    language: Language
    held_language: str = ""
    id: UUID | None = None
    revises: UUID | None = None


def checked(files: Sequence[UploadedFile[bytes]]) -> Sequence[UploadedFile[bytes]]:
    """The files of a request, refused by count and length before any is read."""
    if len(files) > MAX_FILES:
        raise TooLarge("too_many_files", f"Send at most {MAX_FILES} files in one request.")
    for file in files:
        if (file.size or 0) > MAX_FILE_BYTES:
            raise _too_large(clean_name(file.name or ""), file.size or 0)
    return files


def submit_files(
    *,
    actor: Actor,
    uploads: Sequence[Upload],
    source_language: str,
    target_languages: Sequence[str],
    lane: str = "standard",
    token: UUID | None = None,
    wishes: Wishes = NO_WISHES,
) -> list[Submitted]:
    """Stores files and starts one job for each target language of each.

    Limits: 20 files, 30 MB each, 50,000 segments or 2,000,000 characters a document. All files are
    read before any is stored; a refusal names the file and leaves nothing behind. The same files
    sent again with the same `token` give what they gave the first time.
    """
    if not uploads:
        raise Invalid("files_missing", "Attach at least one file in the field named file.")
    source, targets = languages.pair(source_language, target_languages)
    sources = [_read(upload, source) for upload in uploads]
    if token is None:
        return _store(actor, sources, targets, lane, wishes)
    wanted = [target.code for target in targets]
    keys = [
        submission.key(
            actor.organization_id, token, number, upload.data, source.code, wanted, wishes
        )
        for number, upload in enumerate(uploads)
    ]
    return submission.once(
        actor.organization_id, keys, lambda: _store(actor, sources, targets, lane, wishes, keys)
    )


def submit_texts(
    *,
    actor: Actor,
    texts: Sequence[str],
    source_language: str,
    target_language: str,
    document_id: UUID | None = None,
    wishes: Wishes = NO_WISHES,
) -> Submitted:
    """Stores up to 50 texts, together at most 128 KiB, as one document in the interactive lane.

    A `document_id` of the caller's is taken; IntegrityError where there is such a document.
    """
    source, targets = languages.pair(source_language, [target_language])
    _check_texts(texts)
    data = pack_texts(texts)
    with engine_errors():
        parsed = TEXTS.read(data, source=source)
        segments = source_segments(parsed.units, source)
    one = _Source(
        kind=Document.TEXT,
        name=" ".join(texts[0].split())[:60],
        format=TEXTS.name,
        data=data,
        segments=segments,
        language=source,
        id=document_id,
    )
    return _store(actor, [one], targets, "interactive", wishes)[0]


def read_file(name: str, data: bytes, source: Language) -> tuple[str, Parsed]:
    """The format's slug and the read file. Raises a DomainError that names what is wrong."""
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, len(data))
    with engine_errors(name):
        chosen = registry.format_for(name, data)
        return chosen.name, chosen.read(data, source=source)


def _too_large(name: str, size: int) -> TooLarge:
    return TooLarge(
        "file_too_large",
        f"“{name}” has {size:,} bytes; the limit is {MAX_FILE_BYTES:,}. Split it.",
        detail={"max_bytes": MAX_FILE_BYTES},
    )


def _check_texts(texts: Sequence[str]) -> None:
    if not texts or not all(text.strip() for text in texts):
        raise Invalid("text_empty", "Every text must hold at least one character to translate.")
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    if len(texts) > MAX_TEXTS or size > MAX_TEXT_BYTES:
        raise TooLarge(
            "texts_too_large",
            f"Send at most {MAX_TEXTS} texts and 128 KiB in one call; upload a file for more.",
            detail={"max_texts": MAX_TEXTS, "max_bytes": MAX_TEXT_BYTES},
        )
    if not all(map(storable, texts)):
        raise Invalid("text_unreadable", "A text holds a character that is no Unicode text.")


def _read(upload: Upload, source: Language) -> _Source:
    name = clean_name(upload.name)
    slug, parsed = read_file(name, upload.data, source)
    with engine_errors(name):
        segments = source_segments(parsed.units, source)
    return _Source(
        kind=Document.FILE,
        name=name,
        format=slug,
        data=upload.data,
        segments=segments,
        language=source,
        held_language=parsed.held_language,
        revises=upload.revises,
    )


def clean_name(name: str) -> str:
    """A file name to show and to give back: no folders, no control characters, bounded."""
    base = PurePath(name.replace("\\", "/")).name
    shown = "".join(char for char in base if char.isprintable()).strip()
    if not shown:
        raise Invalid("file_name_missing", "The file needs a name with its ending, such as a.docx.")
    suffix = PurePath(shown).suffix[:20]
    return shown if len(shown) <= MAX_NAME_CHARS else shown[: MAX_NAME_CHARS - 20] + suffix


def _store(
    actor: Actor,
    sources: Sequence[_Source],
    targets: Sequence[Language],
    lane: str,
    wishes: Wishes,
    keys: Sequence[UUID] = (),
) -> list[Submitted]:
    now = timezone.now()
    with organization_scope(actor.organization_id):
        require_profile(actor.organization_id, wishes.profile)
        salt = accounts.prompt_salt(actor.organization_id)
        held = revising.hold(
            actor.organization_id,
            [(one.revises, one.name, one.format, one.language) for one in sources if one.revises],
        )
        plan = _Order(actor, targets, lane, salt, now, wishes)
        submitted = [
            _store_one(plan, _counted(plan, one), held.get(one.revises), key)
            for one, key in zip_longest(sources, keys)
        ]
        wanted = {
            f"run:{run_id}": chars
            for stored in submitted
            for run_id, chars in stored.reserved.items()
        }
        billing.reserve(actor.organization_id, wanted=wanted, now=now)
        for stored in submitted:
            rows.store_packs(actor.organization_id, lane, stored.packs, now)
        queue.nudge_on_commit(lane)
    return [stored.result for stored in submitted]


def _counted(order: _Order, source: _Source) -> _Source:
    organization_id = order.actor.organization_id
    segments = counted(organization_id, source.segments, source.language, order.wishes)
    return source if segments is source.segments else replace(source, segments=segments)


@dataclass(frozen=True, slots=True)
class _Order:
    """What holds for all files of one submission."""

    actor: Actor
    targets: Sequence[Language]
    lane: str
    salt: str
    now: datetime
    wishes: Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    result: Submitted
    reserved: dict[UUID, int]
    packs: list[tuple[UUID, list[PlannedPack]]]


def _store_one(
    order: _Order, source: _Source, revised: Document | None, key: UUID | None
) -> _Stored:
    organization_id = order.actor.organization_id
    document = revised or _document(order.actor, source, order.now)
    revision = _revision(document, source, order.now, key)
    if source.kind == Document.FILE:
        _record(order.actor, document, source, revision.number)
    carried = [
        revising.carried(
            organization_id, document.pk, target, source.segments, source.held_language
        )
        if revised
        else {}
        for target in order.targets
    ]
    # Planning is arithmetic: it goes on while the database inserts the segments.
    with ThreadPoolExecutor(max_workers=1) as planner:
        plans = [
            planner.submit(_plan, order, source, target, held)
            for target, held in zip(order.targets, carried, strict=True)
        ]
        segment_ids = rows.store_segments(organization_id, revision.pk, source.segments)
    jobs: dict[str, UUID] = {}
    runs: dict[str, UUID] = {}
    reserved: dict[UUID, int] = {}
    packs: list[tuple[UUID, list[PlannedPack]]] = []
    for target, planned in zip(order.targets, plans, strict=True):
        with engine_errors(source.name):
            plan = planned.result()
        job, run = _begin(order, source, revision, target, plan)
        rows.store_targets(organization_id, job.pk, segment_ids, plan)
        jobs[target.code], runs[target.code] = job.pk, run.pk
        reserved[run.pk] = plan.chars
        packs.append((run.pk, plan.packs))
    return _Stored(
        result=Submitted(document_id=document.pk, job_ids=jobs, run_ids=runs),
        reserved=reserved,
        packs=packs,
    )


def _plan(order: _Order, source: _Source, target: Language, carried: Mapping[int, Carried]) -> Plan:
    return plan_job(
        source.segments,
        source=source.language,
        target=target,
        held_language=source.held_language,
        lane=order.lane,
        carried=carried,
    )


def _begin(
    order: _Order, source: _Source, revision: Revision, target: Language, plan: Plan
) -> tuple[Job, Run]:
    organization_id = order.actor.organization_id
    job = Job.objects.create(
        organization_id=organization_id,
        revision=revision,
        target_language=target.code,
        profile_id=order.wishes.profile,
        created_at=order.now,
    )
    brief = brief_for(
        organization_id,
        salt=order.salt,
        source=source.language.code,
        target=target.code,
        texts=protected_texts(source.segments),
        wishes=order.wishes,
    )
    run = Run.objects.create(
        organization_id=organization_id,
        job=job,
        number=1,
        lane=order.lane,
        brief=brief_json(brief),
        user_id=order.actor.user_id,
        api_key_id=order.actor.api_key_id,
        reserved_chars=plan.chars,
        segments=len(source.segments),
        prefilled=plan.prefilled,
        created_at=order.now,
    )
    return job, run


def _document(actor: Actor, source: _Source, now: datetime) -> Document:
    return Document.objects.create(
        id=source.id or uuid7(),
        organization_id=actor.organization_id,
        kind=source.kind,
        name=source.name,
        format=source.format,
        source_language=source.language.code,
        user_id=actor.user_id,
        api_key_id=actor.api_key_id,
        created_at=now,
    )


def _record(actor: Actor, document: Document, source: _Source, number: int) -> None:
    accounts_services.record(
        actor=actor,
        action="document.upload" if number == 1 else "document.revise",
        object_kind="document",
        object_id=document.pk,
        detail={"bytes": len(source.data), "segments": len(source.segments)},
    )


def _revision(document: Document, source: _Source, now: datetime, key: UUID | None) -> Revision:
    return Revision.objects.create(
        id=key or uuid7(),
        organization_id=document.organization_id,
        document=document,
        number=revising.next_number(document) if source.revises else 1,
        storage_name=storage.save_bytes(source.data),
        size_bytes=len(source.data),
        sha256=hashlib.sha256(source.data).hexdigest(),
        segments=len(source.segments),
        chars=sum(segment.chars for segment in source.segments),
        created_at=now,
    )
