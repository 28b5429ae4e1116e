"""The gate for numbers: every number of one side wants a partner of its own on the other.

Written differently is not different: thousands and decimal marks, native digits, number words,
month names, scales ("104.8 billion", 1048亿) and clock times are read before anything is reported.
A decimal mark swapped for a thousands mark reads the same and needs a rule of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from engine.gates.mentions import MAX_MENTIONS, Mention, mentions, western_digits
from engine.gates.numerals import Wording, has_words, wordings
from engine.languages import Language

_DIGITS: Final = re.compile(r"\d+")
_MAX_WORDS: Final = 2_000
_SMALL: Final = 12
_SIGNS: Final = re.compile("[⁰¹²³⁴-⁹₀-₉¼-¾⅐-⅞①-⑳]")


def unmatched(
    source: str, target: str, source_language: Language, target_language: Language
) -> tuple[list[Mention], list[Mention]]:
    """The numbers without a partner, of the source and of the target; both empty when all is well.

    Texts are prose, marks blanked out. Tables of numbers beyond a few hundred are left unjudged.
    """
    if _same_digits(source, target):
        return [], []
    source, target = western_digits(source), western_digits(target)
    numbers = mentions(source, source_language), mentions(target, target_language)
    if MAX_MENTIONS in map(len, numbers):
        return [], []
    left, right = _pair(*numbers)
    if not left and not right:
        return [], []
    pools = Counter(_atoms(right)), Counter(_atoms(left))
    return (
        _unexplained(left, pools[0], target, target_language),
        _unexplained(right, pools[1], source, source_language),
    )


def _same_digits(source: str, target: str) -> bool:
    return sorted(_DIGITS.findall(source)) == sorted(_DIGITS.findall(target))


def _pair(left: Sequence[Mention], right: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    """Takes away pairs that may mean the same value, one to one, first come first served."""
    places: defaultdict[Decimal, list[int]] = defaultdict(list)
    for place in range(len(right) - 1, -1, -1):
        for value in right[place].values:
            places[value].append(place)
    taken: set[int] = set()
    alone: list[Mention] = []
    for one in left:
        free = (place for value in one.values for place in _free(places[value], taken))
        partner = next(free, None)
        if partner is None:
            alone.append(one)
        else:
            taken.add(partner)
    return alone, [one for place, one in enumerate(right) if place not in taken]


def _free(places: list[int], taken: set[int]) -> Iterator[int]:
    while places:
        place = places.pop()
        if place not in taken:
            yield place


def _atoms(found: Iterable[Mention]) -> Iterable[Decimal]:
    return (atom for one in found for atom in one.atoms)


def _unexplained(
    found: Sequence[Mention], pool: Counter[Decimal], text: str, language: Language
) -> list[Mention]:
    """Those that neither the other side's words nor its digits, put together otherwise, explain."""
    if not found:
        return []
    words = (wordings(text, language) + _signs(text))[:_MAX_WORDS]
    known = has_words(language)
    return [
        one
        for one in found
        if not _spelled(one.values, words)
        and not _assembled(one, pool, words)
        and (known or max(one.values, default=Decimal(_SMALL + 1)) > _SMALL)
    ]


def _spelled(values: Iterable[Decimal], words: list[Wording]) -> bool:
    """Whether a number in words says one of the values; uses it up."""
    wanted = set(values)
    for place, word in enumerate(words):
        if word.whole in wanted:
            del words[place]
            return True
        for part in word.parts:
            if part in wanted:
                word.parts.remove(part)
                return True
    return False


def _assembled(one: Mention, pool: Counter[Decimal], words: list[Wording]) -> bool:
    """Whether each run of digits stands somewhere: dates and clock times are cut up differently."""
    for atom in one.atoms:
        if pool[atom] > 0:
            pool[atom] -= 1
        elif not _spelled((atom,), words):
            return False
    return True


def _signs(text: str) -> list[Wording]:
    """Numbers that are characters of their own: superscripts, fractions, circled digits."""
    if text.isascii():
        return []
    found = []
    for match in _SIGNS.finditer(text):
        parts = _DIGITS.findall(unicodedata.normalize("NFKC", match.group()))
        value = Decimal(str(unicodedata.numeric(match.group())))
        found.append(Wording(value, [Decimal(part) for part in parts]))
    return found
