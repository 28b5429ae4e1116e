"""Concepts and terms written to their tables, few or a hundred thousand, in two statements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from accounts.services import Actor
from common.bulk import laid_out
from common.ids import uuid7_texts
from glossaries.values import PREFERRED, ConceptValues, TermValues, as_json, searched

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
_KEEP_PAST: Final = """
insert into glossaries_conceptversion
  (organization_id, id, concept_id, number, held, at, user_id, api_key_id)
select c.organization_id, u.version_id, c.id, c.version, u.held::jsonb, c.updated_at, c.updated_by,
       c.updated_by_key
  from (select * from {source}) u join glossaries_concept c on c.id = u.concept_id
 where c.organization_id = %s
"""
_UPDATE_CONCEPTS: Final = """
update glossaries_concept c
   set definition = u.definition, subject = u.subject, note = u.note,
       do_not_translate = u.do_not_translate, external_id = u.external_id, sort = u.sort,
       version = c.version + 1, updated_at = %s, updated_by = %s, updated_by_key = %s
  from (select * from {source}) u
 where c.id = u.id and c.organization_id = %s
"""
_DELETE_TERMS: Final = """
delete from glossaries_term where organization_id = %s and concept_id = any(%s::uuid[])
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


def replace_concepts(
    actor: Actor,
    glossary_id: UUID,
    changes: Sequence[tuple[UUID, ConceptValues, ConceptValues]],
    *,
    now: datetime,
) -> None:
    """Makes concepts of a locked glossary hold something else: id, what it holds, what it shall.

    What they held becomes history, as with every change.
    """
    ids = [str(key) for key, _, _ in changes]
    versions = uuid7_texts(len(changes))
    past = [
        (version, key, json.dumps(as_json(held), ensure_ascii=False))
        for version, key, (_, held, _) in zip(versions, ids, changes, strict=True)
    ]
    wanted = [one for _, _, one in changes]
    with connection.cursor() as cursor:
        source, values = laid_out(
            cursor, {"version_id": "uuid", "concept_id": "uuid", "held": "text"}, past
        )
        cursor.execute(_KEEP_PAST.format(source=source), [*values, actor.organization_id])
        source, values = laid_out(cursor, _CONCEPTS, _concept_rows(ids, wanted))
        who = actor.user_id, actor.api_key_id
        cursor.execute(
            _UPDATE_CONCEPTS.format(source=source), [now, *who, *values, actor.organization_id]
        )
        cursor.execute(_DELETE_TERMS, [actor.organization_id, ids])
    insert_terms(actor.organization_id, glossary_id, list(zip(ids, wanted, strict=True)))


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
