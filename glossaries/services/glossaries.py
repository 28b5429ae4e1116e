"""Glossaries made, renamed and deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common import storage
from common.database import take_turn
from common.errors import Conflict, Invalid, NotFound
from glossaries.models import Glossary, GlossaryImport
from glossaries.values import searched

MAX_GLOSSARIES: Final = 200
MAX_NAME_CHARS: Final = 100
MAX_DESCRIPTION_CHARS: Final = 500


def create_glossary(
    *, actor: Actor, name: str, description: str = "", now: datetime | None = None
) -> Glossary:
    """Makes an empty glossary; raises Invalid, Conflict for a name taken, or 200 made."""
    moment = now or timezone.now()
    values = {**_named(name), "description": _words(description)}
    with organization_scope(actor.organization_id):
        mine = _mine_alone(actor)
        if mine.count() >= MAX_GLOSSARIES:
            raise Conflict(
                "glossaries_full",
                f"Your organization has {MAX_GLOSSARIES} glossaries, the most there can be: delete"
                " one first.",
                detail={"most": MAX_GLOSSARIES},
            )
        _require_free(mine, values["folded_name"])
        made = Glossary.objects.create(
            organization_id=actor.organization_id,
            created_by=actor.user_id,
            created_at=moment,
            updated_at=moment,
            **values,
        )
        record(actor, "glossary.create", made.pk, now=moment)
    return made


def change_glossary(
    *,
    actor: Actor,
    glossary_id: UUID,
    name: str | None = None,
    description: str | None = None,
    check: Callable[[Glossary], None] | None = None,
    now: datetime | None = None,
) -> Glossary:
    """Changes what is given, all or nothing; raises Invalid, Conflict, NotFound, what `check` does.

    `check` sees it as it is, held so that nobody else changes it.
    """
    moment = now or timezone.now()
    values: dict[str, Any] = {} if name is None else _named(name)
    if description is not None:
        values["description"] = _words(description)
    with organization_scope(actor.organization_id):
        mine = _mine_alone(actor)
        glossary = locked(actor, glossary_id)
        if check is not None:
            check(glossary)
        if "folded_name" in values:
            _require_free(mine.exclude(pk=glossary_id), values["folded_name"])
        if any(getattr(glossary, field) != value for field, value in values.items()):
            for field, value in values.items():
                setattr(glossary, field, value)
            glossary.updated_at = moment
            glossary.save()
            record(actor, "glossary.change", glossary_id, now=moment)
    return glossary


def delete_glossary(*, actor: Actor, glossary_id: UUID, now: datetime | None = None) -> None:
    """Removes a glossary with its concepts and their history; raises NotFound."""
    with organization_scope(actor.organization_id):
        glossary = locked(actor, glossary_id)
        count = {"concepts": glossary.concepts}
        _delete_files(actor.organization_id, glossary_id=glossary_id)
        # Its rows go by the database's own keys: the ORM would fetch each concept first.
        with connection.cursor() as cursor:
            cursor.execute(
                "delete from glossaries_glossary where organization_id = %s and id = %s",
                [actor.organization_id, glossary_id],
            )
        record(actor, "glossary.delete", glossary_id, detail=count, now=now)


def erase(organization_id: UUID) -> None:
    """Removes all glossaries, profiles and style guides of an organization; may be repeated."""
    with organization_scope(organization_id), connection.cursor() as cursor:
        _delete_files(organization_id)
        for table in ("glossary", "profile", "styleguide"):
            cursor.execute(
                f"delete from glossaries_{table} where organization_id = %s",  # noqa: S608
                [organization_id],
            )


def count(organization_id: UUID) -> Mapping[str, int]:
    """How many glossaries there are."""
    with organization_scope(organization_id):
        mine = Glossary.objects.filter(organization_id=organization_id)
        return {"glossaries": mine.count()}


def _delete_files(organization_id: UUID, **narrow: UUID) -> None:
    """Removes files that were to be imported, once the transaction is committed."""
    mine = GlossaryImport.objects.filter(organization_id=organization_id, **narrow)
    for name in mine.values_list("storage_name", flat=True):
        storage.delete_on_commit(name)


def locked(actor: Actor, glossary_id: UUID) -> Glossary:
    """A glossary nobody else changes until the transaction ends; raises NotFound."""
    mine = Glossary.objects.filter(organization_id=actor.organization_id)
    found = mine.select_for_update().filter(pk=glossary_id).first()
    if found is None:
        raise NotFound("glossary_not_found", "There is no such glossary in your organization.")
    return found


def record(
    actor: Actor,
    action: str,
    glossary_id: UUID,
    *,
    detail: Mapping[str, int | str | None] | None = None,
    now: datetime | None = None,
) -> None:
    """Notes what was done with a glossary in the audit trail."""
    accounts_services.record(
        actor=actor,
        action=action,
        object_kind="glossary",
        object_id=glossary_id,
        detail=detail,
        now=now,
    )


def _mine_alone(actor: Actor) -> Any:
    """The organization's glossaries, while nobody else makes or renames one.

    Else two could both find 199 of them and make the 200th, or both take a name.
    """
    take_turn(f"glossaries {actor.organization_id}")
    return Glossary.objects.filter(organization_id=actor.organization_id)


def _require_free(others: Any, folded_name: str) -> None:
    if others.filter(folded_name=folded_name).exists():
        raise Conflict(
            "glossary_name_taken",
            "Another glossary of your organization has this name: choose another.",
            detail={"field": "name"},
        )


def _named(name: str) -> dict[str, str]:
    words = " ".join(name.split())
    if not words or len(words) > MAX_NAME_CHARS or not words.isprintable():
        raise Invalid(
            "glossary_name_invalid",
            f"Name the glossary in 1 to {MAX_NAME_CHARS} characters.",
            detail={"field": "name"},
        )
    return {"name": words, "folded_name": searched(words)}


def _words(description: str) -> str:
    words = " ".join(description.split())
    if len(words) > MAX_DESCRIPTION_CHARS or not words.isprintable():
        raise Invalid(
            "glossary_description_invalid",
            f"Describe the glossary in at most {MAX_DESCRIPTION_CHARS} characters.",
            detail={"field": "description"},
        )
    return words
