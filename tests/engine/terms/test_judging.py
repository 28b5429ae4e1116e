"""What a target makes of a term."""

from __future__ import annotations

import pytest

from engine.terms import Judgement, Rule, Wording, compile_terms, judge


def verdict(target_language: str, text: str, *wordings: Wording, keep: bool = False) -> Judgement:
    rule = Rule("r", (Wording("thing"),), wordings, keep=keep)
    occurrences = compile_terms([rule], "en", target_language).find("A thing.")
    [found] = judge(occurrences, text, target_language)
    return found


W = Wording


@pytest.mark.parametrize(
    ("language", "term", "text", "surface"),
    [
        ("de", "Datei", "Öffnen Sie die Dateien.", "Dateien"),
        ("de", "Rechnung", "Die Rechnungsnummer fehlt.", "Rechnungsnummer"),
        ("fr", "commande", "Vos commandes l’attendent.", "commandes"),
        ("fr", "épidémie", "l’épidémie", "épidémie"),
        ("es", "el nuevo pedido", "del nuevo pedido", "nuevo pedido"),
        ("it", "nome file", "Il nome del file manca.", "nome del file"),
        ("pl", "faktura", "Wyślij nam fakturę.", "fakturę"),
        ("cs", "soubor", "Otevřete soubory.", "soubory"),
        ("ru", "заказ", "Номер вашего заказа.", "заказа"),
        ("tr", "dosya", "Dosyalarınızı açın.", "Dosyalarınızı"),
        ("ja", "注文", "ご注文を確認。", "注文"),
        ("zh-Hans", "订单", "查看订单。", "订单"),
        ("ru", "список", "Откройте списки.", "списки"),
        ("pl", "węzeł", "Wybierz węzły.", "węzły"),
        ("ru", "мойте руки", "Мои\u0306те руки.", "Мои\u0306те руки"),
        ("de", "E-Mail", "Ihre E‑Mail ist da.", "E‑Mail"),
    ],
)
def test_it_finds_the_form_that_obeys(language: str, term: str, text: str, surface: str) -> None:
    found = verdict(language, text, W(term))
    assert (found.verdict, found.surface) == ("obeyed", surface)
    assert text[found.start : found.end] == surface


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("de", "Datei", "Öffnen Sie die Akte."),
        ("de", "Datum", "Öffnen Sie die Daten-Leitung."),
        ("pl", "faktura", "Wyślij nam fakt."),
        ("ru", "заказ", "Номер вашего закона."),
        ("fr", "commande", "Vos commentaires."),
        ("ja", "注文", "ご注意。"),
    ],
)
def test_it_misses_what_is_another_word(language: str, term: str, text: str) -> None:
    found = verdict(language, text, W(term))
    assert (found.verdict, found.wording) == ("absent", term)


def test_it_names_a_forbidden_form_of_the_right_word() -> None:
    found = verdict("de", "Die Dateien.", W("Datei"), W("Dateien", "forbidden"))
    assert (found.verdict, found.surface) == ("forbidden", "Dateien")


def test_a_deprecated_word_is_as_wrong() -> None:
    found = verdict("de", "Das Fräulein.", W("Frau"), W("Fräulein", "deprecated"))
    assert found.verdict == "forbidden"


def test_a_forbidden_word_inside_of_the_right_one_is_no_fault() -> None:
    found = verdict(
        "es", "El carrito de compra.", W("carrito de compra"), W("carrito", "forbidden")
    )
    assert (found.verdict, found.surface) == ("obeyed", "carrito de compra")


def test_an_inflected_match_gives_way_to_the_right_word() -> None:
    found = verdict("de", "Der Auftrag.", W("Auftrag"), W("Aufträge", "forbidden"))
    assert found.verdict == "obeyed"


def test_it_asks_for_the_exact_form_where_told() -> None:
    assert verdict("de", "Die Dateien.", W("Datei", exact=True)).verdict == "absent"
    declared = W("Datei", exact=True, forms=("Dateien",))
    assert verdict("de", "Die Dateien.", declared).verdict == "obeyed"


def test_it_asks_for_the_case_where_told() -> None:
    found = verdict("en-US", "The web.", W("Web", case_sensitive=True))
    assert (found.verdict, found.surface) == ("wrong_case", "web")


def test_any_admitted_word_will_do_and_the_glossarys_own_is_named() -> None:
    found = verdict("de", "Ein Korb.", W("Warenkorb"), W("Korb", "admitted"))
    assert (found.verdict, found.wording) == ("obeyed", "Korb")


def test_a_term_that_stays_has_to_stay_letter_by_letter() -> None:
    assert verdict("de", "Ein thing.", keep=True).verdict == "obeyed"
    assert verdict("de", "Ein Thing.", keep=True).verdict == "wrong_case"
    assert verdict("de", "Ein Ding.", keep=True).verdict == "absent"


def test_it_holds_no_target_to_a_concept_without_a_word() -> None:
    rule = Rule("r", (W("thing"),))
    occurrences = compile_terms([rule], "en", "de").find("A thing.")
    assert judge(occurrences, "Ein Ding.", "de") == ()
