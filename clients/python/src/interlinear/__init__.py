"""Client of the Interlinear translation API, with nothing but the standard library.

from interlinear import Interlinear

with Interlinear("https://interlinear.example", "il_...") as client:
    answer = client.translate(["Hello."], source_language="en", target_language="de")
"""

from interlinear.client import Interlinear
from interlinear.errors import (
    ApiError,
    Changed,
    Conflict,
    ConnectionFailed,
    InterlinearError,
    Invalid,
    Malformed,
    NotAllowed,
    NotFinished,
    NotFound,
    OverAllowance,
    Throttled,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

__all__ = [
    "ApiError",
    "Changed",
    "Conflict",
    "ConnectionFailed",
    "Interlinear",
    "InterlinearError",
    "Invalid",
    "Malformed",
    "NotAllowed",
    "NotFinished",
    "NotFound",
    "OverAllowance",
    "Throttled",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
]
