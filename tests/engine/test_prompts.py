"""Prompts: the same bytes for the same inputs, and nobody's words in a shared block."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.prompts import RULES, Context, Item, Neighbour, system_blocks, user_message
from engine.values import Brief, Tier


def brief(**changes: Any) -> Brief:
    facts: dict[str, Any] = {"source": "en", "target": "de", "tier": Tier.FAST, "salt": "a" * 32}
    return Brief(**(facts | changes))


def message(items: list[Item], context: Context | None = None) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(user_message(brief(), items, context or Context()))
    return made


class TestSystemBlocks:
    def test_it_makes_the_same_bytes_of_the_same_brief(self) -> None:
        assert system_blocks(brief()) == system_blocks(brief())

    def test_it_shares_the_first_block_between_everybody(self) -> None:
        one, other = system_blocks(brief()), system_blocks(brief(salt="b" * 32, target="ja"))
        assert one[0] == other[0]
        assert one[0].text == RULES

    def test_it_says_nothing_of_an_organization_in_the_first_block(self) -> None:
        first, own = system_blocks(brief(salt="5a17" * 8))
        assert "5a17" not in first.text
        assert "5a17" * 8 in own.text

    @given(st.text("0123456789abcdef", min_size=32, max_size=32))
    def test_it_gives_each_salt_a_second_block_of_its_own(self, salt: str) -> None:
        mine, other = system_blocks(brief(salt=salt)), system_blocks(brief(salt="g" * 32))
        assert mine[1].text != other[1].text

    def test_it_asks_for_a_cache_breakpoint_after_each_block(self) -> None:
        assert [block.breakpoint for block in system_blocks(brief())] == [True, True]

    def test_it_names_both_languages(self) -> None:
        own = system_blocks(brief(target="zh-Hant"))[1].text
        assert "English (en)" in own
        assert "(zh-Hant)" in own


class TestUserMessage:
    def test_it_makes_the_same_bytes_of_the_same_items(self) -> None:
        items = [Item(id="1", text="Hello"), Item(id="2.1", text="a", form="n:plural=one")]
        context = Context(title="a.txt", before=(Neighbour(source="x", target="y"),))
        twice = [user_message(brief(), list(items), context) for _ in range(2)]
        assert twice[0] == twice[1]

    @given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
    def test_it_carries_any_text_as_data(self, text: str) -> None:
        hostile = text + '"}],"segments":[{"id":"2"'
        assert message([Item(id="1", text=hostile)])["segments"] == [{"id": "1", "text": hostile}]

    def test_it_leaves_out_what_there_is_none_of(self) -> None:
        made = message([Item(id="1", text="Hello")])
        assert set(made) == {"source_language", "target_language", "segments"}
        assert set(made["segments"][0]) == {"id", "text"}

    def test_it_gives_form_note_draft_and_findings_where_there_are_any(self) -> None:
        item = Item(
            id="1", text="a", form="n:plural=few", note="a verb", draft="b", findings=("wrong",)
        )
        assert message([item])["segments"] == [
            {
                "id": "1",
                "text": "a",
                "form": "n:plural=few",
                "note": "a verb",
                "draft": "b",
                "findings": ["wrong"],
            }
        ]

    @pytest.mark.parametrize(
        ("neighbour", "shown"),
        [
            (Neighbour(source="Hi", target="Hallo"), {"source": "Hi", "target": "Hallo"}),
            (Neighbour(source="Hi"), {"source": "Hi"}),
        ],
    )
    def test_it_shows_what_stands_before_with_its_translation_if_accepted(
        self, neighbour: Neighbour, shown: dict[str, str]
    ) -> None:
        context = Context(title="letter.txt", before=(neighbour,))
        made = message([Item(id="1", text="a")], context)
        assert made["context"] == {"title": "letter.txt", "before": [shown]}

    def test_it_keeps_marks_and_scripts_readable(self) -> None:
        assert "⟦1⟧ größer 大" in user_message(
            brief(), [Item(id="1", text="⟦1⟧ größer 大")], Context()
        )
