"""What a concept may hold, and how it is kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossaries.values import (
    MAX_TERM_CHARS,
    ConceptValues,
    TermValues,
    as_json,
    from_json,
    problems,
    searched,
    tidied,
)

TEXT = st.text(max_size=40)
TERMS = st.builds(
    TermValues,
    language=st.sampled_from(["en", "de", "pt-BR", "xx", "EN"]),
    text=TEXT,
    status=st.sampled_from(["preferred", "admitted", "forbidden", "unheard"]),
    forms=st.lists(TEXT, max_size=3).map(tuple),
    case_sensitive=st.booleans(),
)
CONCEPTS = st.builds(
    ConceptValues, definition=TEXT, note=TEXT, terms=st.lists(TERMS, max_size=4).map(tuple)
)


def concept(*terms: TermValues, **fields: str) -> ConceptValues:
    return ConceptValues(terms=terms, **fields)


def places(values: ConceptValues) -> list[tuple[str | int, ...]]:
    return [one.path for one in problems(tidied(values))]


class TestTidied:
    def test_it_keeps_one_form_of_everything(self) -> None:
        typed = concept(
            TermValues(
                language=" EN ",
                text=" shopping \t cart",
                forms=("carts", " carts", "", "shopping cart"),
            ),
            definition="One.  \r\nTwo. ",
        )
        kept = tidied(typed)
        assert kept.definition == "One.\nTwo."
        [term] = kept.terms
        assert (term.language, term.text, term.forms) == ("en", "shopping cart", ("carts",))

    def test_it_composes_letters(self) -> None:
        [term] = tidied(concept(TermValues(language="fr", text="e\u0301cran"))).terms
        assert term.text == "écran"

    @settings(max_examples=200)
    @given(CONCEPTS)
    def test_it_changes_nothing_twice(self, values: ConceptValues) -> None:
        once = tidied(values)
        assert tidied(once) == once
        assert problems(tidied(once)) == problems(once)

    @settings(max_examples=200)
    @given(CONCEPTS)
    def test_it_survives_history(self, values: ConceptValues) -> None:
        assert from_json(as_json(values)) == values


class TestProblems:
    def test_it_takes_a_plain_concept(self) -> None:
        values = concept(
            TermValues(language="en", text="cart"),
            TermValues(language="de", text="Warenkorb"),
            TermValues(language="de", text="Einkaufswagen", status="forbidden"),
        )
        assert problems(tidied(values)) == []

    @pytest.mark.parametrize(
        ("values", "place"),
        [
            (concept(), ("terms",)),
            (concept(TermValues(language="en", text="  ")), ("terms", 0, "text")),
            (concept(TermValues(language="en", text="x" * 501)), ("terms", 0, "text")),
            (concept(TermValues(language="xx", text="a")), ("terms", 0, "language")),
            (concept(TermValues(language="en", text="a\x00")), ("terms", 0, "text")),
            (concept(TermValues(language="en", text="a", status="x")), ("terms", 0, "status")),
            (concept(TermValues(language="en", text="a", gender="x")), ("terms", 0, "gender")),
            (concept(TermValues(language="en", text="a"), note="x" * 2_001), ("note",)),
            (
                concept(TermValues(language="en", text="a"), external_id="x" * 201),
                ("external_id",),
            ),
            (
                concept(*(TermValues(language="en", text="a") for _ in range(2))),
                ("terms", 1, "text"),
            ),
            (
                concept(TermValues(language="en", text="a"), TermValues(language="en", text="b")),
                ("terms", 0, "status"),
            ),
        ],
    )
    def test_it_names_the_place(self, values: ConceptValues, place: tuple[str | int, ...]) -> None:
        assert place in places(values)

    def test_it_says_that_a_term_equals_its_forbidden_form(self) -> None:
        values = concept(
            TermValues(language="de", text="Wagen"),
            TermValues(language="de", text="Wagen", status="forbidden"),
        )
        [found] = problems(tidied(values))
        assert found.message == "“Wagen” is both preferred and forbidden in de."

    def test_it_names_a_length_and_the_most(self) -> None:
        [found] = problems(tidied(concept(TermValues(language="en", text="x" * 2_000))))
        assert found.message == f"Write at most {MAX_TERM_CHARS} characters; these are 2,000."


@given(TEXT)
def test_it_searches_without_case_or_compatibility(text: str) -> None:
    assert searched(text) == searched(unicodedata.normalize("NFKC", text))
