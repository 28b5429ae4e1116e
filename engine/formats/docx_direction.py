"""What states the direction of a paragraph and its runs, changed to the target's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.formats.docx_inline import Group, Text
from engine.formats.docx_write import Change
from engine.formats.docx_xml import Node, Part

# What stands after the element in its parent by the schema; it is put before the first of these.
_AFTER: Final = {
    "w:bidi": frozenset(
        f"w:{name}"
        for name in (
            *("adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing"),
            *("mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment"),
            *("textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange"),
        )
    ),
    "w:rtl": frozenset(
        f"w:{name}"
        for name in ("cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
    ),
}


def turned(part: Part, paragraph: Node, root: Group, *, rtl: bool) -> Iterator[Change]:
    """The changes that give a paragraph and its runs with text a direction, where it differs."""
    if paragraph.name == "a:p":
        yield from _drawing(part, paragraph, rtl=rtl)
        return
    yield from _stated(part, paragraph, "w:pPr", "w:bidi", wanted=rtl)
    for run in {id(run): run for run in _runs(root)}.values():
        yield from _stated(part, run, "w:rPr", "w:rtl", wanted=rtl)


def _runs(group: Group) -> Iterator[Node]:
    for item in group.items:
        if isinstance(item, Group):
            yield from _runs(item)
        elif isinstance(item, Text):
            yield from (piece.run for piece in item.pieces if piece.run is not None)


def _stated(part: Part, owner: Node, holder: str, name: str, *, wanted: bool) -> Iterator[Change]:
    """The change to one on-off element in the properties of a paragraph or run."""
    settings = owner.child(holder)
    found = settings.child(name) if settings is not None else None
    is_on = found is not None and found.attributes.get("w:val", "1") not in ("0", "false", "off")
    if is_on == wanted:
        return
    tag = part.prefixed(owner, name.removeprefix("w:"))
    if not wanted and found is not None:
        off = f'<{tag} {part.prefixed(owner, "val")}="0"/>'.encode()
        yield Change(found.start, found.end, off)
    elif found is not None:
        yield Change(found.start, found.end, f"<{tag}/>".encode())
    elif settings is None or settings.is_empty_tag:
        around = part.prefixed(owner, holder.removeprefix("w:"))
        new = f"<{around}><{tag}/></{around}>".encode()
        start, end = (settings.start, settings.end) if settings else (owner.inner, owner.inner)
        yield Change(start, end, new)
    else:
        after = _AFTER[name]
        rest = (one for one in settings.children if one.name in after or one.name[:2] != "w:")
        at = next((one.start for one in rest), settings.outer)
        yield Change(at, at, f"<{tag}/>".encode())


def _drawing(part: Part, paragraph: Node, *, rtl: bool) -> Iterator[Change]:
    settings = paragraph.child("a:pPr")
    stated = settings.attributes.get("rtl") if settings is not None else None
    if (stated in ("1", "true")) == rtl:
        return
    value = b'rtl="1"' if rtl else b'rtl="0"'
    if settings is None:
        tag = part.prefixed(paragraph, "pPr").encode()
        yield Change(paragraph.inner, paragraph.inner, b"<" + tag + b" " + value + b"/>")
    elif stated is None:
        at = settings.start + 1 + len(part.tag_name(settings).encode())
        yield Change(at, at, b" " + value)
    else:
        found = re.search(rb"\brtl\s*=\s*(?:\"[^\"]*\"|'[^']*')", part.xml[settings.start :])
        if found is not None:
            yield Change(settings.start + found.start(), settings.start + found.end(), value)
