"""Concepts made, changed, deleted and restored. Every change raises the glossary's version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts.services import Actor
from accounts.tenancy import organization_scope
from billing.queries import concept_limit
from common.errors import Conflict, Invalid, NotFound, OverAllowance
from glossaries.models import Concept, ConceptVersion, Glossary, Term
from glossaries.queries.concepts import values_of
from glossaries.services.glossaries import locked, record
from glossaries.services.rows import insert_concepts, insert_terms, sort_key
from glossaries.values import (
    STATUSES,
    ConceptValues,
    Problem,
    as_json,
    from_json,
    known_language,
    pointed,
    problems,
    tidied,
)

MAX_ACTED_ON: Final = 500
_FULL: Final = """
select coalesce(sum(concepts), 0) from glossaries_glossary where organization_id = %s
"""


def create_concept(
    *, actor: Actor, glossary_id: UUID, values: ConceptValues, now: datetime | None = None
) -> UUID:
    """Stores a concept and returns its id; raises Invalid, Conflict, NotFound, OverAllowance."""
    moment = now or timezone.now()
    wanted = _sound(values)
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        require_room(actor.organization_id, 1)
        _require_free(glossary, wanted.external_id)
        [made] = insert_concepts(actor, glossary_id, [wanted], now=moment)
        touch(glossary, added=1, now=moment)
        record(actor, "concept.create", glossary_id, detail={"concept": made}, now=moment)
    return UUID(made)


def change_concept(
    *,
    actor: Actor,
    glossary_id: UUID,
    concept_id: UUID,
    version: int,
    values: ConceptValues,
    now: datetime | None = None,
) -> None:
    """Puts `values` in place of what version `version` held.

    Raises Conflict with both versions where somebody else was quicker; Invalid, NotFound.
    """
    moment = now or timezone.now()
    wanted = _sound(values)
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        concept = _concept(glossary, concept_id)
        held = values_of(concept)
        if concept.version != version:
            raise _outdated(concept, held, wanted, version)
        if wanted.external_id != concept.external_id:
            _require_free(glossary, wanted.external_id)
        if _replace(actor, concept, held, wanted, moment):
            touch(glossary, now=moment)
            detail = {"concept": str(concept_id)}
            record(actor, "concept.change", glossary_id, detail=detail, now=moment)


def put_concept(
    *,
    actor: Actor,
    glossary_id: UUID,
    external_id: str,
    values: ConceptValues,
    now: datetime | None = None,
) -> tuple[UUID, bool]:
    """Makes the concept of that external id, or makes it hold `values`; its id, whether it is new.

    Raises Invalid, NotFound, OverAllowance.
    """
    moment = now or timezone.now()
    wanted = _sound(_called(values, external_id))
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        there = Concept.objects.filter(
            organization_id=actor.organization_id,
            glossary_id=glossary_id,
            external_id=wanted.external_id,
        ).first()
        if there is None:
            require_room(actor.organization_id, 1)
            [made] = insert_concepts(actor, glossary_id, [wanted], now=moment)
            touch(glossary, added=1, now=moment)
            record(actor, "concept.create", glossary_id, detail={"concept": made}, now=moment)
            return UUID(made), True
        if _replace(actor, there, values_of(there), wanted, moment):
            touch(glossary, now=moment)
            detail = {"concept": str(there.pk)}
            record(actor, "concept.change", glossary_id, detail=detail, now=moment)
        return there.pk, False


def restore_concept(
    *,
    actor: Actor,
    glossary_id: UUID,
    concept_id: UUID,
    number: int,
    now: datetime | None = None,
) -> None:
    """Makes a concept hold what its version `number` held; raises NotFound, Conflict.

    What it holds now becomes a version of its history, so that nothing is lost.
    """
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        concept = _concept(glossary, concept_id)
        if number == concept.version:
            return
        version = ConceptVersion.objects.filter(
            organization_id=actor.organization_id, concept_id=concept_id, number=number
        ).first()
        if version is None:
            raise NotFound("version_not_found", "The concept has no such version.")
        wanted = from_json(version.held)
        if wanted.external_id != concept.external_id:
            _require_free(glossary, wanted.external_id)
        if _replace(actor, concept, values_of(concept), wanted, moment):
            touch(glossary, now=moment)
            detail: dict[str, int | str | None] = {"concept": str(concept_id), "version": number}
            record(actor, "concept.restore", glossary_id, detail=detail, now=moment)


def delete_concepts(
    *, actor: Actor, glossary_id: UUID, concept_ids: Sequence[UUID], now: datetime | None = None
) -> int:
    """Removes those of the concepts that are there, with their history; how many."""
    moment = now or timezone.now()
    _require_few(concept_ids)
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from glossaries_concept"
                " where organization_id = %s and glossary_id = %s and id = any(%s)",
                [actor.organization_id, glossary_id, list(concept_ids)],
            )
            gone = int(cursor.rowcount)
        if gone:
            touch(glossary, added=-gone, now=moment)
            record(actor, "concept.delete", glossary_id, detail={"concepts": gone}, now=moment)
    return gone


def set_status(
    *,
    actor: Actor,
    glossary_id: UUID,
    concept_ids: Sequence[UUID],
    language: str,
    status: str,
    now: datetime | None = None,
) -> int:
    """Gives the terms of one language in several concepts a status; how many concepts changed.

    All or nothing: raises Invalid where that would leave a concept with two preferred terms.
    """
    moment = now or timezone.now()
    _require_few(concept_ids)
    if not known_language(language):
        raise Invalid(
            "term_language_unknown",
            "Name the language whose terms get the status, such as de or pt-BR.",
            detail={"field": "language"},
        )
    if status not in STATUSES:
        raise Invalid(
            "status_unknown",
            f"Choose one of {', '.join(STATUSES)}.",
            detail={"field": "status", "choices": list(STATUSES)},
        )
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        changed = 0
        for concept in _those(glossary, concept_ids).order_by("pk"):
            held = values_of(concept)
            wanted = _sound(_with_status(held, language, status))
            changed += _replace(actor, concept, held, wanted, moment)
        if changed:
            touch(glossary, now=moment)
            detail = {"concepts": changed}
            record(actor, "concept.change", glossary_id, detail=detail, now=moment)
    return changed


def touch(glossary: Glossary, *, added: int = 0, now: datetime) -> None:
    """Raises a locked glossary's version and corrects its count."""
    glossary.concepts += added
    glossary.version += 1
    glossary.updated_at = now
    glossary.save(update_fields=["concepts", "version", "updated_at"])


def require_room(organization_id: UUID, wanted: int) -> None:
    """Raises OverAllowance where the plan has no room for so many concepts more."""
    most = concept_limit(organization_id)
    with connection.cursor() as cursor:
        cursor.execute(_FULL, [organization_id])
        there = int(cursor.fetchone()[0])
    if there + wanted > most:
        raise OverAllowance(
            "concepts_full",
            f"Your plan holds {most:,} concepts; there are {there:,}, and {wanted:,} more do not"
            " fit. Delete some first.",
            detail={"most": most, "there": there, "wanted": wanted},
        )


def refused(found: Sequence[Problem]) -> Invalid:
    """The refusal of a concept with these problems, each with its place."""
    first = found[0]
    return Invalid(
        "concept_invalid",
        first.message if len(found) == 1 else f"{first.message} There is more; see detail.errors.",
        detail={"errors": pointed(found)},
    )


def _sound(values: ConceptValues) -> ConceptValues:
    wanted = tidied(values)
    found = problems(wanted)
    if found:
        raise refused(found)
    return wanted


def _called(values: ConceptValues, external_id: str) -> ConceptValues:
    if not external_id.strip():
        raise refused([Problem(("external_id",), "Name the concept by an id of yours.")])
    return replace(values, external_id=external_id)


def _with_status(held: ConceptValues, language: str, status: str) -> ConceptValues:
    terms = tuple(
        replace(one, status=status) if one.language == language else one for one in held.terms
    )
    return replace(held, terms=terms)


def _replace(
    actor: Actor, concept: Concept, held: ConceptValues, wanted: ConceptValues, now: datetime
) -> bool:
    """Makes a concept hold `wanted` and keeps what it held; whether that is anything else."""
    if held == wanted:
        return False
    organization_id = concept.organization_id
    ConceptVersion.objects.create(
        organization_id=organization_id,
        concept_id=concept.pk,
        number=concept.version,
        held=as_json(held),
        at=concept.updated_at,
        user_id=concept.updated_by,
        api_key_id=concept.updated_by_key,
    )
    for name in ("definition", "subject", "note", "do_not_translate", "external_id"):
        setattr(concept, name, getattr(wanted, name))
    concept.sort = sort_key(wanted)
    concept.version += 1
    concept.updated_at = now
    concept.updated_by, concept.updated_by_key = actor.user_id, actor.api_key_id
    concept.save()
    if held.terms != wanted.terms:
        Term.objects.filter(organization_id=organization_id, concept_id=concept.pk).delete()
        insert_terms(organization_id, concept.glossary_id, [(str(concept.pk), wanted)])
    return True


def _concept(glossary: Glossary, concept_id: UUID) -> Concept:
    found: Concept | None = _those(glossary, [concept_id]).first()
    if found is None:
        raise NotFound("concept_not_found", "There is no such concept in this glossary.")
    return found


def _those(glossary: Glossary, concept_ids: Sequence[UUID]) -> Any:
    return Concept.objects.filter(
        organization_id=glossary.organization_id, glossary_id=glossary.pk, pk__in=concept_ids
    )


def _require_few(concept_ids: Sequence[UUID]) -> None:
    if not 0 < len(concept_ids) <= MAX_ACTED_ON:
        raise Invalid(
            "concepts_too_many",
            f"Name 1 to {MAX_ACTED_ON} concepts at once.",
            detail={"most": MAX_ACTED_ON},
        )


def _require_free(glossary: Glossary, external_id: str) -> None:
    mine = Concept.objects.filter(organization_id=glossary.organization_id, glossary_id=glossary.pk)
    if external_id and mine.filter(external_id=external_id).exists():
        raise Conflict(
            "external_id_taken",
            "Another concept of this glossary has this external id: change that one instead.",
            detail={"field": "external_id"},
        )


def _outdated(
    concept: Concept, held: ConceptValues, wanted: ConceptValues, version: int
) -> Conflict:
    return Conflict(
        "concept_changed",
        "Somebody changed this concept since you read it. Compare the two, then save yours again.",
        detail={
            "version": concept.version,
            "yours_was": version,
            "theirs": as_json(held),
            "yours": as_json(wanted),
        },
    )
