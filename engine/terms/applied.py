"""The terms of a brief applied to one text and its translation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from engine.terms.compiled import Terms, compile_terms
from engine.terms.judging import judge
from engine.terms.values import Judgement, Occurrence
from engine.values import Brief, Rule

# Of runs and edits under way; what a brief holds is what occurs in one document.
_MOST_KEPT: Final = 64
_kept: OrderedDict[tuple[str, str, tuple[Rule, ...]], Terms] = OrderedDict()
_lock = threading.Lock()
# The brief a thread has at hand is asked for at every wording; comparing its rules with those that
# are kept would cost more than looking for its terms.
_last = threading.local()


def occurrences(brief: Brief, text: str) -> tuple[Occurrence, ...]:
    """The terms of the brief in a source text, marks and all."""
    return _terms(brief).find(text) if brief.rules else ()


def judgements(brief: Brief, source: str, target: str) -> tuple[Judgement, ...]:
    """What a target makes of each term of its source."""
    return judge(occurrences(brief, source), target, brief.target)


def _terms(brief: Brief) -> Terms:
    if getattr(_last, "brief", None) is not brief:
        _last.terms, _last.brief = _shared(brief), brief
    found: Terms = _last.terms
    return found


def _shared(brief: Brief) -> Terms:
    """The compiled terms of equal briefs, which each pack of a run reads anew."""
    key = brief.source, brief.target, brief.rules
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = compile_terms(brief.rules, brief.source, brief.target)
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made
