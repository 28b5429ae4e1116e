"""One attempt at one pack: protect, ask, restore, check, decide. Pure but for the model.

Rounds: 0 is the first attempt, 1 and 2 repair with the findings in the prompt, 3 asks the next
model tier. What an attempt leaves unfinished comes back as RETRY; the caller packs those segments
together with others of the same round, so that repairs cost few requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from engine import gates
from engine.answers import Answer, read_answer
from engine.languages import Language, find_source, find_target
from engine.packs import output_tokens
from engine.ports import Model
from engine.prompts import (
    ANSWER_SCHEMA,
    Context,
    Item,
    system_blocks,
    user_message,
    user_parts,
)
from engine.protect import protect, restore
from engine.style import Task, mended
from engine.terms.applied import judgements, occurrences
from engine.terms.sealing import Sealed, sealed
from engine.terms.values import Occurrence
from engine.values import (
    MAX_REPAIR_ROUNDS,
    Brief,
    Finding,
    Form,
    ModelReply,
    ModelRequest,
    PromptBlock,
    Protected,
    Rule,
    Syntax,
    Tier,
)

LAST_ROUND = MAX_REPAIR_ROUNDS + 1
# Thinking counts against the cap as well, and only tokens written are paid: so the cap is wide.
_MIN_OUTPUT_CAP = 4_096
_OUTPUT_CAP_FACTOR = 4


class Verdict(StrEnum):
    """How a segment left an attempt."""

    PASSED = "passed"
    RETRY = "retry"
    HELD = "held"  # a blocking finding survived every round: a person decides
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSegment:
    """One segment of a pack. `forms` are the wanted target forms with the text to translate from.

    `draft` holds the best replies so far, marks included, "" where none came; `findings` are those
    of that draft.
    """

    id: str
    syntax: Syntax
    forms: tuple[Form, ...]
    flags: tuple[str, ...] = ()
    note: str = ""
    draft: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentOutcome:
    """What became of one segment. `forms` are restored texts, () where nothing usable came.

    `fixes` names what we mended of the typography ourselves.
    """

    id: str
    verdict: Verdict
    forms: tuple[str, ...]
    draft: tuple[str, ...]
    findings: tuple[Finding, ...]
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOutcome:
    """What became of a pack. RETRY segments go on in `next_round`.

    `split`: the model refused the pack as a whole; ask for its halves in the same round.
    """

    outcomes: tuple[SegmentOutcome, ...]
    reply: ModelReply
    next_round: int
    split: bool = False


def attempt(
    segments: Sequence[PackSegment],
    *,
    brief: Brief,
    context: Context,
    round_number: int,
    model: Model,
) -> PackOutcome:
    """Asks once for all segments and judges each answer. Raises ModelError where no reply came."""
    languages = find_source(brief.source), find_target(brief.target)
    protected = [_protect(segment) for segment in segments]
    seals, rules = _sealed(brief, protected)
    request = _request(segments, seals, rules, brief, context, round_number, languages[1])
    reply = model.complete(request)
    if reply.stop == "refused":
        return _refused(segments, reply, round_number, brief)
    asked = {
        _item_id(n, f, len(one.forms))
        for n, one in enumerate(segments)
        for f in range(len(one.forms))
    }
    answer = read_answer(reply.text, asked)
    opened = _opened(answer, seals)
    outcomes = tuple(
        _judge(n, segment, protected[n], opened, brief, languages, round_number)
        for n, segment in enumerate(segments)
    )
    return PackOutcome(outcomes=outcomes, reply=reply, next_round=round_number + 1)


def asked_of(
    segments: Sequence[PackSegment], *, brief: Brief, context: Context
) -> tuple[tuple[PromptBlock, ...], list[tuple[str, str]]]:
    """What a first attempt would send: the system blocks, and the user's object key by key."""
    seals, rules = _sealed(brief, [_protect(segment) for segment in segments])
    return system_blocks(brief), user_parts(brief, _items(segments, seals), context, rules)


def give_up(segments: Sequence[PackSegment]) -> tuple[SegmentOutcome, ...]:
    """What segments come to where no more is asked: the best draft so far, if there is a whole one.

    A draft that is only warned of passes, one that is held back is held, no draft is a refusal.
    """
    return tuple(map(_last_word, segments))


def tier_of(brief: Brief, round_number: int) -> Tier:
    """The tier that serves a round: the brief's own, one higher in the last."""
    if round_number < LAST_ROUND:
        return brief.tier
    return brief.tier.higher() or brief.tier


def _protect(segment: PackSegment) -> tuple[Protected, ...]:
    return tuple(protect(form.text, segment.syntax, segment.flags) for form in segment.forms)


def _item_id(position: int, form: int, forms: int) -> str:
    return str(position + 1) if forms == 1 else f"{position + 1}.{form + 1}"


def _request(
    segments: Sequence[PackSegment],
    seals: Sequence[tuple[Sealed, ...]],
    rules: Sequence[Rule],
    brief: Brief,
    context: Context,
    round_number: int,
    target: Language,
) -> ModelRequest:
    items = _items(segments, seals)
    expected = sum(output_tokens([one.text for one in forms], target.expansion) for forms in seals)
    return ModelRequest(
        tier=tier_of(brief, round_number),
        purpose="repair" if round_number else "translate",
        system=system_blocks(brief),
        user=user_message(brief, items, context, rules),
        schema=ANSWER_SCHEMA,
        effort=brief.effort,
        max_output_tokens=max(_MIN_OUTPUT_CAP, expected * _OUTPUT_CAP_FACTOR),
    )


def _sealed(
    brief: Brief, protected: Sequence[tuple[Protected, ...]]
) -> tuple[list[tuple[Sealed, ...]], tuple[Rule, ...]]:
    """The wordings as a model reads them, and the concepts that occur in them."""
    found = [tuple(occurrences(brief, one.text) for one in forms) for forms in protected]
    seals = [
        tuple(sealed(one.text, terms) for one, terms in zip(forms, those, strict=True))
        for forms, those in zip(protected, found, strict=True)
    ]
    return seals, _rules(brief, found)


def _items(segments: Sequence[PackSegment], seals: Sequence[tuple[Sealed, ...]]) -> list[Item]:
    return [
        _item(n, f, segment, one)
        for n, segment in enumerate(segments)
        for f, one in enumerate(seals[n])
    ]


def _rules(brief: Brief, found: Iterable[Iterable[tuple[Occurrence, ...]]]) -> tuple[Rule, ...]:
    """The concepts that occur in a pack, in the order of the brief."""
    ids = {one.rule.id for forms in found for those in forms for one in those}
    return tuple(rule for rule in brief.rules if rule.id in ids) if ids else ()


def _opened(answer: Answer, seals: Sequence[tuple[Sealed, ...]]) -> Answer:
    """The answer with the terms that were sealed written out."""
    texts = dict(answer.texts)
    for number, forms in enumerate(seals):
        for form, one in enumerate(forms):
            item = _item_id(number, form, len(forms))
            if one.names and item in texts:
                texts[item] = one.opened(texts[item])
    return replace(answer, texts=texts)


def _item(position: int, form: int, segment: PackSegment, seal: Sealed) -> Item:
    label = segment.forms[form].label
    draft = segment.draft[form] if segment.draft else ""
    return Item(
        id=_item_id(position, form, len(segment.forms)),
        text=seal.text,
        form=label,
        note=segment.note,
        names=seal.names,
        draft=seal.closed(draft) or None,
        findings=tuple(gates.sentence(one) for one in segment.findings if one.form == label),
    )


def _judge(
    position: int,
    segment: PackSegment,
    protected: tuple[Protected, ...],
    answer: Answer,
    brief: Brief,
    languages: tuple[Language, Language],
    round_number: int,
) -> SegmentOutcome:
    replies: list[str] = []
    findings: list[Finding] = []
    fixes: dict[str, None] = {}
    for number, (form, one) in enumerate(zip(segment.forms, protected, strict=True)):
        item = _item_id(position, number, len(segment.forms))
        reply = answer.texts.get(item)
        replies.append(reply or "")
        if reply is None:
            twice = item in answer.duplicated
            findings.append(gates.duplicated(form.label) if twice else gates.missing(form.label))
        else:
            mended = _mended(segment, form, one, reply, brief, languages)
            replies[-1] = mended.text
            findings += mended.findings
            fixes.update(dict.fromkeys(mended.fixes))
    draft, kept = _better_of(segment, tuple(replies), tuple(findings))
    return SegmentOutcome(
        id=segment.id,
        verdict=_verdict(kept, round_number, brief),
        forms=_restored(segment, protected, draft),
        draft=draft,
        findings=kept,
        fixes=tuple(fixes) if draft == tuple(replies) else (),
    )


class _Inspected(NamedTuple):
    """A reply with what was mended of it and what the gates find in the rest."""

    text: str
    findings: tuple[Finding, ...]
    fixes: tuple[str, ...] = ()


def _mended(
    segment: PackSegment,
    form: Form,
    protected: Protected,
    reply: str,
    brief: Brief,
    languages: tuple[Language, Language],
) -> _Inspected:
    """A reply in the typography of the style guide, unless that brings a finding of its own."""
    found = _inspect(segment, form, protected, reply, brief, languages)
    if brief.style is None:
        return _Inspected(reply, found)
    better = mended(reply, Task(brief.style, protected.text))
    if not better.fixes:
        return _Inspected(reply, found)
    after = _inspect(segment, form, protected, better.text, brief, languages)
    known = {one.code for one in found}
    if any(one.code not in known for one in after) or gates.score(after) > gates.score(found):
        return _Inspected(reply, found)
    return _Inspected(better.text, after, better.fixes)


def _inspect(
    segment: PackSegment,
    form: Form,
    protected: Protected,
    reply: str,
    brief: Brief,
    languages: tuple[Language, Language],
) -> tuple[Finding, ...]:
    subject = gates.Subject(
        source=form.text,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, segment.syntax),
        syntax=segment.syntax,
        flags=segment.flags,
        label=form.label,
        source_language=languages[0],
        target_language=languages[1],
        judgements=judgements(brief, protected.text, reply),
        thresholds=brief.thresholds,
        style=brief.style,
    )
    return gates.inspect(subject, brief)


def _better_of(
    segment: PackSegment, replies: tuple[str, ...], findings: tuple[Finding, ...]
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The new replies where they are strictly better than the draft, else the draft."""
    if not _is_whole(segment.draft) or not findings or gates.better(findings, segment.findings):
        return replies, findings
    return segment.draft, segment.findings


def _verdict(findings: tuple[Finding, ...], round_number: int, brief: Brief) -> Verdict:
    if not findings:
        return Verdict.PASSED
    if not gates.is_blocking(findings):
        return Verdict.PASSED if round_number else Verdict.RETRY
    last = LAST_ROUND if brief.tier.higher() else MAX_REPAIR_ROUNDS
    return Verdict.RETRY if round_number < last else Verdict.HELD


def _restored(
    segment: PackSegment, protected: tuple[Protected, ...], draft: tuple[str, ...]
) -> tuple[str, ...]:
    if not _is_whole(draft):
        return ()
    return tuple(
        restore(reply, one, segment.syntax) for reply, one in zip(draft, protected, strict=True)
    )


def _is_whole(draft: tuple[str, ...]) -> bool:
    """Whether there is a wording for every form."""
    return bool(draft) and all(draft)


def _last_word(segment: PackSegment) -> SegmentOutcome:
    verdict = Verdict.HELD if gates.is_blocking(segment.findings) else Verdict.PASSED
    return SegmentOutcome(
        id=segment.id,
        verdict=verdict if _is_whole(segment.draft) else Verdict.REFUSED,
        forms=_restored(segment, _protect(segment), segment.draft),
        draft=segment.draft,
        findings=segment.findings,
    )


def _refused(
    segments: Sequence[PackSegment], reply: ModelReply, round_number: int, brief: Brief
) -> PackOutcome:
    """A refusal names no segment: halve the pack until one stands alone, then ask a higher tier."""
    alone = len(segments) == 1
    again = round_number < LAST_ROUND and brief.tier.higher() is not None
    if alone and not again:
        return PackOutcome(outcomes=give_up(segments), reply=reply, next_round=round_number)
    outcomes = tuple(
        SegmentOutcome(
            id=one.id, verdict=Verdict.RETRY, forms=(), draft=one.draft, findings=one.findings
        )
        for one in segments
    )
    return PackOutcome(
        outcomes=outcomes,
        reply=reply,
        next_round=LAST_ROUND if alone else round_number,
        split=not alone,
    )
