"""The translatable passages of a part: a paragraph's unit, and what of the paragraph it covers."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.formats.docx_fields import Fields
from engine.formats.docx_inline import Atom, Group, Item, Marker, Text, read_inline
from engine.formats.docx_xml import PARAGRAPHS, Node, Part, each_element, escape
from engine.formats.prose import has_words

_TAG: Final = re.compile(r"</?g[0-9]+>|<x[0-9]+/>")
# Nothing a reader would say aloud: left out of a unit where it stands at its ends.
_SILENT: Final = frozenset(
    {
        *("w:tab", "w:ptab", "w:br", "w:cr", "w:drawing", "w:pict", "w:object", "a:br"),
        *("mc:AlternateContent", "w:footnoteReference", "w:endnoteReference", "w:footnoteRef"),
        *("w:endnoteRef", "w:separator", "w:continuationSeparator", "w:commentReference"),
        *("w:fldChar", "w:instrText"),
    }
)


@dataclass(slots=True)
class Passage:
    """What of a paragraph is the unit: items first to last of `group`, which lies below `root`.

    `groups` and `atoms` are those the text shows as `<gN>` and `<xN/>`, N counted from 1. `prefix`
    and `suffix` are the white space around the text. `mirrors` say the same in older drawing code.
    """

    paragraph: Node
    root: Group
    group: Group
    first: int
    last: int
    text: str = ""
    prefix: str = ""
    suffix: str = ""
    groups: list[Group] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    mirrors: list[Passage] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        """The items the unit covers."""
        return self.group.items[self.first : self.last + 1]

    def plain(self) -> str:
        """The text without tags."""
        text = _TAG.sub("", self.text)
        return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def passages(part: Part) -> list[Passage]:
    """The passages of a part in order; raises what `each_element` raises.

    All trees of one part are held while the list is.
    """
    found: list[Passage] = []
    fields = Fields()
    each_element(part, PARAGRAPHS, lambda node: found.extend(_of_paragraph(node, fields)))
    return found


def _of_paragraph(paragraph: Node, fields: Fields) -> Iterator[Passage]:
    root = read_inline(paragraph, fields)
    passage = _passage(paragraph, root)
    if passage is not None:
        yield passage
    yield from _below(paragraph, Fields())


def _below(node: Node, fields: Fields) -> Iterator[Passage]:
    """The passages of text boxes below a node."""
    for child in node.children:
        if child.name in PARAGRAPHS:
            yield from _of_paragraph(child, fields)
        elif child.name == "mc:AlternateContent":
            yield from _alternatives(child)
        elif child.name not in ("w:del", "w:moveFrom"):
            yield from _below(child, Fields())


def _alternatives(node: Node) -> Iterator[Passage]:
    """The passages of the first alternative; what the others repeat is written along with them."""
    first, *others = node.children or [node]
    main = list(_below(first, Fields()))
    yield from main
    for other in others:
        waiting: dict[str, deque[Passage]] = {}
        for passage in main:
            waiting.setdefault(passage.text, deque()).append(passage)
        for passage in _below(other, Fields()):
            if waiting.get(passage.text):
                waiting[passage.text].popleft().mirrors.append(passage)
            else:
                yield passage


def _passage(paragraph: Node, root: Group) -> Passage | None:
    group, first, last = _core(root)
    passage = Passage(paragraph, root, group, first, last)
    shown = _shown(passage, passage.items)
    if not has_words(_TAG.sub("", shown)):
        return None
    passage.text = shown.strip()
    passage.prefix = shown[: len(shown) - len(shown.lstrip())]
    passage.suffix = shown[len(shown.rstrip()) :]
    return passage


def _core(root: Group) -> tuple[Group, int, int]:
    """The innermost group that holds all that is said, and the first and last item said of it."""
    group = root
    while True:
        said = [index for index, item in enumerate(group.items) if _is_said(item)]
        if not said:
            return group, 0, -1
        first, last = said[0], said[-1]
        inner = group.items[first]
        if first != last or not isinstance(inner, Group):
            return group, first, last
        group = inner


def _is_said(item: Item) -> bool:
    if isinstance(item, Text):
        return bool(item.text.strip())
    if isinstance(item, Atom):
        return any(piece.node.name not in _SILENT for piece in item.pieces)
    return isinstance(item, Group) and any(map(_is_said, item.items))


def _shown(passage: Passage, items: list[Item]) -> str:
    """The unit's text of these items; numbers groups and atoms as it meets them."""
    shown: list[str] = []
    for item in items:
        if isinstance(item, Text):
            shown.append(escape(item.text))
        elif isinstance(item, Atom):
            passage.atoms.append(item)
            shown.append(f"<x{len(passage.atoms)}/>")
        elif isinstance(item, Group):
            passage.groups.append(item)
            number = len(passage.groups)
            shown.append(f"<g{number}>{_shown(passage, item.items)}</g{number}>")
        else:
            assert isinstance(item, Marker)
    return "".join(shown)
