"""Texts that were translated, and what a text would come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from uuid import UUID

from interlinear.resources import Resource
from interlinear.shapes import JobShape, TextEstimateShape, TextShape

Id = str | UUID


class Translations(Resource):
    """Texts that this key had translated."""

    def estimate(self, text: str, *, source_language: str = "") -> TextEstimateShape:
        """Which language a text is in, and what it would come to; nothing is stored."""
        wish = {"text": text, "source_language": source_language}
        answer = self._write("POST", "/api/v1/translate/estimate", wish)
        return cast(TextEstimateShape, answer.json())

    def list(self, *, search: str | None = None, limit: int | None = None) -> Iterator[TextShape]:
        """Every text, newest first; `limit` is the size of a page, not of the list."""
        asked = {"search": search, "limit": limit}
        return self._pages("/api/v1/translate", "translations", asked)

    def cancel(self, job_id: Id) -> JobShape:
        """Stops a text; what has come stays and is billed."""
        path = "/api/v1/translate/{job_id}/cancel"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def retry(self, job_id: Id) -> JobShape:
        """Starts another run over what failed, was refused or was cancelled."""
        path = "/api/v1/translate/{job_id}/retry"
        return cast(JobShape, self._call("POST", path, job_id=str(job_id)))

    def delete(self, job_id: Id) -> None:
        """Removes a text with its translation."""
        self._call("DELETE", "/api/v1/translate/{job_id}", job_id=str(job_id))
