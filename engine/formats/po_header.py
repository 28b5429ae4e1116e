"""The header of a PO file: reading its fields and changing a few of them in place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from engine.errors import EngineError
from engine.formats.po_quote import quote_lines
from engine.formats.po_read import PoEntry, pieces_of, unquote
from engine.formats.prose import Edit, splice
from engine.languages import Language, find_target
from engine.plurals import SAMPLE, GettextRule, Rule, gettext_rule, parse_rule

_UTF_8: Final = "text/plain; charset=UTF-8"
_PLACEHOLDER_CHARSET: Final = re.compile(r"charset=CHARSET\b")
_NEW_HEADER: Final = "MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"


@dataclass(frozen=True, slots=True)
class PluralPlan:
    """How plurals are written.

    `given` are the categories our texts come in; `written` holds, by msgstr index, the category of
    the text that goes there. `keeps_rule` says that the file's own rule stands.
    """

    given: tuple[str, ...]
    written: tuple[str, ...]
    keeps_rule: bool


def field_of(header: PoEntry | None, name: str) -> str:
    """A field's value, "" where it is missing."""
    found = _field(name).search(header.strings[0].text) if header else None
    return found["value"].strip() if found else ""


def language_of(header: PoEntry | None) -> str:
    """The code of the language a header names, "" where it names none of ours exactly."""
    try:
        return find_target(field_of(header, "Language")).code
    except EngineError:
        return ""


def plural_plan(header: PoEntry | None, target: Language) -> PluralPlan:
    """How plurals are written once the file is in a language.

    A catalogue that is in this language already keeps its rule, whatever CLDR says, because the
    messages that are not written now follow it. So does one whose rule comes to the same.
    """
    ours = gettext_rule(target)
    theirs = _rule_of(header)
    if theirs is not None and _is_same(theirs, ours):
        return PluralPlan(ours.categories, ours.categories, keeps_rule=True)
    if theirs is not None and language_of(header) == target.code:
        written = tuple(_nearest(index, theirs, ours) for index in range(theirs.nplurals))
        return PluralPlan(ours.categories, written, keeps_rule=True)
    return PluralPlan(ours.categories, ours.categories, keeps_rule=False)


def fields_for(header: PoEntry | None, target: Language) -> dict[str, str]:
    """The fields that must change for a file to be in a language; none where it says so already."""
    fields = {}
    if language_of(header) != target.code:
        fields["Language"] = target.code.replace("-", "_")
    if not plural_plan(header, target).keeps_rule:
        fields["Plural-Forms"] = gettext_rule(target).header
    if _PLACEHOLDER_CHARSET.search(field_of(header, "Content-Type")):
        fields["Content-Type"] = _UTF_8
    return fields


def utf_8_field() -> dict[str, str]:
    """The field that says a file is in UTF-8."""
    return {"Content-Type": _UTF_8}


def header_edits(
    text: str, header: PoEntry | None, fields: Mapping[str, str], newline: str
) -> list[Edit]:
    """Edits that give a header these fields; a file without a header gets one at its start.

    Only the quoted strings that hold a changed field are written anew; missing fields come last.
    """
    if not fields:
        return []
    if header is None:
        strings = quote_lines(_NEW_HEADER + _lines(fields), newline)
        return [Edit(0, 0, f'msgid ""{newline}msgstr ""{newline}{strings}{newline}{newline}')]
    place = header.strings[0]
    pieces = pieces_of(text, place.start, place.end)
    if not place.text:
        new = newline.join(['""', quote_lines(_lines(fields), newline)])
        return [Edit(place.start, place.end, new)]
    edges = [0, *accumulate(len(unquote(text[start:end])) for start, end in pieces)]
    edits = []
    for first, last, changes in _by_pieces(_changes(place.text, fields), edges):
        new = splice(place.text, changes, edges[first], edges[last + 1])
        edits.append(Edit(pieces[first][0], pieces[last][1], quote_lines(new, newline)))
    return edits


def _changes(content: str, fields: Mapping[str, str]) -> list[Edit]:
    """What changes in the text of a header, in order."""
    changes = []
    missing = {}
    for name, value in fields.items():
        found = _field(name).search(content)
        if found:
            changes.append(Edit(*found.span("value"), f" {value}"))
        else:
            missing[name] = value
    if missing:
        gap = "" if content.endswith("\n") else "\n"
        changes.append(Edit(len(content), len(content), gap + _lines(missing)))
    return sorted(changes, key=lambda change: change.start)


def _by_pieces(changes: list[Edit], edges: list[int]) -> list[tuple[int, int, list[Edit]]]:
    """The changes by the runs of quoted strings they touch: first and last string, changes."""
    runs: list[tuple[int, int, list[Edit]]] = []
    for change in changes:
        first = _piece_at(change.start, edges)
        last = max(first, _piece_at(change.end - 1, edges))
        if runs and first <= runs[-1][1]:
            earlier, reach, joined = runs.pop()
            runs.append((earlier, max(reach, last), [*joined, change]))
        else:
            runs.append((first, last, [change]))
    return runs


def _piece_at(position: int, edges: list[int]) -> int:
    return min(bisect_right(edges, position) - 1, len(edges) - 2)


def _field(name: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(name)}:(?P<value>[^\n]*)", re.MULTILINE | re.IGNORECASE)


def _lines(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _rule_of(header: PoEntry | None) -> Rule | None:
    """The rule a header gives; None where it is missing, a template's or broken."""
    try:
        return parse_rule(field_of(header, "Plural-Forms"))
    except EngineError:
        return None


def _is_same(theirs: Rule, ours: GettextRule) -> bool:
    return theirs.nplurals == ours.nplurals and all(theirs(n) == ours.rule(n) for n in SAMPLE)


def _nearest(index: int, theirs: Rule, ours: GettextRule) -> str:
    """The category of ours that most numbers of their form have."""
    counted = Counter(ours.category(n) for n in SAMPLE if theirs(n) == index)
    return counted.most_common(1)[0][0] if counted else ours.categories[-1]
