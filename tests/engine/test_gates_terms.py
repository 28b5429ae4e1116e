"""The gates for the customer's own words, and what a model is told of these."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.gates import Subject, inspect, is_blocking, sentence
from engine.languages import find_source
from engine.pipeline import PackSegment, Verdict, asked_of, attempt
from engine.prompts import Context, Item, glossary_rows, joined, user_message
from engine.protect import protect, restore
from engine.terms.applied import judgements
from engine.values import Brief, Form, Rule, Syntax, Tier, Wording
from tests.engine.test_pipeline import ScriptedModel

CART = Rule(
    "cart",
    (Wording("shopping cart"),),
    (Wording("Warenkorb"), Wording("Einkaufswagen", "forbidden")),
)
BRAND = Rule("brand", (Wording("Halden Flow"),), keep=True)
BRIEF = Brief(source="en", target="de", tier=Tier.FAST, salt="s", rules=(CART, BRAND))


def judged(source: str, reply: str, syntax: Syntax = Syntax.TEXT) -> Subject:
    protected = protect(source, syntax)
    return Subject(
        source=source,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, syntax),
        syntax=syntax,
        flags=(),
        label="",
        source_language=find_source("en"),
        target_language=find_source("de"),
        judgements=judgements(BRIEF, protected.text, reply),
    )


@pytest.mark.parametrize(
    ("source", "reply", "code", "evidence"),
    [
        (
            "Open the shopping cart.",
            "Öffnen Sie den Korb.",
            "term_required",
            {"terms": ["shopping cart"], "expected": ["Warenkorb"], "found": [""]},
        ),
        (
            "Open the shopping carts.",
            "Öffnen Sie die Einkaufswagen.",
            "term_forbidden",
            {"terms": ["shopping carts"], "expected": ["Warenkorb"], "found": ["Einkaufswagen"]},
        ),
        (
            "Halden Flow is ready.",
            "Haldenfluss ist bereit.",
            "dnt_term",
            {"terms": ["Halden Flow"], "expected": ["Halden Flow"], "found": [""]},
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_term(
    source: str, reply: str, code: str, evidence: dict[str, list[str]]
) -> None:
    [found] = inspect(judged(source, reply), BRIEF)
    assert found.code == code
    assert {name: found.evidence[name] for name in evidence} == evidence
    assert is_blocking([found]) == (code != "term_required")
    assert evidence["terms"][0] in sentence(found) or evidence["found"][0] in sentence(found)


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        ("Open the shopping cart.", "Öffnen Sie den Warenkorb."),
        ("Shopping carts are full.", "Die Warenkörbe sind voll."),
        ("Halden Flow fills the shopping cart.", "Halden Flow füllt den Warenkorb."),
        ("A shop and a cart.", "Ein Laden und ein Wagen."),
    ],
)
def test_it_lets_obeyed_terms_pass(source: str, reply: str) -> None:
    assert inspect(judged(source, reply), BRIEF) == ()


def test_its_spans_lie_in_the_texts_as_the_file_has_them() -> None:
    subject = judged(
        "{name} opens the shopping cart", "⟦1⟧ öffnet den Einkaufswagen", Syntax.CATALOGUE
    )
    [found] = inspect(subject, BRIEF)
    texts = {"source": subject.source, "target": subject.target}
    shown = [texts[span.side][span.start : span.end] for span in found.spans]
    assert shown == ["shopping cart", "Einkaufswagen"]


class TestPrompt:
    def test_it_tells_a_model_what_it_needs(self) -> None:
        rule = replace(
            CART,
            target=(Wording("Korb", "admitted"), *CART.target),
            means="Where goods are collected.",
        )
        assert glossary_rows(rule) == [
            {
                "source": "shopping cart",
                "target": "Warenkorb",
                "also": ["Korb"],
                "never": ["Einkaufswagen"],
                "means": "Where goods are collected.",
            }
        ]
        assert glossary_rows(BRAND) == []

    def test_it_never_sends_a_term_without_a_target(self) -> None:
        assert glossary_rows(replace(CART, target=())) == []

    def test_it_sends_no_glossary_where_no_term_occurs(self) -> None:
        asked = user_message(BRIEF, [Item(id="1", text="Hello.")], Context())
        assert "glossary" not in json.loads(asked)


class TestAttempt:
    def test_it_sends_only_what_occurs_and_repairs_what_is_missed(self) -> None:
        model = ScriptedModel({"1": "Der Einkaufswagen ist voll."})
        segment = PackSegment(
            id="a", syntax=Syntax.TEXT, forms=(Form("", "The shopping cart is full."),)
        )
        first = attempt(
            [segment], brief=BRIEF, context=Context(), round_number=0, model=model
        ).outcomes[0]
        assert first.verdict is Verdict.RETRY
        assert [one.code for one in first.findings] == ["term_forbidden"]
        model.texts = {"1": "Der Warenkorb ist voll."}
        again = replace(segment, draft=first.draft, findings=first.findings)
        second = attempt(
            [again], brief=BRIEF, context=Context(), round_number=1, model=model
        ).outcomes[0]
        assert (second.verdict, second.forms) == (Verdict.PASSED, ("Der Warenkorb ist voll.",))
        asked = [json.loads(request.user) for request in model.requests]
        assert [[row["source"] for row in one["glossary"]] for one in asked] == [
            ["shopping cart"],
            ["shopping cart"],
        ]
        assert "Einkaufswagen" in asked[1]["segments"][0]["findings"][0]

    def test_it_puts_what_is_not_translated_out_of_the_models_reach(self) -> None:
        model = ScriptedModel({"1": "⟦1⟧ trifft ⟦2⟧ und ⟦3⟧."})
        text = "{name} meets Halden Flow and Halden Flow."
        segment = PackSegment(id="a", syntax=Syntax.CATALOGUE, forms=(Form("", text),))
        [told] = attempt(
            [segment], brief=BRIEF, context=Context(), round_number=0, model=model
        ).outcomes
        assert told.forms == ("{name} trifft Halden Flow und Halden Flow.",)
        [asked] = json.loads(model.requests[0].user)["segments"]
        assert asked["text"] == "⟦1⟧ meets ⟦2⟧ and ⟦3⟧."
        assert asked["names"] == {"⟦2⟧": "Halden Flow", "⟦3⟧": "Halden Flow"}

    def test_it_misses_each_one_that_is_lost_and_asks_for_it_by_its_mark(self) -> None:
        model = ScriptedModel({"1": "⟦1⟧ ist da, ⟦2"})
        text = "Halden Flow is there, Halden Flow."
        segment = PackSegment(id="a", syntax=Syntax.TEXT, forms=(Form("", text),))
        [first] = attempt(
            [segment], brief=BRIEF, context=Context(), round_number=0, model=model
        ).outcomes
        assert "dnt_term" in [one.code for one in first.findings]
        again = replace(segment, draft=first.draft, findings=first.findings)
        model.texts = {"1": "⟦1⟧ ist da, ⟦2⟧."}
        [second] = attempt(
            [again], brief=BRIEF, context=Context(), round_number=1, model=model
        ).outcomes
        assert second.forms == ("Halden Flow ist da, Halden Flow.",)
        [asked] = json.loads(model.requests[1].user)["segments"]
        assert asked["draft"].startswith("⟦1⟧ ist da")

    def test_it_sends_what_a_preview_shows(self) -> None:
        model = ScriptedModel({"1": "Der Warenkorb."})
        texts = "Halden Flow fills the shopping cart.", "Nothing else."
        pack = [PackSegment(id=one, syntax=Syntax.TEXT, forms=(Form("", one),)) for one in texts]
        attempt(pack, brief=BRIEF, context=Context(title="Notes"), round_number=0, model=model)
        system, user = asked_of(pack, brief=BRIEF, context=Context(title="Notes"))
        [sent] = model.requests
        assert (sent.system, sent.user) == (system, joined(user))
