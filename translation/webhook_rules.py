"""What webhooks tell, how they are signed and when they are tried again. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

JOB_FINISHED: Final = "job.finished"
JOB_FAILED: Final = "job.failed"
JOB_NEEDS_REVIEW: Final = "job.needs_review"
DOCUMENT_DELETED: Final = "document.deleted"
TEST: Final = "webhook.test"
# What can be chosen, in the order in which it is shown, and what each is told for.
EVENTS: Final[Mapping[str, str]] = {
    JOB_FINISHED: "A job has ended, and its file is ready.",
    JOB_NEEDS_REVIEW: "A job has ended, and some segments wait for a person.",
    JOB_FAILED: "A job has ended, and some segments could not be translated.",
    DOCUMENT_DELETED: "A document is gone for good, with its translations.",
}

# Seconds after each failed try; the last one goes on until three days have passed.
WAITS: Final = (5, 30, 120, 600, 1800, 3600, 10_800, 21_600)
GIVE_UP_AFTER: Final = timedelta(days=3)
# A receiver that failed throughout this time is switched off with the first event that is given up:
# a little less than an event is tried for, whose last try then decides.
DISABLE_AFTER: Final = GIVE_UP_AFTER - timedelta(hours=1)
SPREAD: Final = 0.2
LONGEST_WISH_SECONDS: Final = 86_400
# One receiver that fails is left alone a little, whatever waits for it.
LONGEST_PAUSE_SECONDS: Final = 300.0
FIRST_PAUSE_SECONDS: Final = 1.0
# Whoever asks for one delivery waits for it: set back so far, it goes before all that is due.
AHEAD: Final = timedelta(days=31)
ROTATION: Final = timedelta(hours=24)
_PREFIX: Final = "whsec_"


def next_try(
    *, attempts: int, began_at: datetime, now: datetime, wish_seconds: float, chance: float
) -> datetime | None:
    """When a delivery is tried again after its failed try number `attempts`; None to give up.

    `wish_seconds` is what the receiver asked for, a floor; `chance` from 0 to 1 spreads the tries
    of many over a fifth of the wait, upwards.
    """
    if now - began_at >= GIVE_UP_AFTER:
        return None
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    floor = max(wait, min(wish_seconds, LONGEST_WISH_SECONDS))
    # Never so late that the last try would fall behind the end by a whole wait.
    return min(now + timedelta(seconds=floor * (1 + SPREAD * chance)), began_at + GIVE_UP_AFTER)


def pause_seconds(failures: int, wish_seconds: float) -> float:
    """How long a receiver is left alone after so many failures in a row."""
    grown = FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 12)
    return min(max(grown, wish_seconds), LONGEST_PAUSE_SECONDS)


def secret(key: str, endpoint_id: UUID, number: int) -> str:
    """The secret number `number` of an endpoint: nothing that could be stolen from a table."""
    made = hmac.new(key.encode(), f"webhook {endpoint_id} {number}".encode(), hashlib.sha256)
    return _PREFIX + base64.b64encode(made.digest()).decode()


def secret_numbers(number: int, rotated_at: datetime | None, now: datetime) -> tuple[int, ...]:
    """Which secrets sign now, the newest first: after a rotation the one before holds a day."""
    still = number > 1 and rotated_at is not None and now - rotated_at < ROTATION
    return (number, number - 1) if still else (number,)


def headers(
    *, event_id: UUID, body: bytes, secrets: Sequence[str], now: datetime
) -> dict[str, str]:
    """The three headers of the Standard Webhooks convention, a signature for each secret."""
    seconds = int(now.timestamp())
    signed = f"{event_id}.{seconds}.".encode() + body
    signatures = []
    for one in secrets:
        key = base64.b64decode(one.removeprefix(_PREFIX))
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        signatures.append(f"v1,{base64.b64encode(digest).decode()}")
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }


def body_of(kind: str, at: datetime, told: Mapping[str, Any]) -> str:
    """The text that is sent, the same at every try: ids, states, counts, languages and times."""
    return json.dumps(
        {"type": kind, "timestamp": moment(at), "data": dict(told)}, separators=(",", ":")
    )


def moment(at: datetime | None) -> str | None:
    """A time as it is told: ISO 8601 in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
