"""Pseudo-translation as a pure function: what stays, what changes, in which script."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.claude.pseudo import Translator
from sandbox.claude.tongues import LISTED, foreign_to, tongue_for

ENGLISH = "The quick brown fox jumps over the lazy dog while seven birds are watching"
MARK = re.compile(r"⟦/?\d+⟧")
SCRIPTS = {
    "de": "LATIN", "pt-BR": "LATIN", "sv": "LATIN", "cy": "LATIN", "vi": "LATIN",
    "sr-Latn": "LATIN",
    "ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "sr-Cyrl": "CYRILLIC", "sr": "CYRILLIC",
    "ja": "CJK|HIRAGANA|KATAKANA", "zh-Hans": "CJK", "zh-Hant": "CJK", "zh": "CJK", "yue": "CJK",
    "ko": "HANGUL", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "el": "GREEK", "he": "HEBREW",
    "hi": "DEVANAGARI", "mr": "DEVANAGARI", "bn": "BENGALI", "ta": "TAMIL", "te": "TELUGU",
    "th": "THAI",
}  # fmt: skip
TARGETS = ("de", "fr", "pl", "ru", "ja", "zh", "ar", "ko", "th", "hi", "en")
pieces = st.sampled_from(
    (
        *("Hello", "file", "WAIT", "don't", "naïve", "日本語", "привет", "สวัสดี", "UTF8", "m²"),
        *("⟦1⟧", "⟦2⟧", "⟦/2⟧", "3", "1,000.50", "2024-01-02", *"?!.,()-½\n "),
    )
)
sentences = st.lists(pieces, min_size=1, max_size=12).map(" ".join) | st.text(max_size=40)


def translator(target, **glossary):
    return Translator(tongue_for(target), glossary)


class TestTranslate:
    @given(text=sentences, target=st.sampled_from(TARGETS))
    def test_it_keeps_marks_digits_and_line_breaks(self, text, target):
        written = translator(target).translate(text)
        for kept in (MARK.pattern, r"[0-9²½]+", r"\n"):
            assert re.findall(kept, written) == re.findall(kept, text)

    @given(text=sentences, target=st.sampled_from(TARGETS))
    def test_it_changes_whatever_has_letters_and_repeats_itself(self, text, target):
        written = translator(target).translate(text)
        assert written == translator(target).translate(text)
        bare = MARK.sub("", text)
        if any(map(str.isalpha, bare)):
            assert written != text
        else:
            assert re.sub(r"\W", "", written) == re.sub(r"\W", "", text)

    @given(text=st.text(max_size=300), target=st.sampled_from(TARGETS))
    def test_it_takes_any_text(self, text, target):
        assert isinstance(translator(target).translate(text), str)

    @pytest.mark.parametrize(("target", "script"), SCRIPTS.items())
    def test_it_writes_the_script_of_the_language(self, target, script):
        letters = [one for one in translator(target).translate(ENGLISH) if one.isalpha()]
        strange = [one for one in letters if not re.match(script, unicodedata.name(one))]
        assert not [one for one in strange if one not in "ー々"]

    @pytest.mark.parametrize("target", sorted(LISTED))
    def test_it_keeps_the_length_in_reason(self, target):
        texts = [ENGLISH, "Please save your changes first", "International communication services"]
        usual = LISTED[target] * sum(map(len, texts))
        found = sum(len(translator(target).translate(text)) for text in texts)
        assert 0.7 * usual < found < 1.4 * usual

    @pytest.mark.parametrize(
        ("source", "shape"),
        [
            ("Save", r"[A-ZÄÖÜ][a-zäöüß]*"),
            ("save", r"[a-zäöüß]+"),
            ("SAVE", r"[A-ZÄÖÜ]{2,}"),
            ("Save, now!", r"[A-ZÄÖÜ]\w*, [a-zäöüß]+!"),
            ("“Save” (3)", r"“[A-ZÄÖÜ]\w*” \(3\)"),
        ],
    )
    def test_it_keeps_capitals_and_punctuation(self, source, shape):
        assert re.fullmatch(shape, translator("de").translate(source))

    def test_it_writes_japanese_without_spaces_and_with_its_own_punctuation(self):
        written = translator("ja").translate("Hello ⟦1⟧, you have 3 files. Open them now?")
        assert " " not in written
        assert re.fullmatch(r"\w+⟦1⟧、\w+3\w+。\w+？", written)

    def test_it_keeps_numbers_apart_where_spaces_go(self):
        assert translator("zh").translate("3 4 files").startswith("3 4")

    def test_it_separates_words_from_digits_of_a_script_without_spaces(self):
        assert re.match(r"3 \w", translator("de").translate("3個のファイル"))

    def test_it_leaves_a_code_in_a_sentence_alone(self):
        written = translator("ru").translate(f"{ENGLISH} in UTF8")
        assert written.endswith("UTF8")
        assert not re.search("[A-Za-z]", translator("ru").translate("UTF8"))

    def test_it_never_says_a_word_twice_running(self):
        words = translator("de").translate(ENGLISH * 20).lower().split()
        assert all(one != other for one, other in pairwise(words))

    def test_it_uses_many_words(self):
        source = " ".join(f"w{chr(97 + n % 26)}{chr(97 + n // 26)}x" for n in range(400))
        assert len(set(translator("fr").translate(source).split())) > 25


class TestGlossary:
    def test_it_obeys_the_longest_term(self):
        terms = {"save": "sichern", "save file": "Datei sichern"}
        written = Translator(tongue_for("de"), terms).translate("Save file, then save it")
        assert written.startswith("Datei sichern, ")
        assert " sichern " in written

    def test_it_finds_terms_as_whole_words_only(self):
        assert "X" not in translator("de", art="X").translate("The party starts")

    def test_it_keeps_a_term_that_is_not_to_be_translated(self):
        assert translator("ja", Interlinear="Interlinear").translate("Interlinear") == "Interlinear"

    def test_it_never_looks_inside_a_mark(self):
        assert translator("de", **{"1": "eins"}).translate("⟦1⟧") == "⟦1⟧"


class TestTongues:
    @pytest.mark.parametrize("code", sorted(LISTED))
    def test_it_has_words_enough(self, code):
        words = {word for row in tongue_for(code)._by_length for word in row}
        main = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "ja", "zh", "ar", "ko")
        assert len(words) >= (150 if code in main else 40)

    @pytest.mark.parametrize("code", sorted(LISTED))
    def test_it_spells_words_with_letters_only(self, code):
        for word in {word for row in tongue_for(code)._by_length for word in row}:
            assert all(unicodedata.category(letter)[0] in "LM" for letter in word), word

    @pytest.mark.parametrize("code", sorted(LISTED))
    def test_it_knows_a_language_of_another_script(self, code):
        wrong = foreign_to(tongue_for(code)).code
        assert (wrong == "ru") == (code in {"de", "fr", "es", "it", "pt", "nl", "pl", "en"})
