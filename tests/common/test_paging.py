"""Cursors: opaque, signed, and good for their own list only."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from common import paging
from common.errors import Malformed

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)
KEY = UUID("01900000-0000-7000-8000-000000000000")


class TestCursors:
    def test_it_leads_back_to_its_place(self) -> None:
        assert paging.read_place("a", paging.cursor("a", MOMENT, KEY)) == (MOMENT, KEY)
        assert paging.read_number("a", paging.write_cursor("a", 17)) == 17

    def test_it_begins_without_one(self) -> None:
        assert paging.read_place("a", None) is None
        assert paging.read_number("a", None) == -1

    def test_it_is_good_for_its_own_list_only(self) -> None:
        with pytest.raises(Malformed, match="cursor"):
            paging.read_place("b", paging.cursor("a", MOMENT, KEY))
        narrowed = paging.listed("a", {"state": "ready", "limit": 5})
        assert narrowed == paging.listed("a", {"limit": 9, "cursor": "x", "state": "ready"})
        assert narrowed != paging.listed("a", {"state": "failed"})

    def test_it_is_refused_once_a_character_differs(self) -> None:
        sound = paging.cursor("a", MOMENT, KEY)
        for place in range(len(sound) - 1):
            other = "A" if sound[place] != "A" else "B"
            with pytest.raises(Malformed):
                paging.read_place("a", sound[:place] + other + sound[place + 1 :])

    @pytest.mark.parametrize("text", ["x", "ä", "====", "AAAA", "A" * 500, "\x00", "a b"])
    def test_it_refuses_what_was_never_one(self, text: str) -> None:
        with pytest.raises(Malformed):
            paging.read_place("a", text)


class TestPage:
    def test_it_ends_where_there_is_no_row_more(self) -> None:
        assert paging.page([1, 2], limit=2, of="a", place=lambda one: [one]) == ([1, 2], None)

    def test_it_goes_on_behind_the_last_row_shown(self) -> None:
        rows, more = paging.page([1, 2, 3], limit=2, of="a", place=lambda one: [one])
        assert rows == [1, 2]
        assert paging.read_number("a", more) == 2
