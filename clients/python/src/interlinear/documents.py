"""Files: sent, waited for, downloaded; and the jobs and segments they became."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from interlinear import uploads
from interlinear.errors import NotFinished
from interlinear.resources import Resource
from interlinear.shapes import DocumentShape, JobShape, ReportShape, SegmentShape, VersionShape

Id = str | UUID
Kind = Literal["target", "table", "report"]
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
    ) -> list[DocumentShape]:
        """Sends paths, or pairs of name and bytes; all are taken in, or none."""
        fields = [("source_language", source_language), ("token", str(uuid4()))]
        fields += [("target_languages", one) for one in target_languages]
        fields += [("revises", "" if one is None else str(one)) for one in revises or ()]
        body, content_type = uploads.multipart(fields, uploads.read(files))
        answer = self._transport.send(
            "POST", "/api/v1/documents", body=body, headers={"Content-Type": content_type}
        )
        return cast(list[DocumentShape], answer.json()["documents"])

    def list(self, *, limit: int | None = None, **filters: Any) -> Iterator[DocumentShape]:
        """Every document, newest first; `limit` is the size of a page, not of the list."""
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
        """Every segment with its target and findings, in file order."""
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
