"""What people write: cut at its code for the screen, and read and judged as a model's reply is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Final, Literal

from engine import gates
from engine.forms import target_forms
from engine.gates.subject import Subject
from engine.languages import Language
from engine.protect import protect, restore
from engine.protect.pieces import Piece, closers
from engine.protect.scan import scan
from engine.terms.applied import judgements
from engine.values import Brief, Finding, Form, Protected, Syntax

ChipKind = Literal["placeholder", "open", "close", "tag", "code"]

_CHIPS: Final[Mapping[str, ChipKind]] = {
    "placeholder": "placeholder",
    "tag_open": "open",
    "tag_close": "close",
    "tag": "tag",
}
_ESCAPED: Final = frozenset({Syntax.MARKUP, Syntax.RUNS})
# Whole ones only: in an address "&copy=2" is no sign.
_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);")
# An address ends before a semicolon, also before that of an entity.
_CUT_ENTITY: Final = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+)\Z")
_MIN_VERBATIM: Final = 2  # a lone "#" or "*" in prose is no lost token


@dataclass(frozen=True, slots=True)
class Chip:
    """A stretch of code inside a text; a person can move or delete it, but not write in it."""

    text: str
    kind: ChipKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one segment asks of whoever translates it. `wanted` are the target's forms."""

    wanted: tuple[Form, ...]
    syntax: Syntax
    flags: tuple[str, ...]
    source: Language
    target: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Texts as they are to be stored, in the order of the wanted forms, and what gates find."""

    forms: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a finding keeps these texts out of the file."""
        return gates.is_blocking(self.findings)


def task_of(
    forms: Sequence[Form],
    *,
    syntax: Syntax,
    flags: Sequence[str],
    source: Language,
    target: Language,
) -> Task:
    """The task a segment with these source forms sets."""
    given = tuple(forms)
    lone = len(given) == 1 and not given[0].label
    return Task(
        wanted=given if lone else target_forms(given, source=source, target=target, syntax=syntax),
        syntax=syntax,
        flags=tuple(flags),
        source=source,
        target=target,
    )


def cut(text: str, syntax: Syntax, flags: Sequence[str] = ()) -> tuple[str | Chip, ...]:
    """The text in pieces: prose as it is, code as chips. Joined they give the text again."""
    body = text.strip()
    start = len(text) - len(text.lstrip()) if body else 0
    found: list[str | Chip] = []
    done = 0
    for piece in scan(body, syntax, tuple(flags)):
        first, last = start + piece.start, start + piece.end
        if first > done:
            found.append(text[done:first])
        found.append(Chip(text[first:last], _CHIPS.get(piece.kind, "code")))
        done = last
    if done < len(text):
        found.append(text[done:])
    return tuple(found)


def read_typed(text: str, protected: Protected, syntax: Syntax, flags: Sequence[str] = ()) -> str:
    """What a person typed, with the source's code as marks again, as a model would have replied.

    Code the source does not have, or has less often, stays in the prose or repeats its mark: both
    are for the gates to report. Lone `<`, `>` and `&` are prose where the syntax escapes them.
    """
    body = text.strip()
    if not protected.tokens and syntax not in _ESCAPED:
        return body
    pieces = scan(body, syntax, tuple(flags))
    marks = _marks(body, pieces, protected)
    out: list[str] = []
    done = 0
    for place, piece in enumerate(pieces):
        out.append(body[done : piece.start])
        done = piece.end
        if place in marks:
            out.append(marks[place])
            continue
        if (
            syntax in _ESCAPED
            and _CUT_ENTITY.search(body, piece.start, done)
            and body[done:][:1] == ";"
        ):
            done += 1
        out.append(_prose(piece, body[piece.start : done], syntax))
    out.append(body[done:])
    return _with_overlooked("".join(out), protected)


def subject_of(task: Task, number: int, typed: str) -> Subject:
    """One wording as a gate looks at it; its `target` is the text as it is to be stored."""
    form = task.wanted[number]
    protected = protect(form.text, task.syntax, task.flags)
    return replied(task, number, protected, read_typed(typed, protected, task.syntax, task.flags))


def replied(task: Task, number: int, protected: Protected, reply: str) -> Subject:
    """The subject of a reply with marks."""
    form = task.wanted[number]
    return Subject(
        source=form.text,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, task.syntax),
        syntax=task.syntax,
        flags=task.flags,
        label=form.label,
        source_language=task.source,
        target_language=task.target,
    )


def judge(task: Task, typed: Sequence[str], brief: Brief) -> Judged:
    """Reads and checks what a person typed for each wanted form."""
    if len(typed) != len(task.wanted):
        raise ValueError(f"{len(typed)} texts for {len(task.wanted)} forms")
    subjects = [
        by_brief(subject_of(task, number, text), brief) for number, text in enumerate(typed)
    ]
    return Judged(
        forms=tuple(one.target for one in subjects),
        findings=tuple(finding for one in subjects for finding in gates.inspect(one, brief)),
    )


def by_brief(subject: Subject, brief: Brief) -> Subject:
    """The subject with what a brief says of it: terms, thresholds, style."""
    found = judgements(brief, subject.protected.text, subject.reply)
    return replace(subject, judgements=found, thresholds=brief.thresholds, style=brief.style)


def _marks(body: str, pieces: Sequence[Piece], protected: Protected) -> dict[int, str]:
    """The mark each piece of code stands for, by its place; code the source lacks has none."""
    free: defaultdict[str, list[str]] = defaultdict(list)
    raws: dict[str, str] = {}
    last: dict[str, str] = {}
    for token in protected.tokens:
        free[token.raw].append(token.mark)
        raws[token.mark] = token.raw
        last[token.raw] = token.mark
    opener_of = closers(pieces)
    found: dict[int, str] = {}
    for place, piece in enumerate(pieces):
        raw = body[piece.start : piece.end]
        if piece.kind == "literal" or raw not in last:
            continue
        mark = _partner(found.get(opener_of.get(place, -1)), raw, raws, free[raw])
        if mark is None:
            mark = free[raw][0] if free[raw] else last[raw]
        if mark in free[raw]:
            free[raw].remove(mark)
        found[place] = mark
    return found


def _partner(
    opener: str | None, raw: str, raws: Mapping[str, str], free: Sequence[str]
) -> str | None:
    """The mark that closes an opener, where the source has it with this text and it is unused."""
    if opener is None or not opener[1:2].isdigit():
        return None
    mark = f"{opener[0]}/{opener[1:]}"
    return mark if raws.get(mark) == raw and mark in free else None


def _prose(piece: Piece, raw: str, syntax: Syntax) -> str:
    """What stands in a reply for code that is none of the source's; storing escapes it again."""
    if piece.kind == "literal":
        return piece.text
    if syntax in _ESCAPED and not raw.startswith("<"):
        return _ENTITY.sub(lambda found: unescape(found[0]), raw)
    return raw


def _with_overlooked(reply: str, protected: Protected) -> str:
    """Marks tokens that stand in the prose word for word, though their surroundings hid them."""
    for token in protected.tokens:
        if len(token.raw) >= _MIN_VERBATIM and token.mark not in reply:
            reply = reply.replace(token.raw, token.mark, 1)
    return reply
