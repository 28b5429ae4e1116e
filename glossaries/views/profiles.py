"""Pages of domain profiles: the list, one with what counts, its end."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import for_people
from accounts.services import Actor
from common import paging
from common.errors import DomainError
from engine.gates import title
from glossaries.forms import read_profile
from glossaries.profile_values import (
    EFFORTS,
    GATE_CHOICES,
    OPEN_GATES,
    PRESET_BY_SLUG,
    PRESETS,
    TIERS,
    ProfileValues,
    profile_of,
)
from glossaries.queries import profiles as reads
from glossaries.queries.disagreements import disagreements_of
from glossaries.queries.glossaries import glossaries_of
from glossaries.services import profiles
from glossaries.services.profiles import ProfileWish
from glossaries.views.glossaries import reader, writer

TIER_NAMES: Final = {"fast": "Fast", "standard": "Standard", "best": "Best"}
GATE_NAMES: Final = {"block": "Holds back", "warn": "Warns", "off": "Does not look"}


@require_GET
@for_people
def profiles_page(request: HttpRequest) -> HttpResponse:
    """The organization's domain profiles."""
    found = reads.profiles_of(reader(request).organization_id)
    names = {one.pk: one.name for one in found}
    rows = [
        (one, profile_of(one.values), names.get(one.parent_id) if one.parent_id else None)
        for one in found
    ]
    context = {"rows": rows, "most": profiles.MAX_PROFILES, "presets": PRESETS}
    return render(request, "profiles/list.html", context)


@require_http_methods(["GET", "POST"])
@for_people
def profile_new(request: HttpRequest) -> HttpResponse:
    """Makes a profile, from one of ours or from nothing."""
    actor = writer(request)
    if request.method == "GET":
        preset = PRESET_BY_SLUG.get(request.GET.get("preset", ""), PRESETS[0])
        return _form(request, actor, None, ProfileWish(name=preset.name, values=preset.values))
    wish = read_profile(request.POST)
    try:
        made = profiles.create_profile(actor=actor, wish=wish)
    except DomainError as refused:
        return _form(request, actor, None, wish, error=refused)
    messages.success(request, "The profile is made. Choose it where you translate.")
    return redirect("domain_profile", made.pk)


@require_http_methods(["GET", "POST"])
@for_people
def profile_page(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """A profile, what counts where it is named, and its form."""
    actor = reader(request) if request.method == "GET" else writer(request)
    there = reads.profile(actor.organization_id, profile_id)
    held = ProfileWish(
        name=there.name,
        values=profile_of(there.values),
        parent_id=there.parent_id,
        is_standard=there.is_standard,
    )
    if request.method == "GET":
        return _form(request, actor, profile_id, held, version=there.version)
    wish = read_profile(request.POST)
    version = paging.whole_number("version", request.POST.get("version"), default=0)
    try:
        profiles.change_profile(actor=actor, profile_id=profile_id, version=version, wish=wish)
    except DomainError as refused:
        if refused.code == "profile_changed":
            version = there.version
        return _form(request, actor, profile_id, wish, version=version, error=refused)
    messages.success(request, "The profile is saved. It counts from the next translation on.")
    return redirect("domain_profile", profile_id)


@require_http_methods(["GET", "POST"])
@for_people
def profile_delete(request: HttpRequest, profile_id: UUID) -> HttpResponse:
    """Asks before a profile is deleted, and deletes it."""
    actor = writer(request)
    there = reads.profile(actor.organization_id, profile_id)
    if request.method == "POST":
        profiles.delete_profile(actor=actor, profile_id=profile_id)
        messages.success(request, f"The profile “{there.name}” is deleted.")
        return redirect("domain_profiles")
    return render(request, "profiles/delete.html", {"profile": there})


def _form(
    request: HttpRequest,
    actor: Actor,
    profile_id: UUID | None,
    wish: ProfileWish,
    *,
    version: int = 0,
    error: DomainError | None = None,
) -> HttpResponse:
    """The form of a profile; beside each value what comes from above where it is left open."""
    others = [one for one in reads.profiles_of(actor.organization_id) if one.pk != profile_id]
    above = reads.settled_above(actor.organization_id, profile_id, wish.parent_id)
    glossaries = glossaries_of(actor.organization_id)
    context = {
        "profile_id": profile_id,
        "version": version,
        "wish": wish,
        "others": others,
        "above": above,
        "disagreements": disagreements_of(actor.organization_id, profile_id) if profile_id else [],
        "error": error,
        "clash": _clash(error),
        "wrong": _wrong(error),
        "glossaries": _ranked(glossaries, wish.values),
        "inherited_glossaries": _names(glossaries, above.glossaries.value),
        "tiers": [(slug, TIER_NAMES[slug]) for slug in TIERS],
        "inherited_tier": TIER_NAMES[above.tier.value.value],
        "efforts": EFFORTS,
        "gates": [
            (code, title(code), wish.values.gates.get(code, ""), above.gates[code])
            for code in OPEN_GATES
        ],
        "choices": [(slug, GATE_NAMES[slug]) for slug in GATE_CHOICES],
        "own_percent": _percent(wish.values.length_share),
        "inherited_percent": _percent(above.length_share.value),
    }
    status = error.status if error else 200
    return render(request, "profiles/profile.html", context, status=status)


def _ranked(glossaries: list[Any], values: ProfileValues) -> list[tuple[Any, int | str]]:
    """Every glossary with its rank in the profile, "" where it has none; those that count first."""
    rank = {key: number for number, key in enumerate(values.glossaries or (), 1)}
    ordered = sorted(glossaries, key=lambda one: rank.get(one.pk, len(rank) + 1))
    return [(one, rank.get(one.pk, "")) for one in ordered]


def _names(glossaries: list[Any], chosen: tuple[UUID, ...] | None) -> str:
    if chosen is None:
        return "all glossaries, the oldest first"
    names = {one.pk: one.name for one in glossaries}
    return ", ".join(names[key] for key in chosen if key in names) or "none"


def _percent(share: float | None) -> str:
    return "" if share is None else str(round(share * 100))


def _clash(error: DomainError | None) -> list[tuple[str, list[str], list[str]]]:
    """Where what somebody else saved differs from what was typed: field, theirs, yours."""
    if error is None or error.code != "profile_changed":
        return []
    sides: list[Any] = [error.detail["theirs"], error.detail["yours"]]
    theirs, yours = ({"name": one["name"], **one["values"]} for one in sides)
    return [
        (name.replace("_", " ").capitalize(), _side(theirs, name), _side(yours, name))
        for name in sorted({*theirs, *yours})
        if theirs.get(name) != yours.get(name)
    ]


def _side(told: dict[str, Any], name: str) -> list[str]:
    value = told.get(name)
    if isinstance(value, dict):
        return [f"{key}: {one}" for key, one in value.items()]
    return [] if value is None else [str(value)]


def _wrong(error: DomainError | None) -> dict[str, str]:
    """What is wrong, by field."""
    if error is None:
        return {}
    told: Any = error.detail.get("errors", [])
    wrong = {one["pointer"].strip("/").split("/")[0]: one["message"] for one in told}
    if field := error.detail.get("field"):
        wrong[str(field)] = error.message
    return wrong
