"""Gettext PO catalogues and templates: msgid is source, msgstr is where the target goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from engine.formats.base import Parsed, Skeleton, bounded, wrong_count
from engine.formats.encoding import TextFile
from engine.formats.po_charset import decode_po
from engine.formats.po_header import (
    PluralPlan,
    fields_for,
    header_edits,
    language_of,
    plural_plan,
    utf_8_field,
)
from engine.formats.po_quote import quote
from engine.formats.po_read import PoEntry, entries_of, flags_in
from engine.formats.prose import Edit, splice
from engine.languages import Language
from engine.values import Form, Syntax, Unit

_SINGULAR: Final = "n:plural=one"
_PLURAL: Final = "n:plural=other"
_FUZZY: Final = "fuzzy"
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class _Layout:
    """The text, its header, and the entries in unit order."""

    file: TextFile
    header: PoEntry | None
    entries: tuple[PoEntry, ...]
    newline: str


class PoFormat:
    """Gettext PO. All but a changed msgstr, its fuzzy mark and header fields keeps its bytes."""

    name = "po"
    title = "gettext PO"
    extensions: tuple[str, ...] = (".po", ".pot")
    media_type = "text/x-gettext-translation"

    def read(self, data: bytes, *, source: Language) -> Parsed:  # noqa: ARG002 - the protocol's
        """One unit a message; the header and obsolete messages are none.

        Raises EngineError `po_malformed`, `po_charset_unsupported`, `encoding_invalid`.
        """
        file = decode_po(data)
        found = bounded(entry for entry in entries_of(file.text) if entry.msgid or entry.is_header)
        header = next((entry for entry in found if entry.is_header), None)
        entries = tuple(entry for entry in found if not entry.is_header)
        layout = _Layout(file, header, entries, file.newline)
        units = tuple(_units(entries))
        return Parsed(Skeleton(self.name, data, layout), units, language_of(header))

    def write(
        self,
        parsed: Parsed,
        targets: Mapping[int, tuple[str, ...]],
        *,
        target: Language | None,
    ) -> bytes:
        """The file with msgstr filled, in the order of `engine.plurals.gettext_rule(target)`.

        With a target, messages that get no text are emptied unless the file was in that language
        already. Text its character set has no place for turns the file into UTF-8.
        """
        layout = cast(_Layout, parsed.skeleton.layout)
        file = layout.file
        edits = list(_entry_edits(layout, targets, target))
        fields = {} if target is None else fields_for(layout.header, target)
        try:
            return file.encode(_spliced(layout, edits, fields))
        except UnicodeEncodeError:
            return _spliced(layout, edits, fields | utf_8_field()).encode()


def _units(entries: tuple[PoEntry, ...]) -> Iterator[Unit]:
    seen: dict[str, int] = {}
    for entry in entries:
        key = entry.key
        count = seen[key] = seen.get(key, 0) + 1
        if count > 1:
            key = f"{key}\x04{count}"
        msgid = entry.msgid or ""
        if entry.plural is None:
            forms: tuple[Form, ...] = (Form("", msgid),)
        else:
            forms = (Form(_SINGULAR, msgid), Form(_PLURAL, entry.plural))
        yield Unit(
            key=key,
            syntax=Syntax.CATALOGUE,
            forms=forms,
            context=entry.context or "",
            note="\n".join(entry.notes),
            flags=entry.flags,
            current=tuple([string.text for string in entry.strings]),
        )


def _spliced(layout: _Layout, edits: list[Edit], fields: Mapping[str, str]) -> str:
    text = layout.file.text
    return splice(text, [*header_edits(text, layout.header, fields, layout.newline), *edits])


def _entry_edits(
    layout: _Layout, targets: Mapping[int, tuple[str, ...]], target: Language | None
) -> Iterator[Edit]:
    keeps = target is None or language_of(layout.header) == target.code
    plan = None if target is None else plural_plan(layout.header, target)
    for position, entry in enumerate(layout.entries):
        texts = targets.get(position)
        if texts is None and keeps:
            continue
        current = tuple([string.text for string in entry.strings])
        if texts == current and keeps:
            continue
        wanted = _wanted(entry, texts, len(current), plan)
        if wanted != current:
            yield from _replace(entry, wanted, layout.newline)
            if any(wanted):
                yield from _confirm(layout.file.text, entry)


def _wanted(
    entry: PoEntry,
    texts: tuple[str, ...] | None,
    current: int,
    plan: PluralPlan | None,
) -> tuple[str, ...]:
    """What the msgstr of an entry are to be, in the order of the written rule; None empties them.

    `current` counts those it has. The source's own texts (a message of placeholders alone) are
    dealt out to the target's categories.
    """
    given = written = tuple(map(str, range(current)))
    if entry.plural is not None and plan is not None:
        given, written = plan.given, plan.written
    if texts is None:
        return ("",) * len(written)
    if len(texts) != len(given) and texts == (entry.msgid, entry.plural):
        return tuple(texts[category != "one"] for category in written)
    if len(texts) != len(given):
        raise wrong_count(entry.msgid or "", needed=len(given), given=len(texts))
    by_category = dict(zip(given, texts, strict=True))
    return tuple(by_category[category] for category in written)


def _replace(entry: PoEntry, wanted: tuple[str, ...], newline: str) -> Iterator[Edit]:
    """Edits of the strings that change; of all of them where their number does."""
    if entry.plural is None:
        string = entry.strings[0]
        yield Edit(string.start, string.end, quote(wanted[0], "msgstr", newline))
    elif len(wanted) == len(entry.strings):
        for index, (string, text) in enumerate(zip(entry.strings, wanted, strict=True)):
            if text != string.text:
                yield Edit(string.start, string.end, quote(text, f"msgstr[{index}]", newline))
    else:
        lines = [
            f"msgstr[{index}] {quote(text, f'msgstr[{index}]', newline)}"
            for index, text in enumerate(wanted)
        ]
        yield Edit(entry.strings[0].keyword, entry.strings[-1].end, newline.join(lines))


def _confirm(text: str, entry: PoEntry) -> Iterator[Edit]:
    """Edits that take the fuzzy mark away, with its line where it says nothing else."""
    if _FUZZY not in entry.flags:
        return
    for start, end in entry.flag_spans:
        flags = flags_in(text[start:end])
        kept = [flag for flag in flags if flag != _FUZZY]
        if kept and _FUZZY in flags:
            yield Edit(start, end, f"#, {', '.join(kept)}")
        elif _FUZZY in flags:
            line_end = _LINE_END.match(text, end)
            yield Edit(start, line_end.end() if line_end else end, "")


FORMAT = PoFormat()
