"""Concepts and terms written to their tables, few or a hundred thousand, in two statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.services import Actor
from common.bulk import laid_out
from common.ids import uuid7_texts
from glossaries.values import PREFERRED, ConceptValues, TermValues, searched

# What an index takes, however much a folded text grew.
MAX_FOLDED_CHARS: Final = 400

_CONCEPTS: Final = {
    "id": "uuid",
    "definition": "text",
    "subject": "text",
    "note": "text",
    "do_not_translate": "bool",
    "external_id": "text",
    "sort": "text",
}
_TERMS: Final = {
    "id": "uuid",
    "concept_id": "uuid",
    "position": "int",
    "language": "text",
    "text": "text",
    "folded": "text",
    "status": "text",
    "part_of_speech": "text",
    "gender": "text",
    "case_sensitive": "bool",
    "exact_form": "bool",
    "forms": "text[]",
    "example": "text",
}
_INSERT_CONCEPTS: Final = """
insert into glossaries_concept (organization_id, glossary_id, {columns},
   version, created_at, updated_at, updated_by, updated_by_key)
select %s, %s, {columns}, 1, %s, %s, %s, %s from {source}
"""
_INSERT_TERMS: Final = """
insert into glossaries_term (organization_id, glossary_id, {columns})
select %s, %s, {columns} from {source}
"""


def insert_concepts(
    actor: Actor, glossary_id: UUID, concepts: Sequence[ConceptValues], *, now: datetime
) -> list[str]:
    """Stores concepts that have no problems and returns their ids as text, in order."""
    ids = uuid7_texts(len(concepts))
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, _CONCEPTS, _concept_rows(ids, concepts))
        insert = _INSERT_CONCEPTS.format(columns=", ".join(_CONCEPTS), source=source)
        who = actor.user_id, actor.api_key_id
        cursor.execute(insert, [actor.organization_id, glossary_id, now, now, *who, *values])
    insert_terms(actor.organization_id, glossary_id, list(zip(ids, concepts, strict=True)))
    return ids


def insert_terms(
    organization_id: UUID, glossary_id: UUID, concepts: Sequence[tuple[str, ConceptValues]]
) -> None:
    """Stores the terms of concepts by their ids."""
    ids = iter(uuid7_texts(sum(len(concept.terms) for _, concept in concepts)))
    with connection.cursor() as cursor:
        source, values = laid_out(cursor, _TERMS, _term_rows(ids, concepts))
        insert = _INSERT_TERMS.format(columns=", ".join(_TERMS), source=source)
        cursor.execute(insert, [organization_id, glossary_id, *values])


def sort_key(concept: ConceptValues) -> str:
    """What lists are ordered by: the first preferred term, else the first."""
    first = next((one for one in concept.terms if one.status == PREFERRED), concept.terms[0])
    return searched(first.text)[:MAX_FOLDED_CHARS]


def _concept_rows(
    ids: Sequence[str], concepts: Sequence[ConceptValues]
) -> Iterator[tuple[object, ...]]:
    for key, one in zip(ids, concepts, strict=True):
        told = one.definition, one.subject, one.note, one.do_not_translate, one.external_id
        yield key, *told, sort_key(one)


def _term_rows(
    ids: Iterator[str], concepts: Sequence[tuple[str, ConceptValues]]
) -> Iterator[tuple[object, ...]]:
    for concept_id, concept in concepts:
        for position, term in enumerate(concept.terms):
            yield next(ids), concept_id, position, *_term_cells(term)


def _term_cells(term: TermValues) -> tuple[Any, ...]:
    return (
        term.language,
        term.text,
        searched(term.text)[:MAX_FOLDED_CHARS],
        term.status,
        term.part_of_speech,
        term.gender,
        term.case_sensitive,
        term.exact_form,
        list(term.forms),
        term.example,
    )
