"""Checks the configured models against Anthropic's list and prints what it found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claude.services import CheckLine, check_models


class Command(BaseCommand):
    help = "Checks that every model in use is known, alive, capable and priced."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line for each finding; exit 1 if any of them is an error."""
        check = check_models(now=datetime.now(UTC))
        width = max((len(line.model) for line in check.lines), default=0)
        for line in check.lines:
            self.stdout.write(_row(line, width))
        errors = check.of("error")
        if errors:
            plural = "s" if len(errors) > 1 else ""
            raise CommandError(f"{len(errors)} error{plural}; no call of these models can work.")


def _row(line: CheckLine, width: int) -> str:
    return f"{line.level:<10}  {line.model:<{width}}  {line.sentence}"
