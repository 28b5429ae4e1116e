"""The door to Claude: ask it, account for every attempt, and check that its models are usable."""

from claude.pricing import estimate_tokens
from claude.services.calls import model_for
from claude.services.checking import (
    CheckLine,
    ModelCheck,
    Readiness,
    check_models,
    readiness,
    readiness_objection,
)
from claude.services.current import refresh_catalogue, warm_up
from claude.services.records import close_lost

__all__ = [
    "CheckLine",
    "ModelCheck",
    "Readiness",
    "check_models",
    "close_lost",
    "estimate_tokens",
    "model_for",
    "readiness",
    "readiness_objection",
    "refresh_catalogue",
    "warm_up",
]
