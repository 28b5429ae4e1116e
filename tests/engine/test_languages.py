"""The table of languages and how tags find them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.languages import (
    LANGUAGES,
    SOURCE_ONLY,
    Language,
    find_source,
    find_target,
    name_in,
)
from engine.plurals import CATEGORIES

EVERY = (*LANGUAGES, *SOURCE_ONLY)
BY_CODE = {language.code: language for language in LANGUAGES}


def locale(language: Language) -> Locale:
    return Locale.parse(language.code.replace("-", "_"))


class TestTable:
    def test_it_lists_sixty_languages_once_each(self) -> None:
        assert len(LANGUAGES) == len(BY_CODE) == 60

    @pytest.mark.parametrize("language", EVERY, ids=lambda one: one.code)
    def test_it_agrees_with_cldr(self, language: Language) -> None:
        known = locale(language)
        assert language.name == known.get_display_name("en")
        assert language.own_name == known.get_display_name()
        assert language.direction == known.text_direction
        tags = {*known.plural_form.tags, "other"}
        assert language.plural_categories == tuple(c for c in CATEGORIES if c in tags)
        assert 0.2 < language.expansion < 1.5

    @pytest.mark.parametrize(
        ("code", "categories"),
        [
            ("ar", "zero one two few many other"),
            ("cy", "zero one two few many other"),
            ("ja", "other"),
            ("zh-Hant", "other"),
            ("th", "other"),
            ("de", "one other"),
            ("fr", "one many other"),
            ("es", "one many other"),
            ("pt-BR", "one many other"),
            ("pt-PT", "one many other"),
            ("it", "one many other"),
            ("ru", "one few many other"),
            ("pl", "one few many other"),
            ("he", "one two other"),
            ("lv", "zero one other"),
            ("sl", "one two few other"),
            ("ga", "one two few many other"),
        ],
    )
    def test_it_has_the_plural_categories(self, code: str, categories: str) -> None:
        assert BY_CODE[code].plural_categories == tuple(categories.split())

    def test_it_knows_what_reads_from_the_right_and_what_leaves_no_spaces(self) -> None:
        rtl = {one.code for one in LANGUAGES if one.direction == "rtl"}
        unspaced = {one.code for one in LANGUAGES if not one.spaced}
        assert rtl == {"ar", "he", "fa", "ur"}
        assert unspaced == {"ja", "th", "zh-Hans", "zh-Hant"}

    @pytest.mark.parametrize(
        ("code", "script"),
        [("ja", "Jpan"), ("ko", "Kore"), ("sr-Cyrl", "Cyrl"), ("ur", "Arab"), ("el", "Grek")],
    )
    def test_it_names_scripts_by_iso_15924(self, code: str, script: str) -> None:
        assert BY_CODE[code].script == script

    def test_it_is_imported_without_loading_locale_data(self) -> None:
        program = "import sys, engine.languages; print('babel' in sys.modules)"
        asked = [sys.executable, "-c", program]
        answer = subprocess.run(asked, capture_output=True, check=True, text=True)
        assert answer.stdout.strip() == "False"


EXACT = {
    "de": "de",
    "DE": "de",
    "  de ": "de",
    "de-AT": "de",
    "de_CH": "de",
    "deu": "de",
    "ger": "de",
    "de_DE.UTF-8": "de",
    "de-1996": "de",
    "de-x-acme": "de",
    "de-u-co-phonebk": "de",
    "pt_BR": "pt-BR",
    "PT-BR": "pt-BR",
    "pt-AO": "pt-PT",
    "EN-GB": "en-GB",
    "en-Latn-US": "en-US",
    "en-AU": "en-GB",
    "en-001": "en-GB",
    "es-ES": "es",
    "es-MX": "es-419",
    "es-419": "es-419",
    "fr-BE": "fr",
    "fr-CA": "fr-CA",
    "no": "nb",
    "nor": "nb",
    "nb-NO": "nb",
    "iw": "he",
    "in": "id",
    "tl": "fil",
    "mo": "ro",
    "prs": "fa",
    "zh-CN": "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh_TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    "zh-Hant-HK": "zh-Hant",
    "zh-cmn-Hans": "zh-Hans",
    "ZH-HANT": "zh-Hant",
    "sh": "sr-Latn",
    "sr-RS": "sr-Cyrl",
    "sr-ME": "sr-Latn",
    "sr_RS@latin": "sr-Latn",
    "sr@cyrillic": "sr-Cyrl",
    "ca@valencia": "ca",
}

UNSUPPORTED = ["xx", "nn", "yue", "ru-Latn", "zh-Latn", "english", "de--AT", "de-", "d", "1", "🙂"]


class TestFinding:
    @pytest.mark.parametrize(("tag", "code"), EXACT.items())
    def test_it_finds_one_language(self, tag: str, code: str) -> None:
        assert find_target(tag).code == code
        assert find_source(tag).code == code

    @pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
    def test_it_finds_every_language_by_its_own_code(self, language: Language) -> None:
        for tag in (language.code, language.code.upper(), language.code.replace("-", "_")):
            assert find_target(tag) is find_source(tag) is language

    @pytest.mark.parametrize(
        ("tag", "choices", "source"),
        [
            ("zh", "zh-Hans, zh-Hant", "zh-Hans"),
            ("chi", "zh-Hans, zh-Hant", "zh-Hans"),
            ("pt", "pt-BR, pt-PT", "pt"),
            ("en", "en-US, en-GB", "en"),
            ("EN", "en-US, en-GB", "en"),
            ("en-CA", "en-US, en-GB", "en"),
            ("sr", "sr-Latn, sr-Cyrl", "sr-Cyrl"),
        ],
    )
    def test_it_asks_which_target_is_meant_but_takes_the_source(
        self, tag: str, choices: str, source: str
    ) -> None:
        with pytest.raises(EngineError) as caught:
            find_target(tag)
        assert caught.value.code == "language_ambiguous"
        assert caught.value.detail == {"tag": tag, "choices": choices}
        for choice in choices.split(", "):
            assert f"{choice} for {find_target(choice).name}" in caught.value.message
        assert find_source(tag).code == source

    @pytest.mark.parametrize("tag", UNSUPPORTED)
    @pytest.mark.parametrize("find", [find_target, find_source])
    def test_it_refuses_what_it_does_not_know(self, find: object, tag: str) -> None:
        with pytest.raises(EngineError) as caught:
            find(tag)  # type: ignore[operator]
        assert caught.value.code == "language_unsupported"
        assert f"“{tag}”" in caught.value.message

    @pytest.mark.parametrize(
        ("tag", "choices"),
        [
            ("german", "de"),
            ("Deutsh", "de, nl"),
            ("portugese", "pt-BR, pt-PT"),
            ("中文", "zh-Hans, zh-Hant"),
            ("ru-Latn", "ru"),
            ("xx", ""),
        ],
    )
    def test_it_suggests_what_comes_close(self, tag: str, choices: str) -> None:
        with pytest.raises(EngineError) as caught:
            find_target(tag)
        assert caught.value.detail["choices"] == choices
        assert ("Did you mean" in caught.value.message) == bool(choices)

    def test_it_asks_for_a_language_where_none_is_named(self) -> None:
        with pytest.raises(EngineError, match="Name a language"):
            find_target("  ")

    def test_it_repeats_only_a_short_printable_part_of_a_tag(self) -> None:
        with pytest.raises(EngineError) as caught:
            find_target("x\x00\u202e\n" + "y" * 5_000)
        assert len(caught.value.message) < 120
        assert caught.value.message.isprintable()

    @given(st.text(max_size=80))
    def test_it_answers_any_text_with_a_language_or_a_refusal(self, tag: str) -> None:
        for find in (find_target, find_source):
            refusal = None
            try:
                assert find(tag) in EVERY
            except EngineError as error:
                refusal = error
            if refusal:
                assert refusal.code in {"language_unsupported", "language_ambiguous"}
                assert refusal.message.isprintable()


class TestNames:
    @pytest.mark.parametrize(
        ("code", "reader", "name"),
        [
            ("de", "fr", "allemand"),
            ("ja", "de", "Japanisch"),
            ("pt-BR", "en", "Portuguese (Brazil)"),
            ("zh-Hant", "de", "Chinesisch (Traditionell)"),
            ("de", "xx", "German"),
            ("de", "not a locale", "German"),
            ("de", "zh-Hans", "德语"),
        ],
    )
    def test_it_names_a_language_for_its_reader(self, code: str, reader: str, name: str) -> None:
        assert name_in(code, reader) == name
