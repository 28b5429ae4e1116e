"""Finds the numbers written in digits and says which values each may stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from engine.gates.numerals import CJK_SCALES, scale_of
from engine.languages import Language

_MAX_DIGITS: Final = 30
MAX_MENTIONS: Final = 500

# No year and no hour is longer; and of what has more digits than a Decimal no remainder is taken.
_YEARS_END: Final = 10_000
_RANGE_GAP: Final = 6  # "from 99.4 to 88.5 billion" means billions twice

_NUMBER: Final = re.compile(
    r"(?:(?<=[\s=<>≤≥(])|(?<=^))[.,·](?=[0-9])[0-9]+"
    r"|[0-9]{1,3}(?:[ \u00a0\u202f\u2009][0-9]{3})+(?:[.,·٫][0-9]+)?(?![0-9])"
    r"|[0-9]+(?:[.,'’·٫٬][0-9]+)*"
)
_ATOM: Final = re.compile(r"[0-9]+")
_MARKS: Final = re.compile(r"[^0-9]")
_POINTS: Final = frozenset(".,·٫")
_WORD_AFTER: Final = re.compile(r"[\s\u00a0-]{0,2}([^\W\d_]+)")
_CJK_AFTER: Final = re.compile(r"[\s\u00a0]?([十百千万萬亿億兆천백만억조]+)")
_CJK_TENS: Final = {"十": 1, "百": 2, "千": 3, "백": 2, "천": 3}
_DECADE_AFTER: Final = re.compile(r"['’]?s\b|ern?\b|\s?年代|\s?년대|-?(?:х|е|ых|ые|ті|тых|тые)\b")
_DECADE_BEFORE: Final = re.compile(
    r"(?:années|anos|años|anni|lata|latach|aren|jaren|die|den)\s(?:['’])?\Z", re.IGNORECASE
)
_EVENING_AFTER: Final = re.compile(r"(?:[:.][0-9]{2})?\s?(?:p\.?\s?m\b|uhr abends)", re.IGNORECASE)
_EVENING_BEFORE: Final = re.compile(r"(?:下午|晚上|午後|오후|夜)\s?\Z")
_NIGHT_AFTER: Final = re.compile(r"(?:[:.][0-9]{2})?\s?a\.?\s?m\b", re.IGNORECASE)


@dataclass(slots=True)
class Mention:
    """A number in digits: where it stands, the values it may mean, and its runs of digits."""

    start: int
    end: int
    text: str
    values: set[Decimal]
    atoms: list[Decimal] = field(default_factory=list)
    scale: Decimal | None = None


def western_digits(text: str) -> str:
    """The text with every native decimal digit as 0 to 9, same length."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char)) if char > "9" and char.isdecimal() else char for char in text
    )


def mentions(text: str, language: Language) -> list[Mention]:
    """The numbers of a text whose digits are western already, in order; bounded."""
    found: list[Mention] = []
    for match in _NUMBER.finditer(text):
        start = match.start()
        if match.group() == "00" and text[max(0, start - 1) : start] in {":", "h", "."}:
            continue  # of "19:00" the hour is the number
        one = _mention(match)
        _add_scales(one, text, language)
        _add_context(one, text, found[-1] if found else None)
        if found and _continues(found[-1], one, text):
            continue
        if found and one.scale and one.start - found[-1].end <= _RANGE_GAP:
            found[-1].values |= {value * one.scale for value in found[-1].values}
        found.append(one)
        if len(found) == MAX_MENTIONS:
            break
    return found


def _mention(match: re.Match[str]) -> Mention:
    text = match.group()
    atoms = [Decimal(atom[:_MAX_DIGITS]) for atom in _ATOM.findall(text)]
    return Mention(match.start(), match.end(), text, _readings(text), atoms)


def _readings(text: str) -> set[Decimal]:
    """The values a written number may have: "1,234" is one thousand and more, or one and a bit."""
    groups = _ATOM.findall(text)
    marks = _MARKS.findall(text)
    if sum(map(len, groups)) > _MAX_DIGITS:
        return {Decimal(group[:_MAX_DIGITS]) for group in groups[:1]}
    if not marks:
        return {Decimal(groups[0])}
    if len(groups) == len(marks):  # ".05"
        return {Decimal(f"0.{groups[0]}")}
    values: set[Decimal] = set()
    if _is_grouped(groups) and len(set(marks)) == 1:
        values.add(Decimal("".join(groups)))
    if marks[-1] in _POINTS and marks.count(marks[-1]) == 1:
        whole = groups[:-1]
        if len(whole) == 1 or (_is_grouped(whole) and len(set(marks[:-1])) == 1):
            values.add(Decimal(f"{''.join(whole)}.{groups[-1]}"))
    return values


def _is_grouped(groups: list[str]) -> bool:
    """Whether digits stand in thousands, also the Indian way (12,34,567)."""
    inner = {len(group) for group in groups[1:-1]}
    return (
        len(groups[-1]) == 3
        and 1 <= len(groups[0]) <= 3
        and (inner <= {3} or (inner <= {2} and len(groups[0]) <= 2))
        and not (len(groups) > 1 and groups[0].startswith("0"))
    )


def _add_scales(one: Mention, text: str, language: Language) -> None:
    """Adds what "5 million" and "48万" mean to what "5" and "48" mean."""
    match = _CJK_AFTER.match(text, one.end)
    if match:
        power = sum(_CJK_TENS.get(char) or CJK_SCALES.get(char, 0) for char in match.group(1)[:4])
        one.scale = Decimal(1).scaleb(power)
    else:
        word = _WORD_AFTER.match(text, one.end)
        one.scale = scale_of(word.group(1), language) if word else None
    if one.scale is not None:
        one.values |= {value * one.scale for value in one.values}


def _add_context(one: Mention, text: str, previous: Mention | None) -> None:
    """Adds what decades, clocks and shortened years mean."""
    values = [value for value in one.values if value < _YEARS_END]
    before = text[max(0, one.start - 12) : one.start]
    for value in values:
        if value % 10 == 0 and (
            _DECADE_AFTER.match(text, one.end) or _DECADE_BEFORE.search(before)
        ):
            one.values |= {value % 100} if 1000 <= value < 2100 else {1900 + value, 2000 + value}
        if 1 <= value < 12 and (
            _EVENING_AFTER.match(text, one.end) or _EVENING_BEFORE.search(before)
        ):
            one.values.add(value + 12)
        if value == 12 and _NIGHT_AFTER.match(text, one.end):
            one.values.add(Decimal(0))
        if value < 100 and len(one.text) == 2:
            if before[-1:] in {"'", "’"}:
                one.values |= {1900 + value, 2000 + value}
            elif before[-1:] in {"-", "–", "/"} and previous and previous.end == one.start - 1:
                years = [year for year in previous.values if year < _YEARS_END]
                one.values |= {year - year % 100 + value for year in years}


def _continues(previous: Mention, one: Mention, text: str) -> bool:
    """Joins the second half of 1亿2000万 to the first; says whether it did."""
    between = text[previous.end : one.start].strip()
    if not between or len(between) > 2 or not all(char in CJK_SCALES for char in between):
        return False
    previous.values = {a + b for a in previous.values for b in one.values if a > b}
    previous.atoms += one.atoms
    previous.end = one.end
    previous.text = text[previous.start : one.end]
    return True
