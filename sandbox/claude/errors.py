"""What the API refuses, in its own envelope."""

from __future__ import annotations

import json

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    500: "api_error",
    502: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
# The live service marks what is pointless to repeat; these three are not.
_REPEATABLE = frozenset({408, 409, 429})


class ApiError(Exception):
    """An answer other than 200. `headers` are sent beside those every reply has."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        error_code: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error_code = error_code
        self.headers = headers

    def body(self, request_id: str) -> tuple[bytes, str]:
        """The error as it goes out, with its media type: the JSON envelope, or a proxy's page."""
        if self.status == 502:  # never comes from the API itself
            return b"<html><head><title>502 Bad Gateway</title></head></html>\n", "text/html"
        error: dict[str, object] = {"type": ERROR_TYPES[self.status], "message": self.message}
        if self.error_code is not None:
            error["details"] = {"error_code": self.error_code}
        envelope = {"type": "error", "error": error, "request_id": request_id}
        return json.dumps(envelope, ensure_ascii=False).encode(), "application/json"

    def all_headers(self) -> tuple[tuple[str, str], ...]:
        """Its own headers, and `x-should-retry: false` where repeating cannot help."""
        told = any(name == "x-should-retry" for name, _ in self.headers)
        hopeless = 400 <= self.status < 500 and self.status not in _REPEATABLE
        if hopeless and not told:
            return (*self.headers, ("x-should-retry", "false"))
        return self.headers


def bad_request(message: str) -> ApiError:
    """A 400 with this sentence."""
    return ApiError(400, message)
