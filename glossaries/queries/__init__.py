"""The brief a run is translated by."""

from __future__ import annotations

from engine.values import Brief, Tier


def house_brief(*, salt: str, source: str, target: str) -> Brief:
    """The brief of an organization for one language pair.

    `salt` is the organization's opaque prompt salt; `source` and `target` are our language codes.
    """
    return Brief(source=source, target=target, tier=Tier.FAST, salt=salt)
