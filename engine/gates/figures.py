"""Turns unmatched numbers into a fault with evidence and places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal

from engine.gates.mentions import Mention
from engine.gates.numbers import unmatched
from engine.gates.subject import MAX_EVIDENCE_ITEMS, Fault, View, bounded
from engine.protect import restored_offset
from engine.values import Span


def number_equal(view: View) -> Fault | None:
    """Numbers of one side without a partner on the other."""
    subject = view.subject
    missing, added = unmatched(
        view.source, view.reply, subject.source_language, subject.target_language
    )
    if not missing and not added:
        return None
    evidence = {}
    if missing:
        evidence["expected"] = bounded(one.text for one in missing)
    if added:
        evidence["found"] = bounded(one.text for one in added)
    return Fault(evidence, (*_spans(view, "source", missing), *_spans(view, "target", added)))


def _spans(view: View, side: Literal["source", "target"], found: Sequence[Mention]) -> list[Span]:
    subject = view.subject
    text = subject.protected.text if side == "source" else subject.reply
    return [
        Span(
            side,
            restored_offset(text, one.start, subject.protected, subject.syntax),
            restored_offset(text, one.end, subject.protected, subject.syntax),
        )
        for one in islice(found, MAX_EVIDENCE_ITEMS)
    ]
