"""Markdown: what is a unit, what keeps its bytes, and what a renderer makes of the outcome."""

import re
import sysconfig
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from engine.errors import EngineError
from engine.formats.base import Parsed
from engine.formats.markdown import FORMAT
from engine.languages import find_source, find_target
from engine.values import Syntax

ENGLISH, GERMAN = find_source("en"), find_target("de")
FIXTURES = Path(__file__).parent / "fixtures" / "markdown"
FILES = sorted(FIXTURES.glob("*.md"))
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
CODE = re.compile(r"(`[^`]*`|<!--.*?-->|\]\([^)]*\)|<[^>]*>|&\w+;|https?://\S+)")


def read(source: str | bytes) -> Parsed:
    data = source if isinstance(source, bytes) else source.encode()
    return FORMAT.read(data, source=ENGLISH)


def texts(source: str | bytes) -> list[str]:
    return [unit.forms[0].text for unit in read(source).units]


def shout(text: str) -> str:
    parts = CODE.split(text)
    return "".join(part if index % 2 else part.upper() for index, part in enumerate(parts))


def every(source: str | bytes, change) -> str:
    """The file with a change made to every unit."""
    parsed = read(source)
    targets = {index: (change(unit.forms[0].text),) for index, unit in enumerate(parsed.units)}
    return FORMAT.write(parsed, targets, target=None).decode()


def only(source: str, new: str) -> str:
    parsed = read(source)
    assert len(parsed.units) == 1
    return FORMAT.write(parsed, {0: (new,)}, target=None).decode()


def tags(source: str) -> list[str]:
    """The elements of the rendered page, by html5lib."""
    walker = html5lib.getTreeWalker("etree")
    page = html5lib.parse(RENDERER.render(source), treebuilder="etree")
    return [token["name"] for token in walker(page) if token.get("name")]


def bare(found: list[str]) -> list[str]:
    """Texts without case, and without the backslashes a line may need at its start."""
    return [text.casefold().replace("\\", "") for text in found]


def blocks(source: str) -> list[str]:
    return [token.type for token in RENDERER.parse(source) if token.type != "inline"]


class TestRead:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("", []),
            ("a\nb", ["a\nb"]),
            ("a  \nb \nc", ["a  \nb\nc"]),
            ("a\\\nb", ["a\\\nb"]),
            ("  a\n      b", ["a\nb"]),
            ("# a #", ["a"]),
            ("#    a b # c ##", ["a b # c"]),
            ("# a {#id}\n\nb", ["a", "b"]),
            ("a\nb\n---", ["a\nb"]),
            ("> a\n> b", ["a\nb"]),
            ("> a\nb", ["a\nb"]),
            (">> a\n> b", ["a\nb"]),
            ("- a\n  b\n- c", ["a\nb", "c"]),
            ("- a\nb", ["a\nb"]),
            ("1) > - a\n   >   b", ["a\nb"]),
            ("-\ta\n\n\tb", ["a", "b"]),
            ("- [ ] a\n- [x] b", ["a", "b"]),
            ("|a|b|\n|-|-|\n|c|d|", ["a", "b", "c", "d"]),
            ("a | b\n-|-\nc |  d", ["a", "b", "c", "d"]),
            ("> a | b\n> -|-\n> c", ["a", "b", "c"]),
            ("|a|\n|-|\n| `x\\|y` z |", ["a", "`x|y` z"]),
            ("|a|b|\n|-|-|\n||d|", ["a", "b", "d"]),
            ("|a|a|\n|-|-|\n|a|a|x|", ["a", "a", "a", "a"]),
            ("    code\n\na", ["a"]),
            ("```\ncode\n```\na", ["a"]),
            ("~~~ py\ncode\n", []),
            ("- a\n\n      code", ["a"]),
            ("[a]: http://b 'c'\n\nd", ["d"]),
            ("[^1]: a b", ["a b"]),
            ("[^1]: a\n[^2]: b c\n    d", ["a", "b c\nd"]),
            ("[^1]: a b\n[c]: http://d", ["a b"]),
            ("[a]: b c d", ["[a]: b c d"]),
            ("Term\n: what it means\n: and more", ["Term", "what it means", "and more"]),
            ("> [!WARNING]\n> a", ["a"]),
            (":::tip\na\n:::", ["a"]),
            ("a\n{: .note}", ["a"]),
            ("$$\na = b\n$$\nc", ["c"]),
            ("<!-- a -->\n\nb", ["b"]),
            ("<div>a <b>b</b></div>\n\nc", ["a <b>b</b>", "c"]),
            ("<table><tr><td>a</td>\n<td>b</td></tr></table>", ["a", "b"]),
            ("- <div>a</div>", ["a"]),
            ("> <div>a</div>", []),
            ("<div>" * 600 + "a\n\nb", ["b"]),
            ("<script>\na\n</script>\n\nb", ["b"]),
            ("a <span title='t'>b</span>", ["a <span title='t'>b</span>"]),
            ("`a`\n\n<https://a.b>\n\n![](a.png)\n\n***", []),
            ("[![CI](a.svg)](b)", ["[![CI](a.svg)](b)"]),
            ("{% include a.html %}\n\n{{ b }}", []),
            ("1984\n\n12 %", []),
            ("---\ntitle: a b\n---\nc", ["a b", "c"]),
            ("---\ntitle: 'It''s'\n---\n", ["It's"]),
            ("---\ntitle: >-\n  folded\ndescription: 3\n---\n", []),
            ("---\nmenu:\n  title: a\n---\n", []),
            ("---\ntitle: true\ndescription: {{ x }}\n---\n", []),
            ("---\n\na\n\n---\n", ["a"]),
            ('+++\ntitle = "a"\n+++\nb', ["a", "b"]),
        ],
    )
    def test_it_finds_the_texts_a_reader_sees(self, source: str, expected: list[str]):
        assert texts(source) == expected

    def test_it_reads_a_whole_guide(self):
        assert texts((FIXTURES / "guide.md").read_bytes()) == [
            'Baking "sour" bread',
            "Bread, step by step",
            "Baking bread",
            (
                "Good bread needs **time** and `flour --strong`, see\n"
                '[the list](#list "What you need") and <https://example.org/a_b>.  \n'
                "A hard break came before this line."
            ),
            "Setext\nheading",
            "A quote that goes on\nover two lines\nlazily, even",
            "nested *item*\ngoes on",
            "First step\ncontinues here",
            "A second paragraph",
            "Task to do",
            "Deeper item",
            "Product",
            "Price | unit",
            "Note",
            "fresh",
            "Rolls",
            "Left",
            "Right",
            "one",
            "two",
            '![A loaf](loaf.png "On a table") and a [reference][ref].',
            "Alerts keep their mark.",
            "Inside a container.",
            "More <b>about</b> ovens",
            "Markdown inside.",
            "Oven",
            "An oven",
            "Text with a note.[^1]",
            "The note's text",
            "Another note",
            "Closing",
        ]

    def test_it_knows_the_syntax_of_each_unit(self):
        units = read("---\ntitle: a\n---\n# b\n\n<div title=c>d</div>").units
        expected = [Syntax.TEXT, Syntax.MARKDOWN, Syntax.TEXT, Syntax.MARKUP]
        assert [unit.syntax for unit in units] == expected
        assert all(unit.segmented for unit in units)

    def test_it_notes_the_heading_a_unit_stands_under(self):
        units = read("# A\n\nb\n\nC\n-\n\n- d").units
        assert [unit.note for unit in units] == ["", "A", "A", "C"]

    def test_it_gives_keys_that_survive_an_addition_above(self):
        before = [unit.key for unit in read("b\n\nc\n\nb").units]
        after = [unit.key for unit in read("# a\n\nb\n\nc\n\nb").units]
        assert after[1:] == before
        assert len(set(before)) == 3

    def test_it_names_the_line_of_bytes_that_are_not_text(self):
        with pytest.raises(EngineError) as caught:
            read(b"a\nb\xff")
        assert caught.value.code == "encoding_invalid"
        assert caught.value.detail["line"] == 2


class TestWrite:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_it_gives_the_same_bytes_for_the_same_texts(self, path: Path):
        data = path.read_bytes()
        assert every(data, str).encode() == data

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_it_renders_to_the_same_page_in_capitals(self, path: Path):
        before, after = path.read_text("utf-8-sig"), every(path.read_bytes(), shout)
        assert after.encode() != path.read_bytes()
        rendered = RENDERER.render(after.removeprefix("\ufeff")).casefold()
        assert rendered == RENDERER.render(before).casefold()

    @pytest.mark.parametrize(
        ("source", "new", "expected"),
        [
            ("  a\n", "b", "  b\n"),
            ("> a\n> b\n", "c", "> c\n"),
            ("> a\n> b\n", "c\nd\ne", "> c\n> d\n> e\n"),
            (">> a\nb\n", "c\nd", ">> c\nd\n"),
            ("- a\n", "b  \nc", "- b  \n  c\n"),
            ("> 1. a\r\n", "b\nc", "> 1. b\r\n>    c\r\n"),
            ("[^1]: a\n", "b\nc", "[^1]: b\n      c\n"),
            ("a  \nb\n", "c  \nd\n", "c  \nd\n"),
            ("a\n", "b\n\n\nc", "b\nc\n"),
            ("## a ##\n", "b\nc", "## b c ##\n"),
            ("# a {#x}\n", "b", "# b {#x}\n"),
            ("# a\n", "C #", "# C \\#\n"),
            ("a\n===\n", "b\nc", "b\nc\n===\n"),
            ("a\n", "1. Januar", "1\\. Januar\n"),
            ("a\n", "2) b", "2\\) b\n"),
            ("a\n", "- b\n+ c\n* d\n*e*", "\\- b\n\\+ c\n\\* d\n*e*\n"),
            ("a\n", "# b\n#c\n> d", "\\# b\n#c\n\\> d\n"),
            ("a\n", "b\n===\n---\n***", "b\n\\===\n\\---\n\\***\n"),
            ("a\n", "```x\n~~~\n```y``` z", "\\```x\n\\~~~\n```y``` z\n"),
            ("a\n", "[b]: c", "\\[b]: c\n"),
            ("a\n", "    b", "b\n"),
            ("|a|\n|-|\n", "b | c\nd", "|b \\| c d|\n|-|\n"),
            ("a | 1\n-|-\n", "- b", "\\- b | 1\n-|-\n"),
            ("<p>a</p>\n", "b < c\n\nd", "<p>b &lt; c d</p>\n"),
            ("---\ntitle: a\n---\n", "b: c", '---\ntitle: "b: c"\n---\n'),
            ("---\ntitle: a # x\n---\n", "b", "---\ntitle: b # x\n---\n"),
            ("---\ntitle: a\n---\n", "yes", '---\ntitle: "yes"\n---\n'),
            ("---\ntitle: 'a'\n---\n", "it's", "---\ntitle: 'it''s'\n---\n"),
            ('---\ntitle: "a"\n---\n', 'b "c" \\', '---\ntitle: "b \\"c\\" \\\\"\n---\n'),
        ],
    )
    def test_it_writes_new_texts_where_and_as_they_belong(
        self, source: str, new: str, expected: str
    ):
        assert only(source, new) == expected

    def test_it_translates_an_attribute_inside_html_that_changes_too(self):
        source = "<p>a <img alt='b'> c</p>"
        parsed = read(source)
        written = FORMAT.write(parsed, {0: ("x <img alt='b'> y",), 1: ("z",)}, target=None)
        assert written == b"<p>x <img alt='z'> y</p>"

    @pytest.mark.parametrize(
        ("front", "expected"),
        [
            ("lang: en", "lang: de"),
            ("title: 1\nlang: 'en-US'", "title: 1\nlang: 'de'"),
            ('language = "en"', 'language = "de"'),
            ("locale: en", "locale: en"),
        ],
    )
    def test_it_states_the_language_where_the_file_did(self, front: str, expected: str):
        fence = "+++" if "=" in front else "---"
        parsed = read(f"{fence}\n{front}\n{fence}\na")
        written = FORMAT.write(parsed, {}, target=GERMAN).decode()
        assert written == f"{fence}\n{expected}\n{fence}\na"


MARKS = r"""
#_a ##_b_# > >_ >_> -_ *_ 1._ 10)_ [_]_ a word two. ___x |a|b| |-|-| |_c_| a_|_b --- === ``` ~~~
<div> </div> <b> <!-- --> [^1]:_ [r]: [r]:_u `x` *y* __ _ \* & &amp; ! [l](u) ![i](u) $$ ::: {#x}
"""
PIECES = [mark.replace("_", " ") for mark in MARKS.split()]
SOUP = st.lists(
    st.sampled_from([*PIECES, "\n", "\n", "\n", "\n\n", "\n  ", "\n    ", "\t"]), max_size=24
)
NEW = st.lists(st.sampled_from([*PIECES[:24], "\n", "\n\n", " "]), min_size=1, max_size=6)


class TestAnything:
    @given(SOUP)
    @settings(max_examples=300, deadline=None)
    def test_it_reads_any_soup_and_writes_it_back(self, parts: list[str]):
        source = "".join(parts)
        parsed = read(source)
        assert every(source, str) == source
        assert len({unit.key for unit in parsed.units}) == len(parsed.units)

    @given(SOUP)
    @settings(max_examples=300, deadline=None)
    def test_it_keeps_the_blocks_and_texts_of_any_soup(self, parts: list[str]):
        source = "".join(parts)
        shouted = every(source, shout)
        assert bare(texts(shouted)) == bare(texts(source))
        assert tags(shouted) == tags(source)

    @pytest.mark.parametrize(
        "source",
        ["a", "# a", "a\n===", "> a", "> - a\n>   b", "1. a", "|a|x|\n|-|-|\n|1|2|", "x | 1\n-|-"],
    )
    @given(parts=NEW)
    @settings(max_examples=60, deadline=None)
    def test_it_stays_the_same_blocks_whatever_the_new_text(self, source: str, parts: list[str]):
        new = "".join(parts).strip() + " end"
        written = every(source, lambda text: new if any(map(str.isalpha, text)) else text)
        assert blocks(written) == blocks(source)


def test_it_gives_back_real_files_byte_for_byte():
    packages = Path(sysconfig.get_paths()["purelib"])
    paths = sorted(packages.rglob("*.md"))[:60]
    assert paths
    for path in paths:
        assert every(path.read_bytes(), str).encode() == path.read_bytes(), path.name
