"""The grammar of ICU messages: text into nodes, nodes of one wording back into text.

Apostrophes follow ICU's default mode: one quotes only where `{`, `}` or a live `#` follows, two
are always one. Literal text keeps the spelling it was typed in; an apostrophe is doubled only
where it would otherwise begin to quote what now follows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from engine.errors import EngineError
from engine.forms import Selector, SelectorKind
from engine.plurals import CATEGORIES

MAX_MESSAGE_LENGTH: Final = 100_000
MAX_NESTING: Final = 10
MAX_SWITCHES: Final = 60

KINDS: Final[dict[str, SelectorKind]] = {
    "plural": "plural",
    "selectordinal": "ordinal",
    "select": "select",
}


@dataclass(frozen=True, slots=True)
class Literal:
    """Plain text as typed, in which "''" is one apostrophe."""

    raw: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Text that stood between apostrophes, as it reads."""

    text: str


@dataclass(frozen=True, slots=True)
class Argument:
    """A simple argument with its braces, such as "{name}" or "{when, date, short}"."""

    raw: str


@dataclass(frozen=True, slots=True)
class Number:
    """A `#`: the number of a plural, less its offset."""

    argument: str
    kind: SelectorKind
    offset: int


@dataclass(frozen=True, slots=True)
class Switch:
    """A plural, selectordinal or select with the messages of its values, in order."""

    argument: str
    kind: SelectorKind
    offset: int
    options: tuple[tuple[str, tuple[Node, ...]], ...]

    def option(self, value: str) -> tuple[Node, ...]:
        """The message of a value; of the nearest category where it has none of its own."""
        options = dict(self.options)
        for key in (value, _EXPLICIT_CATEGORIES.get(value, "other"), "other"):
            if key in options:
                return options[key]
        raise KeyError(value)


LeafNode = Literal | Quoted | Argument | Number
Node = LeafNode | Switch

_EXPLICIT_CATEGORIES: Final = {"=0": "zero", "=1": "one", "=2": "two"}

_SPACE: Final = re.compile(r"[\s\u200e\u200f]*")
_NAME: Final = re.compile(r"[^\s\u200e\u200f{},'#:=/<>\"|]+")
_KEY: Final = re.compile(rf"=-?[0-9]{{1,9}}(?:\.[0-9]{{1,9}})?|{_NAME.pattern}")
_OFFSET: Final = re.compile(r"offset:[\s\u200e\u200f]*([0-9]{1,9})")
_PLAIN: Final = re.compile(r"[^'{}#]+")
_QUOTED: Final = re.compile(r"'((?:[^']|'')*)(?:'|\Z)")
_STYLE: Final = re.compile(r"[^'{}]+|'[^']*(?:'|\Z)|[{}]")
_APOSTROPHES: Final = re.compile(r"''|'|[^']+")
_SWITCH: Final = re.compile(
    rf"\{{\s*{_NAME.pattern}\s*,\s*(?:plural|selectordinal|select)\s*,", re.ASCII
)


def looks_like_message(text: str) -> bool:
    """Whether a plural or select seems to begin somewhere, quoted or not; cheap."""
    return _SWITCH.search(text) is not None


def parse_message(text: str) -> tuple[Node, ...]:
    """The nodes of a message; raises EngineError `icu_invalid` with the position."""
    return _Reader(text).whole(None)


def parse_leaf(text: str, innermost: Selector | None) -> tuple[LeafNode, ...]:
    """The nodes of one wording inside `innermost`, in which no plural or select may stand."""
    leaf: list[LeafNode] = []
    within = Switch(innermost.argument, innermost.kind, 0, ()) if innermost else None
    for node in _Reader(text).whole(within):
        if isinstance(node, Switch):
            raise EngineError(
                "icu_invalid",
                f"A wording of an ICU message holds a {node.kind} of its own; "
                "it may only use simple arguments.",
                detail={"argument": node.argument},
            )
        leaf.append(node)
    return tuple(leaf)


def print_leaf(leaf: tuple[LeafNode, ...], innermost: Selector | None) -> str:
    """One wording as ICU text that is safe inside the braces of `innermost`.

    Raises EngineError `icu_unsupported` for the number of an offset plural that is not innermost.
    """
    counts = innermost is not None and innermost.kind != "select"
    pieces: list[str] = []
    following = "}" if innermost else ""
    # Backwards, because what an apostrophe means hangs on what follows it.
    for node in reversed(_settled(leaf, counts=counts)):
        match node:
            case Quoted(text):
                piece = "'" + text.replace("'", "''") + "'"
            case Argument(raw):
                piece = raw
            case Number():
                piece = _print_number(node, innermost)
            case Literal(raw):
                piece = _print_literal(raw, following, "{}'#" if counts else "{}'")
        pieces.append(piece)
        following = piece[:1]
    return "".join(reversed(pieces))


def _settled(leaf: tuple[LeafNode, ...], *, counts: bool) -> list[LeafNode]:
    """The nodes with `#` quoted just where it would count, and no quotation touching another."""
    settled: list[LeafNode] = []
    for node in leaf:
        for part in _requoted(node, counts=counts):
            last = settled[-1] if settled else None
            if isinstance(last, Quoted) and isinstance(part, Quoted):
                settled[-1] = Quoted(last.text + part.text)
            elif isinstance(last, Quoted) and isinstance(part, Literal):
                rest = part.raw.lstrip("'")
                apostrophes = len(_APOSTROPHES.findall(part.raw[: len(part.raw) - len(rest)]))
                settled[-1] = Quoted(last.text + "'" * apostrophes)
                settled.extend([Literal(rest)] if rest else [])
            else:
                settled.append(part)
    return settled


def _requoted(node: LeafNode, *, counts: bool) -> Iterator[LeafNode]:
    if isinstance(node, Literal) and counts:
        for piece in re.split("(#)", node.raw):
            if piece:
                yield Quoted(piece) if piece == "#" else Literal(piece)
    elif isinstance(node, Quoted) and not counts:
        start = len(re.split("[{}]", node.text, maxsplit=1)[0])
        if start:
            yield Literal(node.text[:start].replace("'", "''"))
        if start < len(node.text):
            yield Quoted(node.text[start:])
    else:
        yield node


def _print_number(number: Number, innermost: Selector | None) -> str:
    if innermost and (innermost.argument, innermost.kind) == (number.argument, number.kind):
        return "#"
    if number.offset:
        raise EngineError(
            "icu_unsupported",
            f"The ICU message uses the # of “{number.argument}”, which has an offset, inside "
            "another plural or select; put that plural innermost.",
            detail={"argument": number.argument},
        )
    return f"{{{number.argument}, number}}"


def _print_literal(raw: str, following: str, special: str) -> str:
    pieces = _APOSTROPHES.findall(raw)
    after = [piece[0] for piece in pieces[1:]] + [following or " "]
    return "".join(
        "''" if piece == "'" and next_char in special else piece
        for piece, next_char in zip(pieces, after, strict=True)
    )


class _Reader:
    """One pass over a message; nesting and switches are bounded."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.switches = 0

    def whole(self, within: Switch | None) -> tuple[Node, ...]:
        if len(self.text) > MAX_MESSAGE_LENGTH:
            self._fail(f"it is longer than {MAX_MESSAGE_LENGTH} characters")
        nodes = self._message(within)
        if self.position < len(self.text):
            self._fail("this closing brace has no opening one")
        return nodes

    def _message(self, within: Switch | None) -> tuple[Node, ...]:
        """Nodes up to an unmatched closing brace or the end."""
        counted = within if within and within.kind != "select" else None
        nodes: list[Node] = []
        literal: list[str] = []
        while (char := self.text[self.position : self.position + 1]) not in ("}", ""):
            node: Node
            if char == "{":
                node = self._argument()
            elif char == "#" and counted:
                self.position += 1
                node = Number(counted.argument, counted.kind, counted.offset)
            elif char == "'" and self._quotes(counted is not None):
                node = Quoted(self._match(_QUOTED, 1).replace("''", "'"))
            else:
                literal.append(self._literal(char))
                continue
            if literal:
                nodes.append(Literal("".join(literal)))
                literal.clear()
            nodes.append(node)
        return (*nodes, Literal("".join(literal))) if literal else tuple(nodes)

    def _quotes(self, counts: bool) -> bool:
        after = self.text[self.position + 1 : self.position + 2]
        return after in ("{", "}") or (counts and after == "#")

    def _literal(self, char: str) -> str:
        if plain := self._match(_PLAIN, 0):
            return plain
        literal = "''" if self.text.startswith("''", self.position) else char
        self.position += len(literal)
        return literal

    def _argument(self) -> Argument | Switch:
        start = self.position
        self.position += 1
        self._match(_SPACE, 0)
        name = self._match(_NAME, 0) or self._fail("an argument name was expected")
        self._match(_SPACE, 0)
        if not self._skip("}"):
            self._skip(",") or self._fail("a comma or closing brace was expected")
            self._match(_SPACE, 0)
            kind = self._match(_NAME, 0) or self._fail("an argument type was expected")
            self._match(_SPACE, 0)
            if kind in KINDS:
                return self._switch(name, KINDS[kind])
            self._style()
        return Argument(self.text[start : self.position])

    def _style(self) -> None:
        """Skip the style of a simple argument and its closing brace."""
        if self._skip("}"):
            return
        self._skip(",") or self._fail("a comma or closing brace was expected")
        depth = 1
        while piece := self._match(_STYLE, 0):
            depth += (piece == "{") - (piece == "}")
            if not depth:
                return
        self._fail("a closing brace was expected")

    def _switch(self, name: str, kind: SelectorKind) -> Switch:
        self.switches += 1
        self.depth += 1
        if self.depth > MAX_NESTING or self.switches > MAX_SWITCHES:
            self._fail("it has too many plurals and selects")
        self._skip(",") or self._fail("a comma was expected")
        self._match(_SPACE, 0)
        offset = int(self._match(_OFFSET, 1) or 0) if kind != "select" else 0
        outer = Switch(name, kind, offset, ())
        options: dict[str, tuple[Node, ...]] = {}
        self._match(_SPACE, 0)
        while not self._skip("}"):
            key = self._key(kind, options)
            self._match(_SPACE, 0)
            self._skip("{") or self._fail("an opening brace was expected")
            options[key] = self._message(outer)
            self._skip("}") or self._fail("a closing brace was expected")
            self._match(_SPACE, 0)
        if "other" not in options:
            self._fail(f"“{name}” has no “other”", self.position - 1)
        self.depth -= 1
        return Switch(name, kind, offset, tuple(options.items()))

    def _key(self, kind: SelectorKind, options: dict[str, tuple[Node, ...]]) -> str:
        start = self.position
        key = self._match(_KEY, 0)
        if not key or (kind == "select" and key.startswith("=")):
            self._fail("a selector or closing brace was expected", start)
        if key in options:
            self._fail(f"“{key}” is there twice", start)
        if kind != "select" and key not in CATEGORIES and not key.startswith("="):
            self._fail(f"“{key}” is not a plural category", start)
        return key

    def _match(self, pattern: re.Pattern[str], group: int) -> str:
        """Take what a pattern matches here; "" where it does not."""
        match = pattern.match(self.text, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match[group]

    def _skip(self, expected: str) -> bool:
        found = self.text.startswith(expected, self.position)
        self.position += found
        return found

    def _fail(self, reason: str, position: int | None = None) -> NoReturn:
        place = (self.position if position is None else position) + 1
        raise EngineError(
            "icu_invalid",
            f"The ICU message is malformed at character {place}: {reason}.",
            detail={"position": place, "reason": reason},
        )
