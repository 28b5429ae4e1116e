"""What pages and API share of reading requests and answering with files."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from translation.services.documents import Download


def listed(values: Sequence[str]) -> list[str]:
    """Codes from a repeated field, each of which may hold several with commas between them."""
    return [code.strip() for value in values for code in value.split(",") if code.strip()]


def file_response(download: Download) -> HttpResponse:
    """A download as an attachment, its name spelt for every browser."""
    answer = HttpResponse(download.data, content_type=download.media_type)
    header = content_disposition_header(as_attachment=True, filename=download.name)
    if header is not None:
        answer["Content-Disposition"] = header
    return answer
