"""Segments put back into their units."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.assembly import Part, assemble
from engine.languages import find_source, find_target
from engine.sources import source_segments
from engine.values import Form, Syntax, Unit

ENGLISH, GERMAN, JAPANESE = find_source("en"), find_target("de"), find_target("ja")


def unit(text: str, **more: Any) -> Unit:
    return Unit(key="k", syntax=Syntax.TEXT, forms=(Form("", text),), **more)


def parts(units: list[Unit], texts: list[tuple[str, ...] | None]) -> list[Part]:
    segments = source_segments(units, ENGLISH)
    return [
        Part(unit=one.unit, starts_at=one.starts_at, ends_at=one.ends_at, forms=forms)
        for one, forms in zip(segments, texts, strict=True)
    ]


class TestAssemble:
    def test_it_puts_sentences_back_where_they_stood(self) -> None:
        units = [unit("One here.  Two here.\n", segmented=True)]
        made = assemble(units, parts(units, [("Eins.",), ("Zwei.",)]), GERMAN)
        assert made == {0: ("Eins.  Zwei.\n",)}

    def test_it_keeps_the_source_of_a_sentence_that_is_held_back(self) -> None:
        units = [unit("One here. Two here.", segmented=True)]
        made = assemble(units, parts(units, [("Eins.",), None]), GERMAN)
        assert made == {0: ("Eins. Two here.",)}

    def test_it_leaves_out_a_unit_of_which_nothing_may_be_delivered(self) -> None:
        units = [unit("One here. Two here.", segmented=True), unit("Three")]
        assert assemble(units, parts(units, [None, None, ("Drei",)]), GERMAN) == {1: ("Drei",)}

    def test_it_gives_every_form_of_a_plural(self) -> None:
        forms = (Form("n:plural=one", "%d file"), Form("n:plural=other", "%d files"))
        units = [Unit(key="k", syntax=Syntax.CATALOGUE, forms=forms)]
        texts: list[tuple[str, ...] | None] = [("%d plik", "%d pliki", "%d plików", "%d pliku")]
        assert assemble(units, parts(units, texts), find_target("pl")) == {0: texts[0]}

    def test_it_leaves_units_without_a_segment_alone(self) -> None:
        units = [unit("lost\0"), unit("Here")]
        assert assemble(units, parts(units, [("Hier",)]), GERMAN) == {1: ("Hier",)}

    def test_it_writes_no_space_between_japanese_sentences(self) -> None:
        units = [unit("One here. Two here.", segmented=True)]
        [text] = assemble(units, parts(units, [("一。",), ("二。",)]), JAPANESE)[0]
        assert text == "一。二。"

    @given(st.lists(st.sampled_from(["One.", "Two!", " ", "\n", "three", "Mr. A"]), max_size=12))
    def test_it_gives_the_source_back_when_every_sentence_is_its_own_translation(
        self, words: list[str]
    ) -> None:
        units = [unit("Start " + " ".join(words), segmented=True)]
        segments = source_segments(units, ENGLISH)
        own: list[tuple[str, ...] | None] = [(one.forms[0].text,) for one in segments]
        assert assemble(units, parts(units, own), GERMAN) == {0: (units[0].forms[0].text,)}
