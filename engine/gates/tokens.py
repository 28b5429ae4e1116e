"""Gates for what must come back unchanged: placeholders, addresses, tags and their nesting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final

from engine.gates.subject import MAX_EVIDENCE_ITEMS, Fault, View, bounded
from engine.protect import CLOSE, OPEN, marks_in, restored_offset
from engine.values import Span, Token

_TAGS: Final = frozenset({"tag", "tag_open", "tag_close"})
_ADDRESSES: Final = frozenset({"url", "email"})
_LOOKS_LIKE_TAG: Final = re.compile(r"<|\[|\]|\*|_|~|\x20\x20\n|\\\n")


def placeholder_set(view: View) -> Fault | None:
    """Placeholders, addresses and escapes are each there, as often as in the source, none added."""
    evidence: dict[str, list[str]] = {}
    tokens = [token for token in view.subject.protected.tokens if token.kind not in _TAGS]
    missing, repeated = _differences(tokens, view.subject.reply)
    for name, kinds in (("placeholders", None), ("addresses", _ADDRESSES)):
        for verb, found in (("missing", missing), ("repeated", repeated)):
            raws = [t.raw for t in found if (t.kind in _ADDRESSES) == (kinds is not None)]
            if raws:
                evidence[f"{verb}_{name}"] = bounded(raws)
    invented = _unknown_marks(view) + [raw for raw in view.added if not _is_tag(raw)]
    if invented:
        evidence["invented"] = bounded(invented)
    return Fault(evidence, _spans(view, missing)) if evidence else None


def tag_set(view: View) -> Fault | None:
    """Tags are each there as often as in the source, none added, pairs closed and not crossing."""
    evidence: dict[str, list[str]] = {}
    tokens = [token for token in view.subject.protected.tokens if token.kind in _TAGS]
    missing, repeated = _differences(tokens, view.subject.reply)
    if missing:
        evidence["missing"] = bounded(token.raw for token in missing)
    if repeated:
        evidence["repeated"] = bounded(token.raw for token in repeated)
    if tokens and not missing and not repeated:
        crossing = _crossing(tokens, view.subject.reply)
        if crossing:
            evidence["crossing"] = bounded(crossing)
    invented = [raw for raw in view.added if _is_tag(raw)]
    if invented:
        evidence["invented"] = bounded(invented)
    return Fault(evidence, _spans(view, missing)) if evidence else None


def _differences(tokens: Iterable[Token], reply: str) -> tuple[list[Token], list[Token]]:
    """Tokens the reply lacks, and tokens it holds more than once."""
    counts = Counter(marks_in(reply))
    missing: list[Token] = []
    repeated: list[Token] = []
    for token in tokens:
        count = counts[token.mark]
        if count == 0:
            missing.append(token)
        elif count > 1:
            repeated.append(token)
    return missing, repeated


def _unknown_marks(view: View) -> list[str]:
    if OPEN not in view.reply and CLOSE not in view.reply and OPEN not in view.subject.reply:
        return []
    known = {token.mark for token in view.subject.protected.tokens}
    unknown = [mark for mark in marks_in(view.subject.reply) if mark not in known]
    return unknown + [char for char in view.reply if char in {OPEN, CLOSE}]


def _crossing(tokens: Iterable[Token], reply: str) -> list[str]:
    """Raw tags of pairs that close before they open, or close across another pair."""
    raws = {token.mark: token.raw for token in tokens}
    openers = {mark.replace("/", "") for mark in raws if mark[1] == "/"}
    stack: list[str] = []
    wrong: list[str] = []
    for mark in marks_in(reply):
        if mark in openers:
            stack.append(mark)
        elif mark in raws and mark[1] == "/":
            opener = mark.replace("/", "")
            if stack and stack[-1] == opener:
                stack.pop()
                continue
            wrong.append(raws[mark])
            if opener in stack:
                stack.remove(opener)
    return wrong


def _is_tag(raw: str) -> bool:
    return _LOOKS_LIKE_TAG.match(raw) is not None


def _spans(view: View, missing: Iterable[Token]) -> tuple[Span, ...]:
    """Where lost tokens stand in the source."""
    subject = view.subject
    spans = []
    for token in islice(missing, MAX_EVIDENCE_ITEMS):
        text = subject.protected.text
        start = restored_offset(text, text.find(token.mark), subject.protected, subject.syntax)
        spans.append(Span("source", start, start + len(token.raw)))
    return tuple(spans)
