"""What people write is cut, read and judged like a model's reply, and comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.languages import find_source, find_target
from engine.protect import protect, restore
from engine.values import Brief, Form, Syntax, Tier
from engine.written import Chip, Judged, cut, judge, read_typed, task_of

BRIEF = Brief(source="en", target="de", tier=Tier.STANDARD, salt="x")
FRAGMENTS = st.sampled_from(
    [
        *("Press ", "{name}", "%s", " and ", "<b>", "</b>", "&amp;", "&nbsp;", "<g1>", "</g1>"),
        *("<x2/>", "https://halden.example/a?b=1", " 12 ", "''", "'{'", "#", "**", "*", "`code`"),
        *("\\n", "\n", "⟦", "⟦1⟧", " < ", " & ", "it's ", "ä", "{count, number}", "a@b.example"),
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=12).map("".join)
SYNTAXES = st.sampled_from(list(Syntax))


def judged(source: str, typed: str, syntax: Syntax = Syntax.TEXT, brief: Brief = BRIEF) -> Judged:
    task = task_of(
        [Form("", source)],
        syntax=syntax,
        flags=(),
        source=find_source(brief.source),
        target=find_target(brief.target),
    )
    return judge(task, [typed], brief)


def codes(found: Judged) -> list[str]:
    return [one.code for one in found.findings]


class TestCut:
    @given(TEXTS, SYNTAXES)
    def test_it_gives_the_text_again(self, text: str, syntax: Syntax) -> None:
        pieces = cut(text, syntax)
        assert "".join(one.text if isinstance(one, Chip) else one for one in pieces) == text

    def test_it_tells_kinds_apart(self) -> None:
        found = cut(" Hi <b>{name}</b>, see https://a.example ", Syntax.CATALOGUE)
        assert found == (
            " Hi ",
            Chip("<b>", "open"),
            Chip("{name}", "placeholder"),
            Chip("</b>", "close"),
            ", see ",
            Chip("https://a.example", "code"),
            " ",
        )


class TestReadTyped:
    @given(TEXTS, SYNTAXES)
    def test_it_reads_the_source_as_the_source(self, text: str, syntax: Syntax) -> None:
        protected = protect(text, syntax)
        reply = read_typed(text, protected, syntax)
        assert restore(reply, protected, syntax) == text

    @given(TEXTS, TEXTS, SYNTAXES)
    def test_it_reads_what_it_stored_the_same_again(
        self, source: str, typed: str, syntax: Syntax
    ) -> None:
        # A mark typed by hand doubles a token, which a gate blocks.
        assume("⟦" not in typed)
        protected = protect(source, syntax)
        once = restore(read_typed(typed, protected, syntax), protected, syntax)
        assert restore(read_typed(once, protected, syntax), protected, syntax) == once

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("https://a.example/?b=1&c=2 da", "https://a.example/?b=1&amp;c=2 da"),
            ("https://a.example/?b=1&amp;c=2 da", "https://a.example/?b=1&amp;c=2 da"),
            ("https://a.example/?b=1&copy=2", "https://a.example/?b=1&amp;copy=2"),
            ("https://a.example/?b=1&amp;", "https://a.example/?b=1&amp;"),
        ],
    )
    def test_it_stores_a_new_address_escaped_once(self, typed: str, stored: str) -> None:
        protected = protect("", Syntax.MARKUP)
        for text in (typed, stored):
            reply = read_typed(text, protected, Syntax.MARKUP)
            assert restore(reply, protected, Syntax.MARKUP) == stored

    def test_it_pairs_tags_as_they_are_nested(self) -> None:
        source = "<b>one</b> and <b>two</b>"
        protected = protect(source, Syntax.MARKUP)
        typed = "<b>zwei</b> und <b>eins</b>"
        assert read_typed(typed, protected, Syntax.MARKUP) == "⟦1⟧zwei⟦/1⟧ und ⟦2⟧eins⟦/2⟧"


class TestJudge:
    def test_it_finds_nothing_in_a_good_text(self) -> None:
        found = judged("Press {name} to go on.", " Weiter mit {name}.\n")
        assert found == Judged(forms=("Weiter mit {name}.",), findings=())

    @pytest.mark.parametrize(
        ("typed", "code", "evidence"),
        [
            ("Weiter mit.", "placeholder_set", {"missing_placeholders": ["{name}"]}),
            ("{name} mit {name}.", "placeholder_set", {"repeated_placeholders": ["{name}"]}),
            ("Mit {name} und {other}.", "placeholder_set", {"invented": ["{other}"]}),
            ("  ", "empty_target", {"expected": "Press ⟦1⟧ to go on."}),
        ],
    )
    def test_it_finds_what_it_finds_in_a_reply(
        self, typed: str, code: str, evidence: dict[str, object]
    ) -> None:
        found = judged("Press {name} to go on.", typed)
        assert codes(found) == [code]
        assert found.is_blocked
        assert dict(found.findings[0].evidence) == evidence

    def test_it_sees_tags_that_cross(self) -> None:
        found = judged("<b>one</b> <i>two</i>", "<b>eins <i>zwei</b></i>", Syntax.MARKUP)
        assert codes(found) == ["tag_set"]

    @pytest.mark.parametrize("syntax", [Syntax.MARKUP, Syntax.RUNS])
    def test_it_escapes_what_would_break_the_file(self, syntax: Syntax) -> None:
        found = judged("Tom and Ann", "Tom & Ann <", syntax)
        assert found == Judged(forms=("Tom &amp; Ann &lt;",), findings=())

    def test_it_keeps_an_apostrophe_from_quoting_an_argument(self) -> None:
        assert judged("Of {name}", "L'{name}", Syntax.ICU).forms == ("L''{name}",)

    def test_it_holds_what_the_brief_says_blocks(self) -> None:
        strict = Brief(
            source="en",
            target="de",
            tier=Tier.STANDARD,
            salt="x",
            blocking=frozenset({"number_equal"}),
        )
        assert not judged("Open 3 valves.", "Öffne 4 Ventile.").is_blocked
        assert judged("Open 3 valves.", "Öffne 4 Ventile.", brief=strict).is_blocked

    def test_it_wants_a_text_for_every_form(self) -> None:
        task = task_of(
            [Form("n:plural=one", "%d file"), Form("n:plural=other", "%d files")],
            syntax=Syntax.CATALOGUE,
            flags=("python-format",),
            source=find_source("en"),
            target=find_target("pl"),
        )
        labels = [one.label for one in task.wanted]
        assert labels[:3] == [f"n:plural={name}" for name in ("one", "few", "many")]
        with pytest.raises(ValueError, match="1 texts"):
            judge(task, ["%d plik"], BRIEF)
