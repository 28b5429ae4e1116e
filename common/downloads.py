"""Attachments that are made while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header


def streamed(name: str, media_type: str, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    """An attachment that is made while it is sent."""
    answer = _Streamed(chunks, content_type=media_type)
    header = content_disposition_header(as_attachment=True, filename=name)
    if header is not None:
        answer["Content-Disposition"] = header
    return answer


class _Streamed(StreamingHttpResponse):
    """Django would read the whole of it into memory before an asynchronous server sends any."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        steps = iter(self)

        def step() -> bytes | None:
            try:
                return next(steps, None)
            finally:
                connection.close()

        while (chunk := await sync_to_async(step, thread_sensitive=False)()) is not None:
            yield chunk
