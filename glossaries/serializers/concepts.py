"""Shapes of glossaries and their concepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from common.paging import PageQuery
from common.shapes import Moment, Strict
from glossaries import values
from glossaries.services.concepts import MAX_ACTED_ON
from glossaries.services.glossaries import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS
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
