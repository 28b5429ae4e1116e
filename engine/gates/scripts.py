"""Which script a letter belongs to, as far as telling our languages apart needs it."""

from __future__ import annotations

import re
from typing import Final

from engine.languages import Language

_RANGES: Final = {
    "Latn": r"A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
    r"\uff21-\uff3a\uff41-\uff5a",
    "Cyrl": r"\u0400-\u052f\u1c80-\u1c8f\ua640-\ua69f",
    "Grek": r"\u0370-\u03ff\u1f00-\u1fff",
    "Arab": r"\u0620-\u065f\u066e-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff"
    r"\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": r"\u05d0-\u05f4\ufb1d-\ufb4f",
    "Deva": r"\u0900-\u0963\u0971-\u097f",
    "Beng": r"\u0980-\u09e5\u09f0\u09f1",
    "Taml": r"\u0b82-\u0bd7",
    "Telu": r"\u0c00-\u0c63",
    "Thai": r"\u0e01-\u0e3a\u0e40-\u0e4e",
    "Hang": r"\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f",
    "Kana": r"\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d",
    "Hani": r"\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u3005\u3006\U00020000-\U0003134f",
}
# Scripts by what a language of ours is written in.
_WRITTEN_IN: Final = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Kana"),
    "Kore": ("Hang",),
}
# A character of these says about as much as two letters of the others.
_DENSE: Final = frozenset({"Hani", "Kana", "Hang"})

_PATTERNS: Final = {name: re.compile(f"[{ranges}]+") for name, ranges in _RANGES.items()}


def scripts_of(language: Language) -> frozenset[str]:
    """The scripts a text in the language is written in."""
    return frozenset(_WRITTEN_IN.get(language.script, (language.script,)))


def letters_in(text: str, script: str) -> int:
    """How many letters of a script a text has."""
    if text.isascii():
        return sum(map(len, _PATTERNS[script].findall(text))) if script == "Latn" else 0
    return sum(map(len, _PATTERNS[script].findall(text)))


def weight_in(text: str, script: str) -> int:
    """Letters of a script, those of dense scripts counted twice."""
    return letters_in(text, script) * (2 if script in _DENSE else 1)


def weight_of(letter: str) -> int:
    """What one letter counts for: two in a dense script."""
    return 2 if any(_PATTERNS[name].match(letter) for name in _DENSE) else 1


def foreign_words(text: str, own: frozenset[str]) -> tuple[list[tuple[int, int]], int]:
    """Where words of other scripts stand that are no names or codes, in order; and how many in all.

    In scripts with case a name begins with a capital and a code holds one, a digit or a sign;
    scripts without case tell nothing, so there every word counts.
    """
    foreign = [pattern for name, pattern in _PATTERNS.items() if name not in own]
    found = [
        match
        for pattern in (foreign[:1] if text.isascii() else foreign)
        for match in pattern.finditer(text)
    ]
    words = sorted(match.span() for match in found if not _is_name_or_code(text, match))
    return words, len(found)


def is_cased(char: str) -> bool:
    """Whether a letter's script has capitals."""
    return char.lower() != char.upper()


def _is_name_or_code(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if not is_cased(word[0]):
        return False
    if len(word) < 2 or word != word.lower():
        return True
    after = text[match.end() : match.end() + 2]
    return text[match.start() - 1 : match.start()] in _CODE_SIGNS or (
        after[:1] in _CODE_SIGNS and not (after[:1] == "." and not after[1:].strip())
    )


_CODE_SIGNS: Final = frozenset("0123456789_./\\@#-")
