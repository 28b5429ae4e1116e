"""Concepts of a glossary: listed, searched, one with its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from accounts.tenancy import organization_scope
from common.errors import NotFound
from glossaries.models import Concept, ConceptVersion, Term
from glossaries.values import ConceptValues, TermValues, from_json, searched

# Where the next page begins: what the list is ordered by.
Place = tuple[str, UUID]
_SHARED: Final = (
    *("language", "text", "status", "part_of_speech", "gender"),
    *("case_sensitive", "exact_form", "example"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptRow:
    """A concept with its terms."""

    id: UUID
    glossary_id: UUID
    version: int
    values: ConceptValues
    sort: str
    created_at: datetime
    updated_at: datetime
    updated_by: UUID | None
    updated_by_key: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which concepts to list: a text in any term, and terms of a language with a status."""

    text: str = ""
    language: str = ""
    status: str = ""
    do_not_translate: bool | None = None
    duplicates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """What a concept held; `user_id` and `api_key_id` say who had written it."""

    number: int
    values: ConceptValues
    at: datetime
    user_id: UUID | None
    api_key_id: UUID | None


def concepts_of(
    organization_id: UUID,
    glossary_id: UUID,
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int,
) -> list[ConceptRow]:
    """Concepts by their first term, those after a place."""
    with organization_scope(organization_id):
        mine = _narrowed(organization_id, glossary_id, wanted)
        if after is not None:
            sort, key = after
            mine = mine.filter(Q(sort__gt=sort) | Q(sort=sort, pk__gt=key))
        return _rows(organization_id, list(mine.order_by("sort", "pk")[:limit]))


def concept_of(organization_id: UUID, glossary_id: UUID, concept_id: UUID) -> ConceptRow:
    """One concept; raises NotFound."""
    with organization_scope(organization_id):
        found = Concept.objects.filter(
            organization_id=organization_id, glossary_id=glossary_id, pk=concept_id
        )
        rows = _rows(organization_id, list(found))
    if not rows:
        raise NotFound("concept_not_found", "There is no such concept in this glossary.")
    return rows[0]


def held_in(organization_id: UUID, glossary_id: UUID) -> dict[UUID, ConceptValues]:
    """Everything a glossary holds, by concept, in the order of its list."""
    with organization_scope(organization_id):
        mine = Concept.objects.filter(organization_id=organization_id, glossary_id=glossary_id)
        terms = Term.objects.filter(organization_id=organization_id, glossary_id=glossary_id)
        found: dict[UUID, list[TermValues]] = defaultdict(list)
        names = (*_SHARED, "forms")
        for key, *values in terms.order_by("concept_id", "position").values_list(
            "concept_id", *names
        ):
            told = dict(zip(names, values, strict=True))
            found[key].append(TermValues(**told | {"forms": tuple(told["forms"])}))
        return {
            key: ConceptValues(
                definition=definition,
                subject=subject,
                note=note,
                do_not_translate=keep,
                external_id=external_id,
                terms=tuple(found.get(key, ())),
            )
            for key, definition, subject, note, keep, external_id in mine.order_by(
                "sort", "id"
            ).values_list("id", "definition", "subject", "note", "do_not_translate", "external_id")
        }


def glossary_of_concept(organization_id: UUID, concept_id: UUID) -> UUID:
    """The glossary a concept stands in; raises NotFound."""
    with organization_scope(organization_id):
        mine = Concept.objects.filter(organization_id=organization_id, pk=concept_id)
        found: UUID | None = mine.values_list("glossary_id", flat=True).first()
    if found is None:
        raise NotFound("concept_not_found", "There is no such concept any more.")
    return found


def versions_of(organization_id: UUID, concept: ConceptRow) -> list[VersionRow]:
    """What a concept holds and has held, newest first, at most 200."""
    with organization_scope(organization_id):
        past = ConceptVersion.objects.filter(
            organization_id=organization_id, concept_id=concept.id
        ).order_by("-number")[:199]
        held = [
            VersionRow(
                number=one.number,
                values=from_json(one.held),
                at=one.at,
                user_id=one.user_id,
                api_key_id=one.api_key_id,
            )
            for one in past
        ]
    now = VersionRow(
        number=concept.version,
        values=concept.values,
        at=concept.updated_at,
        user_id=concept.updated_by,
        api_key_id=concept.updated_by_key,
    )
    return [now, *held]


def languages_of(organization_id: UUID, glossary_id: UUID) -> list[str]:
    """The languages a glossary has terms in, those first that most concepts have."""
    with organization_scope(organization_id):
        terms = Term.objects.filter(organization_id=organization_id, glossary_id=glossary_id)
        counted = terms.values_list("language").annotate(count=Count("concept_id", distinct=True))
        return [language for language, _ in counted.order_by("-count", "language")]


def values_of(concept: Concept) -> ConceptValues:
    """What a concept holds now. In the organization's scope."""
    [row] = _rows(concept.organization_id, [concept])
    return row.values


def _narrowed(organization_id: UUID, glossary_id: UUID, wanted: Wanted) -> Any:
    mine = Concept.objects.filter(organization_id=organization_id, glossary_id=glossary_id)
    terms = Term.objects.filter(
        organization_id=organization_id, glossary_id=glossary_id, concept_id=OuterRef("pk")
    )
    narrow: dict[str, Any] = {}
    if wanted.text:
        narrow["folded__contains"] = searched(" ".join(wanted.text.split()))
    if wanted.language:
        narrow["language"] = wanted.language
    if wanted.status:
        narrow["status"] = wanted.status
    if narrow:
        mine = mine.filter(Exists(terms.filter(**narrow)))
    if wanted.do_not_translate is not None:
        mine = mine.filter(do_not_translate=wanted.do_not_translate)
    if wanted.duplicates:
        twins = Term.objects.filter(
            organization_id=organization_id,
            glossary_id=glossary_id,
            language=OuterRef("language"),
            folded=OuterRef("folded"),
        ).exclude(concept_id=OuterRef("concept_id"))
        mine = mine.filter(Exists(terms.filter(Exists(twins))))
    return mine


def _rows(organization_id: UUID, concepts: Sequence[Concept]) -> list[ConceptRow]:
    by_concept = _terms_of(organization_id, [one.pk for one in concepts])
    return [
        ConceptRow(
            id=one.pk,
            glossary_id=one.glossary_id,
            version=one.version,
            values=ConceptValues(
                definition=one.definition,
                subject=one.subject,
                note=one.note,
                do_not_translate=one.do_not_translate,
                external_id=one.external_id,
                terms=tuple(by_concept[one.pk]),
            ),
            sort=one.sort,
            created_at=one.created_at,
            updated_at=one.updated_at,
            updated_by=one.updated_by,
            updated_by_key=one.updated_by_key,
        )
        for one in concepts
    ]


def _terms_of(
    organization_id: UUID, concept_ids: Iterable[UUID]
) -> Mapping[UUID, list[TermValues]]:
    found: defaultdict[UUID, list[TermValues]] = defaultdict(list)
    terms = Term.objects.filter(organization_id=organization_id, concept_id__in=concept_ids)
    for one in terms.order_by("concept_id", "position"):
        shared = {name: getattr(one, name) for name in _SHARED}
        found[one.concept_id].append(TermValues(**shared, forms=tuple(one.forms)))
    return found
