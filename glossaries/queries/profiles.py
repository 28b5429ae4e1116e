"""Domain profiles: all of them, one, and what counts where one is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.db.models import QuerySet

from accounts.tenancy import organization_scope
from common.errors import Invalid, NotFound
from glossaries.models import Profile
from glossaries.profile_values import Layer, Origin, Settled, profile_of, settled

# A profile, the one above it, and so on: more than anybody keeps in mind.
MAX_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """What counts for a text. `parts` name the profiles it was made of, each with its version."""

    settled: Settled
    parts: tuple[str, ...]


def profiles_of(organization_id: UUID) -> list[Profile]:
    """All of them, by name; there are 100 at most."""
    with organization_scope(organization_id):
        return list(_mine(organization_id))


def profile(organization_id: UUID, profile_id: UUID) -> Profile:
    """One profile; raises NotFound."""
    with organization_scope(organization_id):
        return found_in(_mine(organization_id), profile_id)


def settled_of(organization_id: UUID, profile_id: UUID | None) -> Settled:
    """What counts where this profile is named, or none."""
    with organization_scope(organization_id):
        return chosen(organization_id, profile_id).settled


def profile_choices(organization_id: UUID, chosen_id: UUID | None = None) -> dict[str, object]:
    """What a page needs to let somebody choose: those to name, and what counts without one."""
    rows = profiles_of(organization_id)
    return {
        "profiles": [one for one in rows if not one.is_standard],
        "standard_profile": next((one.name for one in rows if one.is_standard), ""),
        "chosen_profile": chosen_id,
    }


def settled_above(
    organization_id: UUID, profile_id: UUID | None, parent_id: UUID | None
) -> Settled:
    """What counts for a profile where it leaves something open, below that parent."""
    with organization_scope(organization_id):
        rows = {one.pk: one for one in _mine(organization_id) if one.pk != profile_id}
    return settled([_layer(one) for one in chain(rows, parent_id)])


def require_profile(organization_id: UUID, profile_id: UUID | None) -> None:
    """Raises Invalid where a profile is named that is not there. In the organization's scope."""
    if profile_id is None:
        return
    if not Profile.objects.filter(organization_id=organization_id, pk=profile_id).exists():
        raise Invalid(
            "profile_unknown",
            "Your organization has no such profile: name another, or none.",
            detail={"field": "profile"},
        )


def chosen(organization_id: UUID, profile_id: UUID | None) -> Chosen:
    """What counts, in one query. In the organization's scope.

    A profile that is gone by now counts as none named.
    """
    rows = {one.pk: one for one in _mine(organization_id)}
    way = list(chain(rows, profile_id))
    return Chosen(
        settled([_layer(one) for one in way]),
        tuple(f"profile:{one.pk}:{one.version}" for one in way),
    )


def chain(rows: Mapping[UUID, Profile], profile_id: UUID | None) -> Iterator[Profile]:
    """A profile, those above it, and the standard one: each once, the nearest first."""
    seen: set[UUID] = set()
    standard = next((one.pk for one in rows.values() if one.is_standard), None)
    for start in (profile_id, standard):
        key = start
        while key is not None and key in rows and key not in seen:
            seen.add(key)
            yield rows[key]
            key = rows[key].parent_id


def found_in(rows: Iterable[Profile], profile_id: UUID) -> Profile:
    """One of the rows; raises NotFound."""
    for one in rows:
        if one.pk == profile_id:
            return one
    raise NotFound("profile_not_found", "There is no such profile in your organization.")


def _layer(one: Profile) -> Layer:
    kind: Literal["organization", "profile"] = "organization" if one.is_standard else "profile"
    return Layer(Origin(kind, one.name, one.pk), profile_of(one.values))


def _mine(organization_id: UUID) -> QuerySet[Profile]:
    return Profile.objects.filter(organization_id=organization_id).order_by("folded_name", "id")
