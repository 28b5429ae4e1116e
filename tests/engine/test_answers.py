"""Answers as models give them: whole, cut anywhere, with entries twice, invented or unusable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import read_answer

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)
ENTRIES = st.lists(TEXTS, max_size=12)


def written(entries: list[Any], **extra: Any) -> str:
    return json.dumps({"segments": entries} | extra, ensure_ascii=False)


def entry(one: str, text: str) -> dict[str, str]:
    return {"id": one, "text": text}


def asked(count: int) -> list[str]:
    return [str(number + 1) for number in range(count)]


class TestReadAnswer:
    def test_it_reads_texts_by_id_in_whatever_order_they_come(self) -> None:
        answer = read_answer(written([entry("2", "b"), entry("1", "a")]), ["1", "2"])
        assert answer.texts == {"1": "a", "2": "b"}
        assert (answer.whole, answer.invented, answer.duplicated) == (True, 0, frozenset())

    @given(ENTRIES, st.booleans())
    def test_it_reads_back_whatever_was_written(self, texts: list[str], ascii_only: bool) -> None:
        ids = asked(len(texts))
        entries = [entry(one, text) for one, text in zip(ids, texts, strict=True)]
        spelled = json.dumps({"segments": entries}, ensure_ascii=ascii_only, indent=1)
        assert read_answer(spelled, ids).texts == dict(zip(ids, texts, strict=True))

    @given(ENTRIES.filter(bool), st.data())
    def test_it_saves_every_whole_entry_of_an_answer_cut_anywhere(
        self, texts: list[str], data: Any
    ) -> None:
        ids = asked(len(texts))
        spelled = [
            json.dumps(entry(one, text), ensure_ascii=False)
            for one, text in zip(ids, texts, strict=True)
        ]
        whole = '{"segments":[' + ",".join(spelled) + "]}"
        cut = data.draw(st.integers(0, len(whole)))
        ends = [len('{"segments":[' + ",".join(spelled[: n + 1])) for n in range(len(spelled))]
        saved = sum(1 for end in ends if end <= cut)
        answer = read_answer(whole[:cut], ids)
        assert answer.texts == dict(zip(ids[:saved], texts[:saved], strict=True))
        assert answer.whole is (cut >= len(whole) - 1)

    def test_it_saves_the_right_entries_at_every_single_cut(self) -> None:
        whole = written([entry("1", 'a "b" \\ ]}'), entry("2", "ü⟦1⟧"), entry("3", "")])
        counts = [len(read_answer(whole[:cut], ["1", "2", "3"]).texts) for cut in range(len(whole))]
        assert counts == sorted(counts)
        assert set(counts) == {0, 1, 2, 3}

    def test_it_keeps_neither_of_two_different_texts_for_one_id(self) -> None:
        answer = read_answer(written([entry("1", "a"), entry("2", "b"), entry("1", "c")]), asked(2))
        assert answer.texts == {"2": "b"}
        assert answer.duplicated == {"1"}

    def test_it_takes_the_same_text_twice_for_once(self) -> None:
        answer = read_answer(written([entry("1", "a"), entry("1", "a")]), ["1"])
        assert (answer.texts, answer.duplicated) == ({"1": "a"}, frozenset())

    def test_it_stays_duplicated_when_a_third_equals_the_first(self) -> None:
        answer = read_answer(written([entry("1", text) for text in "aba"]), ["1"])
        assert (answer.texts, answer.duplicated) == ({}, {"1"})

    def test_it_counts_invented_ids_and_leaves_them_out(self) -> None:
        answer = read_answer(written([entry("7", "x"), entry("1", "a"), entry("1.2", "y")]), ["1"])
        assert answer.texts == {"1": "a"}
        assert answer.invented == 2

    def test_it_tells_form_ids_apart(self) -> None:
        answer = read_answer(written([entry("3.2", "b"), entry("3.1", "a")]), ["3.1", "3.2"])
        assert answer.texts == {"3.1": "a", "3.2": "b"}

    @pytest.mark.parametrize("spelled", ["a\\u0000b", "a\\ud800", "\\udfff"])
    def test_it_leaves_out_what_no_store_can_hold(self, spelled: str) -> None:
        text = '{"segments":[{"id":"1","text":"' + spelled + '"},{"id":"2","text":"b"}]}'
        assert read_answer(text, ["1", "2"]).texts == {"2": "b"}

    @pytest.mark.parametrize(
        "odd",
        [
            None,
            3,
            "text",
            [],
            ["1", "a"],
            {"id": 1, "text": "a"},
            {"id": "1"},
            {"id": "1", "text": None},
        ],
    )
    def test_it_passes_over_entries_of_another_shape(self, odd: object) -> None:
        answer = read_answer(written([odd, entry("2", "b")]), ["1", "2"])
        assert answer.texts == {"2": "b"}
        assert answer.whole

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "null",
            "I cannot help with that.",
            "{}",
            '{"segments":',
            '{"segments":null}',
            '{"segments":"no"}',
            '{"segments":{}}',
            "[" * 100_000,
            '{"segments":' + "[" * 100_000,
            '{"segments":[' + "9" * 10_000,
        ],
    )
    def test_it_finds_nothing_in_anything_else(self, text: str) -> None:
        assert read_answer(text, ["1"]).texts == {}

    @given(st.text(max_size=200))
    def test_it_reads_any_text_without_failing(self, text: str) -> None:
        read_answer(text, ["1"])
        read_answer('{"segments":[' + text, ["1"])
