"""A brief as a run keeps it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.values import Brief, Rule, Tier, Wording


def brief_json(brief: Brief) -> dict[str, object]:
    """A brief as it is frozen in a run."""
    stored = asdict(brief) | {"blocking": sorted(brief.blocking)}
    # Most runs have none, and each pack reads its run's brief.
    return stored if brief.rules else {name: stored[name] for name in stored if name != "rules"}


def brief_of(stored: dict[str, Any]) -> Brief:
    """The brief a run was frozen with."""
    return Brief(
        source=stored["source"],
        target=stored["target"],
        tier=Tier(stored["tier"]),
        salt=stored["salt"],
        blocking=frozenset(stored["blocking"]),
        rules=tuple(map(_rule, stored.get("rules", ()))),
    )


def _rule(stored: dict[str, Any]) -> Rule:
    return Rule(
        id=stored["id"],
        source=tuple(map(_wording, stored["source"])),
        target=tuple(map(_wording, stored["target"])),
        keep=stored["keep"],
        means=stored["means"],
    )


def _wording(stored: dict[str, Any]) -> Wording:
    return Wording(**stored | {"forms": tuple(stored["forms"])})
