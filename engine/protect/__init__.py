"""Keeps code out of the model's reach: marks in, marks out, and nothing lost in between.

A mark is `⟦n⟧`; a tag and the tag that closes it share a number, as `⟦n⟧` and `⟦/n⟧`. Marks are
numbered from 1 in order of first appearance, so the same text always reads the same.
"""

from __future__ import annotations

import re
from typing import Final

from engine.protect.pieces import CLOSE, OPEN, mark_up
from engine.protect.scan import scan
from engine.values import Protected, Syntax

__all__ = [
    "CLOSE",
    "GAP",
    "OPEN",
    "billable_chars",
    "marks_in",
    "prose",
    "protect",
    "restore",
    "restored_offset",
    "stray_code",
    "translatable",
]

_MARK: Final = re.compile(f"{OPEN}/?[0-9]{{1,7}}{CLOSE}")
_ESCAPED: Final = frozenset({Syntax.MARKUP, Syntax.RUNS})
# Stands where a mark was: neither letter, digit nor space, and no code begins or ends with it.
GAP: Final = "\ufffc"


def protect(text: str, syntax: Syntax, flags: tuple[str, ...] = ()) -> Protected:
    """The text as a model may read it, code replaced by marks and entities resolved.

    `flags` are those of the unit ("python-format", "no-c-format"); "colon-format" also protects
    `:name`. Restoring the result's own text gives back `text`, whatever it holds.
    """
    body = text.strip()
    start = len(text) - len(text.lstrip()) if body else len(text)
    prefix, suffix = text[:start], text[start + len(body) :]
    pieces = scan(body, syntax, flags)
    if not pieces:
        return Protected(text=body, tokens=(), prefix=prefix, suffix=suffix)
    marked, tokens = mark_up(body, pieces)
    return Protected(text=marked, tokens=tokens, prefix=prefix, suffix=suffix)


def restore(reply: str, protected: Protected, syntax: Syntax) -> str:
    """The text a reply stands for: marks made code again, prose written as the syntax wants it.

    White space around the reply gives way to the source's own. An unknown mark stays as it is and
    a missing one stays away: the gates report both.
    """
    return protected.prefix + _expand(reply.strip(), protected, syntax) + protected.suffix


def billable_chars(protected: Protected) -> int:
    """Unicode code points of the prose: without marks and without outer white space."""
    if not protected.tokens:
        return len(protected.text)
    return len(_MARK.sub("", protected.text))


def translatable(protected: Protected) -> bool:
    """Whether there is a letter to translate; numbers and code alone pass through."""
    text = _MARK.sub("", protected.text) if protected.tokens else protected.text
    return text[:1].isalpha() or any(char.isalpha() for char in text)


def marks_in(reply: str) -> tuple[str, ...]:
    """The marks of a text, in order and as often as they occur, known or not."""
    return tuple(_MARK.findall(reply))


def prose(text: str) -> str:
    """A marked text with each mark blanked out to its own length, so that offsets still hold."""
    if OPEN not in text:
        return text
    return _MARK.sub(lambda match: GAP * len(match.group()), text)


def stray_code(text: str, syntax: Syntax, flags: tuple[str, ...] = ()) -> list[str]:
    """Code standing in the prose of a marked text, where none was protected: what a reply added.

    The prose of a source may itself hold some by accident of context, so compare both.
    """
    blank = prose(text)
    return [blank[one.start : one.end] for one in scan(blank, syntax, flags, typed=True)]


def restored_offset(reply: str, offset: int, protected: Protected, syntax: Syntax) -> int:
    """Where a place in a reply comes to stand in the restored text."""
    lead = len(reply) - len(reply.lstrip())
    before = reply[lead : max(lead, offset)] + "x"  # so that the end is not taken for the end
    return len(protected.prefix) + len(_expand(before, protected, syntax)) - 1


def _expand(reply: str, protected: Protected, syntax: Syntax) -> str:
    raws = {token.mark: token.raw for token in protected.tokens}
    if syntax is Syntax.ICU:
        reply = _apostrophes_doubled(reply, protected, raws)
    if syntax not in _ESCAPED:
        return _MARK.sub(lambda match: raws.get(match.group(), match.group()), reply)
    out: list[str] = []
    done = 0
    for match in _MARK.finditer(reply):
        out += _escape(reply[done : match.start()]), raws.get(match.group(), match.group())
        done = match.end()
    out.append(_escape(reply[done:]))
    return "".join(out)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _apostrophes_doubled(reply: str, protected: Protected, raws: dict[str, str]) -> str:
    """A lone apostrophe beside ICU syntax would quote it: "l'{name}" has to be "l''{name}".

    Where the source itself writes one in such a place, so may the reply.
    """
    if "'" not in reply:
        return reply
    usual = {_beside(match, raws) for match in _APOSTROPHES.finditer(protected.text)}

    def doubled(match: re.Match[str]) -> str:
        before, after = beside = _beside(match, raws)
        risky = before == "'" or after in _ICU_SYNTAX
        alone = len(match.group()) % 2 == 1
        return match.group() + "'" if alone and risky and beside not in usual else match.group()

    return _APOSTROPHES.sub(doubled, reply)


def _beside(match: re.Match[str], raws: dict[str, str]) -> tuple[str, str]:
    """The characters that will stand before and after a run of apostrophes, "" for none."""
    text = match.string
    before = _MARK_BEFORE.search(text, max(0, match.start() - 10), match.start())
    after = _MARK.match(text, match.end())
    left = raws.get(before.group(), "")[-1:] if before else "x"
    right = raws.get(after.group(), "")[:1] if after else text[match.end() : match.end() + 1]
    return left, right


_APOSTROPHES: Final = re.compile("'+")
_MARK_BEFORE: Final = re.compile(f"{OPEN}/?[0-9]{{1,7}}{CLOSE}\\Z")
_ICU_SYNTAX: Final = frozenset({"{", "}", "#", "<", "'", ""})
