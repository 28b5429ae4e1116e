"""What workers are nudged to do."""

from __future__ import annotations

import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from translation.services import sweep as sweeping
from translation.services import work

_stopping = threading.Event()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    _stopping.set()


@shared_task(name="translation.drain", ignore_result=True)
def drain(*, lane: str, **_: object) -> None:
    """Works until nothing is ready."""
    work.drain(lane, stop=_stopping)


@shared_task(name="translation.sweep", ignore_result=True)
def sweep(**_: object) -> None:
    """Puts right what a crash left."""
    sweeping.sweep()
