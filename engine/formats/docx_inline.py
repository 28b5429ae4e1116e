"""The content of a paragraph as texts, atoms and groups: what its unit is made of.

Runs of the same look are one text, however often Word cut them; what looks otherwise, a link or
an inserted passage is a group; whatever is not text is an atom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from engine.formats.docx_fields import Fields, is_machine_made
from engine.formats.docx_xml import Node

_CONTAINERS: Final = frozenset(
    {"w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:dir", "w:bdo"}
)
# Pass by without a trace in the unit: marks of places, proofing and what was deleted.
_MARKERS: Final = frozenset(
    {
        *("w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd"),
        *("w:proofErr", "w:permStart", "w:permEnd", "w:del", "w:moveFrom"),
        *("w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart"),
        *("w:moveToRangeEnd", "w:customXmlInsRangeStart", "w:customXmlInsRangeEnd"),
        *("w:customXmlDelRangeStart", "w:customXmlDelRangeEnd", "w:lastRenderedPageBreak"),
        *("w:delText", "w:delInstrText", "w:annotationRef"),
    }
)
_PROPERTIES: Final = frozenset({"w:pPr", "a:pPr", "a:endParaRPr"})
_CHARACTERS: Final = {"w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"}
_CHOICES: Final = frozenset(
    {"w:dropDownList", "w:comboBox", "w:date", "w:picture", "w:docPartList", "w14:checkbox"}
)
# What says nothing of the look: proofing language and marks, revision ids, renderer hints.
_LOOKLESS: Final = frozenset({"w:lang", "w:noProof", "w:rPrChange", "w:webHidden"})
_LOOKLESS_ATTRIBUTES: Final = frozenset(
    {"w:hint", "lang", "altLang", "dirty", "err", "noProof", "smtClean", "smtId", "bmk"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A node as it stands in a run, or in the paragraph itself where `run` is None."""

    run: Node | None
    node: Node


@dataclass(slots=True)
class Text:
    """Text of one look, with the nodes it is written in; `look` tells looks apart."""

    text: str
    look: str
    pieces: list[Piece]


@dataclass(slots=True)
class Atom:
    """What is kept whole: a tab, a drawing, a field with its result."""

    look: str
    pieces: list[Piece]


@dataclass(slots=True)
class Marker:
    """What stays where it is and is not part of the unit."""

    pieces: list[Piece]


@dataclass(slots=True)
class Group:
    """What stands together: a container element, a field's result, or text of another look.

    A container has a node, a field the pieces around its result, another look neither.
    """

    items: list[Item] = field(default_factory=list)
    node: Node | None = None
    opening: list[Piece] = field(default_factory=list)
    closing: list[Piece] = field(default_factory=list)


Item = Text | Atom | Marker | Group


def read_inline(paragraph: Node, fields: Fields) -> Group:
    """The content of a paragraph; `fields` are those open before it, and then those after it."""
    walk = _Walk(fields)
    walk.content(paragraph)
    root = Group(items=walk.finish())
    _arrange(root)
    return root


def looks(node: Node | None) -> str:
    """Run properties in one spelling, without what says nothing of the look."""
    if node is None:
        return ""
    parts = [
        f"{name}={value}"
        for name, value in sorted(node.attributes.items())
        if name not in _LOOKLESS_ATTRIBUTES
    ]
    children = sorted(looks(child) for child in node.children if child.name not in _LOOKLESS)
    kept = [child for child in children if child]
    if node.name in ("w:rPr", "a:rPr") and not parts and not kept:
        return ""
    return f"<{' '.join([node.name, *parts])}>{''.join(kept)}"


def content_of(container: Node) -> Node:
    """The element of a container that holds its runs."""
    return container.child("w:sdtContent") or container


def properties(run: Node) -> Node | None:
    """The properties of a run."""
    return run.child("w:rPr") or run.child("a:rPr")


class _Walk:
    """Goes through a paragraph once; levels are the groups open at a point."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._levels: list[Group] = [Group()]
        self._hidden: Atom | None = None  # gathers a field that is left alone

    def finish(self) -> list[Item]:
        """The items of the paragraph, once all of it was seen."""
        self._close_fields(1)
        return self._levels[0].items

    def content(self, node: Node) -> None:
        """Take the children of a paragraph or container."""
        for child in node.children:
            if child.name in ("w:r", "a:r"):
                self._run(child)
            elif child.name not in _PROPERTIES:
                self._other(child)

    def _run(self, run: Node) -> None:
        look = looks(properties(run))
        for child in run.children:
            if child.name in ("w:rPr", "a:rPr"):
                continue
            piece = Piece(run, child)
            was_hidden = self._fields.hides()
            event = self._fields.take(child)
            if was_hidden or event:
                self._field_piece(piece, look, event, was_hidden=was_hidden)
            else:
                self._visible(piece, look)

    def _visible(self, piece: Piece, look: str) -> None:
        name = piece.node.name
        if name in ("w:t", "a:t"):
            kept = name == "a:t" or piece.node.attributes.get("xml:space") == "preserve"
            text = piece.node.text if kept else piece.node.text.strip(" \t\r\n")
            self._add(Text(text, look, [piece]))
        elif name in _CHARACTERS:
            self._add(Text(_CHARACTERS[name], look, [piece]))
        elif name in _MARKERS:
            self._add(Marker([piece]))
        else:
            self._add(Atom(look, [piece]))

    def _field_piece(self, piece: Piece, look: str, event: str, *, was_hidden: bool) -> None:
        if event == "end" and not was_hidden:
            self._end_field(piece, look)
            return
        if self._hidden is None:
            self._hidden = Atom(look, [])
            self._add(self._hidden)
        self._hidden.pieces.append(piece)
        if event == "result":
            opening = self._hidden.pieces
            self._levels[-1].items.pop()
            group = Group(opening=opening)
            self._add(group)
            self._levels.append(group)
        if not self._fields.hides():
            self._hidden = None

    def _end_field(self, piece: Piece, look: str) -> None:
        if self._levels[-1].opening:
            self._levels.pop().closing.append(piece)
        else:
            self._add(Atom(look, [piece]))

    def _other(self, node: Node) -> None:
        piece = Piece(None, node)
        if self._fields.hides():
            if self._hidden is None:
                self._hidden = Atom("", [])
                self._add(self._hidden)
            self._fields.pass_over(node)
            self._hidden.pieces.append(piece)
            if not self._fields.hides():
                self._hidden = None
        elif node.name in _MARKERS:
            self._add(Marker([piece]))
        elif _is_container(node):
            self._container(node)
        else:
            self._add(Atom("", [piece]))

    def _container(self, node: Node) -> None:
        group = Group(node=node)
        self._add(group)
        self._levels.append(group)
        depth = len(self._levels)
        self.content(content_of(node))
        self._close_fields(depth)
        self._hidden = None
        self._levels.pop()

    def _close_fields(self, depth: int) -> None:
        """Dissolve fields whose end lies outside what ends here, down to this many levels."""
        while len(self._levels) > depth:
            group = self._levels.pop()
            items = self._levels[-1].items
            items[-1:] = [Atom("", group.opening), *group.items]

    def _add(self, item: Item) -> None:
        self._levels[-1].items.append(item)


def _is_container(node: Node) -> bool:
    if node.name == "w:sdt":
        settings = node.child("w:sdtPr")
        fixed = settings is not None and any(one.name in _CHOICES for one in settings.children)
        return not fixed and node.child("w:sdtContent") is not None
    if node.name == "w:fldSimple":
        return not is_machine_made(node.attributes.get("w:instr", ""))
    return node.name in _CONTAINERS


def _arrange(group: Group) -> None:
    """Join texts of one look and put what looks unlike most of a group into groups of its own."""
    _adopt_spaces(group.items)
    group.items = _joined(group.items)
    for item in group.items:
        if isinstance(item, Group):
            _arrange(item)
    texts = [item for item in group.items if isinstance(item, Text)]
    amounts: dict[str, int] = {}
    for text in texts:
        amounts[text.look] = amounts.get(text.look, 0) + len(text.text.strip())
    if len(amounts) > 1:
        base = max(amounts, key=lambda look: amounts[look])
        group.items = _joined(_grouped(group.items, base))


def _adopt_spaces(items: list[Item]) -> None:
    """Let spaces look like the text before them, else after them, unless they are underlined."""
    texts = [item for item in items if not isinstance(item, Marker)]
    for index, item in enumerate(texts):
        if not isinstance(item, Text) or item.text.strip() or "<w:u " in item.look:
            continue
        for neighbour in (*texts[index - 1 : index], *texts[index + 1 : index + 2]):
            if isinstance(neighbour, Text) and "<w:u " not in neighbour.look:
                item.look = neighbour.look
                break


def _joined(items: list[Item]) -> list[Item]:
    """Neighbouring texts of one look made one; markers between them come after it."""
    joined: list[Item] = []
    last: Text | None = None
    for item in items:
        if isinstance(item, Text) and last is not None and last.look == item.look:
            last.text += item.text
            last.pieces += item.pieces
            continue
        if not isinstance(item, Marker):
            last = item if isinstance(item, Text) else None
        joined.append(item)
    return joined


def _grouped(items: list[Item], base: str) -> list[Item]:
    """The items with texts of another look than the base, and atoms among them, in groups."""
    grouped: list[Item] = []
    for look, run in groupby(items, key=lambda item: _look(item, base)):
        members = list(run)
        ends = [number for number, item in enumerate(members) if isinstance(item, Text)]
        if look == base or look is None or not ends:
            grouped += members
        else:
            first, stop = ends[0], ends[-1] + 1
            grouped += [*members[:first], Group(items=members[first:stop]), *members[stop:]]
    return grouped


def _look(item: Item, base: str) -> str | None:
    if isinstance(item, Text | Atom):
        return item.look
    return base if isinstance(item, Marker) else None
