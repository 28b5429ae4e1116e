"""Texts as they are compared: folded with a map back, and cut into words with their stems."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from engine.protect import CLOSE, OPEN

# Marks stand for code: no term reaches over one. An apostrophe parts two words, as in "l'heure",
# but for the endings of English.
WORD: Final = re.compile(
    rf"{OPEN}/?[0-9]{{1,7}}{CLOSE}|[^\W_]+(?:['\u2019](?:s|t|d|m|re|ve|ll)(?![^\W_]))?",
    re.IGNORECASE,
)
_POSSESSIVE: Final = re.compile(r"'s?$")
# What stands for a mark where words are compared: no word has it.
NO_WORD: Final = "\x01"
# Written in many ways and meant as one.
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
        "\u00a0": " ",
        "\u00ad": None,
        "\u200b": None,
    }
)
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")
_MAX_WORDS: Final = 200_000

# The Snowball algorithm of a language, by its base code; https://snowballstem.org/algorithms/
_ALGORITHMS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
}
# Where a vowel comes and goes before the last consonant: "узел" and "узла", "węzeł" and "węzła".
_SLAVIC: Final = frozenset({"be", "bg", "bs", "cs", "hr", "mk", "pl", "ru", "sk", "sl", "sr", "uk"})
_CONSONANTS: Final = "bcdfghjklłmnńprsśtwzźżščžвбгджзклмнпрстфхцчшщ"
_FLEETING: Final = re.compile(f"(?:ie|[eoаеёиоь])([{_CONSONANTS}]ь?)$")
_local = threading.local()


class Word(NamedTuple):
    """A word of a text, folded; `text` is "" for a mark."""

    start: int
    end: int
    text: str


class Folded(NamedTuple):
    """A text as it is compared. `places` leads from its offsets to those of the original."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the original."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str, *, keep_case: bool = False) -> Folded:
    """Compatibility forms, case, dashes, quotes and white space made equal."""
    if _PLAIN.fullmatch(text) and "  " not in text:
        return Folded(text if keep_case else text.lower(), range(len(text)))
    out: list[str] = []
    places: list[int] = []
    was_space = False
    for place, char in enumerate(text):
        made = unicodedata.normalize("NFKC", char).translate(_ALIKE)
        for one in made if keep_case else made.casefold():
            is_space = one.isspace()
            if is_space and was_space:
                continue
            was_space = is_space
            out.append(" " if is_space else one)
            places.append(place)
    return Folded("".join(out), places)


def composed(text: str) -> Folded | None:
    """A text whose accents stand apart, put together; None for one that needs nothing."""
    if unicodedata.is_normalized("NFC", text):
        return None
    out: list[str] = []
    places: list[int] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            made = unicodedata.normalize("NFC", text[start:end])
            out.append(made)
            places += [start] * len(made)
            start = end
    places.append(len(text))
    return Folded("".join(out), places)


def words_of(text: str) -> list[Word]:
    """The words of a text and its marks, with their places."""
    return [
        Word(found.start(), found.end(), "" if found[0][0] == OPEN else folded_word(found[0]))
        for found in WORD.finditer(text)
    ]


@lru_cache(maxsize=_MAX_WORDS)
def folded_word(word: str) -> str:
    """A word as it is compared, without the 's of a possessive."""
    folded = unicodedata.normalize("NFKC", word).translate(_ALIKE).casefold()
    return _POSSESSIVE.sub("", folded)


class WordKeys(dict[str, str]):
    """What the words of a language are looked for as, by how they are written; made when asked.

    The folded word, or the stem of it where there is a `base`.
    """

    def __init__(self, base: str = "") -> None:
        super().__init__()
        self._base = base

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_WORDS:
            self.clear()
        folded = folded_word(word)
        key = NO_WORD if word[0] == OPEN else stem(folded, self._base) if self._base else folded
        self[word] = key
        return key


@lru_cache(maxsize=_MAX_WORDS)
def stem(word: str, base: str) -> str:
    """The stem of a folded word in a language; the word itself where no algorithm is known."""
    algorithm = _ALGORITHMS.get(base)
    return str(_stemmer(algorithm).stemWord(word)) if algorithm else word


@lru_cache(maxsize=_MAX_WORDS)
def keys(word: str, base: str) -> frozenset[str]:
    """What two forms of one word have at least one of in common."""
    stemmed = stem(word, base)
    found = {word, stemmed, _bare(word)}
    if base in _SLAVIC:
        found |= {_FLEETING.sub(r"\1", one) for one in (word, stemmed)}
        found |= set(map(_bare, found))
    return frozenset(found)


def base_of(language: str) -> str:
    """The language without region and script, as stems are filed."""
    base = language.split("-", maxsplit=1)[0]
    return "nb" if base == "no" else base


def _bare(word: str) -> str:
    """A word without its accents, which stems keep or drop by no rule."""
    split = unicodedata.normalize("NFD", word.replace("ł", "l"))
    return "".join(char for char in split if not unicodedata.combining(char))


def _stemmer(algorithm: str) -> Any:
    """A stemmer of this thread: it keeps the word it works on."""
    import snowballstemmer

    mine: dict[str, Any] = _local.__dict__.setdefault("stemmers", {})
    if algorithm not in mine:
        mine[algorithm] = snowballstemmer.stemmer(algorithm)
    return mine[algorithm]
