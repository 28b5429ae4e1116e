"""A brief as a run keeps it."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from engine.style import Banned, Example, Style
from engine.values import Brief, Rule, Thresholds, Tier, Wording


def brief_json(brief: Brief) -> dict[str, object]:
    """A brief as it is frozen in a run: what is usual is left out, since each pack reads it."""
    whole = asdict(brief) | {"blocking": sorted(brief.blocking), "ignored": sorted(brief.ignored)}
    return {
        one.name: whole[one.name]
        for one in fields(Brief)
        if getattr(brief, one.name) != one.default
    }


def brief_of(stored: dict[str, Any]) -> Brief:
    """The brief a run was frozen with."""
    return Brief(
        source=stored["source"],
        target=stored["target"],
        tier=Tier(stored["tier"]),
        salt=stored["salt"],
        blocking=frozenset(stored.get("blocking", ())),
        ignored=frozenset(stored.get("ignored", ())),
        rules=tuple(map(_rule, stored.get("rules", ()))),
        subject=stored.get("subject", ""),
        effort=stored.get("effort", ""),
        thresholds=Thresholds(**stored.get("thresholds", {})),
        parts=tuple(stored.get("parts", ())),
        style=_style(stored["style"]) if stored.get("style") else None,
    )


def _style(stored: dict[str, Any]) -> Style:
    return Style(
        **stored
        | {
            "instructions": tuple(stored["instructions"]),
            "examples": tuple(Example(**one) for one in stored["examples"]),
            "banned": tuple(Banned(**one) for one in stored["banned"]),
        }
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
