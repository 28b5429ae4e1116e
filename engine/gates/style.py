"""Gates for a style guide: typography that is not as it says, what it bans, the form of address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from engine.gates.subject import Fault, View, bounded
from engine.protect import restored_offset
from engine.style.fixes import FIXES, Task, fixed
from engine.style.phrases import Hit, banned_in, wrong_address
from engine.values import Span

_SHOWN: Final = 24


def banned_phrase(view: View) -> Fault | None:
    """Nothing stands in the target that the guide bans; what its source writes so is let pass."""
    style = view.subject.style
    if style is None or not style.banned:
        return None
    return _hits(view, banned_in(view.reply, style))


def formality(view: View) -> Fault | None:
    """The reader is addressed as the guide says, in languages where that shows for certain."""
    style = view.subject.style
    if style is None or not style.formality:
        return None
    return _hits(view, wrong_address(view.reply, style, view.subject.target_language.base))


def _hits(view: View, hits: Sequence[Hit]) -> Fault | None:
    if not hits:
        return None
    evidence = {
        "found": bounded(view.reply[one.start : one.end] for one in hits),
        "expected": bounded(one.instead for one in hits),
    }
    return Fault(evidence, tuple(_span(view, one.start, one.end) for one in hits))


def typography(name: str) -> Callable[[View], Fault | None]:
    """A gate that reports what the fix of that name would change."""

    def look(view: View) -> Fault | None:
        subject = view.subject
        if subject.style is None:
            return None
        wanted = fixed(name, subject.reply, Task(subject.style, subject.protected.text))
        if wanted == subject.reply:
            return None
        start, end, after = _difference(subject.reply, wanted)
        evidence = {
            "found": bounded([subject.reply[start:end]]),
            "expected": bounded([wanted[start:after]]),
        }
        return Fault(evidence, (_span(view, start, end),))

    return look


TYPOGRAPHY: Final = {name: typography(name) for name, _ in FIXES}


def _difference(text: str, wanted: str) -> tuple[int, int, int]:
    """The stretch that differs, with a little of what stands around it: its ends in both."""
    shortest = min(len(text), len(wanted))
    start = next((n for n in range(shortest) if text[n] != wanted[n]), shortest)
    same = next(
        (n for n in range(shortest - start) if text[-1 - n] != wanted[-1 - n]), shortest - start
    )
    end, after = len(text) - same, len(wanted) - same
    longer = min(_SHOWN, start)
    begin = max(text.rfind(" ", start - longer, start) + 1, start - longer)
    return begin, max(end, begin), max(after, begin)


def _span(view: View, start: int, end: int) -> Span:
    subject = view.subject
    places = (
        restored_offset(subject.reply, place, subject.protected, subject.syntax)
        for place in (start, end)
    )
    return Span("target", *places)
