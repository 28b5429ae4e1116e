"""What the demo prints: progress while it runs, then the table and the last line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TextIO

BAR = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One file in one language."""

    file: str
    language: str
    state: str
    segments: int
    repeats: int
    passed: int
    repaired: int
    needs_review: int
    failed: int
    billed_characters: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    seconds: float


_COLUMNS = (
    ("file", 14, "<"),
    ("lang", 5, "<"),
    ("segments", 9, ">"),
    ("repeats", 8, ">"),
    ("passed", 7, ">"),
    ("repaired", 9, ">"),
    ("review", 7, ">"),
    ("failed", 7, ">"),
    ("billed", 9, ">"),
    ("tokens", 9, ">"),
    ("cost $", 10, ">"),
    ("seconds", 8, ">"),
)


class Bars:
    """Progress bars that stay in place on a terminal, and lines now and then elsewhere."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self._live = out.isatty()
        self._drawn = 0
        self._told: dict[str, int] = {}

    def draw(self, progress: Sequence[tuple[str, int, int]]) -> None:
        """Shows (name, done, of) triples."""
        if self._live:
            if self._drawn:
                self._out.write(f"\x1b[{self._drawn}F")
            for name, done, total in progress:
                filled = BAR * done // max(total, 1)
                self._out.write(f"\x1b[2K  {name:<24} {'█' * filled:░<{BAR}} {done:>6}/{total}\n")
            self._drawn = len(progress)
        else:
            self._draw_lines(progress)
        self._out.flush()

    def _draw_lines(self, progress: Sequence[tuple[str, int, int]]) -> None:
        for name, done, total in progress:
            if done == total and self._told.get(name) != total:
                self._told[name] = total
                self._out.write(f"  {name:<24} {done}/{total}\n")


def table(rows: Sequence[Row]) -> str:
    """The rows and their sum, as text."""
    lines = ["  ".join(f"{title:{align}{width}}" for title, width, align in _COLUMNS)]
    lines += [_line(row) for row in rows]
    return "\n".join(lines)


def _line(row: Row) -> str:
    values = (
        row.file[:14],
        row.language,
        f"{row.segments:,}",
        f"{row.repeats:,}",
        f"{row.passed:,}",
        f"{row.repaired:,}",
        f"{row.needs_review:,}",
        f"{row.failed:,}",
        f"{row.billed_characters:,}",
        f"{row.input_tokens + row.output_tokens:,}",
        f"{row.cost_usd:.6f}",
        f"{row.seconds:.1f}",
    )
    return "  ".join(
        f"{value:{align}{width}}" for value, (_, width, align) in zip(values, _COLUMNS, strict=True)
    )
