"""Plans a job: which segments need no model, which repeat another, and which pack each joins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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


_UNKNOWN = _Known("", ())


def plan_job(
    segments: Sequence[SourceSegment],
    *,
    source: Language,
    target: Language,
    held_language: str,
    lane: str,
) -> Plan:
    """The plan of a job in which nothing is translated yet.

    Text without a letter is copied. What a catalogue already holds in the target language is kept;
    `held_language` is the language of what it holds, "" for none.
    """
    keep = held_language == target.code
    known = [_known(segment, target, source, keep=keep) for segment in segments]
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
        )
        for position, segment in enumerate(segments)
    ]
    return Plan(
        targets=targets,
        packs=packs,
        chars=sum(one.chars for one in asked),
        prefilled=sum(1 for one in known if one is not _UNKNOWN),
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


def _is_settled(segment: SourceSegment) -> bool:
    """Whether the file holds an approved text: whole, and not marked as a guess."""
    current = segment.current
    return bool(current) and all(current or ()) and "fuzzy" not in segment.flags


def _known(segment: SourceSegment, target: Language, source: Language, *, keep: bool) -> _Known:
    """Origin and forms of a segment that needs no model; both empty for one that does."""
    if keep and _is_settled(segment):
        return _Known("file", segment.current or ())
    if not segment.translatable:
        forms = target_forms(segment.forms, source=source, target=target, syntax=segment.syntax)
        return _Known("copy", tuple(form.text for form in forms))
    return _UNKNOWN
