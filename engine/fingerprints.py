"""What a translation was made by, as short values to compare: of a brief, and of one segment in it.

A brief's fingerprint tells whether anything it was made of has another version. A segment's tells
whether what shapes this very text is another: so a changed term touches only where it occurs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import blake2b
from typing import Final

from engine.terms.applied import occurrences
from engine.values import Brief, Rule

_BYTES: Final = 16


def brief_fingerprint(brief: Brief) -> str:
    """32 hexadecimal digits: equal where all parts of two briefs have the same versions."""
    return _hashed([brief.source, brief.target, *brief.parts])


class SegmentFingerprints:
    """Fingerprints of the segments of one brief."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._shaping = json.dumps(_shaping(brief), ensure_ascii=False, sort_keys=True)
        self._rules = {rule.id: _rule(rule) for rule in brief.rules}

    def of(self, texts: Iterable[str]) -> str:
        """32 hexadecimal digits for a segment by its protected wordings."""
        found = {one.rule.id for text in texts for one in occurrences(self._brief, text)}
        # In the order of the brief: the first of two concepts is the one that counts.
        return _hashed([self._shaping, *(self._rules[one] for one in self._rules if one in found)])


def _shaping(brief: Brief) -> list[object]:
    """All but the terms that decides how a text is written; not how much is spent on it."""
    style = asdict(brief.style) if brief.style is not None else None
    return [brief.source, brief.target, brief.subject, style]


def _rule(rule: Rule) -> str:
    return json.dumps(asdict(rule), ensure_ascii=False, sort_keys=True)


def _hashed(parts: Iterable[str]) -> str:
    made = blake2b(digest_size=_BYTES)
    for one in parts:
        made.update(one.encode("utf-8", "surrogatepass"))
        made.update(b"\x1f")
    return made.hexdigest()
