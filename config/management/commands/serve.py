"""`manage.py serve`: the whole house in one terminal, until Ctrl-C."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.supervisor.house import house_supervisor


class Command(BaseCommand):
    help = "Start database, Redis, sandbox, web, workers and beat; Ctrl-C stops them in order."

    # The database is started by this very command.
    requires_system_checks: list[str] = []

    def handle(self, *_: Any, **__: Any) -> None:
        supervisor = house_supervisor(settings, self._tell)
        try:
            with supervisor.running() as house:
                self._tell(f"ready in {house.timings['all']:g} s; Ctrl-C stops it")
                supervisor.wait()
        except KeyboardInterrupt:
            self._tell("stopped")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
