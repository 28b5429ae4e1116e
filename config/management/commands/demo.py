"""`manage.py demo`: the whole house, a seeded organization, and real files translated."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.demo.accounts import DemoAccount, demo_account
from config.demo.client import Client
from config.demo.files import demo_files
from config.demo.main_job import Outcome, run_main_job
from config.demo.show import Bars, table
from config.supervisor.house import House, house_supervisor


class Command(BaseCommand):
    help = "Start everything and translate real files into German, Japanese and Arabic."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="stop afterwards; the last line is one JSON object"
        )

    def handle(self, *_: Any, once: bool, **__: Any) -> None:
        began = time.time()
        supervisor = house_supervisor(settings, self._tell)
        delivered = False
        try:
            with supervisor.running() as house:
                os.environ.setdefault("ANTHROPIC_BASE_URL", house.sandbox_url)
                account = demo_account()
                outcome = self._translate(house, account)
                delivered = outcome.delivered
                if not once:
                    self._invite(house, account)
                    supervisor.wait()
        except KeyboardInterrupt:
            self._tell("stopped")
            if once:
                sys.exit(130)
            return
        if once:
            self._tell(json.dumps(_last_line(outcome, house, began)))
            sys.exit(0 if delivered else 1)

    def _translate(self, house: House, account: DemoAccount) -> Outcome:
        folder: Path = settings.VAR_DIR / "demo"
        files = demo_files(settings.BASE_DIR)
        self._tell(f"translating {len(files)} files into German, Japanese and Arabic")
        outcome = run_main_job(
            Client(house.url, account.key),
            files,
            folder,
            bars=Bars(sys.stdout),
            pause=time.sleep,
        )
        self._tell("")
        self._tell(table(outcome.rows))
        self._tell(f"\nfiles: {folder}")
        return outcome

    def _invite(self, house: House, account: DemoAccount) -> None:
        self._tell(f"pages: {house.url}")
        self._tell(f"sign in: {account.email}  password: {account.password}")
        self._tell(f"API key: {account.key}")
        self._tell("Ctrl-C stops everything")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _last_line(outcome: Outcome, house: House, began: float) -> dict[str, Any]:
    install = float(os.environ.get("INSTALL_SECONDS") or 0)
    return outcome.summary() | {
        "wall_seconds": round(time.time() - began + install, 2),
        "install": install,
        "initdb": house.timings.get("initdb", 0.0),
        "migrate": house.timings.get("migrate", 0.0),
        "first_segment": outcome.first_segment_seconds,
        "last_file": outcome.last_file_seconds,
    }
