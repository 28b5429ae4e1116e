"""From units to segments: what is cut, counted, shared, refused and left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.languages import find_source
from engine.sources import MAX_CHARS, MAX_SEGMENTS, SourceSegment, leaders, source_segments
from engine.values import Form, Syntax, Unit

ENGLISH = find_source("en")


def unit(text: str, *, key: str = "k", **more: Any) -> Unit:
    facts: dict[str, Any] = {"syntax": Syntax.TEXT} | more
    return Unit(key=key, forms=(Form("", text),), **facts)


def cut(*units: Unit) -> list[SourceSegment]:
    return source_segments(units, ENGLISH)


def followed(segments: list[SourceSegment]) -> list[int | None]:
    return leaders(segments, [True] * len(segments))


class TestSegments:
    def test_it_cuts_prose_into_sentences_at_their_places(self) -> None:
        text = "First one. Second one!  Third?"
        found = cut(unit(text, segmented=True))
        assert [text[one.starts_at : one.ends_at] for one in found] == [
            "First one.",
            "Second one!",
            "Third?",
        ]
        assert [one.forms[0].text for one in found] == ["First one.", "Second one!", "Third?"]

    def test_it_leaves_catalogue_units_whole(self) -> None:
        [one] = cut(unit("First one. Second one!", syntax=Syntax.CATALOGUE))
        assert (one.starts_at, one.ends_at) == (0, 22)

    def test_it_never_cuts_what_has_several_forms(self) -> None:
        forms = (Form("n:plural=one", "One. File."), Form("n:plural=other", "Many. Files."))
        [one] = cut(Unit(key="k", syntax=Syntax.CATALOGUE, forms=forms, segmented=True))
        assert one.forms == forms

    @pytest.mark.parametrize("text", ["a\0b", "lone \ud800 half", "\udfff"])
    def test_it_leaves_a_unit_alone_that_no_store_can_hold(self, text: str) -> None:
        found = cut(unit("Hello"), unit(text), unit("World"))
        assert [one.unit for one in found] == [0, 2]

    def test_it_leaves_a_unit_alone_of_which_one_form_cannot_be_stored(self) -> None:
        bad = Unit(
            key="k",
            syntax=Syntax.CATALOGUE,
            forms=(Form("n:plural=one", "One"), Form("n:plural=other", "Many\0")),
        )
        assert [one.unit for one in cut(unit("Hello"), bad)] == [0]

    def test_it_carries_what_the_unit_says_of_itself(self) -> None:
        [one] = cut(
            unit(
                "Save",
                key="menu.save",
                syntax=Syntax.CATALOGUE,
                context="menu",
                note="a verb",
                flags=("python-format",),
                current=("Sichern",),
            )
        )
        assert (one.key, one.context, one.note) == ("menu.save", "menu", "a verb")
        assert (one.flags, one.current) == (("python-format",), ("Sichern",))


class TestLimits:
    def test_it_refuses_more_segments_than_a_document_may_have(self) -> None:
        units = (unit("a") for _ in range(MAX_SEGMENTS + 1))
        with pytest.raises(EngineError) as refused:
            source_segments(units, ENGLISH)
        assert (refused.value.code, refused.value.kind) == ("document_too_large", "too_large")

    def test_it_refuses_more_characters_than_a_document_may_have(self) -> None:
        line = "x" * 100_000
        count = MAX_CHARS // len(line)
        source_segments([unit(line)] * count, ENGLISH)
        with pytest.raises(EngineError) as refused:
            source_segments([unit(line)] * count + [unit("y")], ENGLISH)
        assert refused.value.detail == {"max_segments": 50_000, "max_characters": 2_000_000}

    @pytest.mark.parametrize(
        "units", [[], [unit("")], [unit("12 %d {x}", syntax=Syntax.CATALOGUE)], [unit("\0letters")]]
    )
    def test_it_refuses_a_document_without_a_word(self, units: list[Unit]) -> None:
        with pytest.raises(EngineError) as refused:
            source_segments(units, ENGLISH)
        assert refused.value.code == "document_without_text"


class TestBilled:
    @pytest.mark.parametrize(
        ("text", "syntax", "chars"),
        [
            ("Hello world.", Syntax.TEXT, 12),
            ("  Hello  ", Syntax.TEXT, 5),
            ("Grüße 👋🏽", Syntax.TEXT, 8),
            ("Read https://halden.example/a?b=1 now", Syntax.TEXT, 9),
            ("Hello %(name)s!", Syntax.CATALOGUE, 7),
            ("<b>Bold</b> words", Syntax.MARKUP, 10),
            ("Fish &amp; chips", Syntax.MARKUP, 12),
            ("12.50 %d", Syntax.CATALOGUE, 0),
            ("", Syntax.TEXT, 0),
        ],
    )
    def test_it_counts_code_points_of_prose_only(
        self, text: str, syntax: Syntax, chars: int
    ) -> None:
        found = cut(unit("anchor"), unit(text, syntax=syntax))
        assert sum(one.chars for one in found[1:]) == chars

    def test_it_bills_the_longest_wording_of_an_icu_message(self) -> None:
        forms = (
            Form("n:plural=one", "One file waits"),
            Form("n:plural=other", "{n} files wait for you"),
        )
        [one] = cut(Unit(key="k", syntax=Syntax.ICU, forms=forms))
        assert one.chars == len(" files wait for you")

    def test_it_bills_every_msgid_of_a_gettext_plural(self) -> None:
        forms = (Form("n:plural=one", "%d file"), Form("n:plural=other", "%d files"))
        [one] = cut(Unit(key="k", syntax=Syntax.CATALOGUE, forms=forms))
        assert one.chars == len(" file") + len(" files")


class TestLeaders:
    def test_it_lets_equal_segments_follow_the_first(self) -> None:
        assert followed(cut(unit("Yes"), unit("No"), unit("Yes"), unit("Yes"))) == [
            None,
            None,
            0,
            0,
        ]

    @pytest.mark.parametrize(
        "other",
        [
            unit("Save", context="toolbar", syntax=Syntax.CATALOGUE),
            unit("Save", flags=("python-format",), syntax=Syntax.CATALOGUE),
            unit("Save"),
            unit("save", syntax=Syntax.CATALOGUE),
        ],
    )
    def test_it_keeps_apart_what_may_need_another_translation(self, other: Unit) -> None:
        assert followed(cut(unit("Save", syntax=Syntax.CATALOGUE), other)) == [None, None]

    def test_it_takes_composed_and_decomposed_letters_for_equal(self) -> None:
        assert followed(cut(unit("Caf\u00e9 here"), unit("Cafe\u0301 here"))) == [None, 0]

    def test_it_tells_texts_by_their_placeholders(self) -> None:
        found = cut(unit("Hi {a}"), unit("Hi {b}"), unit("Hi {a}"))
        assert followed(found) == [None, None, 0]

    def test_it_neither_leads_nor_follows_what_no_model_is_asked_for(self) -> None:
        found = cut(unit("Yes"), unit("Yes"), unit("Yes"))
        assert leaders(found, [False, True, True]) == [None, None, 1]

    @given(st.lists(st.sampled_from(["Yes", "No", "Perhaps so"]), min_size=1, max_size=30))
    def test_it_points_at_an_earlier_equal_first_occurrence(self, texts: list[str]) -> None:
        for place, leader in enumerate(followed(cut(*map(unit, texts)))):
            if leader is None:
                assert texts[place] not in texts[:place]
            else:
                assert leader == texts.index(texts[place])
