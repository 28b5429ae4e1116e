"""What the engine refuses, as sentences a user can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

ErrorKind = Literal["malformed", "too_large", "invalid"]


class EngineError(Exception):
    """Input the engine refuses; `code` is stable, `message` is safe to show, `detail` holds facts.

    The shell maps `kind` to its own error of the same name: malformed (not the shape asked for),
    too_large (a limit named in the message), invalid (well-formed, but it cannot be done).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        kind: ErrorKind = "invalid",
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind: ErrorKind = kind
        self.detail = dict(detail or {})
