"""Pseudo-translation: words become words of the target language, everything else stays in place.

Kept exactly: marks such as the bracketed numbers of a protected text, digits, line breaks,
punctuation (full-width in Japanese and Chinese), capitals; roughly kept: length. A text with
letters always comes back different, and the same text always comes back the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from sandbox.claude.tongues import Tongue

MAX_REMEMBERED = 20_000
MAX_REMEMBERED_LETTERS = 64
MARK = re.compile(r"⟦[^⟦⟧\n]{0,40}⟧")
_FIRST_BEYOND_ASCII, _END_OF_SYMBOLS = 0x80, 0x3400


def _ranges(kinds: str) -> str:
    """The characters of these Unicode categories, written as ranges of a character class."""
    codes = range(_FIRST_BEYOND_ASCII, _END_OF_SYMBOLS)
    found = [code for code in codes if unicodedata.category(chr(code)) in kinds.split()]
    runs = groupby(enumerate(found), key=lambda pair: pair[1] - pair[0])
    bounds = [[code for _, code in run] for _, run in runs]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in bounds)


# To `re`, vowel signs and accents are no part of a word, while superscripts and fractions are.
_LETTER = rf"[^\W\d_{_ranges('No Nl')}]"
_ACCENT = rf"[{_ranges('Mn Mc Me')}\u200c\u200d]"
_WORD = rf"{_LETTER}(?:{_LETTER}|{_ACCENT}|['’](?={_LETTER}))*"
_CODE = r"[A-Za-z]{1,8}\d[A-Za-z0-9]*|\d+[A-Za-z][A-Za-z0-9]*"
_CODE_SIGN = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_TOKEN = rf"(?P<mark>{MARK.pattern})|(?P<code>{_CODE})|(?P<word>{_WORD})"
# A code stays as it is where the words around it outweigh it; on its own it is translated too.
_WORDS_PER_CODE = 6
_UNSPACED = "\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uff01-\uff5e"
_NEEDLESS_SPACE = re.compile(rf"(?<=[{_UNSPACED}]) +(?=\S)|(?<=\S) +(?=[{_UNSPACED}])")
_PUNCTUATION: Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]] = {
    code: (re.compile(rf"(?<=[{letters}⟧])[{re.escape(''.join(table))}](?=\s|$|⟦/)"), table)
    for code, letters, table in (
        ("ja", _UNSPACED, dict(zip(",.!?:;", "、。！？：；", strict=True))),
        ("zh", _UNSPACED, dict(zip(",.!?:;", "，。！？：；", strict=True))),
        ("ar", "\u0620-\u06ff", dict(zip(",?;", "،؟؛", strict=True))),
    )
}


@dataclass(slots=True)
class Translator:
    """Translates the segments of one request under its glossary."""

    tongue: Tongue
    glossary: Mapping[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] = field(init=False)
    _terms: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._terms = {source.casefold(): target for source, target in self.glossary.items()}
        self._pattern = _pattern(tuple(sorted(self._terms, key=len, reverse=True)))

    def translate(self, text: str, *, salt: str = "") -> str:
        """The text in the target language; another salt gives other words."""
        keep_codes = self._codes_may_stay(text)
        written = ""

        def replaced(match: re.Match[str]) -> str:
            nonlocal written
            token, kind = match[0], match.lastgroup
            if kind == "mark" or (kind == "code" and keep_codes):
                return token
            if kind == "term":
                return self._terms[token.casefold()]
            if kind == "code":
                return re.sub(r"[A-Za-z]+", lambda letters: self._word(letters[0], "", salt), token)
            word = self._word(token, written, salt)
            written = word
            dense = token[0] >= "\u0e00" and _chunk_size(token[0]) is not None
            return self._apart(word, match) if dense and self.tongue.spaced else word

        return self._typeset(self._pattern.sub(replaced, text))

    def _word(self, token: str, before: str, salt: str) -> str:
        choose = _remembered_choices if len(token) <= MAX_REMEMBERED_LETTERS else _choices
        first, second = choose(token, salt, self.tongue)
        return second if first == before else first

    def _apart(self, word: str, match: re.Match[str]) -> str:
        """Keep a word from a script without spaces away from digits it stood next to."""
        before = match.string[match.start() - 1 : match.start()] if match.start() else ""
        after = match.string[match.end() : match.end() + 1]
        return (" " if before.isalnum() else "") + word + (" " if after.isalnum() else "")

    def _codes_may_stay(self, text: str) -> bool:
        if not _CODE_SIGN.search(text):
            return True
        plain = MARK.sub("", text)
        codes = sum(len(found) for found in re.findall(_CODE, plain))
        letters = sum(map(str.isalpha, plain)) - codes
        return letters >= codes * _WORDS_PER_CODE

    def _typeset(self, text: str) -> str:
        rule = _PUNCTUATION.get(self.tongue.code)
        if rule is not None:
            pattern, table = rule
            text = pattern.sub(lambda found: table[found[0]], text)
        return text if self.tongue.spaced else _NEEDLESS_SPACE.sub("", text)


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    if not terms:
        return re.compile(_TOKEN)
    listed = "|".join(re.escape(term) for term in terms)
    mark, rest = _TOKEN.split("|(?P<code>", 1)
    return re.compile(rf"{mark}|(?P<term>(?<!\w)(?:{listed})(?!\w))|(?P<code>{rest}", re.IGNORECASE)


def _choices(token: str, salt: str, tongue: Tongue) -> tuple[str, str]:
    """Two renderings of a word, neither equal to it."""
    if not any(map(str.isalpha, token)):  # number signs `re` takes for letters
        return token, token
    found: list[str] = []
    for turn in range(20):
        rendered = _cased(_rendered(token, salt, tongue, turn), token)
        if rendered.casefold() != token.casefold() and rendered not in found:
            found.append(rendered)
            if len(found) == 2:
                break
    return found[0], found[-1]


_remembered_choices = lru_cache(maxsize=MAX_REMEMBERED)(_choices)


def _rendered(token: str, salt: str, tongue: Tongue, turn: int) -> str:
    size = _chunk_size(token[0])
    if size is None:
        letters = len(token) * (2 if _is_hangul(token[0]) else 1)
        return tongue.word(token + salt, letters=letters, turn=turn)
    chunks = [token[start : start + size] for start in range(0, len(token), size)]
    words = [tongue.word(chunk + salt, letters=5, turn=turn) for chunk in chunks]
    return (" " if tongue.spaced else "").join(words)


def _chunk_size(letter: str) -> int | None:
    """How many letters of a script without spaces make a word; None where words are spaced."""
    if _is_hangul(letter):
        return None
    if letter >= "\u2e80":
        return 2
    return 5 if "\u0e00" <= letter <= "\u0e7f" else None


def _is_hangul(letter: str) -> bool:
    """Hangul is spaced, but a syllable says about as much as two Latin letters."""
    return "\uac00" <= letter <= "\ud7a3"


def _cased(word: str, source: str) -> str:
    if len(source) > 1 and source.isupper():
        return word.upper()
    if source[0].isupper():
        return word[0].upper() + word[1:]
    return word
