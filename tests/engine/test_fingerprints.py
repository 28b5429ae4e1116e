"""What a changed term, guide or profile touches, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.fingerprints import SegmentFingerprints, brief_fingerprint
from engine.guide import Style
from engine.values import Brief, Rule, Tier, Wording

CART = Rule("cart", (Wording("cart"),), (Wording("Korb"),))
BOX = Rule("box", (Wording("box"),), (Wording("Kiste"),))
FLOW = Rule("flow", (Wording("Halden Flow"),), keep=True)
BRIEF = Brief(
    source="en",
    target="de",
    tier=Tier.FAST,
    salt="s",
    rules=(CART, BOX, FLOW),
    parts=("glossary:a:3", "guide:b:1"),
)
SEGMENTS = (
    "Open the cart.",
    "Close the box.",
    "Put the carts into the box.",
    "Halden Flow is here.",
    "None of it.",
)


def changed(other: Brief) -> list[str]:
    before, after = SegmentFingerprints(BRIEF), SegmentFingerprints(other)
    return [one for one in SEGMENTS if before.of([one]) != after.of([one])]


def with_rules(*rules: Rule) -> Brief:
    return replace(BRIEF, rules=rules)


def test_a_changed_term_touches_exactly_the_segments_it_occurs_in() -> None:
    cart = replace(CART, target=(Wording("Warenkorb"),))
    assert changed(with_rules(cart, BOX, FLOW)) == [SEGMENTS[0], SEGMENTS[2]]
    assert changed(with_rules(CART, BOX)) == [SEGMENTS[3]]
    assert changed(with_rules(CART, BOX, FLOW)) == []


def test_a_new_term_touches_where_it_occurs() -> None:
    none = Rule("none", (Wording("none"),), (Wording("nichts"),))
    assert changed(with_rules(CART, BOX, FLOW, none)) == [SEGMENTS[4]]


def test_which_of_two_concepts_comes_first_counts_where_both_occur() -> None:
    assert changed(with_rules(BOX, CART, FLOW)) == [SEGMENTS[2]]


@pytest.mark.parametrize(
    "other",
    [
        replace(BRIEF, style=Style(quotes="german")),
        replace(BRIEF, subject="Law"),
        replace(BRIEF, target="fr"),
    ],
)
def test_what_shapes_every_text_touches_all(other: Brief) -> None:
    assert changed(other) == list(SEGMENTS)


@pytest.mark.parametrize(
    "other",
    [
        replace(BRIEF, tier=Tier.BEST),
        replace(BRIEF, effort="high"),
        replace(BRIEF, salt="t"),
        replace(BRIEF, blocking=frozenset({"number_equal"})),
        replace(BRIEF, parts=("glossary:a:4",)),
    ],
)
def test_what_shapes_no_text_touches_none(other: Brief) -> None:
    assert changed(other) == []


def test_a_brief_is_another_where_a_part_has_another_version() -> None:
    assert brief_fingerprint(BRIEF) == brief_fingerprint(replace(BRIEF, tier=Tier.BEST))
    assert brief_fingerprint(BRIEF) != brief_fingerprint(replace(BRIEF, parts=("glossary:a:4",)))
    assert brief_fingerprint(BRIEF) != brief_fingerprint(replace(BRIEF, target="fr"))
    assert len(brief_fingerprint(BRIEF)) == 32
