"""Rows of a table made concepts, each fault with its row and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from glossaries.exchange.columns import CONCEPT_FIELDS, TERM_FIELDS, Column, status_of
from glossaries.exchange.tables import Row
from glossaries.values import (
    GENDERS,
    MAX_TERMS,
    PARTS_OF_SPEECH,
    ConceptValues,
    TermValues,
    problems,
    tidied,
)

_YES: Final = frozenset({"1", "yes", "y", "true", "x", "ja", "oui", "on"})
_NO: Final = frozenset({"", "0", "no", "n", "false", "nein", "non", "off"})
_FLAGS: Final = frozenset({"case_sensitive", "exact_form"})
_CHOICES: Final = {"part_of_speech": PARTS_OF_SPEECH, "gender": GENDERS}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row; `column` is its heading, "" where no one column is at fault."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A concept as the file has it: `rows` are those it was made of, `key` is what it calls it."""

    rows: tuple[int, ...]
    values: ConceptValues
    key: str = ""
    problems: tuple[RowProblem, ...] = ()


@dataclass(slots=True)
class _Maker:
    """A concept in the making. `places` says of each term which row and column it is from."""

    key: str = ""
    rows: list[int] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    terms: list[TermValues] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def draft(self, headings: Mapping[str, str]) -> Draft:
        values = tidied(ConceptValues(**self.told, terms=tuple(self.terms)))
        found = list(self.problems)
        for one in problems(values):
            row, column = self.rows[0], headings.get(str(one.path[0]), "")
            if one.path[0] == "terms" and len(one.path) > 1:
                row, column = self.places[int(one.path[1])]
            found.append(RowProblem(row, column, one.message))
        return Draft(tuple(self.rows), values, self.key, tuple(found))


def drafts(
    header: Sequence[str], rows: Iterable[Row], columns: Sequence[Column]
) -> Iterator[Draft]:
    """The concepts of a table: one a row in the wide layout, in the long one those of one key."""
    is_long = any(one.field == "term" and not one.language for one in columns)
    reader = _Reader(header, columns)
    return reader.long(rows) if is_long else reader.wide(rows)


class _Reader:
    def __init__(self, header: Sequence[str], columns: Sequence[Column]) -> None:
        self._columns = [(place, one) for place, one in enumerate(columns) if one.field]
        self._header = header
        self._headings = {one.field: header[place] for place, one in self._columns}

    def wide(self, rows: Iterable[Row]) -> Iterator[Draft]:
        for number, cells in rows:
            made = _Maker(rows=[number])
            self._concept(made, number, cells)
            for place, column in self._columns:
                if not column.language:
                    continue
                text = _cell(cells, place)
                if column.field == "term":
                    self._term(made, number, place, column, text)
                elif text:
                    self._property(made, number, place, column, text)
            yield made.draft(self._headings)

    def _term(self, made: _Maker, number: int, place: int, column: Column, text: str) -> None:
        if text:
            made.terms.append(TermValues(language=column.language, text=text, status=column.status))
            made.places.append((number, self._header[place]))

    def _property(self, made: _Maker, number: int, place: int, column: Column, text: str) -> None:
        """Belongs to the last wording of the language that stands to the left."""
        for position in range(len(made.terms) - 1, -1, -1):
            if made.terms[position].language == column.language:
                value = self._read(made, number, place, text, column.field)
                made.terms[position] = replace(made.terms[position], **{column.field: value})
                return

    def long(self, rows: Iterable[Row]) -> Iterator[Draft]:
        made: dict[str, _Maker] = {}
        for number, cells in rows:
            told = {one.field: (place, _cell(cells, place)) for place, one in self._columns}
            key = told.get("concept", (0, ""))[1] or told.get("external_id", (0, ""))[1]
            one = made.setdefault(key or f"\0{number}", _Maker(key=told.get("concept", (0, ""))[1]))
            one.rows.append(number)
            if len(one.rows) == 1:
                self._concept(one, number, cells)
            if len(one.terms) <= MAX_TERMS:
                self._long_term(one, number, told)
        for one in made.values():
            yield one.draft(self._headings)

    def _long_term(self, made: _Maker, number: int, told: Mapping[str, tuple[int, str]]) -> None:
        place, text = told["term"]
        status = status_of(told["status"][1]) if "status" in told else "preferred"
        if status is None:
            self._fault(made, number, told["status"][0], "Name a status, such as preferred.")
        more = {
            name: self._read(made, number, *told[name], name)
            for name in TERM_FIELDS
            if name in told and told[name][1]
        }
        made.terms.append(
            TermValues(
                language=told["language"][1], text=text, status=status or "preferred", **more
            )
        )
        made.places.append((number, self._header[place]))

    def _concept(self, made: _Maker, number: int, cells: Sequence[str]) -> None:
        for place, column in self._columns:
            if column.language or column.field not in CONCEPT_FIELDS:
                continue
            text = _cell(cells, place)
            if column.field == "do_not_translate":
                made.told[column.field] = self._flag(made, number, place, text)
            else:
                made.told[column.field] = text

    def _read(self, made: _Maker, number: int, place: int, text: str, name: str) -> Any:
        if name in _FLAGS:
            return self._flag(made, number, place, text)
        if name == "forms":
            return parted_forms(text)
        if name in _CHOICES:
            fitting = [one for one in _CHOICES[name] if one.casefold() == text.casefold()]
            if not fitting:
                listed = ", ".join(filter(None, _CHOICES[name]))
                self._fault(made, number, place, f"Choose one of {listed}.")
            return fitting[0] if fitting else ""
        return text

    def _flag(self, made: _Maker, number: int, place: int, text: str) -> bool:
        told = text.strip().casefold()
        if told not in _YES | _NO:
            self._fault(made, number, place, "Write yes or no.")
        return told in _YES

    def _fault(self, made: _Maker, number: int, place: int, message: str) -> None:
        made.problems.append(RowProblem(number, self._header[place], message))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def joined_forms(forms: Iterable[str]) -> str:
    """Declared forms in one cell; `parted_forms` undoes it."""
    return " | ".join(one.replace("\\", "\\\\").replace("|", "\\|") for one in forms)


def parted_forms(cell: str) -> tuple[str, ...]:
    """The forms a cell names, with bars between them; a backslash keeps the next sign as it is."""
    forms = [""]
    signs = iter(cell)
    for sign in signs:
        if sign == "|":
            forms.append("")
        else:
            forms[-1] += next(signs, "") if sign == "\\" else sign
    return tuple(one for one in map(str.strip, forms) if one)
