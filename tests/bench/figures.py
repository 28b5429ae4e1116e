"""How a figure is printed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence

ROUNDS = 3


def show(name: str, value: float, unit: str, against: str, **beside: object) -> None:
    """Prints one figure; `against` says what it is measured against and the bar."""
    line = {"name": name, "value": round(value, 4), "unit": unit, "against": against} | beside
    print(json.dumps(line | {"load": round(os.getloadavg()[0], 2)}), flush=True)


def best(measure: Callable[[], float], *, highest: bool, rounds: int = ROUNDS) -> float:
    """The best of several rounds."""
    values = [measure() for _ in range(rounds)]
    return max(values) if highest else min(values)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return sorted(values)[len(values) // 2]
