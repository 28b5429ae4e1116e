"""Domain profiles made, changed and deleted. One call does one thing, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts import services as accounts_services
from accounts.services import Actor
from accounts.tenancy import organization_scope
from common.database import take_turn
from common.errors import Conflict, Invalid
from glossaries.models import Glossary, Profile
from glossaries.profile_values import ProfileValues, profile_json, profile_problems
from glossaries.queries.profiles import MAX_DEPTH, found_in
from glossaries.values import Problem, pointed, searched

MAX_PROFILES: Final = 100
MAX_NAME_CHARS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWish:
    """What a profile is to be. `parent_id` is the one above it."""

    name: str
    values: ProfileValues = field(default_factory=ProfileValues)
    parent_id: UUID | None = None
    is_standard: bool = False


def create_profile(*, actor: Actor, wish: ProfileWish, now: datetime | None = None) -> Profile:
    """Makes a profile; raises Invalid, Conflict for a name taken, or 100 made."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        rows = _mine_alone(actor)
        if len(rows) >= MAX_PROFILES:
            raise Conflict(
                "profiles_full",
                f"Your organization has {MAX_PROFILES} profiles, the most there can be: delete one"
                " first.",
                detail={"most": MAX_PROFILES},
            )
        made = Profile(organization_id=actor.organization_id, created_at=moment)
        _fill(actor, made, wish, rows, moment)
        made.save(force_insert=True)
        _record(actor, "profile.create", made.pk, now=moment)
    return made


def change_profile(
    *, actor: Actor, profile_id: UUID, version: int, wish: ProfileWish, now: datetime | None = None
) -> Profile:
    """Makes a profile be `wish`, from the version that was read.

    Raises NotFound, Invalid, and Conflict with both versions where somebody else was quicker.
    """
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        rows = _mine_alone(actor)
        there = found_in(rows.values(), profile_id)
        if there.version != version:
            raise _outdated(there, wish, version)
        before = _told(there)
        _fill(actor, there, wish, rows, moment)
        if _told(there) != before:
            there.version += 1
            there.save(force_update=True)
            _record(actor, "profile.change", profile_id, now=moment)
    return there


def delete_profile(*, actor: Actor, profile_id: UUID, now: datetime | None = None) -> None:
    """Removes a profile; those below it hang on the one above it then. Raises NotFound."""
    moment = now or timezone.now()
    with organization_scope(actor.organization_id):
        rows = _mine_alone(actor)
        there = found_in(rows.values(), profile_id)
        for child in rows.values():
            if child.parent_id == profile_id:
                child.parent_id = there.parent_id
                child.version += 1
                child.updated_at = moment
                child.save(force_update=True)
        there.delete()
        _record(actor, "profile.delete", profile_id, now=moment)


def _fill(
    actor: Actor, row: Profile, wish: ProfileWish, rows: Mapping[UUID, Profile], now: datetime
) -> None:
    found = profile_problems(wish.values)
    if found:
        raise _refused(found)
    row.name, row.folded_name = _named(wish.name)
    others = [one for one in rows.values() if one.pk != row.pk]
    if any(one.folded_name == row.folded_name for one in others):
        raise Conflict(
            "profile_name_taken",
            "Another profile of your organization has this name: choose another.",
            detail={"field": "name"},
        )
    _require_glossaries(actor.organization_id, wish.values)
    _require_way_up(row, wish.parent_id, rows)
    row.values = profile_json(wish.values)
    row.parent_id = wish.parent_id
    if wish.is_standard and not row.is_standard:
        _replace_standard(others, now)
    row.is_standard = wish.is_standard
    row.updated_at = now
    row.updated_by, row.updated_by_key = actor.user_id, actor.api_key_id


def _replace_standard(others: list[Profile], now: datetime) -> None:
    for one in others:
        if one.is_standard:
            one.is_standard, one.version, one.updated_at = False, one.version + 1, now
            one.save(force_update=True)


def _require_glossaries(organization_id: UUID, values: ProfileValues) -> None:
    named = set(values.glossaries or ())
    there = Glossary.objects.filter(organization_id=organization_id, pk__in=named).count()
    if there != len(named):
        raise Invalid(
            "profile_glossary_unknown",
            "One of the glossaries is not there (any more): choose among those of your"
            " organization.",
            detail={"field": "glossaries"},
        )


def _require_way_up(row: Profile, parent_id: UUID | None, rows: Mapping[UUID, Profile]) -> None:
    """Raises Invalid where the way up leads back to the profile, nowhere, or too far."""
    key, steps = parent_id, 1
    while key is not None:
        if key not in rows:
            raise Invalid(
                "profile_parent_unknown",
                "The profile above this one is not there (any more): choose another, or none.",
                detail={"field": "parent"},
            )
        if key == row.pk:
            raise Invalid(
                "profile_circle",
                "A profile cannot stand above itself: choose one that does not take its values"
                " from this one.",
                detail={"field": "parent"},
            )
        steps += 1
        if steps > MAX_DEPTH:
            raise Invalid(
                "profile_too_deep",
                f"Profiles stand at most {MAX_DEPTH} above one another.",
                detail={"field": "parent", "most": MAX_DEPTH},
            )
        key = rows[key].parent_id


def _mine_alone(actor: Actor) -> dict[UUID, Profile]:
    """The organization's profiles, while nobody else makes or changes one.

    Else two changes at once could close a circle that neither of them sees.
    """
    take_turn(f"profiles {actor.organization_id}")
    mine = Profile.objects.filter(organization_id=actor.organization_id)
    return {one.pk: one for one in mine}


def _named(name: str) -> tuple[str, str]:
    words = " ".join(name.split())
    if not words or len(words) > MAX_NAME_CHARS or not words.isprintable():
        raise Invalid(
            "profile_name_invalid",
            f"Name the profile in 1 to {MAX_NAME_CHARS} characters.",
            detail={"field": "name"},
        )
    return words, searched(words)


def _told(row: Profile) -> tuple[object, ...]:
    return row.name, row.is_standard, row.parent_id, row.values


def _refused(found: list[Problem]) -> Invalid:
    return Invalid("profile_invalid", found[0].message, detail={"errors": pointed(found)})


def _outdated(there: Profile, wish: ProfileWish, version: int) -> Conflict:
    return Conflict(
        "profile_changed",
        "Somebody changed this profile since you read it. Compare the two, then save yours again.",
        detail={
            "version": there.version,
            "yours_was": version,
            "theirs": {"name": there.name, "values": there.values},
            "yours": {"name": wish.name, "values": profile_json(wish.values)},
        },
    )


def _record(actor: Actor, action: str, profile_id: UUID, *, now: datetime) -> None:
    accounts_services.record(
        actor=actor,
        action=action,
        object_kind="profile",
        object_id=profile_id,
        detail={},
        now=now,
    )
