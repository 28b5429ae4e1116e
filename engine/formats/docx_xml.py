"""The XML of a DOCX part as paragraphs of nodes that know their place in its bytes.

expat is used because it tells where each tag stands; trees are kept for one paragraph at a time,
so that a long document needs no more memory than its longest paragraph.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from engine.errors import EngineError
from engine.formats.docx_zip import broken

MAX_DEPTH: Final = 200
_TAG: Final = re.compile(rb"<(?>[^>\"']+|\"[^\"]*\"|'[^']*')*>")
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})")
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/content-types": "ct",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
PARAGRAPHS: Final = frozenset({"w:p", "a:p"})
_WITH_TEXT: Final = frozenset({"w:t", "a:t", "w:instrText"})


@dataclass(slots=True, eq=False)
class Node:
    """An element: its tag from `start` to `inner`, its content to `outer`, its end tag to `end`.

    Names are given with our own prefixes whatever the file's are. A tag that closes itself has
    inner, outer and end in the same place.
    """

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    outer: int = 0
    end: int = 0
    text: str = ""
    children: list[Node] = field(default_factory=list)

    @property
    def is_empty_tag(self) -> bool:
        """Whether the tag closes itself."""
        return self.inner == self.end

    def child(self, name: str) -> Node | None:
        """The first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Part:
    """A part as UTF-8, and the encoding its file has it in."""

    name: str
    xml: bytes
    codec: str

    def encoded(self, xml: bytes) -> bytes:
        """Changed XML in the part's own encoding."""
        if self.codec == "utf-8":
            return xml
        mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
        text = xml.decode("utf-8")
        return mark.get(self.codec, b"") + text.encode(self.codec, "xmlcharrefreplace")

    def tag_name(self, node: Node) -> str:
        """The name of an element as the file writes it."""
        raw = self.xml[node.start + 1 : node.inner].rstrip(b"/>")
        return raw.split(None, 1)[0].decode("utf-8")

    def prefixed(self, node: Node, local: str) -> str:
        """Another name of the same namespace as the file would write it."""
        prefix, colon, _ = self.tag_name(node).rpartition(":")
        return f"{prefix}{colon}{local}"


def read_part(name: str, data: bytes) -> Part:
    """A part's XML as UTF-8. Raises EngineError `docx_broken` for bytes in no encoding we read."""
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return Part(name, _recoded(name, data[len(mark) :], codec), codec)
    declared = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
    label = declared[1].decode("ascii").lower() if declared else "utf-8"
    if label in ("utf-8", "utf8"):
        return Part(name, data, "utf-8")
    if label not in ("us-ascii", "iso-8859-1"):
        raise broken(f"the part {name} is in the encoding {label}")
    return Part(name, _recoded(name, data, label), label)


def each_element(part: Part, names: frozenset[str], take: Callable[[Node], None]) -> None:
    """Give the outermost elements of these names to `take`, in order; others hang below them.

    Raises EngineError `docx_entities` for a DOCTYPE and `docx_broken`, with line and column, for
    what is no XML, and whatever `take` raises.
    """
    builder = _Builder(part, names, take)
    try:
        builder.parser.Parse(part.xml, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        raise broken(f"the part {part.name} is damaged at {where}") from error


def elements(part: Part, name: str) -> list[Node]:
    """The outermost elements of a name; raises what `each_element` raises."""
    found: list[Node] = []
    each_element(part, frozenset({name}), found.append)
    return found


def escape(text: str) -> str:
    """Text as the content of an element; what XML cannot hold is left out."""
    text = _ILLEGAL.sub("", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=4_096)
def _short(name: str) -> str:
    uri, _, local = name.rpartition("}")
    return f"{_PREFIXES.get(uri, uri)}:{local}" if uri else local


def _recoded(name: str, data: bytes, codec: str) -> bytes:
    try:
        return data.decode(codec).encode()
    except UnicodeDecodeError as error:
        raise broken(f"the part {name} is not valid {codec}") from error


class _Builder:
    """Takes expat's events and builds the wanted elements."""

    def __init__(self, part: Part, wanted: frozenset[str], take: Callable[[Node], None]) -> None:
        self._part = part
        self._wanted = wanted
        self._take = take
        self._open: list[Node] = []
        self._depth = 0
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise EngineError(
            "docx_entities",
            f"The part {self._part.name} of the Word document declares entities, which no Word "
            "document does. The file is refused for safety.",
            kind="malformed",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise broken(f"the part {self._part.name} is nested more than {MAX_DEPTH} deep")
        short = _short(name)
        if not self._open and short not in self._wanted:
            return
        named = {_short(key): value for key, value in attributes.items()}
        start = self.parser.CurrentByteIndex
        tag = _TAG.match(self._part.xml, start)
        if tag is None:
            raise broken(f"the part {self._part.name} is damaged")
        node = Node(short, named, start, tag.end())
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if self._part.xml[node.inner - 2 : node.inner] == b"/>":
            node.outer = node.end = node.inner
        else:
            node.outer = self.parser.CurrentByteIndex
            node.end = self._part.xml.index(b">", node.outer) + 1
        if not self._open:
            self._take(node)

    def _text(self, text: str) -> None:
        if self._open and self._open[-1].name in _WITH_TEXT:
            self._open[-1].text += text
