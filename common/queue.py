"""Work by name, nudges for lanes, and wake-ups for callers that wait.

Rows are the truth, messages only hints: each of them may be lost or come twice, and with Redis
away the sweep finds the work a little later. So nothing here raises when publishing fails.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from common.database import connection_released
from common.redis import ANSWER_SECONDS, client

_log = structlog.get_logger(__name__)

EXPIRES_SECONDS: Final = 120
COALESCE_MS: Final = 2_000
# How long a wake-up stays for a caller that has not begun to wait.
WAKE_SECONDS: Final = 60
MAX_SPREAD: Final = 8
_AWAY = (OperationalError, RedisError, OSError)

_drain_task: str | None = None
_counting = threading.Lock()
_importing = threading.Lock()
_failures = 0


def drain_with(task: str) -> None:
    """Names the task that empties a lane, called with `lane=`; its app's `ready` says so."""
    global _drain_task  # noqa: PLW0603 - a port, filled once at start
    _drain_task = task


def enqueue(name: str, *, queue: str | None = None, **ids: object) -> None:
    """Queues the task called `name` once the transaction is committed (at once outside of one).

    `ids` are its keyword arguments, sent as text. Raises LookupError for a name nobody registered,
    at the call, not after the commit.
    """
    _task(name)
    arguments = {key: str(value) for key, value in ids.items()}
    transaction.on_commit(partial(_publish, name, arguments, queue))


def nudge(lane: str) -> None:
    """Says that a lane has work, at most once in two seconds, however often it is called.

    Call it after the rows are committed: `clear_nudge` before a drain loop's first claim then makes
    sure that no row is left without a nudge.
    """
    try:
        is_first = client().set(_nudge_key(lane), "1", nx=True, px=COALESCE_MS)
    except _AWAY as error:
        _count_failure("nudge", error)
        return
    if is_first:
        spread(lane, 1)


def nudge_on_commit(lane: str) -> None:
    """Nudges a lane once the transaction is committed."""
    transaction.on_commit(partial(nudge, lane))


def clear_nudge(lane: str) -> None:
    """Lets the next nudge of a lane through; a drain loop calls it before its first claim."""
    try:
        client().delete(_nudge_key(lane))
    except _AWAY as error:
        _count_failure("clear_nudge", error)


def spread(lane: str, count: int) -> None:
    """Wakes `count` more drain loops for a lane that has been found to have work."""
    if _drain_task is None:
        raise LookupError("no app has named its task with common.queue.drain_with")
    for _ in range(min(count, MAX_SPREAD)):
        if not _publish(_drain_task, {"lane": lane}, lane):
            return


def announce(channel_id: str) -> None:
    """Wakes whoever waits for `channel_id`, or will begin to within a minute."""
    key = f"wake:{channel_id}"
    try:
        with client().pipeline(transaction=True) as pipeline:
            pipeline.lpush(key, "1")
            pipeline.ltrim(key, 0, 0)
            pipeline.expire(key, WAKE_SECONDS)
            pipeline.execute()
    except _AWAY as error:
        _count_failure("announce", error)


def announce_on_commit(channel_id: str) -> None:
    """Announces once the transaction is committed: who is woken must find the rows."""
    transaction.on_commit(partial(announce, channel_id))


def looks(channel_id: str, *, seconds: float, every: float) -> Iterator[None]:
    """Gives its turn to a caller that waits, each time a look at the rows is worth it: the first
    time at once, then as `wakes`.
    """
    ends_at = time.monotonic() + seconds
    yield
    yield from wakes(channel_id, seconds=ends_at - time.monotonic(), every=every)


def wakes(channel_id: str, *, seconds: float, every: float) -> Iterator[None]:
    """Gives its turn to a caller that has looked at the rows, when another look is worth it.

    That is when `channel_id` is announced, and else `every` so many seconds, the last time after
    `seconds`. For any number of waiters a channel; between two looks the database connection is
    given back, so leave the transaction before the next.
    """
    ends_at = time.monotonic() + seconds
    heard = False
    while (left := ends_at - time.monotonic()) > 0:
        with connection_released():
            # An announcement stays for a minute and would be heard again at once.
            if heard:
                threading.Event().wait(min(every, left))
            else:
                heard = _heard(channel_id, min(every, left))
        yield


def _heard(channel_id: str, seconds: float) -> bool:
    """Waits for an announcement and leaves it in its place, for whoever else waits."""
    key = f"wake:{channel_id}"
    wait = min(seconds, ANSWER_SECONDS - 1)
    try:
        # Parts of a second are taken, whatever the client's annotation says.
        return client().blmove(key, key, wait, "LEFT", "RIGHT") is not None  # type: ignore[arg-type]
    except _AWAY as error:
        _count_failure("looks", error)
        threading.Event().wait(min(wait, 1.0))
        return False


def failures() -> int:
    """How many messages this process could not send since it started."""
    return _failures


def _nudge_key(lane: str) -> str:
    return f"nudge:{lane}"


def _task(name: str) -> Any:
    tasks = current_app.tasks
    if name not in tasks:
        # A web process has not imported the tasks yet; a worker does it when it starts. Celery
        # lets a second thread pass while the first is still importing: one at a time.
        with _importing:
            current_app.loader.import_default_modules()
    if name not in tasks:
        raise LookupError(f"no task is registered as {name!r}")
    return tasks[name]


def _publish(name: str, arguments: dict[str, str], queue: str | None) -> bool:
    # A task that runs eagerly raises its own errors here, as it should.
    options = {"queue": queue} if queue else {}
    try:
        _task(name).apply_async(
            kwargs=arguments, expires=EXPIRES_SECONDS, retry=False, ignore_result=True, **options
        )
    except _AWAY as error:
        _count_failure(name, error)
        return False
    return True


def _count_failure(what: str, error: BaseException) -> None:
    global _failures  # noqa: PLW0603
    with _counting:
        _failures += 1
    _log.warning("message_not_sent", what=what, error=type(error).__name__, failures=_failures)
