"""What pages' scripts send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import Malformed


def text_of(body: Mapping[str, Any], name: str, *, most: int | None = None) -> str:
    """A text of the body, "" where it is missing; raises Malformed for anything but text."""
    value = body.get(name, "")
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise Malformed("request_malformed", f"Send {name} as text.")
    return value
