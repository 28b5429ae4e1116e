"""A brief as a run keeps it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.values import Brief, Tier


def brief_json(brief: Brief) -> dict[str, object]:
    """A brief as it is frozen in a run."""
    return asdict(brief) | {"blocking": sorted(brief.blocking)}


def brief_of(stored: dict[str, Any]) -> Brief:
    """The brief a run was frozen with."""
    return Brief(
        source=stored["source"],
        target=stored["target"],
        tier=Tier(stored["tier"]),
        salt=stored["salt"],
        blocking=frozenset(stored["blocking"]),
    )
