"""What pages and API share of reading requests and answering with files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypedDict
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header

from common import paging
from common.errors import Malformed, TooLarge
from glossaries.queries import Wishes
from translation.services import intake
from translation.services.documents import Download

UPLOAD_FIELDS = frozenset(
    {
        *("file", "source_language", "target_languages", "profile", "revises", "token"),
        "csrfmiddlewaretoken",
    }
)


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The JSON object a page's script sent; raises Malformed, or TooLarge."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body = request.read(most + 1)
    if len(body) > most:
        raise TooLarge(
            "request_too_large",
            f"The request is larger than the limit of {most:,} bytes at this address."
            " Nothing was stored.",
            detail={"max_bytes": most},
        )
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Malformed("json_malformed", "The body is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise Malformed("request_malformed", "Send a JSON object.")
    return value


class UploadFields(TypedDict):
    """What an upload asks for, as the intake takes it."""

    uploads: list[intake.Upload]
    source_language: str
    target_languages: list[str]
    token: UUID | None
    wishes: Wishes


def read_upload(fields: QueryDict, files: MultiValueDict[str, UploadedFile[bytes]]) -> UploadFields:
    """The parts of an upload form; files are refused by count and length before one is read.

    Raises Malformed for a field nobody knows, so that a typing mistake is not silently ignored.
    """
    _refuse_unknown({**fields, **files})
    checked = intake.checked(files.getlist("file"))
    revised = [_id("revises", one) for one in fields.getlist("revises")]
    if len(revised) not in {0, len(checked)}:
        raise Malformed(
            "revises_malformed",
            "Send “revises” once for each file and in their order, empty for a new document.",
        )
    return UploadFields(
        uploads=[
            intake.Upload(name=file.name or "", data=file.read(), revises=revises)
            for file, revises in zip_longest(checked, revised)
        ],
        source_language=fields.get("source_language", ""),
        target_languages=_listed(fields.getlist("target_languages")),
        token=_id("token", fields.get("token", "")),
        wishes=Wishes(profile=_id("profile", fields.get("profile", ""))),
    )


def _id(name: str, value: str) -> UUID | None:
    return paging.ids(name, [value])[0] if value else None


def _refuse_unknown(given: Mapping[str, object]) -> None:
    unknown = sorted(set(given) - UPLOAD_FIELDS)
    if unknown:
        raise Malformed(
            "field_unknown",
            f"There is no field “{unknown[0][:80]}” here: send file, source_language,"
            " target_languages, and where wanted profile, revises and token.",
            detail={"unknown": [name[:80] for name in unknown[:10]]},
        )


def _listed(values: Sequence[str]) -> list[str]:
    """Codes from a repeated field, each of which may hold several with commas between them."""
    return [code.strip() for value in values for code in value.split(",") if code.strip()]


def file_response(download: Download) -> HttpResponse:
    """A download as an attachment, its name spelt for every browser."""
    answer = HttpResponse(download.data, content_type=download.media_type)
    header = content_disposition_header(as_attachment=True, filename=download.name)
    if header is not None:
        answer["Content-Disposition"] = header
    return answer
