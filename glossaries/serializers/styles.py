"""Shapes of style guides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rest_framework import serializers

from common.shapes import Moment, Strict
from engine.guide import Banned, Example, Style
from glossaries.models import StyleGuide, StyleGuideVersion
from glossaries.services.styles import MAX_NAME_CHARS, MAX_NOTE_CHARS
from glossaries.style_values import (
    CHOICES,
    MAX_BANNED,
    MAX_EXAMPLES,
    MAX_INSTRUCTION_CHARS,
    MAX_INSTRUCTIONS,
    MAX_PHRASE_CHARS,
    MAX_TEXT_CHARS,
    READY_MADE,
    TEXTS,
    style_of,
)


def _choice(name: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(CHOICES[name], allow_blank=True, default="")


def _text() -> serializers.CharField:
    return serializers.CharField(allow_blank=True, default="", max_length=MAX_TEXT_CHARS)


class StyleExample(Strict):
    """A wording that is right, and one that is not where there is one."""

    good = serializers.CharField(max_length=MAX_INSTRUCTION_CHARS)
    bad = serializers.CharField(allow_blank=True, default="", max_length=MAX_INSTRUCTION_CHARS)


class StyleBanned(Strict):
    """What must not be written: a phrase, or a regular expression that RE2 takes."""

    pattern = serializers.CharField(max_length=MAX_PHRASE_CHARS, trim_whitespace=False)
    is_regex = serializers.BooleanField(default=False)
    instead = serializers.CharField(allow_blank=True, default="", max_length=MAX_PHRASE_CHARS)


class StyleValues(Strict):
    """The rules of a guide; what is left out is left open."""

    formality = _choice("formality")
    register = _text()
    audience = _text()
    spelling = _text()
    quotes = _choice("quotes")
    spaces = _choice("spaces")
    ellipsis = _choice("ellipsis")
    dashes = _choice("dashes")
    numbers = _choice("numbers")
    dates = _choice("dates")
    units = _choice("units")
    currency = _choice("currency")
    headings = _choice("headings")
    length = _choice("length")
    instructions = serializers.ListField(
        child=serializers.CharField(max_length=MAX_INSTRUCTION_CHARS),
        max_length=MAX_INSTRUCTIONS,
        default=list,
    )
    examples = StyleExample(many=True, default=list, max_length=MAX_EXAMPLES)  # type: ignore[call-arg]
    banned = StyleBanned(many=True, default=list, max_length=MAX_BANNED)  # type: ignore[call-arg]


class StyleGuideRequest(Strict):
    """A new guide: from one of ours, from rules of yours, or empty."""

    name = serializers.CharField(max_length=MAX_NAME_CHARS)
    language = serializers.CharField(max_length=35)
    ready_made = serializers.ChoiceField(
        [one.slug for one in READY_MADE], required=False, help_text="Begin with this one of ours."
    )
    rules = StyleValues(required=False)


class StyleGuideChange(Strict):
    """What the draft is to be."""

    name = serializers.CharField(max_length=MAX_NAME_CHARS)
    standard = serializers.BooleanField()
    rules = StyleValues()


class StyleGuideShape(serializers.Serializer):  # type: ignore[type-arg]
    """A guide. `draft` counts once it is published; `published` is the number that counts, or 0."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    language = serializers.CharField()
    standard = serializers.BooleanField()
    draft = StyleValues()
    version = serializers.IntegerField()
    published = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()


class StyleGuideList(serializers.Serializer):  # type: ignore[type-arg]
    """All guides, by language and name."""

    style_guides = StyleGuideShape(many=True)


class StylePublishRequest(Strict):
    """What is new in what is published."""

    note = serializers.CharField(allow_blank=True, default="", max_length=MAX_NOTE_CHARS)


class StyleRollBackRequest(Strict):
    """Which version is to count again."""

    number = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class StyleVersionShape(serializers.Serializer):  # type: ignore[type-arg]
    """What a guide said when it was published."""

    number = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    at = Moment()
    user_id = serializers.UUIDField(allow_null=True)
    api_key_id = serializers.UUIDField(allow_null=True)
    rules = StyleValues()


class StyleVersionList(serializers.Serializer):  # type: ignore[type-arg]
    """The newest version first; at most 200."""

    versions = StyleVersionShape(many=True)


def style_values(body: Mapping[str, Any]) -> Style:
    """The style that a body of `StyleValues` describes."""
    return Style(
        **{name: body[name] for name in (*CHOICES, *TEXTS)},
        instructions=tuple(body["instructions"]),
        examples=tuple(Example(**one) for one in body["examples"]),
        banned=tuple(Banned(**one) for one in body["banned"]),
    )


def guide_shape(row: StyleGuide) -> dict[str, Any]:
    """A guide as its shape has it."""
    return {
        "id": row.pk,
        "name": row.name,
        "language": row.language,
        "standard": row.is_standard,
        "draft": asdict(style_of(row.draft)),
        "version": row.version,
        "published": row.published,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def version_shape(row: StyleGuideVersion) -> dict[str, Any]:
    """A published version as its shape has it."""
    told = {name: getattr(row, name) for name in ("number", "note", "at", "user_id", "api_key_id")}
    return told | {"rules": asdict(style_of(row.held))}
