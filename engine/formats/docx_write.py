"""A new text for a passage: the changes to the bytes of its part.

Where the text keeps groups and atoms in their order, only the text inside `w:t` changes. Where
it moves them, the passage is put together anew from the runs, containers and atoms it has.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.formats.docx_inline import (
    Atom,
    Group,
    Item,
    Marker,
    Piece,
    Text,
    content_of,
    properties,
)
from engine.formats.docx_passages import Passage
from engine.formats.docx_xml import Node, Part, escape

_TAG: Final = re.compile(r"<(?P<closes>/?)g(?P<group>[0-9]{1,6})>|<x(?P<atom>[0-9]{1,6})/>")
_ESCAPED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_TEXT_NODES: Final = frozenset({"w:t", "a:t"})
# Redone by Word; not worth a place in a passage put together anew.
_PASSING: Final = frozenset({"w:proofErr", "w:lastRenderedPageBreak"})


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes start to end of a part become `new`."""

    start: int
    end: int
    new: bytes


@dataclass(slots=True)
class Wanted:
    """What a new text asks for: texts, numbers of atoms, and groups of them."""

    number: int = 0
    items: list[str | int | Wanted] = field(default_factory=list)


def splice(data: bytes, changes: Iterable[Change], start: int = 0, end: int | None = None) -> bytes:
    """The bytes from start to end with the changes inside them made; they must not overlap."""
    pieces: list[bytes] = []
    position = start
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        pieces += (data[position : change.start], change.new)
        position = change.end
    pieces.append(data[position : len(data) if end is None else end])
    return b"".join(pieces)


def write_passage(
    part: Part, passage: Passage, new: str, inside: list[Change]
) -> tuple[list[Change], list[Change]]:
    """The changes for a new text, and those of `inside` (made in the same paragraph) still to make.

    A passage put together anew takes the changes inside it along.
    """
    wanted = _wanted(passage, f"{passage.prefix}{new}{passage.suffix}")
    pairs = _pairs(passage, passage.items, wanted)
    if pairs is not None:
        texts = (_rewritten(part, text, text_new) for text, text_new in pairs)
        return [change for changes in texts for change in changes], inside
    return _Assembly(part, passage, inside).changes(wanted)


def _wanted(passage: Passage, new: str) -> Wanted:
    """The new text as a tree; tags that the passage does not have or that lack a partner go."""
    stack = [Wanted()]
    position = 0
    for match in _TAG.finditer(new):
        _say(stack[-1], new[position : match.start()])
        position = match.end()
        number = int(match["group"] or match["atom"])
        if match["atom"]:
            if 0 < number <= len(passage.atoms):
                stack[-1].items.append(number)
        elif match["closes"]:
            if any(one.number == number for one in stack[1:]):
                while stack.pop().number != number:
                    pass
        elif 0 < number <= len(passage.groups):
            group = Wanted(number)
            stack[-1].items.append(group)
            stack.append(group)
    _say(stack[-1], new[position:])
    return stack[0]


def _say(wanted: Wanted, raw: str) -> None:
    text = re.sub("&(?:lt|gt|amp);", lambda match: _ESCAPED[match[0]], raw)
    if text and wanted.items and isinstance(wanted.items[-1], str):
        wanted.items[-1] += text
    elif text:
        wanted.items.append(text)


def _pairs(passage: Passage, items: list[Item], wanted: Wanted) -> list[tuple[Text, str]] | None:
    """Each text with its new words, or None where the order or a place for words is not there."""
    found: list[tuple[Text, str]] = []
    waiting = deque(item for item in items if not isinstance(item, Marker))
    for asked in wanted.items:
        head = waiting.popleft() if waiting else None
        if isinstance(head, Text):
            found.append((head, asked if isinstance(asked, str) else ""))
            if isinstance(asked, str):
                continue
            head = waiting.popleft() if waiting else None
        if isinstance(asked, int) and head is passage.atoms[asked - 1]:
            continue
        group = passage.groups[asked.number - 1] if isinstance(asked, Wanted) else None
        if group is None or head is not group or not isinstance(asked, Wanted):
            return None
        inner = _pairs(passage, group.items, asked)
        if inner is None:
            return None
        found += inner
    rest = [(item, "") for item in waiting if isinstance(item, Text)]
    found += rest
    placed = all(not new or _text_nodes(text) for text, new in found)
    return found if placed and len(rest) == len(waiting) else None


def _text_nodes(text: Text) -> list[Node]:
    return [piece.node for piece in text.pieces if piece.node.name in _TEXT_NODES]


def _rewritten(part: Part, text: Text, new: str) -> Iterator[Change]:
    """The new words in the first text node; the others are emptied, special hyphens go."""
    if new == text.text:
        return
    # Spaces that count as part of a text may stand in a run of another look; words may not.
    first = max(_text_nodes(text), key=lambda node: bool(node.text.strip()), default=None)
    for piece in text.pieces:
        node = piece.node
        if node is first:
            yield from _filled(part, node, new)
        elif node.name not in _TEXT_NODES:
            yield Change(node.start, node.end, b"")
        elif node.inner < node.outer:
            yield Change(node.inner, node.outer, b"")


def _filled(part: Part, node: Node, new: str) -> Iterator[Change]:
    if node.is_empty_tag:
        yield Change(node.start, node.end, _text_xml(part, node, new))
        return
    space = node.attributes.get("xml:space")
    if node.name == "w:t" and new != new.strip() and space != "preserve":
        if space is None:
            at = node.start + 1 + len(part.tag_name(node).encode())
            yield Change(at, at, b' xml:space="preserve"')
        else:
            yield Change(node.start, node.inner, _opening(part.tag_name(node), spaced=True))
    yield Change(node.inner, node.outer, escape(new).encode())


def _opening(name: str, *, spaced: bool) -> bytes:
    return f'<{name} xml:space="preserve">'.encode() if spaced else f"<{name}>".encode()


def _text_xml(part: Part, node: Node, text: str) -> bytes:
    """A text element for a run, or in place of a text node, which names the namespace."""
    name = part.prefixed(node, "t")
    spaced = node.name.startswith("w:") and text != text.strip()
    return _opening(name, spaced=spaced) + f"{escape(text)}</{name}>".encode()


class _Assembly:
    """Puts a passage together anew, each part of it from its original bytes."""

    def __init__(self, part: Part, passage: Passage, inside: list[Change]) -> None:
        self._part = part
        self._passage = passage
        self._inside = sorted(inside, key=lambda change: change.start)
        self._starts = [change.start for change in self._inside]
        self._used: set[int] = set()  # ids of atoms and containers written

    def changes(self, wanted: Wanted) -> tuple[list[Change], list[Change]]:
        """One change for the whole passage, and the changes that lie outside it."""
        (start, opens), (stop, closes) = self._ends()
        markers = [piece for piece in _markers(self._passage.root) if start <= _at(piece) < stop]
        early = [piece for piece in markers if piece.node.name.endswith("Start")]
        late = [piece for piece in markers if not piece.node.name.endswith("Start")]
        run = self._base_run(self._passage.group, None)
        body = b"".join(
            (
                self._closing(opens) if opens else b"",
                self._pieces(early),
                self._written(wanted, self._passage.group, run),
                self._left_over(),
                self._pieces(late),
                self._shell(closes) if closes else b"",
            )
        )
        rest = [
            one
            for one in self._inside
            if one.start < start or one.end > stop or one.end == start or one.start == stop
        ]
        return [Change(start, stop, body)], rest

    def _ends(self) -> tuple[tuple[int, Node | None], tuple[int, Node | None]]:
        """Where the passage begins and ends, each with the run it cuts through, if it does."""
        items = self._passage.items
        first, last = _edge(items[0], 0), _edge(items[-1], -1)
        start, opens = first.node.start, first.run
        if first.run is not None and _content(first.run)[0] is first.node:
            start, opens = first.run.start, None
        stop, closes = last.node.end, last.run
        if last.run is not None and last.run.children[-1] is last.node:
            stop, closes = last.run.end, None
        return (start, opens), (stop, closes)

    def _written(self, wanted: Wanted, source: Group, run: Node | None) -> bytes:
        run = self._base_run(source, run)
        written: list[bytes] = []
        for asked in wanted.items:
            if isinstance(asked, str):
                written.append(self._run(run, asked))
            elif isinstance(asked, int):
                written.append(self._atom(self._passage.atoms[asked - 1]))
            else:
                group = self._passage.groups[asked.number - 1]
                written.append(self._group(asked, group, run))
        return b"".join(written)

    def _group(self, wanted: Wanted, group: Group, run: Node | None) -> bytes:
        if id(group) in self._used:
            return self._written(wanted, group, run)
        self._used.add(id(group))
        content = self._written(wanted, group, run)
        if group.node is not None:
            inner = content_of(group.node)
            opening = self._raw(group.node.start, inner.inner)
            return opening + content + self._raw(inner.outer, group.node.end)
        return self._pieces(group.opening) + content + self._pieces(group.closing)

    def _atom(self, atom: Atom) -> bytes:
        if id(atom) in self._used:
            return b""
        self._used.add(id(atom))
        return self._pieces(atom.pieces)

    def _left_over(self) -> bytes:
        """Atoms the new text forgot: a footnote or a field must not vanish from the document."""
        return b"".join(self._atom(atom) for atom in self._passage.atoms)

    def _run(self, run: Node | None, text: str) -> bytes:
        if run is None:
            return b""
        return self._shell(run) + _text_xml(self._part, run, text) + self._closing(run)

    def _pieces(self, pieces: Iterable[Piece]) -> bytes:
        """Nodes each in a run like their own; those that pass by are dropped."""
        written: list[bytes] = []
        run: Node | None = None
        for piece in (piece for piece in pieces if piece.node.name not in _PASSING):
            if piece.run is not run:
                written.append(self._closing(run) if run is not None else b"")
                written.append(self._shell(piece.run) if piece.run is not None else b"")
                run = piece.run
            written.append(self._raw(piece.node.start, piece.node.end))
        written.append(self._closing(run) if run is not None else b"")
        return b"".join(written)

    def _shell(self, run: Node) -> bytes:
        """A run's start tag and properties."""
        own = properties(run)
        return self._raw(run.start, own.end if own is not None else run.inner)

    def _closing(self, run: Node) -> bytes:
        return f"</{self._part.tag_name(run)}>".encode()

    def _raw(self, start: int, end: int) -> bytes:
        """Original bytes with the changes inside; what is inserted at the start is not inside."""
        within = slice(bisect_left(self._starts, start), bisect_right(self._starts, end))
        own = [
            one
            for one in self._inside[within]
            if one.end <= end and (one.start, one.end) != (start, start)
        ]
        return splice(self._part.xml, own, start, end)

    def _base_run(self, group: Group, outer: Node | None) -> Node | None:
        """The run that gives a group's own text its look."""
        for item in group.items:
            if isinstance(item, Text):
                spoken = (piece.run for piece in item.pieces if piece.node.text.strip())
                return next(spoken, item.pieces[0].run)
        if outer is not None:
            return outer
        inner = (item for item in group.items if isinstance(item, Group))
        return next((run for one in inner if (run := self._base_run(one, None))), None)


def _content(run: Node) -> list[Node]:
    return [child for child in run.children if child.name not in ("w:rPr", "a:rPr")]


def _edge(item: Item, end: int) -> Piece:
    """The first (0) or last (-1) piece of an item."""
    if not isinstance(item, Group):
        return item.pieces[end]
    if item.node is not None:
        return Piece(None, item.node)
    around = item.closing if end else item.opening
    return around[end] if around else _edge(item.items[end], end)


def _at(piece: Piece) -> int:
    return piece.node.start


def _markers(group: Group) -> Iterator[Piece]:
    for item in group.items:
        if isinstance(item, Marker):
            yield from item.pieces
        elif isinstance(item, Group):
            yield from _markers(item)
