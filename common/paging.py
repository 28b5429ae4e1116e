"""Lists a page at a time: how many rows, and where the next page begins.

A cursor names the last row of a page by what the list is ordered by, so rows that come or go
meanwhile move nobody. It is signed, and good for its own list and filters only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Final, TypeVar
from uuid import UUID

from django.conf import settings
from rest_framework import serializers

from common.errors import Malformed
from common.shapes import Strict

DEFAULT_LIMIT: Final = 50
MAX_LIMIT: Final = 200
_MAX_CURSOR_CHARS: Final = 600
_SIGNATURE_BYTES: Final = 12

Place = tuple[datetime, UUID]
Row = TypeVar("Row")


class PageQuery(Strict):
    """Which page of a list. Lists that can be narrowed add their filters."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="Rows of a page."
    )
    cursor = serializers.CharField(
        required=False,
        min_length=1,
        max_length=_MAX_CURSOR_CHARS,
        help_text="`next_cursor` of the page before, with the same filters.",
    )


def page(
    rows: Sequence[Row], *, limit: int, of: str, place: Callable[[Row], Sequence[object]]
) -> tuple[list[Row], str | None]:
    """The rows of a page and the cursor of the next one, from a list asked for one row more."""
    if len(rows) <= limit:
        return list(rows), None
    shown = list(rows[:limit])
    return shown, write_cursor(of, *place(shown[-1]))


def listed(name: str, filters: Mapping[str, Any]) -> str:
    """What a list is called whose cursors are good for these filters only."""
    kept = {key: str(one) for key, one in filters.items() if key not in {"limit", "cursor"}}
    return f"{name} {json.dumps(kept, sort_keys=True)}"


def write_cursor(of: str, *parts: object) -> str:
    """A place in the list `of`, as opaque text."""
    told = json.dumps([str(one) for one in parts]).encode()
    return base64.urlsafe_b64encode(_signature(of, told) + told).decode().rstrip("=")


def read_cursor(of: str, text: str) -> list[str]:
    """What `write_cursor` was given for this list; raises Malformed for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    signature, told = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not told or not hmac.compare_digest(signature, _signature(of, told)):
        raise _cursor_malformed()
    parts: list[str] = json.loads(told)
    return parts


def cursor(of: str, moment: datetime, key: UUID) -> str:
    """A place in a list ordered by time and id."""
    return write_cursor(of, moment.astimezone(UTC).isoformat(), key)


def read_place(of: str, text: str | None) -> Place | None:
    """The place `cursor` was given, None for none; raises Malformed for one of another list."""
    if not text:
        return None
    moment, key = read_cursor(of, text)
    return datetime.fromisoformat(moment), UUID(key)


def read_number(of: str, text: str | None) -> int:
    """The ordinal a cursor of a numbered list holds, -1 for none; raises Malformed."""
    return int(read_cursor(of, text)[0]) if text else -1


def _signature(of: str, told: bytes) -> bytes:
    key = settings.SECRET_KEY.encode()[:64]
    signed = blake2b(of.encode() + b"\0" + told, key=key, digest_size=_SIGNATURE_BYTES)
    return signed.digest()


def _cursor_malformed() -> Malformed:
    return Malformed(
        "cursor_malformed",
        "Pass the cursor exactly as next_cursor gave it and with the same filters, or none.",
        detail={"errors": [{"parameter": "cursor", "message": "This is no cursor of this list."}]},
    )


def whole_number(name: str, text: str | None, *, default: int) -> int:
    """A whole number from a page's query string; raises Malformed naming the field."""
    if not text:
        return default
    try:
        value = int(text[:20])
    except ValueError:
        raise Malformed("number_malformed", f"“{name}” takes a whole number.") from None
    if abs(value) > 2_000_000_000:
        raise Malformed("number_malformed", f"“{name}” is out of range.")
    return value


def limit(text: str | None, *, default: int, most: int) -> int:
    """How many rows a page holds: 1 to `most`."""
    return min(max(whole_number("limit", text, default=default), 1), most)


def ids(name: str, values: Sequence[str]) -> list[UUID]:
    """Ids from a repeated field of a query string; raises Malformed naming the field."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise Malformed("id_malformed", f"“{name}” takes an id as we gave it.") from None
