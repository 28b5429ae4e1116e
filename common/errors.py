"""What the product refuses or cannot do now, as sentences a user can act on.

One class for each kind; the kind decides the HTTP status, once, in `common.http`. A code is stable
and belongs to the leaf that raises it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Kind = Literal[
    "malformed",
    "unauthenticated",
    "over_allowance",
    "not_allowed",
    "not_found",
    "conflict",
    "precondition_failed",
    "too_large",
    "invalid",
    "precondition_required",
    "throttled",
    "unavailable",
]
Detail = Mapping[str, object]

STATUS: Final[Mapping[Kind, int]] = {
    "malformed": 400,
    "unauthenticated": 401,
    "over_allowance": 402,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "precondition_failed": 412,
    "too_large": 413,
    "invalid": 422,
    "precondition_required": 428,
    "throttled": 429,
    "unavailable": 503,
}
# These always tell the client when to come back.
RETRIED: Final[frozenset[Kind]] = frozenset({"over_allowance", "throttled", "unavailable"})
RETRY_SECONDS: Final = 30.0


class DomainError(Exception):
    """An anticipated refusal. `message` is safe to show; `detail` holds facts a program can use.

    `retry_after` is in seconds. Kinds that are worth another try get one even when none is given.
    """

    def __init__(
        self,
        kind: Kind,
        code: str,
        message: str,
        *,
        detail: Detail | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.code = code
        self.message = message
        self.detail: dict[str, object] = dict(detail or {})
        if retry_after is None and kind in RETRIED:
            retry_after = RETRY_SECONDS
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of the kind."""
        return STATUS[self.kind]


class _OfKind(DomainError):
    """Shared shape of the classes below: the kind is the class's own."""

    own_kind: Kind

    def __init__(
        self,
        code: str,
        message: str,
        *,
        detail: Detail | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(self.own_kind, code, message, detail=detail, retry_after=retry_after)


class Malformed(_OfKind):
    """Not the shape this endpoint takes."""

    own_kind = "malformed"


class Unauthenticated(_OfKind):
    """Nobody we know."""

    own_kind = "unauthenticated"


class OverAllowance(_OfKind):
    """More than the plan has left."""

    own_kind = "over_allowance"


class NotAllowed(_OfKind):
    """Inside one's own organization, but without the right."""

    own_kind = "not_allowed"


class NotFound(_OfKind):
    """Not there, or somebody else's: both look the same."""

    own_kind = "not_found"


class Conflict(_OfKind):
    """The state of things forbids it now."""

    own_kind = "conflict"


class PreconditionFailed(_OfKind):
    """Somebody changed the thing since the caller read it."""

    own_kind = "precondition_failed"


class TooLarge(_OfKind):
    """Over a limit that the message names."""

    own_kind = "too_large"


class Invalid(_OfKind):
    """Well-formed, but it cannot be done."""

    own_kind = "invalid"


class PreconditionRequired(_OfKind):
    """The caller must say which version of the thing it speaks of."""

    own_kind = "precondition_required"


class Throttled(_OfKind):
    """Too many at once."""

    own_kind = "throttled"


class Unavailable(_OfKind):
    """A part of the service is away."""

    own_kind = "unavailable"
