"""Terms behind marks: what is opened again is what was there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.terms import compile_terms
from engine.terms.sealing import sealed
from engine.values import Rule, Wording

KEPT = compile_terms(
    [
        Rule("flow", (Wording("Halden Flow"),), keep=True),
        Rule("halden", (Wording("Halden"),), keep=True),
        Rule("cart", (Wording("cart"),), (Wording("Korb"),)),
    ],
    "en",
    "de",
)
PIECES = st.sampled_from(
    ["Halden Flow", "Halden", "Flow", "cart", "⟦1⟧", "⟦/1⟧", "⟦12⟧", "⟦", "⟧", " ", ", ", "x", "ß"]
)


def test_it_numbers_its_marks_after_those_of_code() -> None:
    text = "⟦1⟧ opens Halden Flow⟦/1⟧, ⟦2⟧ and the cart of Halden."
    one = sealed(text, KEPT.find(text))
    assert one.text == "⟦1⟧ opens ⟦3⟧⟦/1⟧, ⟦2⟧ and the cart of ⟦4⟧."
    assert one.names == (("⟦3⟧", "Halden Flow"), ("⟦4⟧", "Halden"))


def test_it_closes_a_draft_by_the_same_marks() -> None:
    text = "Halden meets Halden Flow."
    one = sealed(text, KEPT.find(text))
    assert one.closed("Halden Flow trifft Halden.") == "⟦2⟧ trifft ⟦1⟧."
    assert one.closed("Nichts davon.") == "Nichts davon."


@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_it_seals_it_opens(text: str) -> None:
    one = sealed(text, KEPT.find(text))
    assert one.opened(one.text) == text
    assert one.opened(one.closed(text)) == text
