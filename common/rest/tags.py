"""Entity tags (RFC 9110): what a reader has seen, so that nobody writes over what they have not."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import PreconditionFailed, PreconditionRequired

# A proxy that compresses makes strong tags weak on their way; ours name what was seen either way.
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


def tag(*parts: object) -> str:
    """The tag of a thing whose state these parts tell, as it stands in the header."""
    told = json.dumps([str(one) for one in parts]).encode()
    return f'"{blake2b(told, digest_size=12).hexdigest()}"'


def tagged(data: Any, of: str, *, status: int = 200) -> Response:
    """An answer with a thing and its tag."""
    answer = Response(data, status=status)
    answer["ETag"] = of
    return answer


def read(request: Request, data: Any) -> Response:
    """A thing with the tag of all that is told of it; 304 without it for whoever has it already."""
    of = tag(json.dumps(data, default=str, sort_keys=True))
    if _names(request.headers.get("If-None-Match", ""), of):
        answer = Response(status=304)
        answer["ETag"] = of
        return answer
    return tagged(data, of)


def require_match(request: Request, of: str) -> None:
    """Lets an edit through that names the tag; raises PreconditionRequired, PreconditionFailed."""
    given = request.headers.get("If-Match")
    if not given:
        raise PreconditionRequired(
            "precondition_required",
            "Send the ETag of what you have read in the header If-Match, so that nothing newer is"
            " written over.",
        )
    if not _names(given, of):
        raise changed()


def changed() -> PreconditionFailed:
    """The refusal of an edit of something that is no longer what its reader saw."""
    return PreconditionFailed(
        "precondition_failed",
        "This was changed since you read it. Read it again, then decide. Nothing was stored.",
    )


def _names(header: str, of: str) -> bool:
    return header.strip() == "*" or of in _TAG.findall(header)
