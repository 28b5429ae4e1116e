"""What each syntax takes for code, and what the model gets to read."""

from __future__ import annotations

import pytest

from engine.protect import (
    billable_chars,
    marks_in,
    protect,
    restore,
    restored_offset,
    stray_code,
    translatable,
)
from engine.values import Syntax

TEXT, MARKUP, MARKDOWN = Syntax.TEXT, Syntax.MARKUP, Syntax.MARKDOWN
CATALOGUE, ICU, RUNS = Syntax.CATALOGUE, Syntax.ICU, Syntax.RUNS


def raws(text: str, syntax: Syntax, *flags: str) -> list[str]:
    return [token.raw for token in protect(text, syntax, flags).tokens]


class TestText:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("See https://x.com/a_(b)?q=1&r=2.", ["https://x.com/a_(b)?q=1&r=2"]),
            ("(at www.example.org/a)", ["www.example.org/a"]),
            ("https://x.comを参照", ["https://x.com"]),
            ("https://de.wikipedia.org/wiki/Übersetzung lesen", None),
            ("https://x.com/{id}/edit", ["https://x.com/{id}/edit"]),
            ("Mail a.b+c@d-e.co.uk!", ["a.b+c@d-e.co.uk"]),
            ("mailto:a@b.de", ["mailto:a@b.de"]),
            ("Hi {name}, {{ x }}, ${y} and {0}", ["{name}", "{{ x }}", "${y}", "{0}"]),
            ("%(count)d of %s, %1$s, %-5.2f, %@", ["%(count)d", "%s", "%1$s", "%-5.2f", "%@"]),
            ("in %APPDATA% look", ["%APPDATA%"]),
        ],
    )
    def test_it_takes_addresses_and_placeholders_for_code(
        self, text: str, code: list[str] | None
    ) -> None:
        assert raws(text, TEXT) == (code or [text.split(maxsplit=1)[0]])

    @pytest.mark.parametrize(
        "text",
        [
            "100 % sure",
            "50% discount",
            "100% de réduction",
            "5%d",
            "the %discount",
            '{"a": 1}',
            "{note: prose here}",
            "a < b > c & d",
            "10:30 at 3 @ home",
            "snake_case *star* [x](y)",
        ],
    )
    def test_it_leaves_prose_alone(self, text: str) -> None:
        assert protect(text, TEXT).text == text


class TestMarkup:
    def test_it_pairs_tags_and_resolves_entities(self) -> None:
        text = 'A <b>x &amp; y</b> &lt;p&gt; <br> <img src="a>b"/>'

        protected = protect(text, MARKUP)

        assert protected.text == "A ⟦1⟧x & y⟦/1⟧ <p> ⟦2⟧ ⟦3⟧"
        assert [token.kind for token in protected.tokens] == ["tag_open", "tag_close", "tag", "tag"]

    def test_it_leaves_tags_that_do_not_nest_as_single_marks(self) -> None:
        assert protect("</i> <b>a <u>b</b> <p>", MARKUP).text == "⟦1⟧ ⟦2⟧a ⟦3⟧b⟦/2⟧ ⟦4⟧"

    @pytest.mark.parametrize(
        "raw",
        [
            "<!-- a > b -->",
            "<code>a &lt; b</code>",
            '<span class="x" translate="no">Acme</span>',
            "<![CDATA[a]]>",
            "&nbsp;",
            "http://q.de/?a=1&amp;b=2",
        ],
    )
    def test_it_keeps_what_is_no_prose_in_one_token(self, raw: str) -> None:
        assert raws(f"a {raw} b", MARKUP) == [raw]

    def test_it_escapes_what_a_reply_writes(self) -> None:
        protected = protect("<b>x</b>", MARKUP)

        assert restore("⟦1⟧a < b & c⟦/1⟧", protected, MARKUP) == "<b>a &lt; b &amp; c</b>"


class TestRuns:
    def test_it_knows_its_own_tags_and_no_others(self) -> None:
        protected = protect("<g1>a &amp; b</g1><x2/> &lt;g9&gt;", RUNS)

        assert protected.text == "⟦1⟧a & b⟦/1⟧⟦2⟧ <g9>"
        assert restore(protected.text, protected, RUNS) == "<g1>a &amp; b</g1><x2/> &lt;g9&gt;"


class TestMarkdown:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ('[text](url "t") end', "⟦1⟧text⟦/1⟧ end"),
            ("[a](x(y)z) [b](<c d>)", "⟦1⟧a⟦/1⟧ ⟦2⟧b⟦/2⟧"),
            ("[![alt](i.png)](to)", "⟦1⟧⟦2⟧alt⟦/2⟧⟦/1⟧"),
            ("[r][1] and [c][] and [s]", "⟦1⟧r⟦/1⟧ and ⟦2⟧ and [s]"),
            ("[a [b](c)](d)", "[a ⟦1⟧b⟦/1⟧](d)"),
            ("[x]({{ url }})", "⟦1⟧x⟦/1⟧"),
            ("**bold *it* x** ~~s~~", "⟦1⟧bold ⟦2⟧it⟦/2⟧ x⟦/1⟧ ⟦3⟧s⟦/3⟧"),
            ("***both***", "⟦1⟧⟦2⟧both⟦/2⟧⟦/1⟧"),
            ("a_b_c _em_ 2 * 3 * 4", "a_b_c ⟦1⟧em⟦/1⟧ 2 * 3 * 4"),
            ("`a *b*` ``c`d`` `open", "⟦1⟧ ⟦2⟧ `open"),
            ("a  \nb\\\nc", "a⟦1⟧b⟦2⟧c"),
            ("\\*not\\* &copy; note[^1]", "⟦1⟧not⟦2⟧ ⟦3⟧ note⟦4⟧"),
            ("<https://x.y> <b>k</b> <!-- c -->", "⟦1⟧ ⟦2⟧k⟦/2⟧ ⟦3⟧"),
            ("[ ] to do", "⟦1⟧ to do"),
            ("**粗体**文字", "⟦1⟧粗体⟦/1⟧文字"),
        ],
    )
    def test_it_keeps_visible_text_in_reach(self, text: str, read: str) -> None:
        assert protect(text, MARKDOWN).text == read


class TestCatalogue:
    @pytest.mark.parametrize(
        "raw",
        [
            *("%s", "%d", "%1$s", "%-5.2f", "%%", "%lu", "%ld", "%(name)s", "%{name}"),
            *("{0}", "{name!r:>10}", "{}", "{0,number,#.##}", "{0:dd MMM}", "{n, number}"),
            *("{{ x }}", "{% x %}", "${x}", "$t(a.b)", "<br>", "</a>", "<0>", "&nbsp;"),
            *(r"\n", r"\t", r"\u00e9"),
        ],
    )
    def test_it_keeps_software_notation(self, raw: str) -> None:
        assert raws(f"a {raw} b", CATALOGUE) == [raw]

    def test_it_keeps_a_tag_whole_with_its_attributes(self) -> None:
        text = '<a href="%(url)s" {attrs} disabled>go</a>'

        assert raws(text, CATALOGUE) == ['<a href="%(url)s" {attrs} disabled>', "</a>"]

    @pytest.mark.parametrize(
        "text", ["<Choose a file...>", "<Browse...>", "&File :name", "100% sure"]
    )
    def test_it_leaves_prose_alone(self, text: str) -> None:
        assert raws(text, CATALOGUE) == []

    @pytest.mark.parametrize(
        ("text", "flags", "code"),
        [
            ("50% discount, % d left, 100% sure", ("c-format",), ["% d"]),
            ("%dpx %sfoo", ("python-format",), ["%d", "%s"]),
            ("%2 of %1", ("qt-format",), ["%2", "%1"]),
            ("100% sure %s", ("no-c-format",), []),
            ("%(x)s %s", ("no-python-format",), []),
            ("{{a}} {b:>{w}}", ("python-brace-format",), ["{{", "}}", "{b:>{w}}"]),
            ("{name} {{ x }}", ("no-python-brace-format",), ["{{ x }}"]),
            ("hi :name", ("colon-format",), [":name"]),
            ("%dpx, %d%% off", (), ["%d", "%d", "%%"]),
        ],
    )
    def test_it_honours_flags(self, text: str, flags: tuple[str, ...], code: list[str]) -> None:
        assert raws(text, CATALOGUE, *flags) == code


class TestIcu:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("{name} has # of {n, number, ::currency/EUR}", "⟦1⟧ has ⟦2⟧ of ⟦3⟧"),
            ("on {d, date, short}", "on ⟦1⟧"),
            ("a '{quoted} # text' b", "a ⟦1⟧ b"),
            ("it''s it's", "it''s it's"),
            ("<b>x</b> <0/>", "⟦1⟧x⟦/1⟧ ⟦2⟧"),
            ("{n, select, a {x {y}} other {z}}", "⟦1⟧"),
        ],
    )
    def test_it_reads_arguments_and_quoting(self, text: str, read: str) -> None:
        assert protect(text, ICU).text == read

    @pytest.mark.parametrize(
        ("source", "reply", "target"),
        [
            ("the {name}", "l'⟦1⟧", "l''{name}"),
            ("the {name}", "l''⟦1⟧", "l''{name}"),
            ("<b>the</b> dog", "l'⟦1⟧x⟦/1⟧", "l''<b>x</b>"),
            ("a dog", "un chien d'", "un chien d''"),
            ("a dog", "d'un chien", "d'un chien"),
        ],
    )
    def test_it_keeps_an_apostrophe_from_quoting_code(
        self, source: str, reply: str, target: str
    ) -> None:
        assert restore(reply, protect(source, ICU), ICU) == target


class TestMarks:
    def test_it_sets_outer_white_space_and_literal_brackets_aside(self) -> None:
        protected = protect(" \n a ⟦1⟧ b\u00a0", TEXT)

        assert (protected.prefix, protected.suffix) == (" \n ", "\u00a0")
        assert protected.text == "a ⟦1⟧1⟦2⟧ b"
        assert {token.kind for token in protected.tokens} == {"escape"}

    def test_it_leaves_unknown_marks_and_does_without_missing_ones(self) -> None:
        protected = protect(" {a} and {b}", TEXT)

        assert restore(" ⟦2⟧ ⟦9⟧\n", protected, TEXT) == " {b} ⟦9⟧"

    def test_it_lists_marks_in_order(self) -> None:
        assert marks_in("⟦2⟧a⟦1⟧⟦/1⟧⟦x⟧⟦2⟧") == ("⟦2⟧", "⟦1⟧", "⟦/1⟧", "⟦2⟧")

    @pytest.mark.parametrize(
        ("text", "syntax", "count", "has_words"),
        [
            (" a {b} c ", TEXT, 4, True),
            ("&lt;é&gt;", MARKUP, 3, True),
            ("12 / 7", TEXT, 6, False),
            ("{b} `", MARKDOWN, 2, False),
            ("  ", TEXT, 0, False),
            ("%s", CATALOGUE, 0, False),
            ("三", TEXT, 1, True),
        ],
    )
    def test_it_bills_prose_alone(
        self, text: str, syntax: Syntax, count: int, has_words: bool
    ) -> None:
        protected = protect(text, syntax)

        assert billable_chars(protected) == count
        assert translatable(protected) is has_words

    def test_it_finds_code_a_reply_added(self) -> None:
        assert stray_code("⟦1⟧ <b>x</b> %s", MARKUP) == ["<b>", "</b>", "%s"]
        assert stray_code("⟦1⟧ < x & y", MARKUP) == []

    def test_it_says_where_a_place_in_a_reply_ends_up(self) -> None:
        protected = protect("  <b>a</b> {n}", MARKUP)
        reply = "⟦1⟧a & b⟦/1⟧ 7"

        place = restored_offset(reply, reply.index("7"), protected, MARKUP)

        assert restore(reply, protected, MARKUP)[place] == "7"
