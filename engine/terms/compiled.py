"""A glossary compiled for one language pair: automata over what its terms are spelled with.

Terms made of words are looked for word by word, by their stems or, where they must stand exactly
so, as they are written: each word between spaces of its own, so that a hit begins and ends with
words. What holds other characters, or is written in a script without spaces, is looked for letter
by letter. Of all hits the leftmost count, of these the longest, and none overlap.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

import ahocorasick_rs

from engine.terms.values import WANTED, Occurrence, Rule, Wording
from engine.terms.words import WORD, WordKeys, base_of, composed, fold

# Languages that write words without spaces between them: a term may begin anywhere.
SPACELESS: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "yue"})
# Languages that write a compound as one word.
COMPOUNDING: Final = frozenset({"de", "nl", "sv", "da", "nb", "nn", "fi", "hu", "et", "is"})
_LEAST_PART: Final = 5
# Short words in capitals, such as IT, are not the common word in small letters.
_MAX_ACRONYM: Final = 5
_JOINING: Final = re.compile(r"[\s\-\u2010-\u2013\u00a0\u00ad'\u2019]*")
_GAP: Final = "  "
_LONGEST_FIRST: Final = ahocorasick_rs.MATCHKIND_LEFTMOST_LONGEST
_ALL: Final = ahocorasick_rs.MATCHKIND_STANDARD


class _Hit(NamedTuple):
    start: int
    end: int
    rule: int
    is_part: bool


class _Automaton:
    """Patterns, each with the number of its rule; of equal ones the first counts."""

    def __init__(self, patterns: Iterable[tuple[str, int]], kind: ahocorasick_rs.MatchKind) -> None:
        first: dict[str, int] = {}
        self.lost: list[tuple[int, int]] = []
        for pattern, rule in patterns:
            winner = first.setdefault(pattern, rule)
            if winner != rule:
                self.lost.append((rule, winner))
        self.rules = array("I", first.values())
        self._machine = ahocorasick_rs.AhoCorasick(
            first,
            matchkind=kind,
            store_patterns=False,
            implementation=ahocorasick_rs.Implementation.ContiguousNFA,
        )
        self._overlapping = kind == _ALL

    def __call__(self, line: str) -> list[tuple[int, int, int]]:
        """Rule, start and end of what is found in a line."""
        found = self._machine.find_matches_as_indexes(line, overlapping=self._overlapping)
        return [(self.rules[pattern], start, end) for pattern, start, end in found]


class Terms:
    """What `compile_terms` made. Safe to share between threads."""

    def __init__(self, rules: Sequence[Rule], source: str, target: str) -> None:
        self.rules = tuple(rules)
        self.source, self.target = source, target
        self._base = base_of(source)
        self._spaceless = self._base in SPACELESS
        self._words, self._stems = WordKeys(), WordKeys(self._base)
        self._case_matters = bytes(any(map(_has_a_case, rule.source)) for rule in self.rules)
        by_word, by_stem, by_letter = self._sorted_out()
        self._by_stem = _Automaton(by_stem, _LONGEST_FIRST) if by_stem else None
        self._by_word = _Automaton(by_word, _LONGEST_FIRST) if by_word else None
        self._by_letter = _Automaton(by_letter, _ALL) if by_letter else None

    @property
    def lost(self) -> list[tuple[Rule, Rule]]:
        """Rules of which a spelling belongs to an earlier rule, each with that rule."""
        machines = filter(None, (self._by_stem, self._by_word, self._by_letter))
        pairs = dict.fromkeys(pair for one in machines for pair in one.lost)
        return [(self.rules[loser], self.rules[winner]) for loser, winner in pairs]

    def find(self, text: str) -> tuple[Occurrence, ...]:
        """The terms of a text, in order, without overlap. Marks stand for code and hold none."""
        apart = composed(text)
        if apart is not None:
            found = self.find(apart.text)
            return tuple(_moved(one, text, apart.places) for one in found)
        return tuple(
            Occurrence(
                self.rules[one.rule], one.start, one.end, text[one.start : one.end], one.is_part
            )
            for one in self._hits(text)
        )

    def rules_in(self, texts: Iterable[str]) -> tuple[Rule, ...]:
        """The concepts that occur in some texts, those first that win where two disagree."""
        found: set[int] = set()
        for text in texts:
            apart = composed(text)
            found.update(one.rule for one in self._hits(text if apart is None else apart.text))
        return tuple(self.rules[number] for number in sorted(found))

    def _hits(self, text: str) -> list[_Hit]:
        """Where terms stand, in order and without overlap; the text is composed."""
        hits: list[_Hit] = []
        if self._by_stem or self._by_word:
            words = WORD.findall(text)
            if self._by_stem:
                hits += self._word_hits(text, words, self._stems, self._by_stem)
            if self._by_word:
                hits += self._word_hits(text, words, self._words, self._by_word)
        if self._by_letter:
            hits += self._letter_hits(text, self._by_letter)
        if len(hits) > 1:
            hits.sort(key=lambda hit: (hit.start, -hit.end, hit.is_part, hit.rule))
        found: list[_Hit] = []
        end = 0
        for hit in hits:
            if hit.start >= end:
                end = hit.end
                found.append(hit)
        return found

    def _sorted_out(self) -> tuple[list[tuple[str, int]], ...]:
        """The spellings of all source terms: by word, by stem, by letter."""
        by_word: list[tuple[str, int]] = []
        by_stem: list[tuple[str, int]] = []
        by_letter: list[tuple[str, int]] = []
        for number, rule in enumerate(self.rules):
            for wording in rule.source:
                is_fixed = wording.exact or wording.case_sensitive
                for text in (wording.text, *wording.forms):
                    words = self._pure_words(text)
                    if not words or self._base in COMPOUNDING:
                        by_letter += [(line, number) for line in [fold(text).text.strip()] if line]
                    if words:
                        to_stem = not is_fixed and text is wording.text
                        keys, lines = (self._stems, by_stem) if to_stem else (self._words, by_word)
                        lines.append((_line(words, keys), number))
        return by_word, by_stem, by_letter

    def _pure_words(self, text: str) -> list[str]:
        """The words of a term that is nothing but words; none where it is anything else."""
        if self._spaceless:
            return []
        words: list[str] = WORD.findall(text)
        is_pure = "".join(words) == _JOINING.sub("", text) or "'" in "".join(words)
        return words if is_pure else []

    def _word_hits(
        self, text: str, words: list[str], keys: WordKeys, machine: _Automaton
    ) -> Iterator[_Hit]:
        line = _line(words, keys)
        # Words are counted by the gaps between them, and only those of hits are looked up again.
        places = WORD.finditer(text)
        read, passed, counted = 0, 0, 0
        for rule, start, end in machine(line):
            first = passed + line.count(_GAP, counted, start + 1)
            passed = first + line.count(_GAP, start, end)
            counted = end - 1
            spans = [one.span() for one in islice(places, first - read, passed + 1 - read)]
            read = passed + 1
            if len(spans) == 1 or _is_joined(text, spans):
                begin, stop = spans[0][0], spans[-1][1]
                if self._fits(rule, text, begin, stop):
                    yield _Hit(begin, stop, rule, is_part=False)

    def _letter_hits(self, text: str, machine: _Automaton) -> Iterator[_Hit]:
        folded = fold(text)
        line = folded.text
        for rule, start, end in machine(line):
            opens = start == 0 or not (line[start - 1].isalnum() and line[start].isalnum())
            closes = end == len(line) or not (line[end].isalnum() and line[end - 1].isalnum())
            is_part = not (opens and closes) and not self._spaceless
            # A part of a compound stands at one of its ends.
            may_be = self._base in COMPOUNDING and end - start >= _LEAST_PART and (opens or closes)
            if is_part and not may_be:
                continue
            begin, stop = folded.original(start, end)
            if self._fits(rule, text, begin, stop):
                yield _Hit(begin, stop, rule, is_part=is_part)

    def _fits(self, rule: int, text: str, start: int, end: int) -> bool:
        if not self._case_matters[rule]:
            return True
        return any(_case_fits(one, text[start:end]) for one in self.rules[rule].source)


def _moved(occurrence: Occurrence, text: str, places: Sequence[int]) -> Occurrence:
    start, end = places[occurrence.start], places[occurrence.end]
    return occurrence._replace(start=start, end=end, surface=text[start:end])


def _line(words: Iterable[str], keys: WordKeys) -> str:
    """Words as they are looked for, each between two spaces that no other word shares."""
    return f" {_GAP.join(map(keys.__getitem__, words))} "


def compile_terms(rules: Sequence[Rule], source: str, target: str) -> Terms:
    """The rules of one language pair, our codes, those first that win where two disagree."""
    return Terms(rules, source, target)


def _is_joined(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing but spaces and hyphens stands between neighbouring words."""
    return all(_JOINING.fullmatch(text, one[1], other[0]) for one, other in pairwise(spans))


def _has_a_case(wording: Wording) -> bool:
    return wording.case_sensitive or _is_acronym(wording)


def _is_acronym(wording: Wording) -> bool:
    text = wording.text
    return len(text) <= _MAX_ACRONYM and text.isalpha() and text.isupper()


def _case_fits(wording: Wording, surface: str) -> bool:
    if wording.case_sensitive:
        spelled = fold(surface, keep_case=True).text
        return any(spelled == kept for kept in _spelled(wording))
    return not (_is_acronym(wording) and surface.islower())


@lru_cache(maxsize=10_000)
def _spelled(wording: Wording) -> tuple[str, ...]:
    return tuple(fold(text, keep_case=True).text for text in (wording.text, *wording.forms))


def wanted(rule: Rule) -> tuple[Wording, ...]:
    """What may stand in a target, the preferred wording first."""
    return tuple(sorted((one for one in rule.target if one.status in WANTED), key=_rank))


def unwanted(rule: Rule) -> tuple[Wording, ...]:
    """What must not stand in a target."""
    return tuple(one for one in rule.target if one.status not in WANTED)


def _rank(wording: Wording) -> bool:
    return wording.status != "preferred"
