"""Sentences cut out of a text and put back."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.languages import LANGUAGES, Language, find_source, find_target
from engine.segments import MAX_LENGTH, Piece, join, split
from engine.values import Syntax

EN = find_source("en")


def sentences(text: str, tag: str = "en", syntax: Syntax = Syntax.TEXT) -> list[str]:
    pieces = split(text, syntax, find_source(tag))
    return [text[one.start : one.end] for one in pieces]


BY_LANGUAGE = {
    ("en", "One. Two! Three?"): ["One.", "Two!", "Three?"],
    ("en", "Dr. Smith met Mr. Jones. They left."): ["Dr. Smith met Mr. Jones.", "They left."],
    ("en", "Use e.g. This one. Then go."): ["Use e.g. This one.", "Then go."],
    ("en", "It costs $5.50. See No. 7."): ["It costs $5.50.", "See No. 7."],
    ("en", "J. R. R. Tolkien wrote it. I read it."): ["J. R. R. Tolkien wrote it.", "I read it."],
    ("en", "He said “Go. Now.” Then he left."): ["He said “Go. Now.”", "Then he left."],
    ("en", "Use System.Text here.Now. Really?"): ["Use System.Text here.Now.", "Really?"],
    ("en", "file saved. click ok."): ["file saved. click ok."],
    ("de", "Das ist z. B. gut. Am 3. Mai kam er."): ["Das ist z. B. gut.", "Am 3. Mai kam er."],
    ("fr", "M. Dupont est là. Mme. Roy aussi."): ["M. Dupont est là.", "Mme. Roy aussi."],
    ("fr", "Ça va\u00a0? Oui\u202f! Voir p.\u00a0Suite."): [
        "Ça va\u00a0?",
        "Oui\u202f!",
        "Voir p.\u00a0Suite.",
    ],
    ("es", "¿Qué tal? ¡Bien! Vino la Sra. López."): ["¿Qué tal?", "¡Bien!", "Vino la Sra. López."],
    ("ru", "Это т. е. так. А. С. Пушкин писал."): ["Это т. е. так.", "А. С. Пушкин писал."],
    ("nb", "Ta f.eks. dette. Og hr. Hansen."): ["Ta f.eks. dette.", "Og hr. Hansen."],
    ("el", "Τι κάνεις; Καλά."): ["Τι κάνεις;", "Καλά."],
    ("ja", "今日は。😀元気！終わり"): ["今日は。", "😀元気！", "終わり"],
    ("ja", "「はい。そうです。」と言った。次。"): ["「はい。そうです。」", "と言った。", "次。"],
    ("zh-Hant", "你好。　世界！"): ["你好。", "世界！"],
    ("ar", "مرحبا. كيف حالك؟ بخير."): ["مرحبا.", "كيف حالك؟", "بخير."],
    ("hi", "नमस्ते। आप कैसे हैं?"): ["नमस्ते।", "आप कैसे हैं?"],
    ("ur", "یہ ہے۔ وہ ہے۔"): ["یہ ہے۔", "وہ ہے۔"],
    ("th", "สวัสดี ครับ"): ["สวัสดี ครับ"],
}

BY_SYNTAX = {
    # Tags: never through a pair, outside of it as usual.
    (Syntax.MARKUP, "<b>One. Two.</b> Three."): ["<b>One. Two.</b>", "Three."],
    (Syntax.MARKUP, "One. <i>Two.</i> Three."): ["One.", "<i>Two.</i>", "Three."],
    (Syntax.MARKUP, "One.<b> Two.</b>"): ["One.", "<b> Two.</b>"],
    (Syntax.MARKUP, "<b>One.</b><i>Two.</i>"): ["<b>One.</b>", "<i>Two.</i>"],
    (Syntax.MARKUP, "<b>Dr.</b> Smith left. He did."): ["<b>Dr.</b> Smith left.", "He did."],
    (Syntax.MARKUP, "See <a title='A. B'>it. Now</a>. Go."): [
        "See <a title='A. B'>it. Now</a>.",
        "Go.",
    ],
    (Syntax.MARKUP, "One <!-- A. B. --> two. Three &amp; four."): [
        "One <!-- A. B. --> two.",
        "Three &amp; four.",
    ],
    (Syntax.MARKUP, "One. <br>Two. <img alt='x'> Three."): [
        "One.",
        "<br>Two.",
        "<img alt='x'> Three.",
    ],
    (Syntax.RUNS, "<g1>One. </g1><g2>Two.</g2> Three.<x3/> Four."): [
        "<g1>One. </g1>",
        "<g2>Two.</g2>",
        "Three.<x3/>",
        "Four.",
    ],
    # Markdown
    (Syntax.MARKDOWN, "**One. Two.** Three. _Four._ Five."): [
        "**One. Two.**",
        "Three.",
        "_Four._",
        "Five.",
    ],
    (Syntax.MARKDOWN, "Run `a. B` now. See [it. Here](http://x.y/A. B) too."): [
        "Run `a. B` now.",
        "See [it. Here](http://x.y/A. B) too.",
    ],
    (Syntax.MARKDOWN, "One.[^1] Two. ![A. B](c.png) Three."): [
        "One.[^1]",
        "Two.",
        "![A. B](c.png) Three.",
    ],
    (Syntax.MARKDOWN, r"Two \* three. Four \* five. snake_case. End_of."): [
        r"Two \* three.",
        r"Four \* five. snake_case.",
        "End_of.",
    ],
    (Syntax.MARKDOWN, "<https://a.b/c> is it. *Open. And on."): [
        "<https://a.b/c> is it.",
        "*Open.",
        "And on.",
    ],
    # Code in running text
    (Syntax.TEXT, "See https://a.b/c?d=E. Or mail A.B@c.de. Done."): [
        "See https://a.b/c?d=E.",
        "Or mail A.B@c.de.",
        "Done.",
    ],
    (Syntax.TEXT, "It is <ten. Then go."): ["It is <ten.", "Then go."],
    (Syntax.CATALOGUE, "Loaded %d. Next {a. B}. Then %(c. D)s."): [
        "Loaded %d.",
        "Next {a. B}.",
        "Then %(c. D)s.",
    ],
    (Syntax.ICU, "At {t, date, A. B}. Then {name}. End."): [
        "At {t, date, A. B}.",
        "Then {name}.",
        "End.",
    ],
}


class TestSplit:
    @pytest.mark.parametrize(("case", "expected"), BY_LANGUAGE.items())
    def test_it_knows_the_language(self, case: tuple[str, str], expected: list[str]) -> None:
        assert sentences(case[1], case[0]) == expected

    @pytest.mark.parametrize(("case", "expected"), BY_SYNTAX.items())
    def test_it_cuts_through_nothing(self, case: tuple[Syntax, str], expected: list[str]) -> None:
        assert sentences(case[1], syntax=case[0]) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("1. Introduction", ["1. Introduction"]),
            ("Yes. 5! 7.", ["Yes. 5! 7."]),
            ("123. 456! 789?", ["123. 456! 789?"]),
            ("... !!! 😀. 😀", ["... !!! 😀. 😀"]),
            ("<b>1.</b> <i>2.</i>", ["<b>1.</b> <i>2.</i>"]),
        ],
    )
    def test_it_makes_no_sentence_without_a_letter(self, text: str, expected: list[str]) -> None:
        assert sentences(text, syntax=Syntax.MARKUP) == expected

    @pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0\u3000"])
    def test_it_finds_nothing_in_white_space(self, text: str) -> None:
        assert split(text, Syntax.TEXT, EN) == ()

    def test_it_leaves_white_space_outside(self) -> None:
        assert split("  One.\r\n\tTwo.\u3000 ", Syntax.TEXT, EN) == (Piece(2, 6), Piece(9, 13))

    def test_it_counts_code_points(self) -> None:
        assert split("😀 A𝔟. 𝕮d.", Syntax.TEXT, EN) == (Piece(0, 5), Piece(6, 9))

    def test_it_stands_odd_spaces_and_lone_surrogates(self) -> None:
        assert sentences("Plan B\u00a0. Then C\u2009.\u3000D \ud800. End.")[-1] == "End."

    def test_it_takes_a_text_above_the_limit_whole(self) -> None:
        text = "One. " * (MAX_LENGTH // 5)
        assert len(split(text, Syntax.TEXT, EN)) == MAX_LENGTH // 5
        assert split(text + "Two.", Syntax.TEXT, EN) == (Piece(0, len(text) + 4),)

    def test_it_cuts_a_longer_text_at_its_empty_lines(self) -> None:
        paragraph = "This is one. This is two.\n\n"
        text = paragraph * (3 * MAX_LENGTH // len(paragraph))
        found = sentences(text)
        assert found == ["This is one.", "This is two."] * (3 * MAX_LENGTH // len(paragraph))
        pieces = split(text, Syntax.TEXT, EN)
        assert join(text, pieces, found, EN) == text

    def test_it_keeps_a_longer_text_without_empty_lines_whole(self) -> None:
        assert len(sentences("One. " * MAX_LENGTH)) == 1

    def test_it_finds_the_same_sentences_in_a_long_text(self) -> None:
        paragraph = (
            "Mr. Jones said (quietly. So.) no. “Why?” asked Dr. Lee at 5 p.m. sharp. So it is. "
        )
        pieces = split(paragraph * 200, Syntax.TEXT, EN)
        one = split(paragraph, Syntax.TEXT, EN)
        assert len(pieces) == 200 * len(one) > 200

    @pytest.mark.parametrize(
        "unit",
        [
            "{",
            '"',
            "(",
            "「",
            "\\",
            ".",
            "<a ",
            "<a '",
            "<!--",
            "[a](",
            "`a``b",
            "*a ",
            "%(",
            "http://www.",
            "<b>",
            "</b>",
            "![",
            "&a",
            "__",
            "[^",
            "a@",
        ],
    )
    def test_it_stays_quick_on_hostile_text(self, unit: str) -> None:
        text = unit * (MAX_LENGTH // len(unit))
        started = time.process_time()
        split(text, Syntax.MARKDOWN, EN)
        assert time.process_time() - started < 10


texts = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "One. ",
                "two! ",
                "三。",
                "「四。」",
                "Mr. ",
                "<b>",
                "</b>",
                "<x1/>",
                "**",
                "`",
                "{n}",
                "[",
                "](u)",
                "http://a.b/c. ",
                "\n",
                "\xa0",
                "😀",
                "5. ",
                "%s",
                "&amp;",
                "_",
                "*",
            ]
        ),
        st.text(max_size=4),
    ),
    max_size=14,
).map("".join)


class TestSplitProperties:
    @given(texts, st.sampled_from(Syntax), st.sampled_from(LANGUAGES))
    def test_it_covers_everything_but_white_space_in_order(
        self, text: str, syntax: Syntax, language: Language
    ) -> None:
        pieces = split(text, syntax, language)
        assert all(a.end <= b.start for a, b in pairwise(pieces))
        covered = {place for one in pieces for place in range(one.start, one.end)}
        assert all(text[place].isspace() for place in range(len(text)) if place not in covered)
        for one in pieces:
            piece = text[one.start : one.end]
            assert piece == piece.strip() != ""

    @given(texts, st.sampled_from(Syntax), st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
    def test_it_joins_its_own_pieces_to_the_same_text(
        self, text: str, syntax: Syntax, language: Language, target: Language
    ) -> None:
        pieces = split(text, syntax, language)
        own = [text[one.start : one.end] for one in pieces]
        assert join(text, pieces, own, target) == text

    @given(st.lists(st.sampled_from(["<b>", "</b>", "A. ", "b ", "C! ", "<i>", "</i>"])))
    def test_it_keeps_every_pair_of_tags_whole(self, parts: list[str]) -> None:
        text = "".join(parts)
        for piece in sentences(text, syntax=Syntax.MARKUP):
            for name in "bi":
                opening, closing = f"<{name}>", f"</{name}>"
                if text.count(opening) == text.count(closing) == 1 and text.find(
                    opening
                ) < text.find(closing):
                    assert (opening in piece) == (closing in piece)


def rejoined(text: str, source: str, target: str, translations: list[str]) -> str:
    pieces = split(text, Syntax.MARKUP, find_source(source))
    return join(text, pieces, translations, find_target(target))


class TestJoin:
    @pytest.mark.parametrize(
        ("target", "translations", "expected"),
        [
            ("de", ["Eins.", "Zwei."], " Eins. Zwei.\n"),
            ("ja", ["一。", "二。"], " 一。二。\n"),
            ("zh-Hans", ["<b>一！</b>", "二。"], " <b>一！</b>二。\n"),
            ("zh-Hant", ["一……", "二。"], " 一……二。\n"),
            ("ja", ["One.", "二。"], " One. 二。\n"),  # left untranslated: not Japanese writing
            ("ko", ["하나.", "둘。"], " 하나. 둘。\n"),
            ("ko", ["하나", "둘"], " 하나 둘\n"),
            ("th", ["หนึ่ง", "สอง"], " หนึ่ง สอง\n"),  # the space is all that parts Thai sentences
            ("de", ["", ""], "  \n"),
        ],
    )
    def test_it_drops_the_space_between_sentences_where_the_script_has_none(
        self, target: str, translations: list[str], expected: str
    ) -> None:
        assert rejoined(" One. Two.\n", "en", target, translations) == expected

    @pytest.mark.parametrize("gap", ["  ", "\n", "\t", "\n\n", " \n", "\u3000"])
    def test_it_keeps_any_other_white_space(self, gap: str) -> None:
        assert rejoined(f"One.{gap}Two.", "en", "ja", ["一。", "二。"]) == f"一。{gap}二。"

    @pytest.mark.parametrize(
        ("target", "translations", "expected"),
        [
            ("en-US", ["One.", "Two."], "One. Two."),
            ("ko", ["하나.", "둘."], "하나. 둘."),
            ("th", ["หนึ่ง", "สอง"], "หนึ่ง สอง"),
            ("zh-Hans", ["一。", "二。"], "一。二。"),
            ("zh-Hans", ["OK", "二。"], "OK二。"),
            ("en-US", ["", "Two."], "Two."),
        ],
    )
    def test_it_adds_the_space_that_a_source_without_spaces_leaves_out(
        self, target: str, translations: list[str], expected: str
    ) -> None:
        assert rejoined("一。二。", "ja", target, translations) == expected

    def test_it_keeps_a_space_that_chinese_has_set(self) -> None:
        assert rejoined("一。 二。", "zh", "ja", ["一。", "二。"]) == "一。 二。"

    def test_it_gives_a_text_without_pieces_back(self) -> None:
        assert join(" \n", (), [], EN) == " \n"

    def test_it_refuses_another_number_of_translations(self) -> None:
        with pytest.raises(ValueError, match="1 pieces but 2 translations"):
            join("One.", (Piece(0, 4),), ["a", "b"], EN)
