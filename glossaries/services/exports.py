"""A glossary as a file that can be taken in again, to the last field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from common.errors import Invalid
from glossaries.exchange.columns import CONCEPT_FIELDS, TERM_FIELDS
from glossaries.exchange.rows import joined_forms
from glossaries.exchange.tables import write_csv
from glossaries.queries.concepts import held_in
from glossaries.queries.glossaries import glossary_of
from glossaries.values import ConceptValues, TermValues

_SEPARATORS: Final = {"csv": ",", "tsv": "\t"}
FORMATS: Final = tuple(_SEPARATORS)
_HEADER: Final = ("concept", "language", "term", "status", *TERM_FIELDS, *CONCEPT_FIELDS)
_CHUNK_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """A file and how it is called."""

    name: str
    media_type: str
    chunks: Iterator[bytes]


def export_glossary(*, organization_id: UUID, glossary_id: UUID, kind: str) -> Exported:
    """A glossary as CSV or TSV, a row for each term; raises NotFound, Invalid."""
    if kind not in FORMATS:
        raise Invalid(
            "export_format_unknown",
            f"Choose one of {', '.join(FORMATS)}.",
            detail={"field": "format", "choices": list(FORMATS)},
        )
    glossary = glossary_of(organization_id, glossary_id)
    held = held_in(organization_id, glossary_id)
    media_type = "text/csv" if kind == "csv" else "text/tab-separated-values"
    lines = write_csv(_rows(held), separator=_SEPARATORS[kind])
    return Exported(f"{glossary.name}.{kind}", f"{media_type}; charset=utf-8", _chunks(lines))


def _rows(held: dict[UUID, ConceptValues]) -> Iterator[tuple[str, ...]]:
    yield _HEADER
    for key, concept in held.items():
        about = tuple(_told(getattr(concept, name)) for name in CONCEPT_FIELDS)
        for term in concept.terms:
            yield (str(key), term.language, term.text, term.status, *_properties(term), *about)


def _properties(term: TermValues) -> Iterator[str]:
    for name in TERM_FIELDS:
        value = getattr(term, name)
        yield joined_forms(value) if name == "forms" else _told(value)


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """A mark first: without it spreadsheets take UTF-8 for something else."""
    yield b"\xef\xbb\xbf"
    block: list[str] = []
    for line in lines:
        block.append(line)
        if len(block) == _CHUNK_ROWS:
            yield "".join(block).encode()
            block.clear()
    yield "".join(block).encode()
