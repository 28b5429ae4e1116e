"""Reads numbers written in words: number words, month names, CJK and Roman numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from engine.gates.number_words import CONNECTORS, EXTRA_MONTHS, WORDS
from engine.languages import Language

_STEM_LENGTH: Final = 4
_TAIL_LENGTH: Final = 4
_MAX_COMPOUND: Final = 40
_MAX_PARTS: Final = 12

# Longest first: "vijfentwintig" is joined by "en", not by "e".
_JOINTS: Final = ("-", *sorted(CONNECTORS, key=lambda word: (-len(word), word)))

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CJK: Final = re.compile(
    "[零〇一二三四五六七八九十百千万萬亿億兆两兩廿卅壹贰叁肆伍陆柒捌玖拾佰仟双雙]+"
)
_CJK_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "兩": 2, "双": 2, "雙": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5,
    "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_CJK_TENS: Final = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_CJK_WHOLE: Final = {"廿": 20, "卅": 30}
CJK_SCALES: Final = {"万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8, "兆": 12, "조": 12}
_ROMAN: Final = re.compile(
    r"(?<![A-Za-z])[IVXLC]{1,8}(?=(?:e|er|ère|ème|th|st|nd|rd)?(?![A-Za-z]))"
)
_ROMAN_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(slots=True)
class Wording:
    """A number in words: what it says as a whole, and what its parts say."""

    whole: Decimal
    parts: list[Decimal]


def has_words(language: Language) -> bool:
    """Whether we know the number words of a language; of others only digits can be compared."""
    return language.base in WORDS or language.script in {"Hans", "Hant", "Jpan"}


def wordings(text: str, language: Language) -> list[Wording]:
    """All numbers written in words, generously: an article counts as one."""
    found = list(_word_runs(text, language))
    found += (Wording(value, []) for value in _months(text, language))
    found += (Wording(Decimal(_roman(match.group())), []) for match in _ROMAN.finditer(text))
    if not text.isascii():
        found += (_cjk(match.group()) for match in _CJK.finditer(text))
    return found


def scale_of(word: str, language: Language) -> Decimal | None:
    """What a word after a number multiplies it by ("million", "Mrd"), None if it does not."""
    value = _value(word.lower(), _stems(language.base))
    return value if value is not None and value >= 100 else None


def _word_runs(text: str, language: Language) -> Iterator[Wording]:
    stems = _stems(language.base)
    if not stems:
        return
    parts: list[Decimal] = []
    end = 0
    for match in _WORD.finditer(text):
        word = match.group().lower()
        values = _values(word, stems)
        apart = text[end : match.start()].strip(" \u00a0-\u2011")
        if parts and (apart or not values) and word not in CONNECTORS:
            yield Wording(_composed(parts), parts)
            parts = []
        parts = (parts + values)[:_MAX_PARTS]
        end = match.end()
    if parts:
        yield Wording(_composed(parts), parts)


def _values(word: str, stems: dict[str, Decimal]) -> list[Decimal]:
    """The numbers one written word is made of, [] where it is not made of numbers."""
    whole = stems.get(word) if "-" in word else _value(word, stems)
    if whole is not None:
        return [whole]
    parts = _compound(word, stems) if len(word) <= _MAX_COMPOUND else []
    if parts or "-" not in word:
        return parts
    return [value for piece in word.split("-") for value in _values(piece, stems)]


def _compound(word: str, stems: dict[str, Decimal]) -> list[Decimal]:
    values: list[Decimal] = []
    rest = word
    while rest:
        length = next((n for n in range(len(rest), 1, -1) if rest[:n] in stems), 0)
        if length:
            values.append(stems[rest[:length]])
            rest = rest[length:]
            continue
        joint = next((one for one in _JOINTS if values and rest.startswith(one)), "")
        if not joint:
            break
        rest = rest[len(joint) :]
    return values if len(rest) <= _TAIL_LENGTH and len(values) > 1 else []


def _value(word: str, stems: dict[str, Decimal]) -> Decimal | None:
    exact = stems.get(word)
    if exact is not None:
        return exact
    for length in range(len(word) - 1, max(_STEM_LENGTH, len(word) - _TAIL_LENGTH) - 1, -1):
        if word[:length] in stems:
            return stems[word[:length]]
    return None


def _composed(parts: list[Decimal]) -> Decimal:
    """Two hundred and five thousand is 205,000; nineteen eighty-four is a year."""
    if 2 <= len(parts) <= 3 and 10 <= parts[0] <= 20 and 10 <= sum(parts[1:]) < 100:
        return parts[0] * 100 + sum(parts[1:])
    total = current = Decimal(0)
    for value in parts:
        if value >= 1000:
            total += max(current, Decimal(1)) * value
            current = Decimal(0)
        elif value == 100:
            current = max(current, Decimal(1)) * value
        else:
            current += value
    return total + current


@lru_cache(maxsize=128)
def _stems(base: str) -> dict[str, Decimal]:
    return {
        stem: Decimal(value)
        for value, _, stems in (row.partition(":") for row in WORDS.get(base, "").split())
        for stem in stems.split("|")
    }


def _months(text: str, language: Language) -> Iterator[Decimal]:
    names = _month_names(language.code)
    if not names:
        return
    for match in _WORD.finditer(text):
        value = names.get(match.group().lower())
        if value is not None:
            yield value


@lru_cache(maxsize=128)
def _month_names(code: str) -> dict[str, Decimal]:
    from babel import Locale

    months = Locale.parse(code.replace("-", "_")).months
    names = {
        str(name).lower().rstrip("."): Decimal(number)
        for usage in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in months[usage][width].items()
    }
    for row in EXTRA_MONTHS.get(code.partition("-")[0], "").split():
        number, _, extra = row.partition(":")
        names |= dict.fromkeys(extra.split("|"), Decimal(number))
    return {name: number for name, number in names.items() if name.isalpha()}


def _roman(text: str) -> int:
    digits = [_ROMAN_DIGITS[char] for char in text]
    return sum(
        -value if value < max(digits[place + 1 :], default=0) else value
        for place, value in enumerate(digits)
    )


def _cjk(text: str) -> Wording:
    """Reads 三百二十万, and 二〇二三 digit by digit."""
    digits = [_CJK_DIGITS[char] for char in text if char in _CJK_DIGITS]
    parts = [Decimal(one) for one in digits[:_MAX_PARTS]]
    if len(digits) == len(text):
        return Wording(Decimal("".join(map(str, digits))[:30]), parts)
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in _CJK_DIGITS:
            digit = _CJK_DIGITS[char]
        elif char in _CJK_WHOLE:
            section += _CJK_WHOLE[char]
        elif char in _CJK_TENS:
            section += (1 if digit is None else digit) * _CJK_TENS[char]
            digit = None
        else:
            total = (total + section + (digit or 0) or 1) * 10 ** CJK_SCALES[char] % 10**30
            section, digit = 0, None
    return Wording(Decimal(total + section + (digit or 0)), parts)
