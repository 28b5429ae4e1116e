"""Which texts can be stored, sent and shown."""

from __future__ import annotations


def storable(text: str) -> bool:
    """Whether a text is free of NUL and lone surrogates: JSON can spell them, no store can."""
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)
