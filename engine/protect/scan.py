"""Finds the code in a text of any syntax but Markdown, which has a module of its own."""

from __future__ import annotations

import re
from typing import Final

from engine.protect.markdown import scan_markdown
from engine.protect.patterns import grammar, known_flags
from engine.protect.pieces import Piece, tag_piece
from engine.values import Syntax, TokenKind

# One look that spares most prose the whole grammar.
_COMMON: Final = r"[{%$@\u27e6\u27e7]|://|www\."
_TRIGGERS: Final = {
    syntax: re.compile(f"{_COMMON}|{more}" if more else _COMMON)
    for syntax, more in {
        Syntax.TEXT: "<",
        Syntax.MARKUP: "[<>&]",
        Syntax.RUNS: "[<>&]",
        Syntax.MARKDOWN: r"[<&\\`*_~\[\]]|\x20\x20\n",
        Syntax.CATALOGUE: r"[<&\\]|:[A-Za-z_]",
        Syntax.ICU: r"[}#<&]|''",
    }.items()
}

_LITERALS: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_KINDS: Final[dict[str, TokenKind]] = {
    "url": "url",
    "email": "email",
    "mark": "escape",
    "comment": "tag",
    "opaque": "placeholder",
    "entity": "escape",
    "bare": "escape",
    "quoted": "escape",
    "argument": "placeholder",
    "brace": "escape",
    "hash": "placeholder",
    "typed": "escape",
    "place": "placeholder",
}
_BRACE_ESCAPES: Final = frozenset({"%%", "{{", "}}"})


def scan(text: str, syntax: Syntax, flags: tuple[str, ...], *, typed: bool = False) -> list[Piece]:
    """The code of a text, in order and without overlap.

    `typed` reads MARKUP and RUNS as the model sees them, entities resolved: so does a gate that
    looks for code in a reply.
    """
    if not _TRIGGERS[syntax].search(text):
        return []
    if syntax is Syntax.MARKDOWN:
        return scan_markdown(text)
    known = known_flags(flags) if syntax is Syntax.CATALOGUE else ()
    return [
        _piece(match)
        for match in grammar(syntax, known, typed=typed).finditer(text)
        if match.lastgroup != "apostrophe"
    ]


def _piece(match: re.Match[str]) -> Piece:
    group = match.lastgroup or ""
    raw = match.group()
    if group in {"tag", "strict"}:
        return tag_piece(match.start(), raw)
    if group == "literal":
        return Piece(match.start(), match.end(), "literal", "", _LITERALS[raw])
    kind = "escape" if group == "place" and raw in _BRACE_ESCAPES else _KINDS[group]
    return Piece(match.start(), match.end(), kind)
