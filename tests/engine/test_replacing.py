"""Replacing touches prose alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.replacing import Search, replaced
from engine.values import Syntax
from engine.written import Chip, cut

TEXTS = st.lists(
    st.sampled_from(["Name ", "{name}", "<b>", "</b>", "name", " ", "%s", "😀", "ä"])
).map("".join)


@pytest.mark.parametrize(
    ("search", "after", "spans"),
    [
        (Search(find="name"), "Titel {name}: Titel, Titels", [(0, 4), (13, 17), (19, 23)]),
        (Search(find="name", case=True), "Name {name}: Titel, names"[:-5] + "Titels", None),
        (Search(find="name", whole=True), "Titel {name}: Titel, names", [(0, 4), (13, 17)]),
        (Search(find="{name}"), None, None),
        (Search(find="."), None, None),
    ],
)
def test_it_replaces_what_is_asked_for(search: Search, after: str | None, spans: object) -> None:
    found = replaced("Name {name}: name, names", search, "Titel", Syntax.TEXT)
    assert (found.after if found else None) == after
    if spans is not None and found is not None:
        assert list(found.spans) == spans


@given(TEXTS, st.sampled_from(["name", "n", " ", "b", "{", "s"]), st.booleans())
def test_it_leaves_code_as_it_is(text: str, find: str, whole: bool) -> None:
    found = replaced(text, Search(find=find, whole=whole), "⁑", Syntax.CATALOGUE)
    if found is None:
        return
    before = [one.text for one in cut(text, Syntax.CATALOGUE) if isinstance(one, Chip)]
    rest = found.after
    for chip in before:
        assert chip in rest
        rest = rest[rest.index(chip) + len(chip) :]
    assert found.after.count("⁑") == len(found.spans)
