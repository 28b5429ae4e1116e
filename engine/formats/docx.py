"""Word documents: text spliced into the XML of the parts that change, all else byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.formats.base import Parsed, Skeleton, bounded
from engine.formats.docx_direction import turned
from engine.formats.docx_parts import (
    Directory,
    heading_styles,
    is_heading,
    load,
    read_directory,
    stated_language,
)
from engine.formats.docx_passages import Passage, passages
from engine.formats.docx_write import Change, splice, write_passage
from engine.formats.docx_xml import Part
from engine.formats.docx_zip import Archive, open_archive, write_archive
from engine.formats.prose import Keys, note_from
from engine.languages import Language
from engine.values import Form, Syntax, Unit


@dataclass(frozen=True, slots=True)
class DocxLayout:
    """The archive and its parts. `counts` is the number of units of each part with text.

    The parts are parsed again to be written: their trees are many times their size.
    """

    archive: Archive
    directory: Directory
    counts: tuple[int, ...]


class DocxFormat:
    """Word documents: text, tables, headers, footers, notes, comments, text boxes, charts."""

    name = "docx"
    title = "Word document"
    extensions: tuple[str, ...] = (".docx",)
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """One unit a paragraph with words.

        Raises EngineError `docx_broken`, `docx_encrypted`, `docx_entities`, `docx_too_large` and
        `document_too_large`.
        """
        archive = open_archive(data)
        directory = read_directory(archive)
        styles = heading_styles(archive, directory)
        keys = Keys()
        counts: list[int] = []

        def units() -> Iterator[Unit]:
            for name in directory.texts:
                counts.append(0)
                for unit in _units(load(archive, name), styles, keys):
                    counts[-1] += 1
                    yield unit

        found = bounded(units())
        layout = DocxLayout(archive, directory, tuple(counts))
        return Parsed(Skeleton(self.name, data, layout), found)

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The document with new texts; for a target also its default language, and direction."""
        layout = parsed.skeleton.layout
        if not isinstance(layout, DocxLayout):
            raise TypeError("This skeleton was not read from a Word document.")
        archive = layout.archive
        changed: dict[str, bytes] = {}
        first = 0
        for name, count in zip(layout.directory.texts, layout.counts, strict=True):
            texts = {
                index - first: targets[index][0]
                for index in range(first, first + count)
                if index in targets
            }
            first += count
            if texts:
                part = load(archive, name)
                _keep(changed, part, _written(part, texts, target))
        if target is not None and layout.directory.styles is not None:
            styles = load(archive, layout.directory.styles)
            rtl = target.direction == "rtl"
            _keep(changed, styles, stated_language(styles, target.code, rtl=rtl))
        return write_archive(archive, changed)


def _units(part: Part, styles: frozenset[str], keys: Keys) -> Iterator[Unit]:
    place = PurePosixPath(part.name).stem
    note = ""
    for passage in passages(part):
        yield Unit(
            key=keys.key(place, passage.text),
            syntax=Syntax.RUNS,
            forms=(Form("", passage.text),),
            segmented=True,
            note=note,
        )
        if is_heading(passage.paragraph, styles):
            note = note_from(passage.plain())


def _written(part: Part, texts: Mapping[int, str], target: Language | None) -> bytes:
    """A part with new texts by the number of their unit in it."""
    asked = [
        (one, texts[number])
        for number, passage in enumerate(passages(part))
        if number in texts
        for one in (passage, *passage.mirrors)
    ]
    done: list[Change] = []  # the earliest last; those inside a paragraph come before it
    for passage, new in sorted(asked, key=_start, reverse=True):
        inside: list[Change] = []
        while done and done[-1].end <= passage.paragraph.end:
            inside.append(done.pop())
        if target is not None:
            rtl = target.direction == "rtl"
            inside += turned(part, passage.paragraph, passage.root, rtl=rtl)
        if new != passage.text:
            made, inside = write_passage(part, passage, new, inside)
            inside += made
        done += sorted(inside, key=lambda change: (change.start, change.end), reverse=True)
    return splice(part.xml, done)


def _start(asked: tuple[Passage, str]) -> int:
    return asked[0].paragraph.start


def _keep(changed: dict[str, bytes], part: Part, xml: bytes) -> None:
    if xml != part.xml:
        changed[part.name] = part.encoded(xml)


FORMAT = DocxFormat()
