"""Checks one target against its source and says what is wrong, with evidence.

A gate looks at a view and returns a fault or nothing. The registry below holds what else belongs to
it; gates run in its order, cheap and certain ones first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.gates.commentary import refusal_or_meta
from engine.gates.figures import number_equal
from engine.gates.sentences import sentence, title
from engine.gates.style import TYPOGRAPHY, banned_phrase, formality
from engine.gates.subject import Fault, Subject, View, view_of
from engine.gates.terms import dnt_term, term_forbidden, term_required
from engine.gates.tokens import placeholder_set, tag_set
from engine.gates.wording import empty_target, length_ratio, untranslated_same, wrong_language
from engine.values import Brief, Finding, Severity

__all__ = [
    "CHECK_VERSION",
    "GATES",
    "STYLE_GATES",
    "Gate",
    "Subject",
    "better",
    "duplicated",
    "inspect",
    "is_blocking",
    "missing",
    "score",
    "sentence",
    "title",
]

# Goes up whenever a gate finds something else than before; stored with every verdict.
CHECK_VERSION: Final = 3

_WEIGHTS: Final[dict[Severity, int]] = {"neutral": 0, "minor": 1, "major": 5, "critical": 25}


@dataclass(frozen=True, slots=True)
class Gate:
    """A check. `look` is None where only the reader of an answer can see the fault."""

    code: str
    category: str
    severity: Severity
    look: Callable[[View], Fault | None] | None
    blocks: bool = False


GATES: Final = (
    Gate("segment_count", "accuracy/omission", "critical", None, blocks=True),
    Gate("empty_target", "accuracy/omission", "critical", empty_target, blocks=True),
    Gate("placeholder_set", "accuracy/placeholder", "critical", placeholder_set, blocks=True),
    Gate("tag_set", "accuracy/markup", "critical", tag_set, blocks=True),
    Gate("wrong_language", "accuracy/untranslated", "critical", wrong_language, blocks=True),
    Gate("refusal_or_meta", "non-translation", "critical", refusal_or_meta, blocks=True),
    Gate("term_forbidden", "terminology/wrong", "critical", term_forbidden, blocks=True),
    Gate("dnt_term", "terminology/wrong", "critical", dnt_term, blocks=True),
    Gate("term_required", "terminology/wrong", "major", term_required),
    Gate("untranslated_same", "accuracy/untranslated", "major", untranslated_same),
    Gate("length_ratio", "accuracy/omission", "major", length_ratio),
    Gate("number_equal", "accuracy/number", "major", number_equal),
    Gate("banned_phrase", "style/organizational", "major", banned_phrase),
    Gate("formality", "style/register", "major", formality),
    *(Gate(code, "locale/format", "minor", look) for code, look in TYPOGRAPHY.items()),
)
# Those that look only where a style guide counts.
STYLE_GATES: Final = frozenset({"banned_phrase", "formality", *TYPOGRAPHY})
_BY_CODE: Final = {gate.code: gate for gate in GATES}


def inspect(subject: Subject, brief: Brief) -> tuple[Finding, ...]:
    """Everything the gates find in one wording, in the order of the registry.

    An empty reply is reported as empty and nothing else. `brief.blocking` makes more gates block,
    `brief.ignored` silences some that do not.
    """
    view = view_of(subject)
    found: list[Finding] = []
    for gate in GATES:
        fault = gate.look(view) if gate.look else None
        if fault is None or gate.code in brief.ignored:
            continue
        found.append(_finding(gate, fault, subject.label, brief))
        if gate.look is empty_target:
            break
    return tuple(found)


def missing(label: str) -> Finding:
    """The finding for a form the model gave no answer for."""
    return _counted(label, 0)


def duplicated(label: str) -> Finding:
    """The finding for a form the model answered more than once: no telling which is meant."""
    return _counted(label, 2)


def score(findings: Sequence[Finding]) -> int:
    """How bad findings are together: 1 a minor one, 5 a major, 25 a critical, 0 a neutral."""
    return sum(_WEIGHTS[finding.severity] for finding in findings)


def is_blocking(findings: Sequence[Finding]) -> bool:
    """Whether a target with these findings must not be delivered."""
    return any(finding.blocking for finding in findings)


def better(new: Sequence[Finding], old: Sequence[Finding]) -> bool:
    """Whether a repair is strictly better: nothing found that was not before, and a lower score."""
    before = {(finding.code, finding.form) for finding in old}
    return score(new) < score(old) and all((one.code, one.form) in before for one in new)


def _counted(label: str, found: int) -> Finding:
    gate = _BY_CODE["segment_count"]
    return Finding(
        code=gate.code,
        category=gate.category,
        severity=gate.severity,
        blocking=gate.blocks,
        form=label,
        evidence={"expected": 1, "found": found},
    )


def _finding(gate: Gate, fault: Fault, label: str, brief: Brief) -> Finding:
    return Finding(
        code=gate.code,
        category=gate.category,
        severity=gate.severity,
        blocking=gate.blocks or gate.code in brief.blocking,
        form=label,
        spans=fault.spans,
        evidence=fault.evidence,
    )
