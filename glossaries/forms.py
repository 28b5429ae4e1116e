"""What the form of a concept sends."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.http.request import QueryDict

from common import paging
from engine.guide import Banned, Example, Style
from glossaries.profile_values import OPEN_GATES, ProfileValues
from glossaries.services.profiles import ProfileWish
from glossaries.style_values import CHOICES, TEXTS
from glossaries.values import PREFERRED, ConceptValues, TermValues


def read_concept(typed: QueryDict) -> ConceptValues:
    """The concept a form describes; rows without language and text are none.

    Check boxes send the number of their row, for they send nothing where they are empty.
    """
    case_sensitive, exact = set(typed.getlist("case_sensitive")), set(typed.getlist("exact_form"))
    columns = ("language", "text", "status", "part_of_speech", "gender", "forms", "example")
    rows = zip_longest(*(typed.getlist(name) for name in columns), fillvalue="")
    terms = [
        TermValues(
            language=language,
            text=text,
            status=status or PREFERRED,
            part_of_speech=part,
            gender=gender,
            case_sensitive=str(number) in case_sensitive,
            exact_form=str(number) in exact,
            forms=tuple(forms.split(",")),
            example=example,
        )
        for number, (language, text, status, part, gender, forms, example) in enumerate(rows)
        if text.strip()
    ]
    return ConceptValues(
        definition=typed.get("definition", ""),
        subject=typed.get("subject", ""),
        note=typed.get("note", ""),
        do_not_translate="do_not_translate" in typed,
        external_id=typed.get("external_id", ""),
        terms=tuple(terms),
    )


def read_profile(typed: QueryDict) -> ProfileWish:
    """The profile a form describes; what is left empty comes from above."""
    parent = typed.get("parent", "")
    values = ProfileValues(
        subject=typed.get("subject", "").strip() or None,
        glossaries=_ranked(typed) if typed.get("own_glossaries") else None,
        tier=typed.get("tier") or None,
        effort=typed.get("effort") or None,
        gates={code: choice for code in OPEN_GATES if (choice := typed.get(f"gate-{code}", ""))},
        length_share=_percent(typed.get("length_share", "")),
        same_words=_whole(typed.get("same_words", "")),
    )
    return ProfileWish(
        name=typed.get("name", ""),
        values=values,
        parent_id=paging.ids("parent", [parent])[0] if parent else None,
        is_standard="standard" in typed,
    )


def _ranked(typed: QueryDict) -> tuple[UUID, ...]:
    """The glossaries that have a rank, in its order."""
    keys = paging.ids("glossary", typed.getlist("glossary"))
    ranks = [_whole(one) for one in typed.getlist("rank")]
    chosen = [(rank, key) for key, rank in zip(keys, ranks, strict=False) if rank is not None]
    return tuple(key for _, key in sorted(chosen, key=lambda one: one[0]))


def read_style(typed: QueryDict) -> Style:
    """The style a form describes. A line is an instruction; rows without a first field are none.

    Check boxes send the number of their row, for they send nothing where they are empty.
    """
    regular = set(typed.getlist("banned_regex"))
    goods, bads = typed.getlist("example_good"), typed.getlist("example_bad")
    patterns, insteads = typed.getlist("banned"), typed.getlist("banned_instead")
    plain: dict[str, Any] = {name: typed.get(name, "").strip() for name in (*CHOICES, *TEXTS)}
    return Style(
        **plain,
        instructions=tuple(filter(None, map(_line, typed.get("instructions", "").splitlines()))),
        examples=tuple(
            Example(_line(good), _line(bad))
            for good, bad in zip_longest(goods, bads, fillvalue="")
            if good.strip() or bad.strip()
        ),
        banned=tuple(
            Banned(pattern.strip(), is_regex=str(row) in regular, instead=_line(instead))
            for row, (pattern, instead) in enumerate(zip_longest(patterns, insteads, fillvalue=""))
            if pattern.strip() or instead.strip()
        ),
    )


def _line(text: str) -> str:
    return " ".join(text.split(" ")).strip()


def _whole(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    # What is no number is told as one that is out of bounds.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _percent(text: str) -> float | None:
    number = _whole(text)
    return None if number is None else number / 100
