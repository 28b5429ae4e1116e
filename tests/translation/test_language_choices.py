"""The languages of a picker: whose names they carry and how they are found."""

from __future__ import annotations

from engine.languages import LANGUAGES, SOURCE_ONLY
from translation.queries.languages import recent, source_choices, target_choices


class TestChoices:
    def test_it_offers_every_target_once_by_the_alphabet(self) -> None:
        found = target_choices("en")
        assert {one.code for one in found} == {one.code for one in LANGUAGES}
        names = [one.name.casefold() for one in found]
        assert names == sorted(names)

    def test_it_offers_more_to_read_than_to_write(self) -> None:
        extra = {one.code for one in source_choices("en")} - {
            one.code for one in target_choices("en")
        }
        assert extra == {one.code for one in SOURCE_ONLY}

    def test_it_names_them_in_the_readers_language(self) -> None:
        french = {one.code: one.name for one in target_choices("fr")}
        assert french["de"] == "allemand"

    def test_it_is_found_by_english_and_own_name_and_code(self) -> None:
        [german] = [one for one in target_choices("fr") if one.code == "de"]
        for word in ("allemand", "german", "deutsch", "de"):
            assert word in german.words


class TestRecent:
    def test_it_keeps_the_order_and_drops_what_is_not_listed(self) -> None:
        found = recent(["fr", "xx", "de", "ja", "it"], target_choices("en"))
        assert [one.code for one in found] == ["fr", "de", "ja"]
