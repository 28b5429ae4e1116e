"""Gates for the customer's own words: required, forbidden, not translated at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from engine.gates.subject import MAX_EVIDENCE_ITEMS, Fault, View, bounded
from engine.protect import restored_offset
from engine.terms.values import Judgement, Verdict
from engine.values import Span

_MISSED: Final = frozenset({Verdict.ABSENT, Verdict.WRONG_CASE})


def term_required(view: View) -> Fault | None:
    """Each term of the source that has a wording in the target language is translated by it."""
    found = [
        one
        for one in view.subject.judgements
        if one.verdict in _MISSED and not one.occurrence.rule.keep
    ]
    return _fault(view, found)


def term_forbidden(view: View) -> Fault | None:
    """No wording stands in the target that its glossary forbids for a term of the source."""
    found = [one for one in view.subject.judgements if one.verdict is Verdict.FORBIDDEN]
    return _fault(view, found)


def dnt_term(view: View) -> Fault | None:
    """What is not translated stands in the target letter by letter."""
    found = [
        one
        for one in view.subject.judgements
        if one.verdict in _MISSED and one.occurrence.rule.keep
    ]
    return _fault(view, found)


def _fault(view: View, found: Sequence[Judgement]) -> Fault | None:
    """The evidence: terms of the source, what is expected of each, what stands there instead."""
    if not found:
        return None
    evidence = {
        "terms": bounded(one.occurrence.surface for one in found),
        "expected": bounded(_expected(one) for one in found),
        "found": bounded(one.surface for one in found),
        "concepts": bounded(one.occurrence.rule.id for one in found),
    }
    return Fault(evidence, tuple(islice(_spans(view, found), 2 * MAX_EVIDENCE_ITEMS)))


def _expected(judgement: Judgement) -> str:
    if judgement.verdict is not Verdict.FORBIDDEN:
        return judgement.wording
    wanted = [one.text for one in judgement.occurrence.rule.target if one.status == "preferred"]
    wanted += [one.text for one in judgement.occurrence.rule.target if one.status == "admitted"]
    return wanted[0] if wanted else ""


def _spans(view: View, found: Iterable[Judgement]) -> Iterable[Span]:
    """Where the terms stand in the source, and where their wrong wordings do in the target."""
    subject = view.subject
    for one in found:
        source = subject.protected.text
        start, end = one.occurrence.start, one.occurrence.end
        yield Span(
            "source",
            restored_offset(source, start, subject.protected, subject.syntax),
            restored_offset(source, end, subject.protected, subject.syntax),
        )
        if one.start >= 0:
            yield Span(
                "target",
                restored_offset(subject.reply, one.start, subject.protected, subject.syntax),
                restored_offset(subject.reply, one.end, subject.protected, subject.syntax),
            )
