"""Call records, written by one statement each: they are on the path of every call.

No statement here is part of anybody's transaction, so a record outlives whatever happens to the
result of its call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from claude.exchange import CallFailed
from claude.pricing import PriceRow, Usage, cost_of
from engine.values import Purpose

# How long a finished call waits for a database that is away, before its record is left to be
# closed as lost. The reply itself is never held back for good.
STORE_PAUSES_SECONDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
# A thread may wait for a call slot as long as a call may take.
LOST_AFTER_CALLS: Final = 2
LOST_MARGIN: Final = timedelta(seconds=60)
UNEXPECTED: Final = "unexpected"

_START = """
insert into claude_callrecord
    (id, organization_id, run_id, pack_id, purpose, attempt, model_asked,
     input_tokens, output_tokens, price_id, cost, started_at)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""

_DONE = """
update claude_callrecord
   set state = 'done', http_status = 200, request_id = %s, model_returned = %s,
       input_tokens = %s, output_tokens = %s, cache_read_tokens = %s,
       cache_write_5m_tokens = %s, cache_write_1h_tokens = %s, thinking_tokens = %s,
       price_id = %s, cost = %s, estimated = %s, latency_ms = %s, finished_at = %s
 where id = %s and state in ('started', 'lost')"""

_FAILED = """
update claude_callrecord
   set state = 'failed', error = %s, http_status = %s, request_id = %s,
       latency_ms = %s, finished_at = %s
 where id = %s and state in ('started', 'lost')"""

_FAILED_FREE = _FAILED.replace(
    "set state", "set input_tokens = 0, output_tokens = 0, cost = 0, estimated = false, state"
)

_LOSE = """
update claude_callrecord
   set state = 'lost', finished_at = %s
 where state = 'started' and started_at < %s"""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Whom a call is for. Plain ids: the record survives all of them."""

    organization_id: UUID
    run_id: UUID
    pack_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call that was answered came to."""

    request_id: str
    model: str
    usage: Usage
    price: PriceRow
    cost: Decimal
    estimated: bool


def start(
    record_id: UUID,
    errand: Errand,
    purpose: Purpose,
    guess: Usage,
    price: PriceRow,
    *,
    now: datetime,
) -> None:
    """Writes that a call is about to be made, with what it will have cost if it is never heard of.

    Raises the database's error when it cannot be written: then nothing may be called.
    """
    _run(
        _START,
        record_id,
        errand.organization_id,
        errand.run_id,
        errand.pack_id,
        purpose,
        errand.attempt,
        price.model,
        guess.input,
        guess.output,
        price.id,
        cost_of(guess, price),
        now,
    )


def finish(
    record_id: UUID,
    outcome: Outcome,
    *,
    latency_ms: int,
    now: datetime,
    sleep: Callable[[float], None],
) -> None:
    """Completes the record of an answered call, also one that was given up as lost meanwhile."""
    usage = outcome.usage
    facts = (
        outcome.request_id,
        outcome.model,
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write_5m,
        usage.cache_write_1h,
        usage.thinking,
        outcome.price.id,
        outcome.cost,
        outcome.estimated,
        latency_ms,
        now,
        record_id,
    )
    _persist(record_id, _DONE, facts, sleep)


def fail(
    record_id: UUID,
    failure: CallFailed | None,
    *,
    latency_ms: int,
    now: datetime,
    sleep: Callable[[float], None],
) -> None:
    """Completes the record of a call without a reply; None stands for an error of our own.

    The estimate stays where the vendor may have worked for nothing, else tokens and cost are 0.
    """
    if failure is None:
        facts = (UNEXPECTED, None, "", latency_ms, now, record_id)
        _persist(record_id, _FAILED, facts, sleep)
        return
    kind, status, request_id = failure.kind.value, failure.status, failure.request_id
    statement = _FAILED if failure.may_be_billed else _FAILED_FREE
    _persist(record_id, statement, (kind, status, request_id, latency_ms, now, record_id), sleep)
    _log.warning(
        "call_failed",
        call_id=str(record_id),
        kind=kind,
        status=status,
        request_id=request_id,
        latency_ms=latency_ms,
    )


def close_lost(now: datetime) -> int:
    """Closes records whose call cannot be under way any more, and returns how many.

    Their estimated cost stands. A call that is heard of after all replaces it by what it cost.
    """
    longest = timedelta(seconds=LOST_AFTER_CALLS * settings.CALL_TIMEOUT_SECONDS) + LOST_MARGIN
    closed = _run(_LOSE, now, now - longest)
    if closed:
        _log.warning("calls_lost", count=closed)
    return closed


def _persist(
    record_id: UUID, statement: str, facts: Sequence[Any], sleep: Callable[[float], None]
) -> None:
    """Runs a completing statement, again and again while the database is away, within bounds."""
    for pause in (*STORE_PAUSES_SECONDS, None):
        try:
            _run(statement, *facts)
        except (OperationalError, InterfaceError):
            connection.close()
            if pause is None:
                _log.exception("call_record_not_completed", call_id=str(record_id))
                return
            sleep(pause)
        else:
            return


def _run(statement: str, *facts: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return int(cursor.rowcount)
