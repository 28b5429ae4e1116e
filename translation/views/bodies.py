"""What pages' scripts send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from common.errors import Malformed


def json_body(request: HttpRequest) -> Mapping[str, Any]:
    """The JSON object of a request; raises Malformed for anything else."""
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Malformed("request_malformed", "Send a JSON object.")
    return value


def text_of(body: Mapping[str, Any], name: str, *, most: int | None = None) -> str:
    """A text of the body, "" where it is missing; raises Malformed for anything but text."""
    value = body.get(name, "")
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise Malformed("request_malformed", f"Send {name} as text.")
    return value
