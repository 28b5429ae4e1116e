"""From a file's units to source segments: sentences cut, equal ones found, characters counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from engine.characters import storable
from engine.errors import EngineError
from engine.languages import Language
from engine.protect import billable_chars, protect, translatable
from engine.segments import split
from engine.terms import Terms
from engine.values import Form, Syntax, Unit

MAX_SEGMENTS = 50_000
MAX_CHARS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSegment:
    """One source unit, or one sentence of it: code points `starts_at`..`ends_at` of unit `unit`.

    `source_key` (32 hexadecimal digits) is equal for segments that may share one translation.
    `chars` is what the segment is billed, 0 where there is nothing to translate. `current` is what
    the file holds as target.
    """

    unit: int
    starts_at: int
    ends_at: int
    key: str
    syntax: Syntax
    flags: tuple[str, ...]
    forms: tuple[Form, ...]
    context: str
    note: str
    source_key: str
    chars: int
    translatable: bool
    current: tuple[str, ...] | None


def source_segments(units: Iterable[Unit], source: Language) -> list[SourceSegment]:
    """All segments of a file, in order.

    Raises EngineError `document_too_large` beyond 50,000 segments or 2,000,000 characters, and
    `document_without_text` where nothing can be translated.
    """
    found: list[SourceSegment] = []
    chars = 0
    for number, unit in enumerate(units):
        for segment in _segments_of(number, unit, source):
            found.append(segment)
            chars += segment.chars
        if len(found) > MAX_SEGMENTS or chars > MAX_CHARS:
            raise EngineError(
                "document_too_large",
                f"The document has more than {MAX_SEGMENTS:,} segments or {MAX_CHARS:,} "
                "characters. Split it and upload the parts.",
                kind="too_large",
                detail={"max_segments": MAX_SEGMENTS, "max_characters": MAX_CHARS},
            )
    if not any(one.translatable for one in found):
        raise EngineError(
            "document_without_text",
            "There are no words to translate in it. Check that it is the right one.",
        )
    return found


def protected_texts(segments: Iterable[SourceSegment]) -> Iterator[str]:
    """Every wording as a model reads it, code replaced by marks."""
    for segment in segments:
        for form in segment.forms:
            yield protect(form.text, segment.syntax, segment.flags).text


def without_kept(segments: Iterable[SourceSegment], kept: Terms) -> list[SourceSegment]:
    """The segments, with terms that are never translated taken out of what is billed."""
    return [_less(one, kept) if one.chars else one for one in segments]


def _less(segment: SourceSegment, kept: Terms) -> SourceSegment:
    counts: list[int] = []
    found = 0
    for form in segment.forms:
        protected = protect(form.text, segment.syntax, segment.flags)
        stays = sum(len(one.surface) for one in kept.find(protected.text) if not one.is_part)
        counts.append(billable_chars(protected) - stays)
        found += stays
    if not found:
        return segment
    return replace(segment, chars=_billed(segment.syntax, counts))


def leaders(segments: Sequence[SourceSegment], asked: Sequence[bool]) -> list[int | None]:
    """For each segment the position of the earlier equal one it repeats, None for a first one.

    Only segments that are asked of a model lead or follow.
    """
    first: dict[str, int] = {}
    found: list[int | None] = []
    for position, segment in enumerate(segments):
        earlier = first.setdefault(segment.source_key, position) if asked[position] else position
        found.append(None if earlier == position else earlier)
    return found


def _segments_of(number: int, unit: Unit, source: Language) -> Iterator[SourceSegment]:
    if not all(storable(form.text) for form in unit.forms):
        return  # stays as it is, untouched
    whole = unit.forms[0].text
    if not unit.segmented or len(unit.forms) > 1:
        yield _segment(number, unit, unit.forms, 0, len(whole))
        return
    for piece in split(whole, unit.syntax, source):
        form = Form("", whole[piece.start : piece.end])
        yield _segment(number, unit, (form,), piece.start, piece.end)


def _segment(
    number: int, unit: Unit, forms: tuple[Form, ...], starts_at: int, ends_at: int
) -> SourceSegment:
    protected = [protect(form.text, unit.syntax, unit.flags) for form in forms]
    has_text = any(translatable(one) for one in protected)
    counts = [billable_chars(one) for one in protected]
    billed = _billed(unit.syntax, counts)
    return SourceSegment(
        unit=number,
        starts_at=starts_at,
        ends_at=ends_at,
        key=unit.key,
        syntax=unit.syntax,
        flags=unit.flags,
        forms=forms,
        context=unit.context,
        note=unit.note,
        source_key=_key(unit, forms),
        chars=billed if has_text else 0,
        translatable=has_text,
        current=unit.current,
    )


def _billed(syntax: Syntax, counts: Sequence[int]) -> int:
    # Text outside an ICU argument is repeated in every wording: the longest one counts it once.
    return max(counts) if syntax is Syntax.ICU else sum(counts)


def _key(unit: Unit, forms: tuple[Form, ...]) -> str:
    parts = [unit.syntax.value, unit.context, *unit.flags]
    for form in forms:
        parts += (form.label, form.text)
    joined = "\x1f".join(parts)
    if not joined.isascii():
        joined = unicodedata.normalize("NFC", joined)
    return blake2b(joined.encode("utf-8"), digest_size=16).hexdigest()
