"""What is refused before a view is asked: too much, too many, or not to be read."""

from __future__ import annotations

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from common import http
from common.errors import DomainError, Malformed, TooLarge
from translation.services.intake import MAX_FILE_BYTES, MAX_FILES


class FileTooLarge(SuspiciousOperation, TooLarge):
    """A file passed the limit while it was still arriving; Django answers it as it does a 400."""

    def __init__(self, name: str) -> None:
        TooLarge.__init__(
            self,
            "file_too_large",
            f"“{name}” is larger than the limit of {MAX_FILE_BYTES:,} bytes. Split it.",
            detail={"max_bytes": MAX_FILE_BYTES},
        )


def body_too_large(limit: int) -> TooLarge:
    """The refusal of a whole request by its length."""
    return TooLarge(
        "request_too_large",
        f"The request is larger than the limit of {limit:,} bytes at this address."
        " Nothing was stored.",
        detail={"max_bytes": limit},
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: names the limit or the fault where one is known."""
    error = _named(exception)
    if error is None:
        return http.bad_request(request, exception)
    return http.error_response(request, error)


def _named(exception: Exception) -> DomainError | None:
    match exception:
        case DomainError():
            return exception
        case TooManyFilesSent():
            return TooLarge("too_many_files", f"Send at most {MAX_FILES} files in one request.")
        case RequestDataTooBig() | TooManyFieldsSent():
            return TooLarge(
                "form_too_large", "The form holds more than can be taken at once. Upload a file."
            )
        case MultiPartParserError():
            return Malformed(
                "form_malformed",
                "The form data cannot be read: send multipart/form-data with its boundary, whole.",
            )
        case _:
            return None
