"""Plans a job: which segments need no model, which repeat another, and which pack each joins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from common.ids import uuid7
from engine.forms import target_forms
from engine.languages import Language
from engine.packs import cut, estimate_tokens, output_tokens
from engine.sources import SourceSegment, leaders
from engine.values import MAX_PACK_SEGMENTS, Form, Syntax

Key = TypeVar("Key")

INTERACTIVE_SEGMENTS = 5
# An output token costs five times an input token at every tier, and fairness is in cost.
OUTPUT_WEIGHT = 5


@dataclass(frozen=True, slots=True)
class PlannedPack:
    """A pack to store: its id, how many segments it carries and its cost in tokens."""

    id: UUID
    segments: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What an earlier revision's target held for a segment that has not changed."""

    target_id: UUID
    origin: str
    state: str
    sub_state: str
    forms: tuple[str, ...]
    deliverable: bool
    updated_at: datetime | None = None
    updated_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """A target to store.

    `leader` is a position in the same plan; `forms` where known already; `repeats` counts those
    that follow this one.
    """

    leader: int | None
    pack: UUID | None
    origin: str
    forms: tuple[str, ...]
    repeats: int
    chars: int
    carried: Carried | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A job's targets in segment order and its packs. `chars` is the most it can be billed."""

    targets: list[PlannedTarget]
    packs: list[PlannedPack]
    chars: int
    prefilled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[Key]):
    """A segment to be packed."""

    id: Key
    syntax: Syntax
    forms: tuple[Form, ...]
    chars: int


@dataclass(frozen=True, slots=True)
class _Known:
    origin: str
    forms: tuple[str, ...]
    carried: Carried | None = field(default=None)


_UNKNOWN = _Known("", ())
_NOTHING: Mapping[int, Carried] = {}


def plan_job(
    segments: Sequence[SourceSegment],
    *,
    source: Language,
    target: Language,
    held_language: str,
    lane: str,
    carried: Mapping[int, Carried] = _NOTHING,
) -> Plan:
    """The plan of a job in which nothing is translated yet.

    `carried` says by position what an earlier revision held. Text without a letter is copied. What
    a catalogue already holds in the target language is kept; `held_language` is the language of
    what it holds, "" for none.
    """
    keep = held_language == target.code
    known = [
        _carried(carried[position])
        if position in carried
        else _known(segment, target, source, keep=keep)
        for position, segment in enumerate(segments)
    ]
    follows = leaders(segments, [one is _UNKNOWN for one in known])
    asked = [
        Asked(id=position, syntax=segment.syntax, forms=segment.forms, chars=segment.chars)
        for position, segment in enumerate(segments)
        if known[position] is _UNKNOWN and follows[position] is None
    ]
    packs, pack_of = pack_asked(asked, source=source, target=target, lane=lane)
    repeats = Counter(leader for leader in follows if leader is not None)
    targets = [
        PlannedTarget(
            leader=follows[position],
            pack=pack_of.get(position),
            origin=known[position].origin,
            forms=known[position].forms,
            repeats=repeats[position],
            chars=segment.chars,
            carried=known[position].carried,
        )
        for position, segment in enumerate(segments)
    ]
    return Plan(
        targets=targets,
        packs=packs,
        chars=sum(one.chars for one in asked),
        prefilled=sum(1 for one in known if one is not _UNKNOWN),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a job would come to: segments and characters asked of the model, and those that are not.

    `chars` is what `Plan.chars` would be.
    """

    asked: int
    chars: int
    repeated_chars: int
    carried_chars: int
    carried: int


def count_job(
    segments: Sequence[SourceSegment],
    *,
    target: Language,
    held_language: str,
    carried: Mapping[int, Carried] = _NOTHING,
) -> Count:
    """Counts what `plan_job` would plan, without planning it."""
    keep = held_language == target.code
    is_asked = [
        position not in carried and one.translatable and not (keep and is_settled(one))
        for position, one in enumerate(segments)
    ]
    follows = leaders(segments, is_asked)
    lead = [ask and leader is None for ask, leader in zip(is_asked, follows, strict=True)]
    return Count(
        asked=sum(lead),
        chars=sum(one.chars for one, leads in zip(segments, lead, strict=True) if leads),
        repeated_chars=sum(
            one.chars for one, leader in zip(segments, follows, strict=True) if leader is not None
        ),
        carried_chars=sum(segments[position].chars for position in carried),
        carried=len(carried),
    )


def pack_asked(
    asked: Sequence[Asked[Key]], *, source: Language, target: Language, lane: str
) -> tuple[list[PlannedPack], dict[Key, UUID]]:
    """Packs of neighbours, and the pack each segment joins. Interactive packs hold at most five."""
    growth = target.expansion / source.expansion
    weights = [
        output_tokens([form.text for form in _wanted(one, source, target)], growth) for one in asked
    ]
    limit = INTERACTIVE_SEGMENTS if lane == "interactive" else MAX_PACK_SEGMENTS
    packs: list[PlannedPack] = []
    pack_of: dict[Key, UUID] = {}
    for part in cut(weights, max_segments=limit):
        members = asked[part.start : part.stop]
        tokens = sum(weights[part.start : part.stop]) * OUTPUT_WEIGHT
        tokens += sum(estimate_tokens(form.text) for one in members for form in one.forms)
        pack = PlannedPack(uuid7(), len(members), tokens)
        packs.append(pack)
        pack_of.update((one.id, pack.id) for one in members)
    return packs, pack_of


def _wanted(asked: Asked[Key], source: Language, target: Language) -> tuple[Form, ...]:
    if not asked.forms[0].label:
        return asked.forms
    return target_forms(asked.forms, source=source, target=target, syntax=asked.syntax)


def _carried(one: Carried) -> _Known:
    return _Known(one.origin, one.forms, one)


def is_settled(segment: SourceSegment) -> bool:
    """Whether the file holds an approved text: whole, and not marked as a guess."""
    current = segment.current
    return bool(current) and all(current or ()) and "fuzzy" not in segment.flags


def _known(segment: SourceSegment, target: Language, source: Language, *, keep: bool) -> _Known:
    """Origin and forms of a segment that needs no model; both empty for one that does."""
    if keep and is_settled(segment):
        return _Known("file", segment.current or ())
    if not segment.translatable:
        forms = target_forms(segment.forms, source=source, target=target, syntax=segment.syntax)
        return _Known("copy", tuple(form.text for form in forms))
    return _UNKNOWN
