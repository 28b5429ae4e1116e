"""Gates that look at the wording: same as the source, wrong script, far too short."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.gates.scripts import (
    foreign_words,
    is_cased,
    letters_in,
    scripts_of,
    weight_in,
    weight_of,
)
from engine.gates.subject import Evidence, Fault, View, bounded, clipped
from engine.languages import Language
from engine.protect import GAP, restored_offset
from engine.values import Span

_MIN_FOREIGN_WORDS: Final = 3
_MIN_FOREIGN_WEIGHT: Final = 8
_MIN_HAN_WITHOUT_KANA: Final = 20
_MIN_RATIO_CHARS: Final = 20

_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def empty_target(view: View) -> Fault | None:
    """A reply without a word where the source has some; a mark alone may stand for "the {name}"."""
    if _visible(view.reply) or not _visible(view.source):
        return None
    marks_only = GAP in view.reply
    if marks_only and _word_count(view.source, view.subject.source_language) < 2:
        return None
    return Fault({"expected": clipped(view.subject.protected.text)})


def untranslated_same(view: View) -> Fault | None:
    """A reply that repeats the source though it has words enough not to be a name."""
    subject = view.subject
    if subject.source_language.base == subject.target_language.base:
        return None
    if _folded(subject.reply) != _folded(subject.protected.text):
        return None
    if _word_count(view.source, subject.source_language) < subject.thresholds.same_words:
        return None
    return Fault({"found": clipped(subject.target)}, (Span("target", 0, len(subject.target)),))


def wrong_language(view: View) -> Fault | None:
    """A reply mostly in a script its language is not written in; names and codes do not count."""
    subject = view.subject
    own = scripts_of(subject.target_language)
    if scripts_of(subject.source_language) == own and own == {"Latn"}:
        return None
    if view.reply.isascii() and "Latn" in own:
        return None
    wrong = _east_asian_mixup(view.reply, subject.target_language)
    if not wrong:
        wrong = _mostly_foreign(view.reply, own)
    if not wrong:
        return None
    words = bounded(view.reply[start:end] for start, end in wrong)
    evidence: Evidence = {"expected": subject.target_language.name, "found": words}
    return Fault(evidence, (_target_span(view, wrong[0][0], wrong[-1][1]),))


def length_ratio(view: View) -> Fault | None:
    """A reply so much shorter than usual for the two languages that something must be missing."""
    subject = view.subject
    before = len(view.source) - view.source.count(GAP)
    if before < _MIN_RATIO_CHARS:
        return None
    after = len(view.reply.strip()) - view.reply.count(GAP)
    usual = _usual_chars(view.source, before, subject.source_language, subject.target_language)
    if after >= usual * subject.thresholds.length_share:
        return None
    return Fault({"source_chars": before, "found": after, "expected": round(usual)})


def _usual_chars(text: str, chars: int, source: Language, target: Language) -> float:
    """How long a translation mostly is. Latin letters in Chinese or Japanese do not grow."""
    ratio = target.expansion / source.expansion
    if source.spaced or ratio <= 1:
        return chars * ratio
    dense = sum(letters_in(text, script) for script in scripts_of(source))
    return dense * ratio + (chars - dense)


def _mostly_foreign(text: str, own: frozenset[str]) -> list[tuple[int, int]]:
    words, in_all = foreign_words(text, own)
    weight = sum((end - start) * weight_of(text[start]) for start, end in words)
    if weight < _MIN_FOREIGN_WEIGHT:
        return []
    proper = sum(weight_in(text, script) for script in own)
    if all(is_cased(text[start]) for start, _ in words) and (
        in_all < _MIN_FOREIGN_WORDS or len(words) < _MIN_FOREIGN_WORDS - (proper == 0)
    ):
        return []
    return words if weight > proper else []


def _east_asian_mixup(text: str, language: Language) -> list[tuple[int, int]]:
    """Chinese given for Japanese or the reverse: long text without any kana, or full of it."""
    if language.script not in {"Jpan", "Hans", "Hant"} or text.isascii():
        return []
    han, kana = letters_in(text, "Hani"), letters_in(text, "Kana")
    if language.script == "Jpan":
        return [(0, len(text))] if han >= _MIN_HAN_WITHOUT_KANA and not kana else []
    return [(0, len(text))] if kana >= _MIN_FOREIGN_WEIGHT and kana * 3 > han else []


def _visible(text: str) -> bool:
    """Whether anything can be seen beside marks and characters without a shape."""
    return any(
        not char.isspace() and char != GAP and unicodedata.category(char) not in {"Cf", "Cc"}
        for char in text
    )


def _word_count(text: str, language: Language) -> int:
    """Words of two letters or more; where they are not spaced, two characters make one."""
    if language.spaced:
        return len(_WORD.findall(text))
    return sum(len(run) for run in _WORD.findall(text)) // 2


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _target_span(view: View, start: int, end: int) -> Span:
    subject = view.subject
    places = (
        restored_offset(subject.reply, place, subject.protected, subject.syntax)
        for place in (start, end)
    )
    return Span("target", *places)
