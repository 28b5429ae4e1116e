"""Measures what we find against data that people have made. So far: the glossary matcher."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from engine.terms.evaluation import PLANTS, Tally, evaluate, read_cases

_SEED: Final = 1
_HEAD: Final = ("language", "terms", "false alarms", "substring", "recall", *PLANTS)


class Command(BaseCommand):
    help = "Measure the glossary matcher on translations by people, and on planted faults."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=["glossary"], help="what to measure")
        parser.add_argument("--data", required=True, help="a TSV of terms in references")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, **options: Any) -> None:
        try:
            with Path(options["data"]).open(encoding="utf-8", newline="\n") as lines:
                cases = list(read_cases(lines))
        except OSError as error:
            raise CommandError(f"{options['data']} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['data']} is no UTF-8 text.") from error
        except ValueError as error:
            raise CommandError(f"{options['data']}: {error}") from error
        if not cases:
            raise CommandError(f"{options['data']} has no term that its reference holds.")
        found = evaluate(cases, Random(_SEED))  # noqa: S311 - plants, no secrets
        pooled = Tally()
        for one in found.values():
            pooled.add(one)
        self._table(found, pooled)
        if options["json"]:
            languages = {language: one.shares() for language, one in found.items()}
            told = {"languages": languages, "pooled": pooled.shares()}
            self.stdout.write(json.dumps(told))

    def _table(self, found: Mapping[str, Tally], pooled: Tally) -> None:
        self.stdout.write("  ".join(name.rjust(8) for name in _HEAD))
        for language, one in [*found.items(), ("pooled", pooled)]:
            told = one.shares()
            shares = [told["false_alarm"], told["substring_false_alarm"], told["planted_recall"]]
            shares += [told[f"recall_{kind}"] for kind in PLANTS]
            cells = [language, str(one.cases), *map(_percent, shares)]
            widths = [max(8, len(name)) for name in _HEAD]
            line = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
            self.stdout.write("  ".join(line))
        self.stdout.write(
            "False alarms: terms that the reference holds, exact or inflected, and that were"
            " flagged. That it holds them was computed, not labelled by people."
        )


def _percent(share: float | int | None) -> str:
    return "-" if share is None else f"{share:.1%}"
