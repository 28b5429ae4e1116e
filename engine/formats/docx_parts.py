"""Which parts of a DOCX file hold text, and what its styles say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.formats.docx_write import Change, splice
from engine.formats.docx_xml import Node, Part, elements, read_part
from engine.formats.docx_zip import Archive, broken, read_member

_CONTENT_TYPES: Final = "[Content_Types].xml"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# The kinds of parts with text, in the order of their units.
_MAIN: Final = (
    f"{_WORD}document.main+xml",
    f"{_WORD}template.main+xml",
    "application/vnd.ms-word.document.macroenabled.main+xml",
    "application/vnd.ms-word.template.macroenabledtemplate.main+xml",
)
_WITH_TEXT: Final = (
    *_MAIN,
    *(f"{_WORD}{kind}+xml" for kind in ("header", "footer", "footnotes", "endnotes", "comments")),
    "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "application/vnd.openxmlformats-officedocument.drawingml.diagramdata+xml",
    "application/vnd.ms-office.drawingml.diagramdrawing+xml",
)
_STYLES: Final = f"{_WORD}styles+xml"
_OTHER_KINDS: Final = {"spreadsheetml": "an Excel workbook", "presentationml": "a presentation"}
_HEADING: Final = re.compile(r"(?:heading \d|title|subtitle)", re.IGNORECASE)
_EAST_ASIAN: Final = frozenset({"ja", "zh", "ko"})


@dataclass(frozen=True, slots=True)
class Directory:
    """The names of the parts with text, in the order of their units, and of the styles."""

    texts: tuple[str, ...]
    styles: str | None


def read_directory(archive: Archive) -> Directory:
    """The parts that matter. Raises EngineError `docx_broken` where there is no main document."""
    if _CONTENT_TYPES not in archive.entries:
        raise broken("it has no list of its parts")
    kinds = _kinds(archive)
    ranked = sorted(
        (_WITH_TEXT.index(kind), _natural(name), name)
        for name, kind in kinds.items()
        if kind in _WITH_TEXT
    )
    if not any(kind in _MAIN for kind in kinds.values()):
        found = (title for sign, title in _OTHER_KINDS.items() if sign in " ".join(kinds.values()))
        raise broken(f"it is {next(found, 'an archive without a document')}")
    styles = next((name for name, kind in kinds.items() if kind == _STYLES), None)
    return Directory(tuple(name for *_, name in ranked), styles)


def load(archive: Archive, name: str) -> Part:
    """A part by name; raises what reading and unpacking raise."""
    return read_part(name, read_member(archive, name))


def heading_styles(archive: Archive, directory: Directory) -> frozenset[str]:
    """The ids of the paragraph styles that make headings, whatever language Word named them in."""
    if directory.styles is None:
        return frozenset()
    found = elements(load(archive, directory.styles), "w:style")
    return frozenset(
        style.attributes.get("w:styleId", "") for style in found if _makes_headings(style)
    )


def is_heading(paragraph: Node, styles: frozenset[str]) -> bool:
    """Tell whether a paragraph is a heading by its style or its own outline level."""
    settings = paragraph.child("w:pPr")
    if settings is None:
        return False
    style = settings.child("w:pStyle")
    return _has_level(settings) or (
        style is not None and style.attributes.get("w:val", "") in styles
    )


def stated_language(part: Part, code: str, *, rtl: bool) -> bytes:
    """The styles with another default language, where they state one.

    Word keeps three: for Latin and the like, for East Asian, and for right-to-left text.
    """
    names = ["val"]
    if code.partition("-")[0] in _EAST_ASIAN:
        names.append("eastAsia")
    if rtl:
        names.append("bidi")
    changes = [
        change
        for defaults in elements(part, "w:docDefaults")
        for node in defaults.walk()
        if node.name == "w:lang"
        for change in _with_attributes(part, node, dict.fromkeys(names, code))
    ]
    return splice(part.xml, changes)


def _with_attributes(part: Part, node: Node, values: dict[str, str]) -> Iterator[Change]:
    tag = part.xml[node.start : node.inner]
    for local, value in values.items():
        name = part.prefixed(node, local).encode()
        found = re.search(rb"\s" + re.escape(name) + rb"\s*=\s*(\"[^\"]*\"|'[^']*')", tag)
        if found is None:
            at = node.start + 1 + len(part.tag_name(node).encode())
            yield Change(at, at, b" " + name + f'="{value}"'.encode())
        elif node.attributes.get(f"w:{local}") != value:
            start, end = (node.start + offset for offset in found.span(1))
            yield Change(start, end, f'"{value}"'.encode())


def _kinds(archive: Archive) -> dict[str, str]:
    """The content type of each part, in lower case."""
    found = elements(load(archive, _CONTENT_TYPES), "ct:Types")
    entries = [child for types in found for child in types.children]
    by_ending = {
        one.attributes.get("Extension", "").lower(): one.attributes.get("ContentType", "").lower()
        for one in entries
        if one.name == "ct:Default"
    }
    by_name = {
        one.attributes.get("PartName", "").lower(): one.attributes.get("ContentType", "").lower()
        for one in entries
        if one.name == "ct:Override"
    }
    return {
        name: by_name.get(f"/{name}".lower()) or by_ending.get(name.rpartition(".")[2].lower(), "")
        for name in archive.entries
    }


def _natural(name: str) -> tuple[str | int, ...]:
    """A key that sorts header2 before header10."""
    return tuple(
        int(part) if index % 2 else part for index, part in enumerate(re.split(r"(\d{1,9})", name))
    )


def _makes_headings(style: Node) -> bool:
    name = style.child("w:name")
    settings = style.child("w:pPr")
    named = name is not None and _HEADING.fullmatch(name.attributes.get("w:val", "")) is not None
    return named or (settings is not None and _has_level(settings))


def _has_level(settings: Node) -> bool:
    level = settings.child("w:outlineLvl")
    return level is not None and level.attributes.get("w:val", "9") in "012345678"
