"""What people take away: a job as a file, or many as a zip that is made while it is sent."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.errors import Conflict, DomainError, Invalid, TooLarge
from engine.languages import find_source
from translation.queries import documents as rows
from translation.queries import overview
from translation.services import sheets
from translation.services.documents import Download, download_job

TARGET, TABLE, REPORT = "target", "table", "report"
KINDS = (TARGET, TABLE, REPORT)
MAX_FILES = 400
_CHUNK = 64 * 1024
# What one system or another takes for something else than part of a name.
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def download(*, actor: Actor, job_id: UUID, kind: str) -> Download:
    """A job as a file: the translation, a table of source and target, or its report.

    Raises Conflict while the job's run is open.
    """
    if kind == TARGET:
        return download_job(actor=actor, job_id=job_id)
    if kind not in KINDS:
        raise Invalid("download_unknown", f"There is “{'”, “'.join(KINDS)}” to download.")
    status = overview.job(actor.organization_id, job_id)
    if status.finished_at is None:
        raise Conflict(
            "not_ready",
            "This translation is still running. Wait until its state is ready, then download.",
        )
    name = _name_of(actor.organization_id, job_id)
    stem = f"{PurePath(name.document).stem}.{status.target_language}"
    if kind == REPORT:
        data = sheets.report_sheet(overview.report(actor.organization_id, job_id))
        return Download(name=f"{stem}.report.xlsx", media_type=sheets.MEDIA_TYPE, data=data)
    data = sheets.side_by_side(
        actor.organization_id, job_id, source=name.source, target=name.target
    )
    return Download(name=f"{stem}.xlsx", media_type=sheets.MEDIA_TYPE, data=data)


@dataclass(frozen=True, slots=True)
class _Names:
    document: str
    source: str
    target: str


def _name_of(organization_id: UUID, job_id: UUID) -> _Names:
    with organization_scope(organization_id):
        job = rows.get_job(organization_id, job_id)
    document = job.revision.document
    return _Names(
        document.name,
        find_source(document.source_language).name,
        find_source(job.target_language).name,
    )


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip to be sent: its name and its bytes, made as they are asked for."""

    name: str
    chunks: Iterator[bytes]


def archive(
    *, actor: Actor, document_ids: Sequence[UUID], kind: str, languages: Sequence[str] = ()
) -> Archive:
    """A zip of documents in all or some of their languages; it names those that still run.

    Raises NotFound, or Conflict where nothing has ended, before anything is sent.
    """
    if kind not in KINDS:
        raise Invalid("download_unknown", f"There is “{'”, “'.join(KINDS)}” to download.")
    wanted = list(dict.fromkeys(document_ids))
    if not wanted:
        raise Invalid("documents_missing", "Choose at least one document.")
    with organization_scope(actor.organization_id):
        found = rows.statuses(actor.organization_id, wanted)
        for missing in set(wanted) - {one.id for one in found}:
            rows.get_document(actor.organization_id, missing)
    jobs = [
        (document.name, job)
        for document in found
        for job in document.jobs
        if not languages or job.target_language in languages
    ]
    ended = [job.id for _, job in jobs if job.finished_at is not None]
    running = [f"{name} ({job.target_language})" for name, job in jobs if job.finished_at is None]
    if not ended:
        raise Conflict(
            "not_ready", "None of these translations has ended yet. Wait, then download them."
        )
    if len(ended) > MAX_FILES:
        raise TooLarge(
            "too_many_downloads",
            f"These are {len(ended):,} files; the limit is {MAX_FILES}. Choose fewer documents.",
            detail={"max_files": MAX_FILES},
        )
    return Archive("interlinear.zip", _zipped(actor, ended, running, kind))


class _Pipe:
    """Where a zip is written to: it cannot go back, and is emptied as it fills."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        """What was written since it was last asked."""
        taken, self._held = b"".join(self._held), []
        return taken


def _zipped(
    actor: Actor, job_ids: Sequence[UUID], running: Sequence[str], kind: str
) -> Iterator[bytes]:
    pipe = _Pipe()
    taken: set[str] = set()
    left_out = [f"{one}: still running" for one in running]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as out:  # type: ignore[call-overload]
        for job_id in job_ids:
            try:
                file = download(actor=actor, job_id=job_id, kind=kind)
            except DomainError as refused:
                # The zip is under way: what went missing meanwhile is told inside of it.
                left_out.append(refused.message)
                continue
            with out.open(unique_name(file.name, taken), "w") as entry:
                for start in range(0, len(file.data), _CHUNK):
                    entry.write(file.data[start : start + _CHUNK])
                    if chunk := pipe.take():
                        yield chunk
        if left_out:
            out.writestr(unique_name("left out.txt", taken), "\n".join(left_out) + "\n")
    yield pipe.take()


def unique_name(name: str, taken: set[str]) -> str:
    """A name every system can unpack, unlike any in `taken` however letters are cased; added."""
    safe = _UNSAFE.sub("_", name).strip(" .") or "file"
    if _DEVICE.match(safe):
        safe = f"_{safe}"
    path, number, free = PurePath(safe), 1, safe
    while free.casefold() in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    taken.add(free.casefold())
    return free
