"""Packs: neighbours together, within both bounds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.packs import ENTRY_TOKENS, cut, estimate_tokens, output_tokens

WEIGHTS = st.lists(st.integers(1, 2_500), max_size=120)


class TestCut:
    @given(WEIGHTS, st.integers(1, 30), st.integers(1, 2_000))
    def test_it_covers_every_segment_once_and_in_order(
        self, weights: list[int], segments: int, tokens: int
    ) -> None:
        packs = cut(weights, max_segments=segments, max_tokens=tokens)
        assert [place for pack in packs for place in pack] == list(range(len(weights)))

    @given(WEIGHTS)
    def test_it_keeps_both_bounds_except_for_one_that_travels_alone(
        self, weights: list[int]
    ) -> None:
        for pack in cut(weights):
            assert 1 <= len(pack) <= 20
            assert len(pack) == 1 or sum(weights[place] for place in pack) <= 1_500

    @given(WEIGHTS)
    def test_it_opens_a_pack_only_where_the_next_would_not_fit(self, weights: list[int]) -> None:
        packs = cut(weights)
        for pack, follower in pairwise(packs):
            weight = sum(weights[place] for place in pack)
            assert len(pack) == 20 or weight + weights[follower.start] > 1_500

    def test_it_packs_nothing_into_nothing(self) -> None:
        assert cut([]) == []


class TestTokens:
    @given(st.text(max_size=300))
    def test_it_never_finds_a_text_free(self, text: str) -> None:
        assert estimate_tokens(text) >= 1

    @pytest.mark.parametrize(
        ("text", "low", "high"),
        [
            ("Press the button to go on with the next step of the set-up.", 12, 24),
            ("このボタンを押して次へ進みます", 10, 20),
            ("Überprüfen Sie größere Änderungen.", 8, 16),
        ],
    )
    def test_it_stays_near_what_tokenizers_need(self, text: str, low: int, high: int) -> None:
        assert low <= estimate_tokens(text) <= high

    def test_it_counts_each_wording_with_its_entry(self) -> None:
        one = output_tokens(["Some words here"], 1.0)
        assert output_tokens(["Some words here"] * 3, 1.0) == 3 * one
        assert output_tokens([""], 1.0) >= ENTRY_TOKENS

    @given(st.text(min_size=20, max_size=200), st.floats(0.3, 3.0))
    def test_it_grows_with_the_target_but_never_shrinks(self, text: str, growth: float) -> None:
        assert output_tokens([text], growth) >= output_tokens([text], 1.0)
