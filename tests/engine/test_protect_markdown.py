"""Our reading of inline Markdown agrees with a CommonMark parser where readers would notice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engine.protect import protect
from engine.values import Syntax

PARSER = MarkdownIt("commonmark").enable("strikethrough")
EMPHASIS = {"*": "em", "_": "em", "**": "strong", "__": "strong", "~~": "s"}


def as_parsed(text: str) -> Counter[str]:
    """What the reference parser sees: emphasis by kind, links, images, code spans."""
    (inline,) = PARSER.parseInline(text)
    return as_parsed_alone(inline.children)


def as_parsed_alone(children: Any) -> Counter[str]:
    """The same of some of its tokens, those inside of them included."""
    seen: Counter[str] = Counter()
    pending = list(children or [])
    while pending:
        token = pending.pop()
        pending += token.children or []
        if token.type.endswith("_open") or token.type in {"image", "code_inline"}:
            seen[token.type.removesuffix("_open")] += 1
    return seen


def has_link_in_link(text: str) -> bool:
    """Whether the reference parser sees an image with a link in it inside another link."""
    (inline,) = PARSER.parseInline(text)
    depth = 0
    for token in inline.children or []:
        depth += token.nesting if token.type.startswith("link_") else 0
        if token.type == "image" and depth and as_parsed_alone(token.children)["link"]:
            return True
    return False


def as_protected(text: str) -> Counter[str]:
    """The same, counted from our tokens."""
    seen: Counter[str] = Counter()
    for token in protect(text, Syntax.MARKDOWN).tokens:
        if token.kind == "tag_open" and token.raw in EMPHASIS:
            seen[EMPHASIS[token.raw]] += 1
        elif token.kind == "tag_open" and token.raw in {"[", "!["}:
            seen["link" if token.raw == "[" else "image"] += 1
        elif token.kind == "placeholder" and token.raw.startswith("`"):
            seen["code_inline"] += 1
    return seen


@pytest.mark.parametrize(
    "text",
    [
        "*a* **b** ***c*** _d_ __e__",
        "**a*b*c** *a**b**c*",
        "*(*a*)* **foo, (**bar**)**",
        "a*b*c a_b_c 5*6*78",
        "** a** __ a__ * a*",
        "*foo**bar*",
        "**foo*bar**baz*",
        "~~a~~ b~~c~~",
        "`a` ``b`c`` *`d*`",
        "[a](b) [c](d 'e') [f](<g h>) ![i](j)",
        "[a](b(c)d) [e]( f ) [g](h",
        "[*a*](b) *[c](d)*",
        "[![a](b)](c) [x [y](z)](w)",
        r"\*a\* \[b](c) `\`",
        '[a](b "c\\"d") [e](f \'g',
        "**粗体**文字 これは**強調。**です",
    ],
)
def test_it_reads_constructs_as_commonmark_does(text: str) -> None:
    assert as_protected(text) == as_parsed(text)


@settings(max_examples=800)
@given(
    st.lists(st.sampled_from(["a", "b c", " ", "*", "**", "_", "__", "(", ")", ".", "文", "`"]))
    .filter(lambda parts: len(parts) < 16)
    .map("".join)
    .map(str.strip)
)
def test_it_pairs_emphasis_as_commonmark_does(text: str) -> None:
    assert as_protected(text) == as_parsed(text)


@settings(max_examples=600)
@given(
    st.lists(
        st.sampled_from(["a", " ", "[", "]", "](b)", "](c 'd')", "![", "(", ")", "`", "\\", "*"]),
        max_size=14,
    )
    .map("".join)
    .map(str.strip)
)
def test_it_finds_links_as_commonmark_does(text: str) -> None:
    ours, theirs = as_protected(text), as_parsed(text)
    if text.startswith(("[ ]", "[x]")) or "[]" in text or "][" in text:
        return  # a task's box and references, defined elsewhere in the file, are ours alone
    if has_link_in_link(text):
        return  # forbidden by CommonMark; the reference parser misses it inside an image
    assert (ours["link"], ours["image"]) == (theirs["link"], theirs["image"])
