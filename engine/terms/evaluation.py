"""How well the matcher tells good terms from bad ones, measured on translations by people.

False alarms are counted on references that hold the term; recall on the same references with a
fault planted. Both with the same settings, in one run.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

from engine.terms.compiled import SPACELESS, compile_terms
from engine.terms.judging import judge
from engine.terms.values import Rule, Verdict, Wording
from engine.terms.words import base_of, words_of

COLUMNS: Final = ("id", "lp", "origin", "doc", "source", "reference", "terms")
PLANTS: Final = ("other_term", "dropped", "same_beginning", "forbidden_form")
_BEGINNING: Final = 4
_LONG_ENOUGH: Final = 7


class Case(NamedTuple):
    """One term of one row: `forms` are the glossary's, `surface` what the reference has of it."""

    source_language: str
    target_language: str
    source: str
    reference: str
    term: str
    forms: tuple[str, ...]
    status: str
    surface: str


@dataclass(slots=True)
class Tally:
    """Counts of one language. `plants` and `caught` go by the kind of fault."""

    cases: int = 0
    alarms: int = 0
    substring_alarms: int = 0
    unseen: int = 0
    plants: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Adds the counts of another language."""
        self.cases += other.cases
        self.alarms += other.alarms
        self.substring_alarms += other.substring_alarms
        self.unseen += other.unseen
        self.plants += other.plants
        self.caught += other.caught

    def shares(self) -> dict[str, float | int | None]:
        """The counts as shares, None where there is nothing to share."""
        told: dict[str, float | int | None] = {
            "cases": self.cases,
            "false_alarm": _share(self.alarms, self.cases),
            "substring_false_alarm": _share(self.substring_alarms, self.cases),
            "unseen_in_source": _share(self.unseen, self.cases),
            "plants": self.plants.total(),
            "planted_recall": self._recall(),
        }
        return told | {
            f"recall_{kind}": _share(self.caught[kind], self.plants[kind]) for kind in PLANTS
        }

    def _recall(self) -> float | None:
        """The kinds in equal parts, however many plants of each there are."""
        shares = [self.caught[kind] / count for kind, count in self.plants.items() if count]
        return round(sum(shares) / len(shares), 4) if shares else None


def read_cases(lines: Iterable[str]) -> Iterator[Case]:
    """The terms of a TSV of these columns whose reference holds them; raises ValueError."""
    rows = iter(lines)
    head = next(rows, "").rstrip("\n").split("\t")
    if tuple(head) != COLUMNS:
        raise ValueError(f"The first line must name the columns {', '.join(COLUMNS)}.")
    for number, line in enumerate(rows, start=2):
        cells = line.rstrip("\n").split("\t")
        try:
            _, pair, _, _, source, reference, terms = cells
            source_language, target_language = pair.split("-", 1)
            for term, forms, status, surface in json.loads(terms):
                if status != "absent":
                    yield Case(
                        source_language,
                        target_language,
                        source,
                        reference,
                        term,
                        tuple(forms),
                        status,
                        surface,
                    )
        except (ValueError, TypeError):
            raise ValueError(f"Line {number} is no row of {len(COLUMNS)} columns.") from None


def evaluate(cases: Sequence[Case], draw: Random) -> Mapping[str, Tally]:
    """The counts by target language."""
    by_language: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_language[case.target_language].append(case)
    return {language: _evaluated(found, draw) for language, found in sorted(by_language.items())}


def _evaluated(cases: Sequence[Case], draw: Random) -> Tally:
    tally = Tally()
    planter = _Planter(cases, draw)
    for case in cases:
        tally.cases += 1
        verdicts = _verdicts(case, _rule(case), case.reference)
        tally.unseen += not verdicts
        tally.alarms += any(one is not Verdict.OBEYED for one in verdicts)
        tally.substring_alarms += not _holds(case.reference, case.forms)
        if verdicts:
            for kind, rule, target in planter.plants(case):
                tally.plants[kind] += 1
                found = _verdicts(case, rule, target)
                tally.caught[kind] += any(one is not Verdict.OBEYED for one in found)
    return tally


def _verdicts(case: Case, rule: Rule, target: str) -> list[Verdict]:
    terms = compile_terms([rule], case.source_language, case.target_language)
    found = terms.find(case.source)
    return [one.verdict for one in judge(found, target, case.target_language)]


def _rule(case: Case, *more: Wording) -> Rule:
    first, *rest = case.forms
    target = (Wording(first), *(Wording(one, "admitted") for one in rest), *more)
    return Rule(case.term, (Wording(case.term),), target)


class _Planter:
    """Plants faults in references, each kind where the row allows it."""

    def __init__(self, cases: Sequence[Case], draw: Random) -> None:
        self._draw = draw
        self._forms = sorted({form for case in cases for form in case.forms})
        words = {
            word.text
            for case in cases
            for word in words_of(case.reference)
            if word.text.isalpha() and len(word.text) > _BEGINNING
        }
        self._words = sorted(words)
        self._beginnings: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._beginnings[word[:_BEGINNING]].append(word)

    def plants(self, case: Case) -> Iterator[tuple[str, Rule, str]]:
        """Kind, rule and faulty target; nothing where a form of the term would be left over."""
        if not _stands_alone(case):
            return
        rule = _rule(case)
        other = self._other(case)
        if other is not None:
            yield "other_term", rule, _put(case, other)
        yield "dropped", rule, _put(case, "")
        alike = self._alike(case)
        if alike is not None:
            yield "same_beginning", rule, _put(case, alike)
        if case.surface.casefold() not in {one.casefold() for one in case.forms}:
            forbidding = _rule(case, Wording(case.surface, "forbidden"))
            yield "forbidden_form", forbidding, case.reference

    def _other(self, case: Case) -> str | None:
        """A term of another concept that has no word in common with this one."""
        mine = {word.text for form in (*case.forms, case.surface) for word in words_of(form)}
        for _ in range(20):
            found = self._draw.choice(self._forms)
            if mine.isdisjoint(word.text for word in words_of(found)) and not any(
                form.casefold() in found.casefold() for form in case.forms
            ):
                return found
        return None

    def _alike(self, case: Case) -> str | None:
        """A word that begins like the term and goes on otherwise, for more than an ending.

        Where the references have none, one is made of the beginning and another word's end.
        """
        word = case.surface.casefold()
        if base_of(case.target_language) in SPACELESS or " " in word or len(word) < _LONG_ENOUGH:
            return None
        begun = self._beginnings[word[:_BEGINNING]]
        known = [one for one in begun if _differ(one, word) and len(one) >= _LONG_ENOUGH]
        if known:
            return self._draw.choice(known)
        made = word[:_BEGINNING] + self._draw.choice(self._words)[-_BEGINNING:]
        return made if _differ(made, word) else None


def _differ(one: str, other: str) -> bool:
    """Whether two words part right after the beginning they share."""
    return one[_BEGINNING] != other[_BEGINNING]


def _stands_alone(case: Case) -> bool:
    """Whether the term stands once on each side, as whole words, and nothing begins like it."""
    if len(_all(case.source, case.term)) != 1 or len(_all(case.reference, case.surface)) != 1:
        return False
    [(start, end)] = _all(case.reference, case.surface)
    if base_of(case.target_language) in SPACELESS:
        return True
    around = case.reference[max(start - 1, 0) : start] + case.reference[end : end + 1]
    if any(char.isalnum() for char in around) or case.surface != case.surface.strip():
        return False
    beginnings = {
        word.text[:_BEGINNING]
        for text in (case.surface, *case.forms)
        for word in words_of(text)
        if len(word.text) >= _BEGINNING
    }
    rest = words_of(_put(case, ""))
    return not any(word.text[:_BEGINNING] in beginnings for word in rest)


def _put(case: Case, text: str) -> str:
    [(start, end)] = _all(case.reference, case.surface)
    return case.reference[:start] + text + case.reference[end:]


def _all(text: str, part: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(re.escape(part), text, re.IGNORECASE)]


def _holds(text: str, forms: Iterable[str]) -> bool:
    return any(form.casefold() in text.casefold() for form in forms)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
