"""What a machine can put right of a finding without knowing the language.

A fix is tried out before it is offered: it removes its finding and brings no blocking one. Work is
on replies, where code is marks, so that nothing can be cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from engine import gates
from engine.gates.style import TYPOGRAPHY
from engine.gates.subject import Subject
from engine.protect import marks_in
from engine.style.fixes import Task as StyleTask
from engine.style.fixes import fixed
from engine.values import Brief, Finding, Token
from engine.written import Task, by_brief, read_typed, replied, subject_of

_MARK: Final = re.compile("\u27e6/?[0-9]{1,7}\u27e7")
_GAP: Final = re.compile(r" {2,}")
_END: Final = ".!?…。！？:;"
_MAX_LABEL: Final = 60
_MAX_MISSING: Final = 20  # beyond, their places would be guesses
_NUMBER: Final = re.compile(r"[.,]")


@dataclass(frozen=True, slots=True)
class Fix:
    """A wording of every form that puts a finding right, and what to call the change."""

    label: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Try:
    label: str
    reply: str


def fix_of(task: Task, forms: Sequence[str], finding: Finding, brief: Brief) -> Fix | None:
    """A fix for one finding of these texts, or None where a person has to think.

    The same texts get the same fix. What it gives has not got the finding and no new blocking one.
    """
    number = next(
        (place for place, form in enumerate(task.wanted) if form.label == finding.form), None
    )
    if number is None or len(forms) != len(task.wanted):
        return None
    subject = by_brief(subject_of(task, number, forms[number]), brief)
    before = {one.code for one in gates.inspect(subject, brief) if one.blocking}
    for one in _tries(subject, finding):
        mended = replied(task, number, subject.protected, one.reply)
        # As it will be read again when it is saved.
        again = read_typed(mended.target, subject.protected, task.syntax, task.flags)
        after = by_brief(replied(task, number, subject.protected, again), brief)
        found = gates.inspect(after, brief)
        is_clean = all(other.code != finding.code for other in found)
        if is_clean and {other.code for other in found if other.blocking} <= before:
            texts = [*forms]
            texts[number] = mended.target
            return Fix(one.label, tuple(texts))
    return None


def _tries(subject: Subject, finding: Finding) -> Iterator[_Try]:
    match finding.code:
        case "placeholder_set" | "tag_set":
            yield from _tokens(subject, finding)
        case "number_equal":
            yield from _numbers(subject, finding)
        case code if code in TYPOGRAPHY and subject.style is not None:
            reply = fixed(code, subject.reply, StyleTask(subject.style, subject.protected.text))
            yield _Try(f"{gates.title(code)} as in the style guide", reply)


def _tokens(subject: Subject, finding: Finding) -> Iterator[_Try]:
    """Removes what is too much, then puts in what is missing, where the source has it."""
    tags = {"tag", "tag_open", "tag_close"}
    wants_tags = finding.code == "tag_set"
    tokens = [one for one in subject.protected.tokens if (one.kind in tags) == wants_tags]
    reply = subject.reply
    removed = [f"the extra {raw}" for raw in _repeated(tokens, reply)]
    removed += _listed(finding, "invented")
    reply = _without(_once(reply, tokens), _listed(finding, "invented"))
    missing = [one for one in tokens if one.mark not in reply]
    if len(missing) > _MAX_MISSING:
        return
    for placed in (_placed(subject, reply, missing), _around(subject, reply, missing)):
        label = _label(missing, removed)
        if placed != subject.reply:
            yield _Try(label, placed)
    if wants_tags and not missing and not removed:
        yield _Try("Put the tags in order", _reordered(subject.protected.tokens, reply, tags))


def _label(missing: Sequence[Token], removed: Sequence[str]) -> str:
    parts = []
    if missing:
        parts.append("Insert " + ", ".join(one.raw for one in missing))
    if removed:
        parts.append(("remove " if parts else "Remove ") + ", ".join(removed))
    text = " and ".join(parts)
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def _listed(finding: Finding, name: str) -> list[str]:
    value = finding.evidence.get(name, [])
    return list(value) if isinstance(value, list) else []


def _repeated(tokens: Sequence[Token], reply: str) -> list[str]:
    marks = marks_in(reply)
    return [one.raw for one in tokens if marks.count(one.mark) > 1]


def _once(reply: str, tokens: Sequence[Token]) -> str:
    """The reply with every mark of these tokens only where it comes first."""
    for one in tokens:
        head, mark, rest = reply.partition(one.mark)
        if mark and one.mark in rest:
            reply = head + mark + _tidied(rest.replace(one.mark, ""))
    return reply


def _without(reply: str, invented: Sequence[str]) -> str:
    for raw in invented:
        reply = _tidied(reply.replace(raw, "", 1)) if raw in reply else reply
    return reply


def _tidied(text: str) -> str:
    """One space where two came together, and none before a full stop."""
    return re.sub(r" ([.,!?…])", r"\1", _GAP.sub(" ", text))


def _placed(subject: Subject, reply: str, missing: Sequence[Token]) -> str:
    """The reply with each missing mark where the source has it, in proportion."""
    # Where only the translation parts its words by spaces, the source does not say where.
    parts = subject.target_language.spaced and not subject.source_language.spaced
    for token in missing:
        reply = _insert(subject.protected.text, reply, token, parts=parts)
    return reply


def _insert(source: str, reply: str, token: Token, *, parts: bool) -> str:
    place = source.find(token.mark)
    before, after = source[:place], source[place + len(token.mark) :]
    if not before.strip():
        return token.mark + _space(after[:1], reply[:1]) + reply
    if not after.strip(f"{_END} "):
        body = reply.rstrip(_END)
        return body + _space(before[-1:], body[-1:]) + token.mark + reply[len(body) :]
    spot = _spot(source, reply, place, len(token.mark))
    if token.kind == "tag_open" and reply[spot : spot + 1].isspace():
        spot += 1
    is_word = parts and not token.kind.startswith("tag")
    left = _space(" " if is_word else before[-1:], reply[spot - 1 : spot])
    right = _space(" " if is_word else after[:1], reply[spot : spot + 1])
    return reply[:spot] + left + token.mark + right + reply[spot:]


def _space(beside_source: str, beside_reply: str) -> str:
    """A space where the source has one and the reply none."""
    wants = beside_source.isspace() and bool(beside_reply) and not beside_reply.isspace()
    return " " if wants and beside_reply not in _END else ""


def _spot(source: str, reply: str, place: int, length: int) -> int:
    """Where in the reply a mark goes: as far on as in the source, at the border of a word.

    Never before a mark that comes earlier in the source, nor behind one that comes later, where
    the reply keeps their order.
    """
    low, high = 0, len(reply)
    for match in _MARK.finditer(source):
        at = reply.find(match.group())
        if at < 0:
            continue
        if match.start() < place:
            low = max(low, at + len(match.group()))
        elif match.start() > place:
            high = min(high, at)
    if low > high:
        low, high = 0, len(reply)
    wanted = round(len(reply) * place / max(1, len(source) - length))
    borders = [spot for spot in _borders(reply) if low <= spot <= high]
    return min(borders, key=lambda spot: (abs(spot - wanted), spot), default=high)


def _borders(text: str) -> list[int]:
    """Places outside of marks and at the end of a word."""
    inside = {
        place for match in _MARK.finditer(text) for place in range(match.start() + 1, match.end())
    }
    spaced = " " in text
    return [
        place
        for place in range(len(text) + 1)
        if place not in inside
        and (
            not spaced
            or place in {0, len(text)}
            or text[place].isspace()
            or text[place - 1] == "\u27e7"
            or text[place] == "\u27e6"
        )
    ]


def _around(subject: Subject, reply: str, missing: Sequence[Token]) -> str:
    """The reply with missing pairs of tags around all of it, and the rest in proportion."""
    marks = {one.mark for one in missing}
    for token in missing:
        closing = f"{token.mark[0]}/{token.mark[1:]}"
        if closing in marks:
            reply = f"{token.mark}{reply}{closing}"
    return _placed(subject, reply, [one for one in missing if one.mark not in reply])


def _reordered(tokens: Sequence[Token], reply: str, tags: set[str]) -> str:
    """The reply with its tags in the order of the source, at the places where it has tags."""
    known = [one.mark for one in tokens if one.kind in tags]
    order = iter(known)
    return _MARK.sub(
        lambda match: next(order, match.group()) if match.group() in known else match.group(),
        reply,
    )


def _numbers(subject: Subject, finding: Finding) -> Iterator[_Try]:
    """Puts the source's number in the place of the translation's, where it can only be that one."""
    expected, found = _listed(finding, "expected"), _listed(finding, "found")
    if len(expected) != 1 or len(found) != 1 or expected[0] == found[0]:
        return
    reply = subject.reply
    places = [match.start() for match in _whole(found[0]).finditer(reply)]
    if len(places) != 1:
        return
    start, end = places[0], places[0] + len(found[0])
    for wording in _wordings(expected[0], found[0]):
        yield _Try(f"Change {found[0]} to {wording}", reply[:start] + wording + reply[end:])


def _whole(number: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.,]){re.escape(number)}(?![0-9])")


def _wordings(expected: str, found: str) -> list[str]:
    """The number with the marks of the translation's, where those tell, else as the source's."""
    swapped = expected.translate(str.maketrans(",.", ".,"))
    same_marks = _NUMBER.findall(expected) == _NUMBER.findall(found)
    return [expected, swapped] if same_marks or "," not in expected + found else [swapped, expected]
