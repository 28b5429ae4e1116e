"""HTML: blocks of running text, titles and spoken attributes, spliced into the original bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.formats.base import Parsed, Skeleton, bounded
from engine.formats.encoding import TextFile
from engine.formats.html_charset import decode, encode
from engine.formats.html_pieces import find_pieces
from engine.formats.html_text import Piece, write_piece
from engine.formats.html_tokens import Token
from engine.formats.prose import TEMPLATE, Edit, Keys, splice
from engine.languages import Language
from engine.values import Form, Unit


@dataclass(frozen=True, slots=True)
class HtmlLayout:
    """The file, its pieces in unit order, and the tags that state language, direction."""

    file: TextFile
    pieces: tuple[Piece, ...]
    html: Token | None
    body: Token | None


class HtmlFormat:
    """HTML pages and fragments, templates among them."""

    name = "html"
    title = "HTML"
    extensions: tuple[str, ...] = (".html", ".htm", ".xhtml")
    media_type = "text/html"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """Units of a page.

        Raises EngineError `encoding_invalid`, `html_too_deep`, `document_too_large`.
        """
        file = decode(data)
        found = find_pieces(file.text)
        layout = HtmlLayout(file, found.pieces, found.html, found.body)
        return Parsed(Skeleton(self.name, data, layout), units_of(found.pieces, Keys()))

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The page with new texts, and with its language and direction stated for a target."""
        layout = parsed.skeleton.layout
        if not isinstance(layout, HtmlLayout):
            raise TypeError("This skeleton was not read from HTML.")
        chosen = {index: forms[0] for index, forms in targets.items()}
        edits = edits_of(layout.file.text, layout.pieces, chosen)
        if target is not None:
            edits += _statements(layout, target)
        if not edits:
            return parsed.skeleton.data
        return encode(layout.file, splice(layout.file.text, edits))


def units_of(pieces: Iterable[Piece], keys: Keys) -> tuple[Unit, ...]:
    """One unit a piece. Raises EngineError `document_too_large`."""
    return bounded(
        Unit(
            key=keys.key(piece.place, piece.text),
            syntax=piece.syntax,
            forms=(Form("", piece.text),),
            segmented=True,
            note=piece.note,
        )
        for piece in pieces
    )


def edits_of(text: str, pieces: tuple[Piece, ...], targets: Mapping[int, str]) -> list[Edit]:
    """The edits that put new texts, by position of their piece, in place; they do not overlap.

    A tag inside a run may hold an attribute that changes too: the run's edit then takes it along.
    """
    edits: list[Edit] = []
    inner: list[Edit] = []  # those of attributes not yet claimed by a run, the earliest last
    for index in sorted(targets, reverse=True):  # attributes before the runs they stand in
        piece, new = pieces[index], targets[index]
        if new == piece.text:
            continue
        within: list[Edit] = []
        while piece.quote is None and inner and inner[-1].end <= piece.end:
            within.append(inner.pop())
        edit = Edit(piece.start, piece.end, write_piece(text, piece, new, within))
        (edits if piece.quote is None else inner).append(edit)
    return edits + inner


def _statements(layout: HtmlLayout, target: Language) -> list[Edit]:
    """The edits that state the target's language, and its direction where another is in force."""
    edits: list[Edit] = []
    if layout.html is not None:
        edits += _stated(layout, layout.html, "lang", target.code, insert=True)
        edits += _stated(layout, layout.html, "xml:lang", target.code)
        turned = target.direction == "rtl"
        edits += _stated(layout, layout.html, "dir", target.direction, insert=turned)
    if layout.body is not None:
        edits += _stated(layout, layout.body, "dir", target.direction)
    return edits


def _stated(
    layout: HtmlLayout, token: Token, name: str, value: str, *, insert: bool = False
) -> list[Edit]:
    """The edit that gives an attribute a value, if any; template code and dir="auto" stay."""
    found = next((one for one in token.attributes if one.name == name), None)
    if found is None:
        after_name = token.start + 1 + len(token.name)
        if not insert or TEMPLATE.search(layout.file.text, after_name, token.end):
            return []
        return [Edit(after_name, after_name, f' {name}="{value}"')]
    stated = layout.file.text[found.value_start : found.value_end]
    if TEMPLATE.search(stated) or stated.lower() in (value.lower(), "auto"):
        return []
    if found.quote:
        return [Edit(found.value_start, found.value_end, value)]
    return [Edit(found.start, found.end, f'{name}="{value}"')]


FORMAT = HtmlFormat()
