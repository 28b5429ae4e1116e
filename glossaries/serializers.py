"""Shapes of glossaries in the REST API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from rest_framework import serializers

from common.paging import PageQuery
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
from glossaries.services.concepts import MAX_ACTED_ON
from glossaries.services.glossaries import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS
from glossaries.services.profiles import MAX_NAME_CHARS as MAX_PROFILE_NAME_CHARS
from glossaries.services.profiles import Wish
from glossaries.values import ConceptValues, TermValues


class GlossaryRequest(Strict):
    """A new glossary."""

    name = serializers.CharField(max_length=MAX_NAME_CHARS)
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION_CHARS
    )


class GlossaryChange(Strict):
    """What is given is changed."""

    name = serializers.CharField(required=False, max_length=MAX_NAME_CHARS)
    description = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_DESCRIPTION_CHARS
    )


class GlossaryShape(serializers.Serializer):  # type: ignore[type-arg]
    """A glossary. `version` rises whenever one of its concepts changes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    concepts = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()


class GlossaryList(serializers.Serializer):  # type: ignore[type-arg]
    """All glossaries, by name; there are 200 at most."""

    glossaries = GlossaryShape(many=True)


class TermRequest(Strict):
    """One wording of a concept."""

    language = serializers.CharField(max_length=35, help_text="Such as de or pt-BR.")
    text = serializers.CharField(max_length=values.MAX_TERM_CHARS)
    status = serializers.ChoiceField(values.STATUSES, default=values.PREFERRED)
    part_of_speech = serializers.ChoiceField(
        values.PARTS_OF_SPEECH[1:], allow_blank=True, default=""
    )
    gender = serializers.ChoiceField(values.GENDERS[1:], allow_blank=True, default="")
    case_sensitive = serializers.BooleanField(
        default=False, help_text="Whether only this case counts as the term."
    )
    exact_form = serializers.BooleanField(
        default=False, help_text="Whether the term must stand as it is, never inflected."
    )
    forms = serializers.ListField(
        child=serializers.CharField(max_length=values.MAX_TERM_CHARS),
        max_length=values.MAX_FORMS,
        default=list,
        help_text="Inflected forms that count as the term.",
    )
    example = serializers.CharField(allow_blank=True, default="", max_length=values.MAX_NOTE_CHARS)


class ConceptRequest(Strict):
    """What a concept is to hold: what is left out is empty."""

    definition = serializers.CharField(
        allow_blank=True, default="", max_length=values.MAX_NOTE_CHARS
    )
    subject = serializers.CharField(
        allow_blank=True, default="", max_length=values.MAX_SUBJECT_CHARS
    )
    note = serializers.CharField(allow_blank=True, default="", max_length=values.MAX_NOTE_CHARS)
    do_not_translate = serializers.BooleanField(default=False)
    external_id = serializers.CharField(
        allow_blank=True, default="", max_length=values.MAX_EXTERNAL_ID_CHARS
    )
    terms = TermRequest(  # type: ignore[call-arg]
        many=True, allow_empty=False, max_length=values.MAX_TERMS
    )


class TermShape(serializers.Serializer):  # type: ignore[type-arg]
    """One wording of a concept."""

    language = serializers.CharField()
    text = serializers.CharField()
    status = serializers.ChoiceField(values.STATUSES)
    part_of_speech = serializers.CharField(allow_blank=True)
    gender = serializers.CharField(allow_blank=True)
    case_sensitive = serializers.BooleanField()
    exact_form = serializers.BooleanField()
    forms = serializers.ListField(child=serializers.CharField())
    example = serializers.CharField(allow_blank=True)


class HeldShape(serializers.Serializer):  # type: ignore[type-arg]
    """What people said of a concept."""

    definition = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    do_not_translate = serializers.BooleanField()
    external_id = serializers.CharField(allow_blank=True)
    terms = TermShape(many=True)


class ConceptShape(HeldShape):
    """A concept of a glossary. `version` rises with every change."""

    id = serializers.UUIDField()
    glossary_id = serializers.UUIDField()
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()


class ConceptQuery(PageQuery):
    """Which concepts to list."""

    q = serializers.CharField(
        required=False, max_length=200, help_text="A text that one of the terms holds."
    )
    language = serializers.CharField(
        required=False, max_length=35, help_text="Concepts with a term in this language."
    )
    status = serializers.ChoiceField(
        values.STATUSES, required=False, help_text="Concepts with a term of this status."
    )
    do_not_translate = serializers.BooleanField(required=False)
    duplicates = serializers.BooleanField(
        required=False, help_text="Concepts that share a term with another one."
    )


class ConceptPage(serializers.Serializer):  # type: ignore[type-arg]
    """Concepts by their first term. `next_cursor` goes into `cursor` for the next page."""

    concepts = ConceptShape(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ConceptVersionShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a concept held. Of `user_id` and `api_key_id` one is set: who wrote it."""

    number = serializers.IntegerField()
    at = Moment()
    user_id = serializers.UUIDField(allow_null=True)
    api_key_id = serializers.UUIDField(allow_null=True)
    held = HeldShape()


class ConceptVersionList(serializers.Serializer):  # type: ignore[type-arg]
    """The newest version first, which is what the concept holds now; at most 200."""

    versions = ConceptVersionShape(many=True)


class ConceptRestoreRequest(Strict):
    """Which version the concept is to hold again."""

    number = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class ConceptActionRequest(Strict):
    """What to do with several concepts. `set_status` takes `language` and `status`."""

    action = serializers.ChoiceField(["delete", "set_status"])
    concept_ids = serializers.ListField(
        child=serializers.UUIDField(), allow_empty=False, max_length=MAX_ACTED_ON
    )
    language = serializers.CharField(required=False, max_length=35)
    status = serializers.ChoiceField(values.STATUSES, required=False)


class ConceptActionShape(serializers.Serializer):  # type: ignore[type-arg]
    """How many concepts were deleted or changed."""

    concepts = serializers.IntegerField()


def concept_values(body: Mapping[str, Any]) -> ConceptValues:
    """The concept that a body of `ConceptRequest` describes."""
    terms = tuple(TermValues(**one | {"forms": tuple(one["forms"])}) for one in body["terms"])
    return ConceptValues(**{**body, "terms": terms})


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


def profile_wish(body: Mapping[str, Any]) -> Wish:
    """The profile that a body of `ProfileRequest` describes."""
    told = dict(body)
    name, parent, standard = told.pop("name"), told.pop("parent_id"), told.pop("standard")
    if told["glossaries"] is not None:
        told["glossaries"] = tuple(told["glossaries"])
    return Wish(name=name, parent_id=parent, is_standard=standard, values=ProfileValues(**told))


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
