"""Plural rules: those we write, and those we find written."""

from __future__ import annotations

import gettext

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.languages import LANGUAGES, SOURCE_ONLY, Language, find_source
from engine.plurals import (
    category_is_only_one,
    category_numbers,
    gettext_rule,
    parse_rule,
)

NUMBERS = (*range(201), 1_000_000)


def cldr_category(language: Language, n: int) -> str:
    rule = Locale.parse(language.code.replace("-", "_")).plural_form
    return str(rule(n))


class TestGettextRule:
    @pytest.mark.parametrize("language", [*LANGUAGES, *SOURCE_ONLY], ids=lambda one: one.code)
    def test_it_counts_as_cldr_does(self, language: Language) -> None:
        written = gettext_rule(language)
        for n in NUMBERS:
            expected = cldr_category(language, n)
            # Catalogues have no form of their own for "de" after French and Spanish millions.
            agreed = {expected, "other"} if n == 1_000_000 and expected == "many" else {expected}
            assert written.category(n) in agreed

    @pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
    def test_it_uses_every_form_and_only_categories_of_the_language(
        self, language: Language
    ) -> None:
        written = gettext_rule(language)
        assert {written.rule(n) for n in NUMBERS} == set(range(written.nplurals))
        order = [language.plural_categories.index(one) for one in written.categories]
        assert order == sorted(order)

    @pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
    def test_it_writes_headers_that_pythons_gettext_reads_alike(self, language: Language) -> None:
        written = gettext_rule(language)
        expression = written.header.partition("plural=")[2].rstrip(";")
        theirs = gettext.c2py(expression)  # type: ignore[attr-defined]
        assert [written.rule(n) for n in NUMBERS] == [theirs(n) for n in NUMBERS]

    @pytest.mark.parametrize(
        ("tag", "header", "categories"),
        [
            ("de", "nplurals=2; plural=(n != 1);", "one other"),
            ("ja", "nplurals=1; plural=0;", "other"),
            ("fr", "nplurals=2; plural=(n > 1);", "one other"),
            ("pt-BR", "nplurals=2; plural=(n > 1);", "one other"),
            ("pt-PT", "nplurals=2; plural=(n != 1);", "one other"),
            ("cs", "nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;", "one few other"),
        ],
    )
    def test_it_writes_the_usual_header(self, tag: str, header: str, categories: str) -> None:
        written = gettext_rule(find_source(tag))
        assert (written.header, " ".join(written.categories)) == (header, categories)

    @pytest.mark.parametrize(
        ("tag", "nplurals"), [("ar", 6), ("cy", 6), ("ru", 3), ("pl", 3), ("sl", 4), ("ga", 5)]
    )
    def test_it_has_the_number_of_forms(self, tag: str, nplurals: int) -> None:
        assert gettext_rule(find_source(tag)).nplurals == nplurals


class TestCategories:
    @pytest.mark.parametrize(
        ("tag", "only"),
        [
            ("de", True),
            ("en", True),
            ("pl", True),
            ("ar", True),
            ("es", True),
            ("ru", False),  # also 21
            ("hr", False),
            ("lv", False),
            ("fr", False),  # also 0
            ("hi", False),
            ("sl", False),  # also 101
            ("fil", False),
            ("ja", False),  # has none
        ],
    )
    def test_it_knows_where_one_means_only_one(self, tag: str, only: bool) -> None:
        assert category_is_only_one(find_source(tag)) is only

    def test_it_lists_ordinal_categories_in_order(self) -> None:
        assert list(category_numbers(find_source("en"), "ordinal")) == [
            "one",
            "two",
            "few",
            "other",
        ]
        assert list(category_numbers(find_source("de"), "ordinal")) == ["other"]
        assert list(category_numbers(find_source("it"), "ordinal")) == ["many", "other"]

    def test_it_shows_that_only_fractions_are_other_in_russian(self) -> None:
        assert category_numbers(find_source("ru"), "plural")["other"] == frozenset()


# Without subtraction, which Python's gettext lets fall below zero.
expressions = st.recursive(
    st.sampled_from(["n", "0", "1", "2", "10", "n%10", "n%100"]),
    lambda inner: st.one_of(
        st.builds(
            "({} {} {})".format,
            inner,
            st.sampled_from(["==", "!=", "<", ">", "<=", ">=", "+", "*"]),
            inner,
        ),
        # Theirs gives an operand where C gives 0 or 1.
        st.builds("({} {} {} ? 1 : 0)".format, inner, st.sampled_from(["&&", "||"]), inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("(!({}))".format, inner),
    ),
    max_leaves=8,
)

READ = {
    "nplurals=2; plural=n != 1;": [1, 0, 1, 1],
    "nplurals=2; plural=(n!=1)": [1, 0, 1, 1],
    " nplurals = 2 ;\n plural = ( n > 1 ) ; \n": [0, 0, 1, 1],
    "nplurals=1; plural=0;": [0, 0, 0, 0],
    "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2;": [2, 0, 1, 1],
    "nplurals=2; plural=!(n == 1);": [1, 0, 1, 1],
    "nplurals=2; plural=!!!n;": [1, 0, 0, 0],
    "nplurals=2; plural=!!n;": [0, 1, 1, 1],
    "nplurals=4; plural=n ? n - 1 ? 2 : 1 : 0;": [0, 1, 2, 2],
    "nplurals=2; plural=n == 1 || n == 2 && n == 3;": [0, 1, 0, 0],
    "nplurals=2; plural=n - 1 > 5;": [1, 0, 0, 0],  # unsigned: 0 - 1 is huge
    "nplurals=3; plural=1 + n * 0 - 1 + 2 / 2 % 2;": [1, 1, 1, 1],
    "nplurals=2; plural=n >= 2 == 1;": [0, 0, 1, 1],
}

REFUSED = {
    "": "is not of the form",
    "nplurals=INTEGER; plural=EXPRESSION;": "is not of the form",
    "nplurals=2;": "is not of the form",
    "nplurals=2; plural=;": "is not of the form",
    "nplurals=2; plural=n != 1; evil": "is not of the form",
    "nplurals=0; plural=0;": "has 0 forms",
    "nplurals=99; plural=0;": "has 99 forms",
    "nplurals=2; plural=n;": "form 2 for 2",
    "nplurals=2; plural=n / 0;": "divides by zero",
    "nplurals=2; plural=1 % n;": "divides by zero",
    "nplurals=2; plural=(n != 1;": "ends too early",
    "nplurals=2; plural=n != 1);": "“)” is misplaced",
    "nplurals=2; plural=n ? 1;": "ends too early",
    "nplurals=2; plural=n n;": "“n” is misplaced",
    "nplurals=2; plural=1 +;": "ends too early",
    "nplurals=2; plural=__import__('os');": "has no meaning",
    "nplurals=2; plural=nn;": "has no meaning",
    "nplurals=2; plural=n ** 2;": "“*” is misplaced",
    "nplurals=2; plural=n & 1;": "has no meaning",
    "nplurals=2; plural=" + "(" * 30 + "n" + ")" * 30 + ";": "nests deeper",
    "nplurals=2; plural=" + "n+" * 300 + "0;": "too long",
    "nplurals=2; plural=" + " " * 2_000 + "0;": "longer than",
}


class TestParseRule:
    @pytest.mark.parametrize(("header", "indexes"), READ.items())
    def test_it_reads_c_expressions(self, header: str, indexes: list[int]) -> None:
        assert [parse_rule(header)(n) for n in range(4)] == indexes

    @pytest.mark.parametrize(("header", "reason"), REFUSED.items())
    def test_it_refuses_with_the_reason(self, header: str, reason: str) -> None:
        with pytest.raises(EngineError) as caught:
            parse_rule(header)
        assert caught.value.code == "plural_rule_invalid"
        assert reason in caught.value.message
        assert len(caught.value.message) < 400

    def test_it_refuses_a_number_that_leads_outside_the_forms(self) -> None:
        rule = parse_rule("nplurals=2; plural=(n == 777) * 2;")
        assert rule(776) == 0
        with pytest.raises(EngineError, match="form 2 for 777"):
            rule(777)

    @given(expressions)
    def test_it_computes_as_pythons_gettext_does(self, expression: str) -> None:
        theirs = gettext.c2py(expression)  # type: ignore[attr-defined]
        rule = parse_rule(f"nplurals=2; plural=({expression}) != 0;")
        assert [rule(n) for n in range(50)] == [int(theirs(n) != 0) for n in range(50)]

    @given(st.text(alphabet="n0123456789!=<>&|?:()+-*/% ", max_size=60))
    def test_it_answers_any_text_with_a_rule_or_a_refusal(self, expression: str) -> None:
        try:
            rule = parse_rule(f"nplurals=2; plural={expression};")
        except EngineError:
            return
        assert {rule(n) for n in range(201)} <= {0, 1}
