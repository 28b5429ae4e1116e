"""Which language a text is written in, with how sure that is.

CLD2 names a language; its own percentages say how much of the text is in it, not how sure it is.
So it is asked again with a hint at each language that is easily taken for the one it named: a
name that does not stand up to its rivals is doubtful. What each combination is worth was measured
(docs/decisions/0012-detection.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pycld2

from engine.languages import LANGUAGES, SOURCE_ONLY, Language, find_source

# Below this a person is asked.
SURE: Final = 0.8
# Enough to know a language by; a long text costs no more than this.
_LOOKED_AT: Final = 4_000
_MAX_CANDIDATES: Final = 3
_WELL_KNOWN_WORDS: Final = 500

# What CLD2 calls a language of ours by another code than we do.
_OURS: Final = {
    "no": "nb",
    "nn": "nb",
    "iw": "he",
    "zh": "zh-Hans",
    "zh-Hant": "zh-Hant",
    "bs": "hr",
    "tl": "fil",
}
_HINTS: Final = {"nb": "no", "he": "iw", "zh-Hans": "zh", "fil": "tl"}
_RIVALS: Final = (
    ("hr", "sr", "sl"),
    ("mk", "sr", "bg", "ru", "uk"),
    ("da", "nb", "sv"),
    ("id", "ms"),
    ("gl", "es", "pt", "ca"),
    ("cs", "sk", "pl"),
    ("fr", "ca", "it", "ro"),
    ("nl", "de"),
    ("hi", "mr"),
    ("fa", "ar", "ur"),
    ("et", "fi"),
    ("zh-Hans", "zh-Hant", "ja"),
    ("en", "fr", "es", "de", "nl", "it"),
)
# By rivals that win when hinted at: how often the name is right, for fewer than 12, 25, 50, 100
# letters and for more.
_LATIN: Final = (
    (0.90, 0.95, 0.96, 0.98, 0.99),
    (0.75, 0.79, 0.87, 0.93, 0.97),
    (0.62, 0.79, 0.90, 0.97, 0.98),
    (0.35, 0.45, 0.50, 0.60, 0.80),
)
_OTHER_SCRIPTS: Final = (0.99, 0.90, 0.55, 0.35)
_LETTERS: Final = (12, 25, 50, 100)

_NO_LANGUAGE: Final = re.compile(
    r"https?://\S+|\S+@\S+\.\S+|</?[a-zA-Z][^>]*>|\{[^{}]*\}|%\(\w+\)[sd]|%[sd]|\$\{?\w+\}?"
)
_CODES: Final = frozenset(one.base for one in (*LANGUAGES, *SOURCE_ONLY)) | {"zh-Hans", "zh-Hant"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """The languages a text may be in, likeliest first; none where nothing speaks for any.

    `confidence` is that of the first: how often such a first candidate is right.
    """

    candidates: tuple[Language, ...]
    confidence: float

    @property
    def language(self) -> Language | None:
        """The language, where it is sure enough not to ask."""
        return self.candidates[0] if self.candidates and self.confidence >= SURE else None


@dataclass(frozen=True, slots=True)
class _Named:
    code: str
    score: float
    reliable: bool


def detect(text: str) -> Detection:
    """The language of a text; markup, addresses and placeholders do not count."""
    plain = _plain(text)
    letters = sum(char.isalpha() for char in plain)
    first = _ask(plain) if letters > 1 else ()
    if not first:
        return Detection(candidates=(), confidence=0.0)
    top = first[0]
    is_latin = 2 * sum(char.isascii() and char.isalpha() for char in plain) > letters
    winners = Counter(_rival_winners(plain, top.code, is_latin=is_latin))
    if top.code == "sr" and not is_latin:
        winners.update(_macedonian_letters(plain))
    confidence = _confidence(top, winners.total(), letters, is_latin=is_latin)
    codes = [top.code, *(code for code, _ in winners.most_common())]
    codes += [one.code for one in first[1:]]
    return Detection(candidates=_candidates(codes, plain), confidence=confidence)


def _plain(text: str) -> str:
    bare = _NO_LANGUAGE.sub(" ", text[:_LOOKED_AT])
    # CLD2 refuses control characters and what is no Unicode text.
    return "".join(char if char.isprintable() else " " for char in bare)


def _ask(plain: str, hint: str = "") -> tuple[_Named, ...]:
    """Those of our languages that CLD2 names, likeliest first."""
    named = {"hintLanguage": _HINTS.get(hint, hint)} if hint else {}
    try:
        reliable, _, details = pycld2.detect(plain, bestEffort=True, **named)
    except pycld2.error:
        return ()
    found = [(_OURS.get(code, code), score) for _, code, _, score in details]
    return tuple(_Named(code, score, reliable) for code, score in found if code in _CODES)


def _rival_winners(plain: str, code: str, *, is_latin: bool) -> Iterable[str]:
    """The languages that take the place of `code` once they, or English, are hinted at."""
    rivals = {one for group in _RIVALS if code in group for one in group}
    if is_latin:
        rivals.add("en")
    for rival in sorted(rivals - {code}):
        asked = _ask(plain, rival)
        if asked and asked[0].code != code:
            yield asked[0].code


def _macedonian_letters(plain: str) -> Iterable[str]:
    """Macedonian as often as its letters speak against Serbian, which CLD2 prefers."""
    letters = set(plain.lower())
    if letters & set("ѓќѕ"):
        return ("mk",) * 3
    return () if letters & set("ђћ") else ("mk",) * 2


def _confidence(top: _Named, lost: int, letters: int, *, is_latin: bool) -> float:
    row = min(lost, len(_OTHER_SCRIPTS) - 1)
    if not is_latin:
        return _OTHER_SCRIPTS[row] if top.reliable else _OTHER_SCRIPTS[-1]
    column = sum(letters >= bound for bound in _LETTERS)
    worth = _LATIN[row][column]
    # Few of its words are known: names, code, or a language that is none of ours.
    if not top.reliable or (top.score < _WELL_KNOWN_WORDS and letters < _LETTERS[-1]):
        return min(worth, 0.5)
    return worth


def _candidates(codes: Iterable[str], plain: str) -> tuple[Language, ...]:
    found = dict.fromkeys(_language(code, plain) for code in codes)
    return tuple(found)[:_MAX_CANDIDATES]


def _language(code: str, plain: str) -> Language:
    if code == "sr":
        is_latin = any("a" <= char.lower() <= "z" for char in plain)
        return find_source("sr-Latn" if is_latin else "sr-Cyrl")
    return find_source(code)
