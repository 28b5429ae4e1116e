"""Whether a target obeys the terms of its source, each with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from engine.terms.compiled import COMPOUNDING, SPACELESS, unwanted, wanted
from engine.terms.values import Judgement, Occurrence, Verdict, Wording
from engine.terms.words import Folded, Word, base_of, composed, fold, keys, words_of

# Languages that string endings onto a word that itself stays whole.
_AGGLUTINATING: Final = frozenset({"tr", "fi", "hu", "et", "az", "kk", "ko", "eu"})
_LEAST_PART: Final = 4
_LEAST_WHOLE: Final = 3
# Of two forms of one word: what they share at least, and what may differ at the end of each.
_LEAST_SHARED: Final = 5
_MOST_CHANGED: Final = 2
_MOST_ENDING: Final = 4
_MOST_BETWEEN: Final = 2
_LONG: Final = 3
_ARTICLE: Final = 3


class Found(NamedTuple):
    """A wording found in a target; `is_exact` where it stands as the glossary has it."""

    start: int
    end: int
    is_exact: bool


class _Target(NamedTuple):
    text: str
    folded: Folded
    words: Sequence[Word]
    base: str


def judge(occurrences: Sequence[Occurrence], target: str, language: str) -> tuple[Judgement, ...]:
    """One judgement for each occurrence that a target can be held to, in their order."""
    if not occurrences:
        return ()
    held = [one for one in occurrences if not one.is_part and (one.rule.keep or one.rule.target)]
    apart = composed(target)
    if apart is not None:
        found = judge(held, apart.text, language)
        return tuple(_moved(one, target, apart.places) for one in found)
    seen = _Target(target, fold(target), words_of(target), base_of(language))
    places: dict[str, int] = {}
    return tuple(_judged(one, seen, places) for one in held)


def _moved(judgement: Judgement, target: str, places: Sequence[int]) -> Judgement:
    if judgement.start < 0:
        return judgement
    start, end = places[judgement.start], places[judgement.end]
    return replace(judgement, start=start, end=end, surface=target[start:end])


def _judged(occurrence: Occurrence, seen: _Target, places: dict[str, int]) -> Judgement:
    rule = occurrence.rule
    if rule.keep:
        return _kept(occurrence, seen, places)
    proof: tuple[Found, Wording] | None = None
    for wording in wanted(rule):
        found = _best(wording, seen)
        if found is not None and (proof is None or found.is_exact > proof[0].is_exact):
            proof = found, wording
    for wording in unwanted(rule):
        for wrong in _all(wording, seen):
            if not _is_inside_wanted(wrong, rule.target, seen):
                return _judgement(occurrence, Verdict.FORBIDDEN, seen, wrong, wording)
    if proof is not None:
        return _judgement(occurrence, Verdict.OBEYED, seen, *proof)
    if not wanted(rule):
        return Judgement(occurrence, Verdict.OBEYED)
    for wording in wanted(rule):
        if wording.case_sensitive and (near := _anyhow(wording, seen)) is not None:
            return _judgement(occurrence, Verdict.WRONG_CASE, seen, near, wording)
    return Judgement(occurrence, Verdict.ABSENT, wording=wanted(rule)[0].text)


def _judgement(
    occurrence: Occurrence, verdict: Verdict, seen: _Target, found: Found, wording: Wording
) -> Judgement:
    surface = seen.text[found.start : found.end]
    return Judgement(occurrence, verdict, found.start, found.end, surface, wording.text)


def _kept(occurrence: Occurrence, seen: _Target, places: dict[str, int]) -> Judgement:
    """Whether a term that is not translated stands in the target, letter by letter.

    Each needs a place of its own: `places` tells where to look for the next of the same letters.
    """
    start = seen.text.find(occurrence.surface, places.get(occurrence.surface, 0))
    if start >= 0:
        end = places[occurrence.surface] = start + len(occurrence.surface)
        found = Found(start, end, is_exact=True)
        wording = Wording(occurrence.surface)
        return _judgement(occurrence, Verdict.OBEYED, seen, found, wording)
    near = _anyhow(Wording(occurrence.surface), seen)
    if near is not None:
        wording = Wording(occurrence.surface)
        return _judgement(occurrence, Verdict.WRONG_CASE, seen, near, wording)
    return Judgement(occurrence, Verdict.ABSENT, wording=occurrence.surface)


def _best(wording: Wording, seen: _Target) -> Found | None:
    """The first place a wording stands at, those first where it stands as it is."""
    return min(_all(wording, seen), key=lambda one: (not one.is_exact, one.start), default=None)


def _all(wording: Wording, seen: _Target) -> Iterator[Found]:
    for text in (wording.text, *wording.forms):
        for found in _spelled(text, seen):
            if not wording.case_sensitive or _same_case(text, found, seen):
                yield found
    if not wording.exact and not wording.case_sensitive and seen.base not in SPACELESS:
        yield from _inflected(wording, seen)


def _anyhow(wording: Wording, seen: _Target) -> Found | None:
    """The first place a wording stands at in whatever case."""
    return next(_spelled(wording.text, seen), None)


def _same_case(text: str, found: Found, seen: _Target) -> bool:
    spelled = fold(seen.text[found.start : found.end], keep_case=True).text
    return spelled == fold(text, keep_case=True).text


def _spelled(text: str, seen: _Target) -> Iterator[Found]:
    """Where a text stands at word boundaries; in scripts without spaces, where it stands."""
    pattern = fold(text).text.strip()
    line = seen.folded.text
    start = line.find(pattern) if pattern else -1
    while start >= 0:
        end = start + len(pattern)
        opens = start == 0 or not (line[start - 1].isalnum() and line[start].isalnum())
        closes = end == len(line) or not (line[end].isalnum() and line[end - 1].isalnum())
        if seen.base in SPACELESS or (opens and closes):
            yield Found(*seen.folded.original(start, end), is_exact=True)
        start = line.find(pattern, start + 1)


def _inflected(wording: Wording, seen: _Target) -> Iterator[Found]:
    """Where the words of a wording stand in their order, each in whatever form.

    A word or two may stand between them, as an article or an adjective does.
    """
    term = [one.text for one in words_of(wording.text)]
    if len(term) >= _LONG and len(term[0]) <= _ARTICLE:
        # Articles merge with what stands before them, as "de el" does into "del".
        term = term[1:]
    for first in range(len(seen.words) if term else 0):
        last = _reached(term, first, seen)
        if last is not None:
            yield Found(seen.words[first].start, seen.words[last].end, is_exact=False)


def _reached(term: Sequence[str], first: int, seen: _Target) -> int | None:
    """The word of the target where a term ends that begins at `first`."""
    place, left = first, _MOST_BETWEEN
    for number, one in enumerate(term):
        while place < len(seen.words) and not is_form(seen.words[place].text, one, seen.base):
            if number == 0 or left == 0:
                return None
            place, left = place + 1, left - 1
        if place == len(seen.words):
            return None
        place += 1
    return place - 1


def is_form(word: str, term: str, base: str) -> bool:
    """Whether a word of a target is a form of a word of a term; both folded."""
    if word == term:
        return True
    if not word or not term or not term[0].isalpha():
        return False
    if not keys(word, base).isdisjoint(keys(term, base)):
        return True
    is_part = base in COMPOUNDING and len(term) >= _LEAST_PART
    if is_part and (word.startswith(term) or word.endswith(term)):
        return True
    is_whole = base in _AGGLUTINATING and len(term) >= _LEAST_WHOLE
    return (is_whole and word.startswith(term)) or _share_enough(word, term)


def _share_enough(word: str, term: str) -> bool:
    """Whether two words differ in a short ending only, after five letters in common or more."""
    shared = 0
    for one, other in zip(word, term, strict=False):
        if one != other:
            break
        shared += 1
    return (
        shared >= _LEAST_SHARED
        and len(term) - shared <= _MOST_CHANGED
        and len(word) - shared <= _MOST_ENDING
    )


def _is_inside_wanted(wrong: Found, wordings: Sequence[Wording], seen: _Target) -> bool:
    """Whether what looks forbidden is a stretch of a wanted wording that is written out.

    An inflected match gives way to a wanted form of the same stretch; one that stands as it is
    does so only to a longer one.
    """
    for wording in wordings:
        if wording.status not in {"preferred", "admitted"}:
            continue
        for right in _all(wording, seen):
            if right.start <= wrong.start and wrong.end <= right.end:
                is_longer = right.end - right.start > wrong.end - wrong.start
                if not wrong.is_exact or is_longer:
                    return True
    return False
