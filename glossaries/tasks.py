"""What workers are asked to do for glossaries."""

from __future__ import annotations

import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from glossaries.services import importing

_stopping = threading.Event()


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    _stopping.set()


@shared_task(name="glossaries.run_imports", ignore_result=True)
def run_imports(**_: object) -> None:
    """Takes files that wait into their glossaries."""
    importing.drain(stop=_stopping)
