"""What can go wrong, as exceptions. Every answer that is a refusal has its stable `code`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


class InterlinearError(Exception):
    """Everything this package raises of its own."""


class ConnectionFailed(InterlinearError):
    """No answer came, at any try. Whether a write was done is not known: send it again."""


class NotFinished(InterlinearError):
    """Waiting took longer than allowed. The work goes on, and `id` asks for it later."""

    def __init__(self, message: str, *, id: str) -> None:  # noqa: A002 - the API's own word
        super().__init__(message)
        self.id = id


class ApiError(InterlinearError):
    """A refusal. `message` is a sentence for a person; name `request_id` when you ask us."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        detail: Mapping[str, Any] | None = None,
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{message} ({status} {code}, request {request_id or 'unknown'})")
        self.status = status
        self.code = code
        self.message = message
        self.detail = dict(detail or {})
        self.request_id = request_id
        self.retry_after = retry_after


class Malformed(ApiError):
    """400, 405 or 415: not the shape this address takes."""


class Unauthenticated(ApiError):
    """401: no key, or one that is unknown, revoked or expired."""


class OverAllowance(ApiError):
    """402: more characters than the month has left; `retry_after` counts to its reset."""


class NotAllowed(ApiError):
    """403: the key lacks the scope."""


class NotFound(ApiError):
    """404: there is no such thing in your organization."""


class Conflict(ApiError):
    """409: the state of the thing forbids it now."""


class Changed(ApiError):
    """412 or 428: somebody changed it since you read it. Read it again, then decide."""


class TooLarge(ApiError):
    """413: over a limit that the message names."""


class Invalid(ApiError):
    """422: well-formed, but it cannot be done."""


class Throttled(ApiError):
    """429: too many requests in this minute, even after waiting as asked."""


class Unavailable(ApiError):
    """500 and above, even after trying again."""


_KINDS: Mapping[int, type[ApiError]] = {
    400: Malformed,
    401: Unauthenticated,
    402: OverAllowance,
    403: NotAllowed,
    404: NotFound,
    405: Malformed,
    409: Conflict,
    412: Changed,
    413: TooLarge,
    415: Malformed,
    422: Invalid,
    428: Changed,
    429: Throttled,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """The exception for an answer; one that a proxy made has the code `http_error`."""
    told: Any = None
    with suppress(ValueError, KeyError, TypeError):
        told = json.loads(body)["error"]
    if not isinstance(told, dict):
        told = {}
    kind = _KINDS.get(status, Unavailable if status >= 500 else ApiError)
    return kind(
        status,
        str(told.get("code", "http_error")),
        str(told.get("message", f"The server answered {status}.")),
        detail=told.get("detail") if isinstance(told.get("detail"), dict) else None,
        request_id=str(told.get("request_id") or headers.get("x-request-id", "")),
        retry_after=seconds_of(headers),
    )


def seconds_of(headers: Mapping[str, str]) -> float | None:
    """What Retry-After asks for, in seconds; None where it is missing or a date."""
    try:
        return max(float(headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return None
