"""Files: sent, waited for, downloaded; and the jobs and segments they became."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from interlinear import uploads
from interlinear.errors import NotFinished
from interlinear.resources import Resource
from interlinear.shapes import (
    DocumentShape,
    EstimateShape,
    HitShape,
    JobShape,
    PreviewShape,
    ReplacedShape,
    ReportShape,
    SegmentShape,
    VersionShape,
)
from interlinear.transport import Event

Id = str | UUID
Kind = Literal["target", "table", "report"]
BulkAction = Literal["pause", "resume", "cancel", "retry", "delete", "restore"]
Action = Literal["save", "confirm", "approve", "unconfirm", "needs_work"]
FIRST_ASK_SECONDS = 0.25
MOST_ASK_SECONDS = 5.0


class Documents(Resource):
    """Files and the jobs they became, one for each target language."""

    def upload(
        self,
        files: uploads.File | Iterable[uploads.File],
        *,
        source_language: str,
        target_languages: Sequence[str],
        revises: Sequence[Id | None] | None = None,
        profile: Id | None = None,
    ) -> list[DocumentShape]:
        """Sends paths, or pairs of name and bytes; all are taken in, or none."""
        fields = [("source_language", source_language), ("token", str(uuid4()))]
        fields += [("target_languages", one) for one in target_languages]
        fields += [("revises", "" if one is None else str(one)) for one in revises or ()]
        fields += [] if profile is None else [("profile", str(profile))]
        body, content_type = uploads.multipart(fields, uploads.read(files))
        answer = self._transport.send(
            "POST", "/api/v1/documents", body=body, headers={"Content-Type": content_type}
        )
        return cast(list[DocumentShape], answer.json()["documents"])

    def estimate(
        self,
        files: uploads.File | Iterable[uploads.File],
        *,
        source_language: str,
        target_languages: Sequence[str] = (),
        profile: Id | None = None,
    ) -> EstimateShape:
        """What an upload of these files would come to; nothing is stored and nothing is billed."""
        fields = [("source_language", source_language)]
        fields += [("target_languages", one) for one in target_languages]
        fields += [] if profile is None else [("profile", str(profile))]
        body, content_type = uploads.multipart(fields, uploads.read(files))
        answer = self._transport.send(
            "POST", "/api/v1/documents/estimate", body=body, headers={"Content-Type": content_type}
        )
        return cast(EstimateShape, answer.json())

    def act(self, action: BulkAction, documents: Sequence[Id] | None = None) -> int:
        """Does one thing to up to 200 documents; how many translations, or documents, it touched.

        Without documents all that runs is paused, or goes on.
        """
        wish: dict[str, Any] = {"action": action}
        if documents is not None:
            wish["documents"] = [str(one) for one in documents]
        answer = self._write("POST", "/api/v1/documents/actions", wish)
        return cast(int, answer.json()["done"])

    def archive(
        self,
        documents: Sequence[Id],
        *,
        languages: Sequence[str] = (),
        kind: Kind | None = None,
    ) -> bytes:
        """A zip of what has ended of these documents, in all or some of their languages."""
        asked = {"document": [str(one) for one in documents], "language": [*languages], "as": kind}
        return self._transport.send("GET", "/api/v1/documents/archive", query=asked).body

    def list(self, *, limit: int | None = None, **filters: Any) -> Iterator[DocumentShape]:
        """Every document, newest first; `limit` is the size of a page, not of the list.

        Filters are those of the address: `state`, `target_language`, `name` and others.
        """
        return self._pages("/api/v1/documents", "documents", {"limit": limit, **filters})

    def get(self, document_id: Id) -> DocumentShape:
        """One document with its jobs."""
        path = "/api/v1/documents/{document_id}"
        return cast(DocumentShape, self._call("GET", path, document_id=str(document_id)))

    def wait(self, document_id: Id, *, timeout: float = 3600.0) -> DocumentShape:
        """The document once every job has ended, however it did; raises NotFinished."""
        end, pause = time.monotonic() + timeout, FIRST_ASK_SECONDS
        while True:
            document = self.get(document_id)
            if all(job["finished_at"] is not None for job in document["jobs"]):
                return document
            if time.monotonic() + pause > end:
                raise NotFinished(f"Not done within {timeout:g} s.", id=str(document_id))
            time.sleep(pause)
            pause = min(pause * 1.5, MOST_ASK_SECONDS)

    def cancel(self, document_id: Id) -> DocumentShape:
        """Stops what still runs; what was delivered stays and is billed."""
        path = "/api/v1/documents/{document_id}/cancel"
        return cast(DocumentShape, self._call("POST", path, document_id=str(document_id)))

    def delete(self, document_id: Id) -> None:
        """Removes a document with its translations and files."""
        self._call("DELETE", "/api/v1/documents/{document_id}", document_id=str(document_id))


class Jobs(Resource):
    """One document in one language."""

    def get(self, job_id: Id) -> JobShape:
        """State and counts."""
        return cast(JobShape, self._call("GET", "/api/v1/jobs/{job_id}", job_id=str(job_id)))

    def follow(self, job_id: Id) -> Iterator[Event]:
        """The events of a job as it goes on: `progress` now and at each change, and `done`.

        Each holds the job as `get` tells it. Raises NotFinished where the server ends the stream
        before, and ApiError where it tells of an error.
        """
        path = "/api/v1/jobs/{job_id}/events"
        return self._transport.events("GET", path, ids={"job_id": str(job_id)})

    def cancel(self, job_id: Id) -> JobShape:
        """Stops a running job."""
        path = "/api/v1/jobs/{job_id}/cancel"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def pause(self, job_id: Id) -> JobShape:
        """Holds a running job back."""
        path = "/api/v1/jobs/{job_id}/pause"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def resume(self, job_id: Id) -> JobShape:
        """Lets a paused job go on."""
        path = "/api/v1/jobs/{job_id}/resume"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def retry(self, job_id: Id) -> JobShape:
        """Starts another run over what failed, was refused or was cancelled."""
        path = "/api/v1/jobs/{job_id}/retry"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def segments(
        self, job_id: Id, *, limit: int | None = None, **filters: Any
    ) -> Iterator[SegmentShape]:
        """Segments with target and findings, in file order; all, or by `state` and `finding`."""
        path = "/api/v1/jobs/{job_id}/segments"
        return self._pages(path, "segments", {"limit": limit, **filters}, job_id=str(job_id))

    def segment(self, job_id: Id, ordinal: int) -> SegmentShape:
        """One segment; its `version` is what an edit of it speaks of."""
        path = "/api/v1/jobs/{job_id}/segments/{ordinal}"
        found = self._call("GET", path, job_id=str(job_id), ordinal=str(ordinal))
        return cast(SegmentShape, found)

    def edit(
        self,
        job_id: Id,
        ordinal: int,
        *,
        version: int,
        target: Sequence[str] | None = None,
        action: Action = "save",
    ) -> SegmentShape:
        """Writes a text over the version that was read; raises Changed where there is a newer one.

        Without `target` the text stays, and only what `action` says is done with it.
        """
        path = "/api/v1/jobs/{job_id}/segments/{ordinal}"
        wish: dict[str, Any] = {"action": action}
        if target is not None:
            wish["target"] = list(target)
        answer = self._write(
            "PATCH",
            path,
            wish,
            headers={"If-Match": f'"{version}"'},
            job_id=str(job_id),
            ordinal=str(ordinal),
        )
        return cast(SegmentShape, answer.json())

    def propagate(self, job_id: Id, ordinal: int, *, version: int) -> int:
        """Copies a segment's text to its repeats; how many took it. Raises Changed."""
        path = "/api/v1/jobs/{job_id}/segments/{ordinal}/propagate"
        ids = {"job_id": str(job_id), "ordinal": str(ordinal)}
        headers = {"If-Match": f'"{version}"'}
        answer = self._transport.send("POST", path, ids=ids, headers=headers)
        return cast(int, answer.json()["changed"])

    def history(self, job_id: Id, ordinal: int) -> list[VersionShape]:
        """What a segment's target has held, newest first."""
        path = "/api/v1/jobs/{job_id}/segments/{ordinal}/history"
        found = self._call("GET", path, job_id=str(job_id), ordinal=str(ordinal))
        return cast(list[VersionShape], found["versions"])

    def find(
        self, job_id: Id, find: str, replace: str = "", *, case: bool = False, whole: bool = False
    ) -> PreviewShape:
        """Where a text stands in a job's translations, and what a replacement would make of it."""
        path = "/api/v1/jobs/{job_id}/replacements/preview"
        wish = {"find": find, "replace": replace, "case": case, "whole": whole}
        answer = self._write("POST", path, wish, job_id=str(job_id))
        return cast(PreviewShape, answer.json())

    def replace(
        self,
        job_id: Id,
        find: str,
        replace: str,
        *,
        hits: Iterable[HitShape],
        case: bool = False,
        whole: bool = False,
    ) -> ReplacedShape:
        """Replaces in the segments of `find`'s hits, each where nobody changed it meanwhile."""
        path = "/api/v1/jobs/{job_id}/replacements"
        seen = {hit["id"]: hit["version"] for hit in hits}
        wish = {
            "find": find,
            "replace": replace,
            "case": case,
            "whole": whole,
            "segments": [{"id": key, "version": version} for key, version in seen.items()],
        }
        answer = self._write("POST", path, wish, job_id=str(job_id))
        return cast(ReplacedShape, answer.json())

    def dismiss(self, finding_id: Id) -> SegmentShape:
        """Says that a finding is no error; its segment."""
        path = "/api/v1/findings/{finding_id}/dismiss"
        return cast(SegmentShape, self._call("POST", path, finding_id=str(finding_id)))

    def undismiss(self, finding_id: Id) -> SegmentShape:
        """Takes the dismissal of a finding back; its segment."""
        path = "/api/v1/findings/{finding_id}/undismiss"
        return cast(SegmentShape, self._call("POST", path, finding_id=str(finding_id)))

    def report(self, job_id: Id) -> ReportShape:
        """Counts, cost, and every segment that has a finding."""
        path = "/api/v1/jobs/{job_id}/report"
        return cast(ReportShape, self._call("GET", path, job_id=str(job_id)))

    def download(self, job_id: Id, *, kind: Kind | None = None) -> bytes:
        """The translated file; `table` and `report` are workbooks (XLSX)."""
        path = "/api/v1/jobs/{job_id}/download"
        return self._transport.send(
            "GET", path, ids={"job_id": str(job_id)}, query={"as": kind}
        ).body
