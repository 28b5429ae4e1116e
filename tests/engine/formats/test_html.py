"""HTML: what is a unit, what comes back byte for byte, and what html5lib makes of the outcome."""

import re
import sysconfig
from pathlib import Path

import pytest

from engine.errors import EngineError
from engine.formats.base import Parsed
from engine.formats.html import FORMAT
from engine.languages import find_source, find_target
from engine.values import Syntax

ENGLISH = find_source("en")
GERMAN, ARABIC, JAPANESE = find_target("de"), find_target("ar"), find_target("ja")
FIXTURES = Path(__file__).parent / "fixtures" / "html"
FILES = sorted(FIXTURES.glob("*.html"))

CODE = re.compile(
    r"(<!--.*?-->|<code.*?</code>|<samp.*?</samp>|<var.*?</var>"
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&\w+;|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})",
    re.DOTALL,
)


def read(source: str | bytes) -> Parsed:
    data = source if isinstance(source, bytes) else source.encode()
    return FORMAT.read(data, source=ENGLISH)


def texts(source: str | bytes) -> list[str]:
    return [unit.forms[0].text for unit in read(source).units]


def unchanged(parsed: Parsed) -> dict[int, tuple[str, ...]]:
    return {index: (unit.forms[0].text,) for index, unit in enumerate(parsed.units)}


def shout(text: str) -> str:
    """A pseudo-translation: letters of ASCII in upper case, code left alone."""
    parts = CODE.split(text)
    return "".join(part if index % 2 else part.upper() for index, part in enumerate(parts))


def shouted(data: bytes, target=None) -> bytes:
    parsed = read(data)
    targets = {
        index: (shout(text) if unit.syntax is Syntax.MARKUP else shout_plain(text),)
        for index, unit in enumerate(parsed.units)
        for text in [unit.forms[0].text]
    }
    return FORMAT.write(parsed, targets, target=target)


def shout_plain(text: str) -> str:
    parts = re.split(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", text)
    return "".join(part if index % 2 else part.upper() for index, part in enumerate(parts))


def translate(source: str, target: str | None = None, **words: str) -> str:
    """The file with units replaced, named by their text with spaces as underscores."""
    parsed = read(source)
    by_text = {text.replace("_", " "): new for text, new in words.items()}
    targets = {
        index: (by_text[unit.forms[0].text],)
        for index, unit in enumerate(parsed.units)
        if unit.forms[0].text in by_text
    }
    language = find_target(target) if target else None
    return FORMAT.write(parsed, targets, target=language).decode()


def replace_only(source: str, new: str) -> str:
    parsed = read(source)
    assert len(parsed.units) == 1
    return FORMAT.write(parsed, {0: (new,)}, target=None).decode()


class TestRead:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("", []),
            ("just words", ["just words"]),
            ("<p>a<p>b", ["a", "b"]),
            ("<ul><li>a<li>b</ul>", ["a", "b"]),
            ("<table><tr><td>a<td>b<tr><th>c</table>", ["a", "b", "c"]),
            ("<dl><dt>a<dd>b<dt>c</dl>", ["a", "b", "c"]),
            ("<p>a <b>b</b> c</p>", ["a <b>b</b> c"]),
            ("<p><b>all bold</b></p>", ["all bold"]),
            ("<p><a href=x><i class=icon></i> label</a></p>", ["label"]),
            ("<p><b>a</b> and <i>b</i></p>", ["<b>a</b> and <i>b</i>"]),
            ("<p>a<br>b<br></p>", ["a<br>b"]),
            ("<p>  a\n   b\t c  </p>", ["a b c"]),
            ("<p>&nbsp;a&nbsp;b&#160;</p>", ["a\u00a0b"]),
            ("<p>12.5 &euro;</p><p>&mdash;</p><p>&nbsp;</p>", []),
            ("<p>a &lt; b &amp; c > d</p>", ["a &lt; b &amp; c &gt; d"]),
            ("<p>AT&T a < b &unknown;</p>", ["AT&amp;T a &lt; b &amp;unknown;"]),
            ("<p>&copy 2024 &#x41;&#66;c</p>", ["© 2024 ABc"]),
            ("<p>&amp;lt;b&amp;gt; tag</p>", ["&amp;lt;b&amp;gt; tag"]),
            ("<title>a &amp; <b></title>", ["a & <b>"]),
            ("<script>'<p>x</p>'</script><p>a", ["a"]),
            ("<script><!-- <script>x</script> y --></script><p>a", ["a"]),
            ("<script><!--></script><p>a", ["a"]),
            ("<style>x { content: '<p>' }</style>a", ["a"]),
            ("<textarea><p>x</textarea>a", ["a"]),
            ("<xmp><p>x</xmp><iframe>y</iframe><noframes>z</noframes>a", ["a"]),
            ("<!-- <p>x</p> -->a", ["a"]),
            ("<!-->a", ["a"]),
            ("<!--->a", ["a"]),
            ("<!-- x --!>a", ["a"]),
            ("<!x>a<?y>", ["a"]),
            ("</ x>a</>", ["a"]),
            ("a<b", ["a"]),
            ("a <3 b", ["a &lt;3 b"]),
            ("<p>a<!-- x -->b</p>", ["a<!-- x -->b"]),
            ("<p>run <code>a b</code> now</p>", ["run <code>a b</code> now"]),
            ("<p>run <code>a <b>b</b></code> now</p>", ["run <x1/> now"]),
            ("<p>press <kbd>Ctrl</kbd> now</p>", ["press <x1/> now"]),
            ("<p>a <script>x()</script> b</p>", ["a <x1/> b"]),
            ("<p><x1/> a <kbd>b</kbd> c</p>", ["a <x1/> c"]),
            ("<p>a <x1/> b <kbd>c</kbd> d</p>", ["a", "b <x1/> d"]),
            ("<p><code>x()</code> is fun</p>", ["<code>x()</code> is fun"]),
            ("<pre>a\n <b>b</b></pre><p>c", ["c"]),
            ("<div translate=no>a <p>b</p></div>c", ["c"]),
            ("<div translate=no>a<p translate=yes>b</p>c</div>", ["b"]),
            ("<div class='x notranslate'><img alt=a>b</div>", []),
            ("<p translate=no>a<p>b", ["b"]),
            ("<p>by <span translate=no>Acme</span> Inc", ["by <span translate=no>Acme</span> Inc"]),
            ("<p>a <svg><path/></svg> b</p>", ["a <x1/> b"]),
            ("<p><svg><text>in</text></svg> out</p>", ["in", "out"]),
            ("<svg><style> p { } </style></svg>a", ["a"]),
            ("<svg><![CDATA[ <p>x</p> ]]></svg><p>a", ["a"]),
            ("<![CDATA[ x > a", ["a"]),
            ("<math><mi>x</mi></math><p>a", ["a"]),
            ("<button>a</button><button>b</button>", ["a", "b"]),
            ("<option>a<option>b", ["a", "b"]),
            ("<p>{{ name }}</p><p>{% x %}</p>", []),
            ("<p>Hi {{ name }}!</p>", ["Hi {{ name }}!"]),
            ('<a title=\'{% t "x" %}\' href="{% url "y" %}">a</a>', ["a"]),
            ("<p {% if a > b %}class=x{% endif %}>a</p>", ["a"]),
            ("<p><%= a > b ? 'x' : 'y' %></p><p>a", ["a"]),
            ("<p>50 <% x", ["50 &lt;% x"]),
            ("<div>a<p>b</p>c</div>", ["a", "b", "c"]),
            ("<a>a<a>b", ["a<a>b"]),
            ("<b><p>a</b> b</p>", ["a</b> b"]),
            ("<P>A</P><SCRIPT>x</SCRIPT>", ["A"]),
        ],
    )
    def test_it_finds_the_texts_a_reader_sees(self, source: str, expected: list[str]):
        assert texts(source) == expected

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("<img alt='a b' title=c>", ["a b", "c"]),
            ("<input placeholder=a value=b>", ["a"]),
            ("<input type=submit value=a><input type=RESET value=b>", ["a", "b"]),
            ("<input type=hidden value=a>", []),
            ("<i aria-label='Close &amp; go'></i>", ["Close & go"]),
            ("<i title='?a=1&copy=2'></i>", ["?a=1&copy=2"]),
            ("<optgroup label=a><option label=b>", ["a", "b"]),
            ("<x label=a summary=b>", []),
            ("<table summary=a>", ["a"]),
            ("<meta name=description content=a>", ["a"]),
            ("<meta name=Description content=a>", ["a"]),
            ("<meta property='og:description' content=a>", ["a"]),
            ("<meta name=robots content=noindex>", []),
            ("<link title=a><style title=b></style>", []),
            ("<textarea placeholder=a>b</textarea>", ["a"]),
            ("<img translate=no alt=a>", []),
            ("<img alt=a alt=b>", ["a"]),
            ("<img alt>", []),
            ("<img alt=>", []),
            ("<img alt='a", []),
        ],
    )
    def test_it_finds_attributes_readers_meet(self, source: str, expected: list[str]):
        assert texts(source) == expected

    def test_it_reads_a_whole_page(self):
        assert texts((FIXTURES / "page.html").read_bytes()) == [
            "Opening hours & prices",
            'When the "Old Mill" is open.',
            "Opening hours",
            "Welcome to the <em>Old Mill</em>",
            "We bake bread every <strong>morning</strong>\u00a0– café included.<br> Come in!",
            "Second paragraph, never closed",
            "First item",
            'Second item with <a href="/more?a=1&amp;b=2" title="Read more">a link</a>',
            "Read more",
            "Nested item",
            "Third item",
            "Prices",
            "Product",
            "Price",
            "Bread roll",
            "Run <code>make   bread</code> and wait.",
            "Ask for <x1/> bread, 1 &lt; 2 &amp; 3 &gt; 2.",
            "The mill in winter",
            "Our mill.",
            "Name",
            "Your name",
            "Message",
            "Sizes",
            "Small",
            "Large",
            'Send "now"',
            "Close",
            "Close window",
            "Chart of sales",
            "North",
        ]

    def test_it_leaves_template_code_in_templates(self):
        assert texts((FIXTURES / "template.html").read_bytes()) == [
            (
                '{% extends "base.html" %} {% load i18n %} {% block title %}Your orders'
                "{% endblock %} {% block content %} {# A note for developers #} "
                "<x1/>All {{ count }} orders</a>"
            ),
            'Hello {{ user.name|default:"you" }}, you have {{ count }} order{{ count|pluralize }}.',
            "Cheaper &amp; better",
        ]

    def test_it_notes_the_heading_a_unit_stands_under(self):
        units = read("<h1>A</h1><p>b<h2>C <i>d</i> &amp; e</h2><p>f").units
        assert [unit.note for unit in units] == ["", "A", "A", "C d & e"]

    def test_it_gives_keys_that_survive_an_addition_above(self):
        before = [unit.key for unit in read("<p>b<p>c<p>b").units]
        after = [unit.key for unit in read("<h1>a</h1><p>b<p>c<p>b").units]
        assert after[1:] == before
        assert len(set(before)) == 3

    def test_it_lets_units_be_cut_into_sentences(self):
        assert all(unit.segmented for unit in read("<p title=a>b").units)

    def test_it_refuses_bottomless_nesting(self):
        with pytest.raises(EngineError) as caught:
            read("<div>" * 600)
        assert caught.value.code == "html_too_deep"


class TestCharsets:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            ("<p>é".encode(), "é"),
            (b"\xef\xbb\xbf<meta charset=latin1><p>\xc3\xa9", "é"),
            ("\ufeff<p>é".encode("utf-16-le"), "é"),
            ("\ufeff<p>é".encode("utf-16-be"), "é"),
            (b"<meta charset=iso-8859-1><p>\x80\xe9", "€é"),
            (b"<meta charset='windows-1251'><p>\xd4", "Ф"),
            (b'<?xml version="1.0" encoding="iso-8859-2"?><p>\xb3', "ł"),
            ("<meta charset=Shift_JIS><p>日本".encode("cp932"), "日本"),
            (b"<!-- <meta charset=latin1> --><p>\xc3\xa9", "é"),
        ],
    )
    def test_it_reads_the_encoding_a_browser_would(self, data: bytes, expected: str):
        parsed = read(data)
        assert [unit.forms[0].text for unit in parsed.units] == [expected]
        changed = FORMAT.write(parsed, {0: ("x",)}, target=None)
        assert FORMAT.write(read(changed), {0: (expected,)}, target=None) == data

    def test_it_writes_what_the_encoding_lacks_as_references(self):
        data = (FIXTURES / "latin1.html").read_bytes()
        parsed = read(data)
        written = FORMAT.write(parsed, {1: ("Crème 日",)}, target=None)
        assert b"<p>Cr\xe8me &#26085;</p>" in written
        assert texts(written)[1] == "Crème 日"

    @pytest.mark.parametrize(
        ("data", "detail"),
        [
            (b"<p>ok\n<p>\xff", {"offset": 9, "line": 2, "column": 4, "encoding": "utf-8"}),
            (b"<meta charset=rot13><p>x", {"encoding": "rot13"}),
            (
                b"<meta charset=latin1>\x81",
                {"offset": 21, "line": 1, "column": 22, "encoding": "windows-1252"},
            ),
        ],
    )
    def test_it_refuses_bytes_that_are_not_their_encoding(self, data: bytes, detail: dict):
        with pytest.raises(EngineError) as caught:
            read(data)
        assert caught.value.code == "encoding_invalid"
        assert caught.value.detail == detail


class TestWrite:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_it_gives_the_same_bytes_for_the_same_texts(self, path: Path):
        parsed = read(path.read_bytes())
        assert FORMAT.write(parsed, unchanged(parsed), target=None) == path.read_bytes()
        assert FORMAT.write(parsed, {}, target=None) == path.read_bytes()

    def test_it_changes_nothing_around_a_new_text(self):
        source = "<P CLASS=x >  a  b\n</P ><!-- c --><p>d   e</p>"
        assert translate(source, a_b="z") == "<P CLASS=x >  z\n</P ><!-- c --><p>d   e</p>"

    @pytest.mark.parametrize(
        ("source", "new", "expected"),
        [
            ("<p>a", "b < c & d", "<p>b &lt; c &amp; d"),
            ("<p>a", "b &lt; c &amp; d", "<p>b &lt; c &amp; d"),
            ("<p>a", "&copy;", "<p>&amp;copy;"),
            ("<p>a", "<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;"),
            ("<p>a <b>b</b>", "<b>x</b><b>y</b>", "<p><b>x</b><b>y</b>"),
            ("<p>caf&eacute;&nbsp;a", "é\u00a0è", "<p>&eacute;&nbsp;è"),
            ("<p>café\u00a0a", "é\u00a0è", "<p>é\u00a0è"),
            ("<p>&#123; a", "{ b", "<p>&#123; b"),
            ("<p>it&#39;s", "l'eau", "<p>l&#39;eau"),
            ("<title>a</title>", "b </title> & c", "<title>b &lt;/title> &amp; c</title>"),
            ('<i title="a">', 'b "c" & d', '<i title="b &quot;c&quot; &amp; d">'),
            ("<i title='a'>", "b 'c' \"d\"", "<i title='b &#39;c&#39; \"d\"'>"),
            ("<i title=a>", "b c", '<i title="b c">'),
            ("<p>a <kbd>K</kbd> b", "x <x1/>", "<p>x <kbd>K</kbd>"),
            ("<p>{% if a < b %}c", "{% if a < b %}d", "<p>{% if a < b %}d"),
            ('<i title="a {{ b|c:"d" }}">', '{{ b|c:"d" }} e', '<i title="{{ b|c:"d" }} e">'),
        ],
    )
    def test_it_writes_new_texts_safely(self, source: str, new: str, expected: str):
        assert replace_only(source, new) == expected

    def test_it_translates_attributes_inside_a_run_that_changes_too(self):
        source = "<p>a <img alt='b'> c <img alt='b'> d"
        parsed = read(source)
        new = {0: ("x <img alt='b'> y <img alt='b'> z",), 1: ("1",), 2: ("2",)}
        written = FORMAT.write(parsed, new, target=None).decode()
        assert written == "<p>x <img alt='1'> y <img alt='2'> z"

    def test_it_translates_attributes_inside_a_run_that_does_not_change(self):
        assert translate("<p>a <img alt=b> c", b="x y") == '<p>a <img alt="x y"> c'

    @pytest.mark.parametrize(
        ("source", "target", "expected"),
        [
            ("<html><p>a", "de", '<html lang="de"><p>a'),
            ("<html lang=en><p>a", "de", '<html lang="de"><p>a'),
            ("<html lang='en' x><p>a", "pt-BR", "<html lang='pt-BR' x><p>a"),
            ("<HTML LANG=\"en\" XML:LANG='en'>", "de", "<HTML LANG=\"de\" XML:LANG='de'>"),
            ("<html lang>a", "de", '<html lang="de">a'),
            ("<html lang=en>a", "ar", '<html dir="rtl" lang="ar">a'),
            ("<html lang=en dir=ltr>a", "ar", '<html lang="ar" dir="rtl">a'),
            ("<html lang=ar dir='rtl'><body dir=rtl>a", "de", None),
            ("<html lang=ar dir='rtl'>a", "he", "<html lang=\"he\" dir='rtl'>a"),
            ("<html dir=auto lang=x>a", "ar", '<html dir=auto lang="ar">a'),
            ("<html lang='{{ code }}'>a", "de", "<html lang='{{ code }}'>a"),
            ("<html {% attrs %}>a", "de", "<html {% attrs %}>a"),
            ("<p lang=en>a", "ar", "<p lang=en>a"),
        ],
    )
    def test_it_states_language_and_direction(self, source: str, target: str, expected: str | None):
        wanted = expected or '<html lang="de" dir=\'ltr\'><body dir="ltr">a'
        assert translate(source, target) == wanted


def test_it_gives_back_real_pages_byte_for_byte():
    packages = Path(sysconfig.get_paths()["purelib"])
    paths = sorted(path for path in packages.rglob("*.htm*") if path.suffix in (".html", ".htm"))
    sampled = paths[:: max(1, len(paths) // 50)]
    assert sampled
    for path in sampled:
        data = path.read_bytes()
        parsed = read(data)
        assert FORMAT.write(parsed, unchanged(parsed), target=None) == data, path.name
