"""Cursors and limits of lists. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from common.errors import Malformed


def whole_number(name: str, text: str | None, *, default: int) -> int:
    """A whole number from a query string; raises Malformed naming the field."""
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


def cursor(moment: datetime, key: UUID) -> str:
    """An opaque place in a list ordered by time and id."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {key}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The place a cursor stands for; raises Malformed for one we did not make."""
    if not text:
        return None
    try:
        padded = text[:200] + "=" * (-len(text[:200]) % 4)
        moment, key = base64.urlsafe_b64decode(padded).decode().split(" ")
        place = datetime.fromisoformat(moment), UUID(key)
    except (ValueError, binascii.Error):
        place = None
    if place is None or place[0].tzinfo is None:
        raise Malformed(
            "cursor_malformed", "Pass the cursor exactly as next_cursor gave it, or none."
        )
    return place


def ids(name: str, values: Sequence[str]) -> list[UUID]:
    """Ids from a repeated field of a query string; raises Malformed naming the field."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        raise Malformed("id_malformed", f"“{name}” takes an id as we gave it.") from None
