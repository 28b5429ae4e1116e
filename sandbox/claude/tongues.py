"""The languages pseudo-translation writes: a list of real words each, picked by hash and length.

Other languages borrow from a listed one of the same script, so that a check of the script holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

# Length of a text in code points for 1.0 in English, spaces included: rounded, from plain prose.
LISTED: Final[Mapping[str, float]] = {
    "de": 1.12, "fr": 1.12, "es": 1.12, "it": 1.12, "pt": 1.1, "nl": 1.1, "pl": 1.08, "ru": 1.06,
    "ja": 0.46, "zh": 0.34, "ar": 0.9, "ko": 0.52,
    "en": 1.0, "el": 1.1, "he": 0.8, "hi": 1.0, "bn": 1.0, "ta": 1.1, "te": 1.0, "th": 0.95,
}  # fmt: skip
_RELATIVES: Final[Mapping[str, str]] = {
    "sv": "nl", "da": "nl", "nb": "nl", "nn": "nl", "no": "nl", "is": "de", "lb": "de", "et": "nl",
    "cs": "pl", "sk": "pl", "sl": "pl", "hr": "pl", "bs": "pl", "lt": "pl", "lv": "pl", "hu": "pl",
    "sr": "pl",
    "ca": "es", "gl": "es", "eu": "es", "fil": "es", "ro": "it", "mt": "it", "sq": "it",
}  # fmt: skip
_SCRIPTS: Final[Mapping[str, str]] = {
    "cyrl": "ru", "arab": "ar", "hans": "zh", "hant": "zh", "jpan": "ja", "kore": "ko",
    "grek": "el", "hebr": "he", "deva": "hi", "beng": "bn", "taml": "ta", "telu": "te",
    "thai": "th",
}  # fmt: skip
_SCRIPT_OF: Final[Mapping[str, str]] = {
    "uk": "cyrl", "be": "cyrl", "bg": "cyrl", "mk": "cyrl", "sr": "cyrl", "kk": "cyrl",
    "fa": "arab", "ur": "arab", "ps": "arab", "yue": "hant", "mr": "deva", "ne": "deva",
}  # fmt: skip
_LATIN_FALLBACK: Final = "it"
_UNSPACED: Final = frozenset({"ja", "zh", "th"})
_CHOICES: Final = 14
_LONGEST: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """One language's words, by the length asked for. There is one object a language."""

    code: str
    factor: float
    spaced: bool
    _by_length: tuple[tuple[str, ...], ...] = field(repr=False)

    def word(self, source: str, *, letters: int, turn: int) -> str:
        """A word, or for a long source several, that stands for a source word of so many letters.

        The same arguments give the same word; another `turn` gives the next choice.
        """
        key = crc32(source.casefold().encode()) + turn
        left = self._length_for(letters)
        parts = []
        while True:
            choices = self._by_length[min(left, _LONGEST)]
            part = choices[key % len(choices)]
            parts.append(part)
            left -= len(part) + self.spaced
            if left < 2 or len(parts) >= 8:
                return (" " if self.spaced else "").join(parts)
            key = crc32(part.encode(), key)

    def _length_for(self, letters: int) -> int:
        if self.spaced:
            return max(1, round(letters * self.factor))
        return max(1, round((letters + 1) * self.factor))


def tongue_for(tag: str) -> Tongue:
    """What to write for a BCP 47 tag: the language itself, a relative, or its script."""
    language, *rest = tag.lower().replace("_", "-").split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    script = scripts[0] if scripts else _SCRIPT_OF.get(language, "")
    if language in LISTED and script in ("", "latn", "hans", "hant"):
        return _tongue(language)
    if script in _SCRIPTS:
        return _tongue(_SCRIPTS[script])
    return _tongue(_RELATIVES.get(language, _LATIN_FALLBACK))


def foreign_to(tongue: Tongue) -> Tongue:
    """A language whose script differs from this one's, for answers in the wrong language."""
    return _tongue("ru" if tongue.code in _LATIN else "de")


_LATIN: Final = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "en"})


@cache
def _tongue(code: str) -> Tongue:
    path = Path(__file__).with_name("words") / f"{code}.txt"
    words = path.read_text(encoding="utf-8").split()
    by_length = tuple(_near(words, length) for length in range(_LONGEST + 1))
    return Tongue(code, LISTED[code], code not in _UNSPACED, by_length)


def _near(words: list[str], length: int) -> tuple[str, ...]:
    """The words of a length, with those nearest to it where there are too few to vary."""
    exact = tuple(word for word in words if len(word) == length)
    if len(exact) >= _CHOICES:
        return exact
    return tuple(sorted(words, key=lambda word: abs(len(word) - length))[:_CHOICES])
