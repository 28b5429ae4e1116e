"""What a customer's language costs: glossaries looked for in texts."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import ahocorasick_rs

from engine.terms import Rule, Terms, Wording, compile_terms
from tests.bench.figures import ROUNDS, best, show
from tests.bench.glossaries import brief_ms, import_rate
from tests.bench.lodging import lodging

TERMS = 100_000
TEXT_CHARS = 1_000_000
FEW_TERMS = 10_000
WORDS = 13
SYLLABLES = "ta ri mo ken sul va per do lin ga shi tro nex pa el bur cam hol ist une".split()


def run() -> None:
    """Every figure of the group."""
    draw = random.Random(1)
    vocabulary = sorted({_word(draw) for _ in range(40_000)})
    draw.shuffle(vocabulary)
    spellings = _spellings(draw, vocabulary)
    segments = _segments(draw, vocabulary, spellings)
    before = _resident_mb()
    inflected = _compiled(spellings, exact=False)
    memory = _resident_mb() - before
    text = "\n".join(segments)
    bare = _bare_seconds(spellings, text)
    for name, terms, bar in (
        ("glossary_scan", _compiled(spellings, exact=True), 0.4),
        ("glossary_scan_full", inflected, 0.12),
    ):
        seconds = best(lambda terms=terms: _seconds(terms, [text]), highest=False)
        against = f"a bare overlapping scan of the same text, {TERMS:,} terms; at least {bar}"
        found = len(terms.find(text))
        show(name, bare / seconds, "ratio", against, seconds=round(seconds, 3), found=found)
    few = _compiled(spellings[:FEW_TERMS], exact=False)
    seconds = best(lambda: _seconds(few, segments), highest=False)
    per_segment = seconds / len(segments) * 1e6
    show("match_us", per_segment, "us", f"{WORDS} words, {FEW_TERMS:,} terms; at most 15")
    show("glossary_memory_mb", memory, "MB", f"{TERMS:,} terms, both languages; at most 120")
    with lodging() as house:
        import_rate(house, spellings)
        brief_ms(house, segments)


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(2, 4)))


def _spellings(draw: random.Random, vocabulary: Sequence[str]) -> list[str]:
    """Terms of one to three words; those of one word are words of their own."""
    own = vocabulary[: len(vocabulary) // 4]
    found: dict[str, None] = dict.fromkeys(own)
    while len(found) < TERMS:
        found[" ".join(draw.choice(vocabulary) for _ in range(draw.choice((2, 2, 3))))] = None
    spellings = list(found)[:TERMS]
    draw.shuffle(spellings)
    return spellings


def _segments(
    draw: random.Random, vocabulary: Sequence[str], spellings: Sequence[str]
) -> list[str]:
    """Sentences of thirteen words, each with a term in it."""
    common = vocabulary[len(vocabulary) // 4 :]
    made: list[str] = []
    chars = 0
    while chars < TEXT_CHARS:
        words = [draw.choice(common) for _ in range(WORDS)]
        term = draw.choice(spellings).split()
        place = draw.randrange(WORDS - len(term))
        words[place : place + len(term)] = term
        made.append(" ".join(words).capitalize() + ".")
        chars += len(made[-1])
    return made


def _compiled(spellings: Sequence[str], *, exact: bool) -> Terms:
    rules = [
        Rule(str(number), (Wording(one, exact=exact),), (Wording(one[::-1]),))
        for number, one in enumerate(spellings)
    ]
    return compile_terms(rules, "en", "de")


def _bare_seconds(spellings: Sequence[str], text: str) -> float:
    bare = ahocorasick_rs.AhoCorasick(spellings, store_patterns=False)
    folded = text.lower()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        bare.find_matches_as_indexes(folded, overlapping=True)
        times.append(time.perf_counter() - began)
    return min(times)


def _seconds(terms: Terms, segments: Sequence[str]) -> float:
    began = time.perf_counter()
    for one in segments:
        terms.find(one)
    return time.perf_counter() - began


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
