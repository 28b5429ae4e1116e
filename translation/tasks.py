"""What workers are nudged to do."""

from __future__ import annotations

import threading

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from translation.services import delivering, work
from translation.services import sweep as sweeping
from translation.services.webhooks import purge_old

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


@shared_task(name="translation.deliver_webhooks", ignore_result=True)
def deliver_webhooks(**_: object) -> None:
    """Takes to customers' receivers what is due."""
    delivering.drain(stop=_stopping)


@shared_task(name="translation.purge_webhooks", ignore_result=True)
def purge_webhooks(**_: object) -> None:
    """Forgets what webhooks were told long ago."""
    purge_old(now=timezone.now())
