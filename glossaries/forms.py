"""What the form of a concept sends."""

from __future__ import annotations

from itertools import zip_longest

from django.http.request import QueryDict

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
