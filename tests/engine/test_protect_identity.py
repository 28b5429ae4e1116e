"""Protecting loses nothing, whatever the text, and takes linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.protect import marks_in, protect, restore
from engine.values import Syntax

FRAGMENTS = [
    *("<", "</", "/>", ">", "<b>", "</b>", "<br>", "<a href='x'>", "<!--", "-->", "<code>"),
    *("{", "}", "{{", "}}", "{name}", "{0}", "${", "$t(", "#", "'", "''", '"'),
    *("%", "%s", "%d", "%(x)s", "%1$s", "%%", "&", "&lt;", "&amp;", "&nbsp;", ":n"),
    *("⟦", "⟧", "⟦1⟧", "⟦/1⟧", "[", "]", "](", "][", "[]", "(", ")", "!", "*", "**", "_", "~~"),
    *("`", "``", "\\", "\\n", "  \n", "\n", " ", "\u00a0", "\u200b", "a", "é", "日", "1"),
    *("http://x.y/", "www.x", "a@b.cd", "<g1>", "</g1>", "<x2/>", "@", ".", ","),
]
NASTY = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join),
    st.text(max_size=30),
)
FLAGS = st.sampled_from(
    [(), ("c-format",), ("python-brace-format", "colon-format"), ("no-c-format",), ("qt-format",)]
)
SYNTAXES = st.sampled_from(list(Syntax))


@settings(max_examples=1_500)
@given(text=NASTY, syntax=SYNTAXES, flags=FLAGS)
def test_it_gives_back_every_text(text: str, syntax: Syntax, flags: tuple[str, ...]) -> None:
    protected = protect(text, syntax, flags)

    assert restore(protected.text, protected, syntax) == text


@settings(max_examples=400)
@given(text=NASTY, syntax=SYNTAXES, flags=FLAGS)
def test_it_numbers_marks_by_first_appearance(
    text: str, syntax: Syntax, flags: tuple[str, ...]
) -> None:
    protected = protect(text, syntax, flags)
    marks = marks_in(protected.text)
    openers = [mark for mark in marks if "/" not in mark]

    assert marks == tuple(token.mark for token in protected.tokens)
    assert openers == [f"⟦{number + 1}⟧" for number in range(len(openers))]
    assert all(mark.replace("/", "") in openers for mark in marks)
    assert protect(text, syntax, flags) == protected


@settings(max_examples=400)
@given(text=NASTY, syntax=SYNTAXES)
def test_it_leaves_no_outer_white_space(text: str, syntax: Syntax) -> None:
    protected = protect(text, syntax)

    assert protected.text == protected.text.strip()
    assert not (protected.prefix + protected.suffix).strip()


@settings(max_examples=400)
@given(text=NASTY, reply=NASTY, syntax=SYNTAXES)
def test_it_restores_any_reply(text: str, reply: str, syntax: Syntax) -> None:
    protected = protect(text, syntax)
    restored = restore(reply, protected, syntax)

    assert restored.startswith(protected.prefix)
    assert restored.endswith(protected.suffix)


HOSTILE = [
    *("<", "<a ", '<a "', "<a '", "<a x=", "<!--", "<![CDATA[", "<?", "<code>", "<a translate=no "),
    *("{", "{a", "{{", "{a{", "{0,", "'{", "''", "%", "%(", "%(a", "%-", "&", "&#", "${", "$t("),
    *("[", "](", "[](", "](a (", '](a "', "[a][", "[a][]", "*", "_", "**a ", "*a _b ", "a* b_ "),
    *("*a**b***c ", "`", "``a`", "~~a", "[^", "  ", "\\", "⟦", "⟦1", "http://", "http://("),
    *("a@", "a@a.", "a.", "www.", "x*", "<b>", "{a}", "<a:"),
]


@pytest.mark.parametrize("syntax", list(Syntax))
def test_it_takes_linear_time_over_hostile_texts(syntax: Syntax) -> None:
    """A 40,000-character text may cost what its tokens cost, never the square of it."""
    slow = []
    for unit in HOSTILE:
        text = (unit * 40_000)[:40_000]
        begun = time.process_time()
        protect(text, syntax, ("c-format", "colon-format"))
        if time.process_time() - begun > 1.2:
            slow.append(unit)

    assert slow == []


def test_it_does_not_compile_a_grammar_for_every_flag() -> None:
    begun = time.process_time()
    for number in range(2_000):
        protect("{a} %s", Syntax.CATALOGUE, (f"fuzzy-{number}", "c-format"))

    assert time.process_time() - begun < 2
