"""Wires the parts together once Django has loaded them."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    """The wiring room."""

    name = "config"

    def ready(self) -> None:
        """Start logging and make our Celery app the one that tasks are queued through."""
        from common import telemetry
        from config import celery

        telemetry.configure(settings.LOG_LEVEL, settings.LOG_FORMAT)
        celery.app.set_default()
