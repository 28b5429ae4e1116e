"""A text as its sentences read: markup taken out, code blanked, and where it must not be cut.

This is coarser than `engine.protect`: to find sentences it is enough to know roughly what is
markup, and a span too many only keeps two sentences together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from engine.values import Syntax

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """`prose` is the text without markup; `offsets` are its characters' places in the text.

    `closed` says of each place in the text, its end included, whether a cut there would go
    through a tag, a placeholder or a pair of tags.
    """

    prose: str
    offsets: tuple[int, ...]
    closed: tuple[bool, ...]


@dataclass(slots=True)
class _Found:
    """What one pass over a text collects. Ranges are half-open, removed ones without overlap."""

    removed: list[Range]
    blanked: list[Range]
    pairs: list[Range]


def read_markup(text: str, syntax: Syntax) -> Reading:
    """Separate prose from markup; linear in the length of the text."""
    found = _find(text, syntax)
    prose, offsets = _prose(text, found)
    return Reading(prose, offsets, _closed(len(text), found))


_COMMENT: Final = r"<!--(?:(?!<!--)[\s\S])*?-->"
_TAG: Final = r"""<(?P<slash>/?)(?P<tag>[A-Za-z][\w:.-]{0,60})
    (?:[^<>"']|"[^"<]*"|'[^'<]*')*?(?P<void>/?)>"""
_ESCAPE: Final = r"\\[!-/:-@\[-`{-~]"
_CODE: Final = r"(?P<ticks>`{1,9})(?!`)[\s\S]{1,2000}?(?<!`)(?P=ticks)(?!`)"
_AUTOLINK: Final = r"<[a-z][a-z0-9+.-]{1,31}:[!-;=?-~]{1,2000}>"
_FOOTNOTE: Final = r"\[\^[^\]\s]{1,100}\]"
_BRACKET: Final = r"(?P<bracket>!?\[|\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,200}\])?)"
_EMPHASIS: Final = r"(?P<emphasis>\*{1,3}|_{1,3}|~~)"
_ENTITY: Final = r"&(?:\#[0-9]{1,7}|\#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_URL: Final = r"(?:https?://|www\.)[!\#-;=?-_a-~]*[A-Za-z0-9/\#=&_~-]"
_EMAIL: Final = r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
_PLACEHOLDER: Final = r"""\{\{[^{}]{1,200}\}\} | [$%]?\{[^{}]{0,200}\}
    | %(?:\([^()\n]{1,100}\)|[0-9]{1,2}\$)?[-+0-9.\#]{0,8}(?:hh?|ll?|L|q|j|z|t)?[a-zA-Z@]"""

_BLANKED: Final = (_URL, _EMAIL, _PLACEHOLDER)
_TAGS: Final = (f"(?P<comment>{_COMMENT})", _TAG, f"(?P<entity>{_ENTITY})")
_MARKDOWN: Final = (
    f"(?P<escape>{_ESCAPE})",
    f"(?P<code>{_CODE}|{_AUTOLINK})",
    f"(?P<footnote>{_FOOTNOTE})",
    _BRACKET,
    _EMPHASIS,
)
_VOID_TAGS: Final = frozenset({"br", "hr", "img", "input", "wbr"})


@cache
def _pattern(syntax: Syntax) -> re.Pattern[str]:
    blanked = f"(?P<blanked>{'|'.join(_BLANKED)})"
    parts = [*_TAGS, blanked] if syntax != Syntax.TEXT else [blanked]
    if syntax == Syntax.MARKDOWN:
        parts = [*_MARKDOWN, *parts]
    return re.compile("|".join(parts), re.VERBOSE)


def _find(text: str, syntax: Syntax) -> _Found:
    found = _Found([], [], [])
    opened: dict[str, list[Range]] = {}
    for match in _pattern(syntax).finditer(text):
        groups = match.groupdict()
        if groups["blanked"] or groups.get("code") or groups.get("entity"):
            found.blanked.append(match.span())
        elif groups.get("comment") or groups.get("footnote"):
            found.removed.append(match.span())
        elif groups.get("tag"):
            _note_tag(match, opened, found)
        elif groups.get("bracket"):
            _note_bracket(match, opened, found)
        elif groups.get("emphasis"):
            _note_emphasis(match, opened, found)
    found.removed.sort()
    return found


def _note_tag(match: re.Match[str], opened: dict[str, list[Range]], found: _Found) -> None:
    name = match["tag"].lower()
    found.removed.append(match.span())
    if match["slash"]:
        if opened.get(name):
            found.pairs.append((opened[name].pop()[0], match.end()))
    elif not match["void"] and name not in _VOID_TAGS:
        opened.setdefault(name, []).append(match.span())


def _note_bracket(match: re.Match[str], opened: dict[str, list[Range]], found: _Found) -> None:
    """Pair brackets; those of a link are no prose, others are."""
    brackets = opened.setdefault("[", [])
    if match[0].endswith("["):
        brackets.append(match.span())
    elif brackets:
        start = brackets.pop()
        found.pairs.append((start[0], match.end()))
        if len(match[0]) > 1:
            found.removed += (start, match.span())


def _note_emphasis(match: re.Match[str], opened: dict[str, list[Range]], found: _Found) -> None:
    """Pair emphasis by CommonMark's rule in short: it opens before text and closes after it."""
    mark = match[0]
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    within_word = mark[0] == "_" and before.isalnum() and after.isalnum()
    starts = opened.setdefault(mark, [])
    if starts and before and not before.isspace() and not within_word:
        start = starts.pop()
        found.pairs.append((start[0], match.end()))
        found.removed += (start, match.span())
    elif after and not after.isspace() and not within_word:
        starts.append(match.span())


def _prose(text: str, found: _Found) -> tuple[str, tuple[int, ...]]:
    """The text without what is removed, code replaced by a made-up word of its length."""
    chars: list[str] = []
    offsets: list[int] = []
    for start, end, replacement in _stretches(text, found):
        chars.append(replacement)
        offsets.extend(range(start, end))
    return "".join(chars), tuple(offsets)


def _stretches(text: str, found: _Found) -> Iterator[tuple[int, int, str]]:
    marks = [(start, end, False) for start, end in found.removed]
    marks += [(start, end, True) for start, end in found.blanked]
    position = 0
    for start, end, blanked in sorted(marks):
        yield position, start, text[position:start]
        if blanked:
            yield start, end, "X" + "x" * (end - start - 1)
        position = end
    yield position, len(text), text[position:]


def _closed(length: int, found: _Found) -> tuple[bool, ...]:
    steps = [0] * (length + 2)
    for start, end in (*found.removed, *found.blanked, *found.pairs):
        if end - start > 1:
            steps[start + 1] += 1
            steps[end] -= 1
    return tuple(depth > 0 for depth in accumulate(steps[: length + 1]))
