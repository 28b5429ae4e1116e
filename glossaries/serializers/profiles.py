"""Shapes of domain profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rest_framework import serializers

from common.shapes import Moment, Strict
from glossaries import values
from glossaries.models import Profile
from glossaries.profile_values import (
    EFFORTS,
    GATE_CHOICES,
    LENGTH_SHARES,
    MAX_GLOSSARIES_NAMED,
    OPEN_GATES,
    SAME_WORDS,
    TIERS,
    ProfileValues,
    Settled,
    profile_of,
)
from glossaries.services.profiles import MAX_NAME_CHARS as MAX_PROFILE_NAME_CHARS
from glossaries.services.profiles import ProfileWish


class ProfileRequest(Strict):
    """What a profile is to be. What is left out or null comes from the profiles above it."""

    name = serializers.CharField(max_length=MAX_PROFILE_NAME_CHARS)
    parent_id = serializers.UUIDField(
        allow_null=True, default=None, help_text="The profile above this one."
    )
    standard = serializers.BooleanField(
        default=False,
        help_text="Whether it counts where a call names none, and below all others.",
    )
    subject = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        default=None,
        max_length=values.MAX_SUBJECT_CHARS,
        help_text="The field the texts belong to; the model is told of it.",
    )
    glossaries = serializers.ListField(
        child=serializers.UUIDField(),
        allow_null=True,
        default=None,
        max_length=MAX_GLOSSARIES_NAMED,
        help_text="Where two disagree, the first wins.",
    )
    tier = serializers.ChoiceField(TIERS, allow_null=True, default=None)
    effort = serializers.ChoiceField(EFFORTS, allow_null=True, default=None)
    gates = serializers.DictField(
        child=serializers.ChoiceField(GATE_CHOICES),
        default=dict,
        help_text=f"What each of {', '.join(OPEN_GATES)} does: block, warn or off.",
    )
    length_share = serializers.FloatField(
        allow_null=True,
        default=None,
        min_value=LENGTH_SHARES[0],
        max_value=LENGTH_SHARES[1],
        help_text="A target shorter than this share of what is usual is a finding.",
    )
    same_words = serializers.IntegerField(
        allow_null=True,
        default=None,
        min_value=SAME_WORDS[0],
        max_value=SAME_WORDS[1],
        help_text="A target that repeats a source of so many words is a finding.",
    )


class ProfileShape(serializers.Serializer):  # type: ignore[type-arg]
    """A domain profile. `version` rises with every change."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    parent_id = serializers.UUIDField(allow_null=True)
    standard = serializers.BooleanField()
    subject = serializers.CharField(allow_null=True, allow_blank=True)
    glossaries = serializers.ListField(child=serializers.UUIDField(), allow_null=True)
    tier = serializers.ChoiceField(TIERS, allow_null=True)
    effort = serializers.ChoiceField(EFFORTS, allow_null=True)
    gates = serializers.DictField(child=serializers.ChoiceField(GATE_CHOICES))
    length_share = serializers.FloatField(allow_null=True)
    same_words = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()


class ProfileList(serializers.Serializer):  # type: ignore[type-arg]
    """All profiles, by name; there are 100 at most."""

    profiles = ProfileShape(many=True)


class OriginShape(serializers.Serializer):  # type: ignore[type-arg]
    """Whose word a value is; `name` and `id` are those of a profile."""

    kind = serializers.ChoiceField(["profile", "organization", "usual"])
    name = serializers.CharField(allow_blank=True)
    id = serializers.UUIDField(allow_null=True)


class SettledValueShape(serializers.Serializer):  # type: ignore[type-arg]
    """One value that counts: text, a number, a list of ids, or null for all glossaries."""

    name = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    origin = OriginShape()


class SettledShape(serializers.Serializer):  # type: ignore[type-arg]
    """What counts where this profile is named, value by value; gates as `gates.` and their code."""

    values = SettledValueShape(many=True)


def profile_wish(body: Mapping[str, Any]) -> ProfileWish:
    """The profile that a body of `ProfileRequest` describes."""
    told = dict(body)
    name, parent, standard = told.pop("name"), told.pop("parent_id"), told.pop("standard")
    if told["glossaries"] is not None:
        told["glossaries"] = tuple(told["glossaries"])
    return ProfileWish(
        name=name, parent_id=parent, is_standard=standard, values=ProfileValues(**told)
    )


def profile_shape(row: Profile) -> dict[str, Any]:
    """A profile as its shape has it."""
    of_values = profile_of(row.values)
    return {
        **{one.name: getattr(of_values, one.name) for one in fields(ProfileValues)},
        "id": row.pk,
        "name": row.name,
        "parent_id": row.parent_id,
        "standard": row.is_standard,
        "version": row.version,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def settled_shape(settled: Settled) -> dict[str, Any]:
    """What counts, value by value."""
    told = {one.name: getattr(settled, one.name) for one in fields(Settled) if one.name != "gates"}
    told |= {f"gates.{code}": one for code, one in settled.gates.items()}
    rows = [
        {
            "name": name,
            "value": list(map(str, one.value)) if isinstance(one.value, tuple) else one.value,
            "origin": one.origin,
        }
        for name, one in told.items()
    ]
    return {"values": rows}
