"""Pieces of code found in a text, their pairing by nesting, and the marks that stand for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from engine.values import Token, TokenKind

OPEN: Final = "\u27e6"
CLOSE: Final = "\u27e7"

# What never has a closing tag, whether or not it is written with a slash.
_VOID: Final = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    )
)


class Piece(NamedTuple):
    """A stretch of code. `pair` names what opens and closes together, "" for what stands alone.

    A piece of kind "literal" is prose written as code: `text` is what the reader sees of it.
    """

    start: int
    end: int
    kind: TokenKind | Literal["literal"]
    pair: str = ""
    text: str = ""


def tag_piece(start: int, raw: str) -> Piece:
    """The piece a tag makes: opening, closing, or standing alone."""
    end = start + len(raw)
    closing = raw.startswith("</")
    name = raw[2 if closing else 1 :].rstrip(">").split(None, 1)[0].rstrip("/").lower()
    if raw.endswith("/>") or name in _VOID:
        return Piece(start, end, "tag")
    return Piece(start, end, "tag_close" if closing else "tag_open", f"<{name}")


def mark_up(body: str, pieces: Sequence[Piece]) -> tuple[str, tuple[Token, ...]]:
    """The text with marks for its pieces, and the tokens in order of appearance."""
    opener_of = closers(pieces)
    numbers: dict[int, int] = {}
    out: list[str] = []
    tokens: list[Token] = []
    done = 0
    for position, piece in enumerate(pieces):
        out.append(body[done : piece.start])
        done = piece.end
        if piece.kind == "literal":
            out.append(piece.text)
            continue
        if position in opener_of:
            mark = f"{OPEN}/{numbers[opener_of[position]]}{CLOSE}"
        else:
            numbers[position] = len(numbers) + 1
            mark = f"{OPEN}{numbers[position]}{CLOSE}"
        out.append(mark)
        tokens.append(Token(mark, body[piece.start : piece.end], piece.kind))
    out.append(body[done:])
    return "".join(out), tuple(tokens)


def closers(pieces: Sequence[Piece]) -> dict[int, int]:
    """Closing piece to opening piece, by position; what is not properly nested stays alone."""
    opener_of: dict[int, int] = {}
    stack: list[int] = []
    waiting: Counter[str] = Counter()
    for position, piece in enumerate(pieces):
        if piece.kind == "tag_open" and piece.pair:
            stack.append(position)
            waiting[piece.pair] += 1
        elif piece.kind == "tag_close" and waiting[piece.pair]:
            while True:
                opener = stack.pop()
                waiting[pieces[opener].pair] -= 1
                if pieces[opener].pair == piece.pair:
                    break
            opener_of[position] = opener
    return opener_of
