"""Differences lead from one text to the other, and say no more than changed."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.differences import MAX_WORDS, differences

TEXTS = st.lists(st.sampled_from(["Ab", " ", "cd", ",", "数", "据", "\n", "é"])).map("".join)


@given(TEXTS | st.text(), TEXTS | st.text())
def test_it_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    steps = differences(before, after)
    assert "".join(text for kind, text in steps if kind != "ins") == before
    assert "".join(text for kind, text in steps if kind != "del") == after
    assert all(text for _, text in steps)
    assert all(one[0] != other[0] for one, other in pairwise(steps))


def test_it_goes_by_words() -> None:
    assert differences("Press the red lever.", "Press the green lever now.") == [
        ("same", "Press the "),
        ("del", "red"),
        ("ins", "green"),
        ("same", " lever"),
        ("ins", " now"),
        ("same", "."),
    ]


def test_it_goes_by_characters_where_there_are_no_spaces() -> None:
    assert differences("红色按钮", "绿色按钮") == [
        ("del", "红"),
        ("ins", "绿"),
        ("same", "色按钮"),
    ]


def test_it_takes_no_time_for_long_texts() -> None:
    before = " ".join(f"a{n}" for n in range(MAX_WORDS * 4))
    after = " ".join(f"b{n}" for n in range(MAX_WORDS * 4))
    assert differences(before, after) == [("del", before), ("ins", after)]
