"""Sentences: where a unit's text may be cut, and how translated sentences go back into it.

The library sees the text without its markup. What it proposes is then moved to a place where no
tag, placeholder, link or emphasis is cut in two; where there is none, sentences stay together.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import sentencex

from engine.languages import Language
from engine.markup_spans import Reading, read_markup
from engine.values import Syntax

MAX_LENGTH: Final = 100_000
WINDOW: Final = 4_000
MAX_WORD: Final = 100  # how far back the end of a sentence is looked at

# Words before a full stop after which no sentence ends; the library's own lists lack these.
ABBREVIATIONS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "ar": "د أ م",
        "bg": "т.е",
        "da": "bl.a",
        "de": "geb inkl",
        "el": "αρ σελ",
        "en": "e.g i.e approx",
        "es": "dña",
        "et": "lk nt",
        "fi": "ks ns",
        "fr": "m mm mme mlle mgr pr dr st av n",
        "hi": "डॉ",
        "hr": "br gđa npr str tzv",
        "hu": "kb szt ún",
        "id": "jl",
        "it": "n pag",
        "lt": "pvz",
        "lv": "piem",
        "nb": "bl.a f.eks kl",
        "nl": "mevr o.a",
        "pl": "dr ks m.in nr p str św",
        "pt": "av ex n pág",
        "ro": "dl dna sf str",
        "ru": "е им рис ст т.е",
        "sl": "npr str št",
        "sr": "br dr g npr ul бр г др нпр ул",
        "sv": "kl t.ex",
        "tr": "örn sn",
        "uk": "рис",
        "vi": "th.s tp",
    }.items()
}

# An author who sets a no-break space does not end a sentence there. The library itself fails on
# white space of more than one byte, so it is shown plain spaces (and no lone surrogates).
_NO_BREAK: Final = re.compile("[\u00a0\u2007\u202f\u2060]")
_BREAK: Final = re.compile(r"[^\S\u00a0\u2007\u202f]")
_ODD_SPACE: Final = re.compile(r"[^\S\n]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TRAILING: Final = re.compile(r"(?:</?[A-Za-z][^<>]*>|[*_~`…\s])+\Z")

# Chinese and Japanese leave no space between sentences.
TIGHT_SCRIPTS: Final = frozenset({"Hans", "Hant", "Jpan"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence as a half-open range of code points; white space around it is outside."""

    start: int
    end: int


def split(text: str, syntax: Syntax, language: Language) -> tuple[Piece, ...]:
    """The sentences of a text, in order, covering everything but white space.

    Nothing is cut inside a tag, placeholder, URL or inline code, nor between an opening tag or
    emphasis and its close. A text without letters is one piece, and so is what has more than
    100,000 code points between two empty lines.
    """
    if len(text) > MAX_LENGTH:
        parts = _paragraphs(text) if syntax is Syntax.TEXT else ()
        return tuple(_moved(parts, text, syntax, language)) or _pieces(text, ())
    reading = read_markup(text, syntax)
    cuts = dict.fromkeys(_cuts(text, reading, language))
    return _lettered(_pieces(text, cuts), reading)


def join(
    text: str, pieces: tuple[Piece, ...], translations: Sequence[str], target: Language
) -> str:
    """The text with a translation in the place of each piece, and the white space between kept.

    Two sentences with one plain space between them lose it where the translation ends in writing
    that leaves none (Chinese, Japanese), and gain one in the opposite case. Thai keeps the space,
    which is all that parts its sentences. Pieces put back as they were give the same text.
    """
    if not pieces and not translations:
        return text
    between = leads(text, pieces, translations, target)
    joined = [part for pair in zip(between, translations, strict=True) for part in pair]
    return "".join((*joined, text[pieces[-1].end :]))


def leads(
    text: str, pieces: tuple[Piece, ...], translations: Sequence[str], target: Language
) -> tuple[str, ...]:
    """What stands before each translation once `join` has put them together."""
    if len(pieces) != len(translations):
        raise ValueError(f"{len(pieces)} pieces but {len(translations)} translations")
    if not pieces:
        return ()
    found = [text[: pieces[0].start]]
    ends = zip(pairwise(pieces), pairwise(translations), strict=True)
    for (left, right), (before, after) in ends:
        gap = text[left.end : right.start]
        was_tight, is_tight = _ends_tight(text[left.start : left.end]), _ends_tight(before)
        if gap == " " and is_tight and not was_tight and target.script in TIGHT_SCRIPTS:
            gap = ""
        elif gap == "" and was_tight and not is_tight and target.script not in TIGHT_SCRIPTS:
            gap = " " if before and after else ""
        found.append(gap)
    return tuple(found)


def _paragraphs(text: str) -> tuple[Piece, ...]:
    """The text in parts of at most 100,000 code points, cut at empty lines, if it can."""
    found: list[Piece] = []
    start = 0
    while len(text) - start > MAX_LENGTH:
        end = text.rfind("\n\n", start + 1, start + MAX_LENGTH) + 2
        if end < 2:
            return ()
        found.append(Piece(start, end))
        start = end
    return (*found, Piece(start, len(text)))


def _moved(
    parts: Iterable[Piece], text: str, syntax: Syntax, language: Language
) -> Iterator[Piece]:
    """The sentences of the parts, as places of the whole text."""
    for part in parts:
        for piece in split(text[part.start : part.end], syntax, language):
            yield Piece(part.start + piece.start, part.start + piece.end)


def _pieces(text: str, cuts: Iterable[int]) -> tuple[Piece, ...]:
    """The stretches between cuts, without the white space around them."""
    found: list[Piece] = []
    for start, end in pairwise((0, *cuts, len(text))):
        stretch = text[start:end]
        if stripped := stretch.strip():
            first = start + len(stretch) - len(stretch.lstrip())
            found.append(Piece(first, first + len(stripped)))
    return tuple(found)


def _cuts(text: str, reading: Reading, language: Language) -> Iterator[int]:
    """Where sentences part, as ascending places in the text."""
    prose = _ODD_SPACE.sub(" ", reading.prose)
    for left, right in pairwise(_sentences(prose, language)):
        between = range(reading.offsets[left.end - 1] + 1, reading.offsets[right.start] + 1)
        end = text[between.start - 1 : between.stop - 1]
        if _is_bound(end) or _runs_on(prose[left.start : left.end], prose[right.start], language):
            continue
        cut = _place(text, between, reading.closed)
        if cut is not None:
            yield cut


def _is_bound(end: str) -> bool:
    """Whether what stands between two sentences, after the first's last character, binds them.

    That is a full stop with nothing behind it ("System.Text"), or no-break spaces alone.
    """
    return end == "." or (_NO_BREAK.search(end) is not None and not _BREAK.search(end))


def _sentences(prose: str, language: Language) -> tuple[Piece, ...]:
    """What the library takes for sentences, as ranges of the prose."""
    return _pieces(prose, _boundaries(_SURROGATE.sub("\ufffd", prose), language))


def _boundaries(prose: str, language: Language) -> Iterator[int]:
    """Where sentences begin after the first, found window by window.

    The library's time grows with the square of some texts, so it never sees a long one whole. A
    window's last sentence is read again with what follows it.
    """
    start = 0
    while start < len(prose):
        window = prose[start : start + WINDOW]
        found = sentencex.get_sentence_boundaries(language.base, window)
        starts = [start + sentence["start_index"] for sentence in found[1:]]
        yield from starts
        is_last = start + WINDOW >= len(prose)
        start = starts[-1] if starts and not is_last else start + WINDOW


def _runs_on(left: str, following: str, language: Language) -> bool:
    """Whether a full stop does not end its sentence: an abbreviation, or a small letter after."""
    if not left.endswith("."):
        return False
    word = left[-MAX_WORD:].rsplit(maxsplit=1)[-1].lstrip("([{«„“”‘’\"'")[:-1].casefold()
    return following.islower() or word in ABBREVIATIONS.get(language.base, frozenset())


def _place(text: str, between: range, closed: tuple[bool, ...]) -> int | None:
    """A place between two sentences that cuts nothing: at white space, else after what closes."""
    open_places = [place for place in between if not closed[place]]
    spaces = (place for place in open_places if text[place].isspace())
    return next(spaces, open_places[-1] if open_places else None)


def _lettered(pieces: tuple[Piece, ...], reading: Reading) -> tuple[Piece, ...]:
    """The pieces, each without a letter joined to the next one, or at the end to the one before."""
    letters = [
        place for place, char in zip(reading.offsets, reading.prose, strict=True) if char.isalpha()
    ]
    joined: list[Piece] = []
    start: int | None = None
    for piece in pieces:
        start = piece.start if start is None else start
        position = bisect_left(letters, start)
        if position < len(letters) and letters[position] < piece.end:
            joined.append(Piece(start, piece.end))
            start = None
    if start is not None:
        begin = joined.pop().start if joined else start
        joined.append(Piece(begin, pieces[-1].end))
    return tuple(joined)


def _ends_tight(text: str) -> bool:
    """Whether a text ends in Chinese or Japanese writing, markup and dots aside."""
    last = _TRAILING.sub("", text[-MAX_WORD:])[-1:]
    if not last or unicodedata.east_asian_width(last) not in ("W", "F"):
        return False
    if unicodedata.category(last)[0] not in "LP":
        return False
    return not unicodedata.name(last, "").startswith(("HANGUL", "HALFWIDTH HANGUL"))
