"""Terms found in sources: where, in which form, and which of several."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.terms import Rule, Terms, Wording, compile_terms


def terms(*spellings: str | Wording, source: str = "en", target: str = "de") -> Terms:
    wordings = [one if isinstance(one, Wording) else Wording(one) for one in spellings]
    rules = [Rule(str(number), (one,), (Wording("x"),)) for number, one in enumerate(wordings)]
    return compile_terms(rules, source, target)


def found(compiled: Terms, text: str) -> list[str]:
    return [one.surface for one in compiled.find(text)]


@pytest.mark.parametrize(
    ("term", "text", "surfaces"),
    [
        ("file", "Open the file, then a File.", ["file", "File"]),
        ("file", "Three files of a profile.", ["files"]),
        ("shopping cart", "Shopping  carts, a shopping-cart", ["Shopping  carts", "shopping-cart"]),
        ("user guide", "The user's guide. User, guide.", ["user's guide"]),
        ("user guide", "The user. Guide them.", []),
        ("user guide", "The user ⟦1⟧ guide.", []),
        ("user guide", "The ⟦1⟧user guide⟦/1⟧.", ["user guide"]),
        ("C++", "C++ and c++, not C or C+.", ["C++", "c++"]),
        (".NET", "The .NET runtime; the internet.", [".NET"]),
        ("IT", "It is IT that counts.", ["It", "IT"]),
        ("IT", "we do it in IT", ["IT"]),
        ("1", "Mark ⟦1⟧ is no 1.", ["1"]),
        ("café", "A cafe\u0301 and a CAFÉ.", ["cafe\u0301", "CAFÉ"]),
        ("naïve", "ＮＡÏＶＥ and naïve", ["ＮＡÏＶＥ", "naïve"]),
    ],
)
def test_it_finds_a_term_in_english(term: str, text: str, surfaces: list[str]) -> None:
    assert found(terms(term), text) == surfaces


@pytest.mark.parametrize(
    ("language", "term", "text", "surfaces"),
    [
        ("de", "Haus", "Die Häuser und das Haus.", ["Häuser", "Haus"]),
        ("fr", "infection", "L'infection et les infections.", ["infection", "infections"]),
        ("pl", "faktura", "Wyślij fakturę.", ["fakturę"]),
        ("ru", "заказ", "Номер заказа.", ["заказа"]),
        ("ja", "注文", "ご注文番号", ["注文"]),
        ("zh-Hans", "订单", "您的订单号", ["订单"]),
        ("tr", "dosya", "Bu dosyalar.", ["dosyalar"]),
    ],
)
def test_it_finds_forms_of_other_languages(
    language: str, term: str, text: str, surfaces: list[str]
) -> None:
    assert found(terms(term, source=language, target="en-US"), text) == surfaces


def test_it_keeps_to_what_a_wording_asks() -> None:
    assert found(terms(Wording("Apple", case_sensitive=True)), "An apple, an Apple.") == ["Apple"]
    assert found(terms(Wording("file", exact=True)), "A file, files.") == ["file"]
    declared = Wording("go", exact=True, forms=("went",))
    assert found(terms(declared), "They went and go, gone.") == ["went", "go"]


def test_it_takes_the_longest_and_none_that_overlap() -> None:
    compiled = terms("cart", "shopping cart", "cart total", "total")
    assert found(compiled, "Shopping cart total of a cart.") == ["Shopping cart", "total", "cart"]


def test_it_says_which_rule_lost_to_which() -> None:
    compiled = terms("file", "Files", "other")
    [(loser, winner)] = compiled.lost
    assert (loser.id, winner.id) == ("1", "0")
    assert [one.rule.id for one in compiled.find("files")] == ["0"]


def test_it_marks_a_part_of_a_compound() -> None:
    compiled = terms("Rechnung", source="de", target="en-US")
    [whole, part] = compiled.find("Die Rechnung, die Rechnungsnummer.")
    assert (whole.surface, whole.is_part) == ("Rechnung", False)
    assert (part.surface, part.is_part) == ("Rechnung", True)


WORDS = st.text(st.sampled_from("abcäß İIı⟦⟧/1'’- \t\u00ad日本。"), max_size=30)


@settings(max_examples=300)
@given(
    st.lists(WORDS.filter(str.strip), min_size=1, max_size=4),
    WORDS,
    st.sampled_from(["en", "de", "ja", "tr"]),
)
def test_it_gives_places_of_any_text(spellings: list[str], text: str, language: str) -> None:
    end = 0
    for one in terms(*spellings, source=language).find(text):
        assert end <= one.start < one.end <= len(text)
        assert one.surface == text[one.start : one.end]
        end = one.end


def test_it_takes_linear_time() -> None:
    compiled = terms("a a a", "a a", "a", "b-b", "c")
    for unit in ("a ", "a", "a-", "⟦", "'", "\u00ad", "b-b"):
        begun = time.process_time()
        compiled.find((unit * 100_000)[:100_000])
        assert time.process_time() - begun < 2, unit
