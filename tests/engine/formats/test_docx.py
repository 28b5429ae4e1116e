"""Word documents: what is a unit, which bytes change, and what python-docx and expat make of it."""

import io
import re
import struct
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.formats import docx_zip
from engine.formats.base import Parsed
from engine.formats.docx import FORMAT
from engine.languages import find_source, find_target
from engine.values import Syntax

ENGLISH = find_source("en")
GERMAN, ARABIC, JAPANESE = find_target("de"), find_target("ar"), find_target("ja")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2020, 2, 3, 4, 5, 6))
            info.compress_type = method
            archive.writestr(info, content)
    return out.getvalue()


def override(name: str, kind: str) -> str:
    return f'<Override PartName="/word/{name}.xml" ContentType="{WORD}{kind}+xml"/>'


def package(body: str, **parts: str) -> bytes:
    """A document of one body; further parts by name, the kind being the name without digits."""
    kinds = {name: re.sub(r"\d", "", name) for name in parts}
    types = TYPES.format(
        override("document", "document.main")
        + "".join(override(name, kind) for name, kind in kinds.items())
    )
    root = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    members: dict[str, str | bytes] = {"[Content_Types].xml": types, "word/document.xml": root}
    for name, inner in parts.items():
        members[f"word/{name}.xml"] = f"<w:x {NAMESPACES}>{inner}</w:x>"
    return zipped(members)


def paragraph(inner: str) -> bytes:
    return package(f"<w:p>{inner}</w:p>")


def run(text: str, look: str = "") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def read(data: bytes) -> Parsed:
    return FORMAT.read(data, source=ENGLISH)


def texts(data: bytes) -> list[str]:
    return [unit.forms[0].text for unit in read(data).units]


def write(data: bytes, *new: str, target=None) -> bytes:
    return FORMAT.write(
        read(data), {index: (text,) for index, text in enumerate(new)}, target=target
    )


def every(data: bytes, change, target=None) -> bytes:
    parsed = read(data)
    targets = {index: (change(unit.forms[0].text),) for index, unit in enumerate(parsed.units)}
    return FORMAT.write(parsed, targets, target=target)


def shout(text: str) -> str:
    parts = re.split(r"(<[^>]*>|&\w+;)", text)
    return "".join(part if index % 2 else part.upper() for index, part in enumerate(parts))


def body(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.read(name).decode()


def inner(data: bytes) -> str:
    """The content of the only paragraph."""
    found = re.search(r"<w:p>(.*)</w:p>", body(data), re.DOTALL)
    assert found
    return found[1]


LINK = '<w:hyperlink r:id="r">{}</w:hyperlink>'
PRESERVE = ' xml:space="preserve"'
BOLD, ITALIC = "<w:b/>", "<w:i/>"
TABLE = "<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"
TEXT_BOX = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"


class TestRead:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (run("a"), ["a"]),
            (run("a") + run("b"), ["ab"]),
            ('<w:r w:rsidR="1"><w:t>a</w:t></w:r><w:proofErr w:type="x"/>' + run("b"), ["ab"]),
            (run("a", '<w:lang w:val="x"/>') + run("b", "<w:noProof/>"), ["ab"]),
            (run("a ") + run("b", BOLD) + run(" c d"), ["a <g1>b</g1> c d"]),
            (run("a", BOLD) + run("b", BOLD + ITALIC), ["a<g1>b</g1>"]),
            (run("long a", BOLD) + run("b"), ["long a<g1>b</g1>"]),
            (run("ab") + run(" ", BOLD) + run("c"), ["ab c"]),
            (run("abc ") + run("d ", BOLD) + run("e", BOLD), ["abc <g1>d e</g1>"]),
            (run("a") + "<w:r><w:tab/></w:r>" + run("b"), ["a<x1/>b"]),
            ("<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:br/></w:r>", ["a<x1/>b"]),
            ("<w:r><w:t> a </w:t></w:r>" + run("b"), ["ab"]),
            (run("  a  "), ["a"]),
            (run("a &lt; b &amp; c"), ["a &lt; b &amp; c"]),
            (run("12 %") + "<w:r><w:tab/></w:r>", []),
            ("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r>", ["e\u2011mail"]),
            (
                run("see ") + '<w:hyperlink r:id="r">' + run("the page", ITALIC) + "</w:hyperlink>",
                ["see <g1>the page</g1>"],
            ),
            ('<w:hyperlink r:id="r">' + run("page") + "</w:hyperlink>", ["page"]),
            (run("a") + "<w:ins>" + run("b") + "</w:ins>" + run("c"), ["a<g1>b</g1>c"]),
            (run("a") + "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>" + run("c"), ["ac"]),
            (run("a") + "<w:moveFrom>" + run("b") + "</w:moveFrom>" + run("c"), ["ac"]),
            (run("a ") + "<w:smartTag>" + run("b") + "</w:smartTag>", ["a <g1>b</g1>"]),
            (
                run("a ")
                + "<w:sdt><w:sdtPr/><w:sdtContent>"
                + run("b")
                + "</w:sdtContent></w:sdt>",
                ["a <g1>b</g1>"],
            ),
            (
                run("a ")
                + "<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>"
                + run("b")
                + "</w:sdtContent></w:sdt>"
                + run(" c"),
                ["a <x1/> c"],
            ),
            (run("p ") + field("PAGE", run("3")) + run(" of x"), ["p <x1/> of x"]),
            (
                run("see ") + field(' HYPERLINK "u" ', run("the page")) + run("."),
                ["see <g1>the page</g1>."],
            ),
            (run("p ") + '<w:fldSimple w:instr="PAGE">' + run("3") + "</w:fldSimple>", ["p <x1/>"]),
            (
                run("p ") + '<w:fldSimple w:instr="QUOTE x">' + run("q r") + "</w:fldSimple>",
                ["p <g1>q r</g1>"],
            ),
            (field("IF a", run("b") + field("PAGE", run("c"))) + run(" d"), ["<x1/> d"]),
            (run("a") + field('XE "b"', "") + run("c"), ["a<x1/>c"]),
            (run("a") + '<w:r><w:footnoteReference w:id="1"/></w:r>', ["a"]),
            (run("a") + '<w:r><w:footnoteReference w:id="1"/></w:r>' + run(" b"), ["a<x1/> b"]),
            ('<w:bookmarkStart w:id="1"/>' + run("a") + '<w:bookmarkEnd w:id="1"/>', ["a"]),
            (run("a") + '<w:bookmarkStart w:id="1"/>' + run("b"), ["ab"]),
            (run("a ") + "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>" + run(" b"), ["a <x1/> b"]),
            ("<w:r><w:t><![CDATA[a < b]]></w:t></w:r>", ["a &lt; b"]),
        ],
    )
    def test_it_finds_the_text_of_a_paragraph(self, content: str, expected: list[str]):
        assert texts(paragraph(content)) == expected

    def test_it_finds_paragraphs_wherever_they_stand(self):
        one = "<w:p>" + run("a") + "</w:p>"
        sdt = f"<w:sdt><w:sdtContent>{one}</w:sdtContent></w:sdt>"
        assert texts(package(sdt + TABLE.format(one + TABLE.format(one)))) == ["a", "a", "a"]

    def test_it_reads_every_part_with_text_in_order(self):
        def says(text: str) -> str:
            return f"<w:p>{run(text)}</w:p>"

        data = package(
            says("body"),
            comments=says("comment"),
            endnotes=says("endnote"),
            footnotes=says("footnote"),
            footer1=says("footer"),
            header10=says("ten"),
            header2=says("two"),
            settings=says("no"),
        )
        expected = ["body", "two", "ten", "footer", "footnote", "endnote", "comment"]
        assert texts(data) == expected
        assert [unit.key.partition(".")[0] for unit in read(data).units][:2] == [
            "document",
            "header2",
        ]

    def test_it_reads_a_text_box_once_though_it_stands_there_twice(self):
        box = (
            "<w:r><mc:AlternateContent><mc:Choice>"
            + TEXT_BOX.format("in a box")
            + "</mc:Choice><mc:Fallback><w:pict>"
            + TEXT_BOX.format("in a box")
            + "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
        data = package(f"<w:p>{run('a ')}{box}{run(' b')}</w:p>")
        assert texts(data) == ["a <x1/> b", "in a box"]
        written = write(data, "<x1/> x y", "new")
        assert body(written).count("new") == 2
        assert texts(written) == ["x y", "new"]

    def test_it_leaves_a_table_of_contents_that_runs_over_paragraphs(self):
        begin, rest = field("TOC", "|").split("|")
        data = package(
            f"<w:p>{begin}<w:hyperlink>{run('One')}{field('PAGEREF x', run('1'))}</w:hyperlink>"
            f"</w:p><w:p>{run('Two')}</w:p><w:p>{rest}{run('after')}</w:p><w:p>{run('b')}</w:p>"
        )
        assert texts(data) == ["after", "b"]

    def test_it_reads_a_link_field_that_runs_over_paragraphs(self):
        begin, rest = field("HYPERLINK u", "|").split("|")
        data = package(
            f"<w:p>{run('a')}{begin}{run('b')}</w:p><w:p>{run('c')}{rest}{run('d')}</w:p>"
        )
        assert texts(data) == ["a<x1/>b", "c<x1/>d"]

    def test_it_reads_drawing_text(self):
        types = TYPES.format(
            override("document", "document.main") + '<Override PartName="/word/chart.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>'
        )
        chart = (
            '<c:chart xmlns:c="c" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<a:p><a:r><a:rPr lang="en"/><a:t>Sales </a:t></a:r>'
            '<a:r><a:rPr b="1"/><a:t>2</a:t></a:r><a:endParaRPr/></a:p></c:chart>'
        )
        document = f"<w:document {NAMESPACES}><w:body/></w:document>"
        data = zipped(
            {
                "[Content_Types].xml": types,
                "word/document.xml": document,
                "word/chart.xml": chart,
            }
        )
        assert texts(data) == ["Sales <g1>2</g1>"]
        written = body(write(data, "Umsatz <g1>2</g1>", target=ARABIC), "word/chart.xml")
        assert '<a:p><a:pPr rtl="1"/><a:r><a:rPr lang="en"/><a:t>Umsatz </a:t>' in written

    def test_it_notes_the_heading_a_unit_stands_under(self):
        heading = '<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr>' + run("Top") + "</w:p>"
        level = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr>' + run("A &amp; B") + "</w:p>"
        plain = f"<w:p>{run('a')}</w:p>"
        style = '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        data = package(plain + heading + plain + level + plain, styles=style)
        assert [unit.note for unit in read(data).units] == ["", "", "Top", "Top", "A & B"]

    def test_it_makes_segmented_units_of_runs_with_stable_keys(self):
        before = read(package(f"<w:p>{run('a')}</w:p><w:p>{run('a')}</w:p>")).units
        after = read(package(f"<w:p>{run('x')}</w:p>" + f"<w:p>{run('a')}</w:p>" * 2)).units
        assert [unit.key for unit in after[1:]] == [unit.key for unit in before]
        assert {(unit.syntax, unit.segmented) for unit in before} == {(Syntax.RUNS, True)}


class TestWrite:
    @pytest.mark.parametrize(
        ("content", "new", "expected"),
        [
            (run("a") + run("b"), "c", run("c") + run("")),
            ("<w:r><w:t>a</w:t></w:r>", "b & <c", "<w:r><w:t>b &amp; &lt;c</w:t></w:r>"),
            (run(" a "), "b", run(" b ")),
            (
                "<w:r><w:t>a</w:t></w:r>" + run("b", BOLD),
                "c <g1>d</g1>",
                '<w:r><w:t xml:space="preserve">c </w:t></w:r>' + run("d", BOLD),
            ),
            ("<w:r><w:t/><w:t>a</w:t></w:r>", "b", "<w:r><w:t/><w:t>b</w:t></w:r>"),
            (
                "<w:r><w:t>a</w:t><w:sym/><w:t/><w:sym/></w:r>",
                "a<x1/>b <x2/>",
                f"<w:r><w:t>a</w:t><w:sym/><w:t{PRESERVE}>b </w:t><w:sym/></w:r>",
            ),
            (run("a ") + run("b", BOLD), "a <g1>c</g1>", run("a ") + run("c", BOLD)),
            (
                run("a") + "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>" + run("c"),
                "d",
                run("d") + "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>" + run(""),
            ),
            (
                "<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>m</w:t></w:r>",
                "x",
                "<w:r><w:t>x</w:t><w:t></w:t></w:r>",
            ),
            (run("a\u0001b".replace("\u0001", "")), "c\u0001\ud800d", run("cd")),
        ],
    )
    def test_it_changes_only_the_text_where_the_order_stays(
        self, content: str, new: str, expected: str
    ):
        assert inner(write(paragraph(content), new)) == expected

    @pytest.mark.parametrize(
        ("content", "new", "expected"),
        [
            (
                run("one ") + run("b", BOLD),
                "<g1>x</g1> y",
                "<w:r><w:rPr><w:b/></w:rPr><w:t>x</w:t></w:r>" + run(" y"),
            ),
            (
                "<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:br/></w:r>",
                "c d<x1/>",
                "<w:r><w:tab/><w:t>c d</w:t><w:br/><w:t></w:t><w:br/></w:r>",
            ),
            (
                "<w:r><w:rPr><w:i/></w:rPr><w:tab/><w:t>a</w:t><w:sym/><w:t>b</w:t><w:cr/></w:r>",
                "<x1/><x1/>c",
                "".join(
                    f"<w:r><w:rPr><w:i/></w:rPr>{inner}</w:r>"
                    for inner in ("<w:tab/>", "<w:sym/>", "<w:t>c</w:t>", "<w:cr/>")
                ),
            ),
            (
                run("see ") + LINK.format(run("page", ITALIC)),
                "<g1>x</g1>y",
                LINK.format("<w:r><w:rPr><w:i/></w:rPr><w:t>x</w:t></w:r>")
                + "<w:r><w:t>y</w:t></w:r>",
            ),
            (
                run("a") + "<w:r><w:sym/></w:r>" + run("b"),
                "c",
                "<w:r><w:t>c</w:t></w:r><w:r><w:sym/></w:r>",
            ),
            (
                run("a")
                + "<w:bookmarkStart/><w:r><w:cr/></w:r>"
                + run("b")
                + "<w:r><w:sym/></w:r><w:bookmarkEnd/>",
                "<x2/>d<x1/>",
                "<w:bookmarkStart/><w:r><w:sym/></w:r>"
                + run("d").replace(PRESERVE, "")
                + "<w:r><w:cr/></w:r><w:bookmarkEnd/>",
            ),
            (
                run("a ") + run("b", BOLD),
                "x <g1>y</g1><g1>z</g1><g7>!</g7></g1>",
                run("x ")
                + "<w:r><w:rPr><w:b/></w:rPr><w:t>y</w:t></w:r>"
                + "<w:r><w:rPr><w:b/></w:rPr><w:t>z</w:t></w:r><w:r><w:t>!</w:t></w:r>",
            ),
        ],
    )
    def test_it_puts_a_paragraph_together_anew_where_the_order_changes(
        self, content: str, new: str, expected: str
    ):
        assert inner(write(paragraph(content), new)) == expected

    def test_it_keeps_a_link_field_whole_when_it_moves(self):
        link = field("HYPERLINK u", run("page"))
        written = inner(write(paragraph(run("see ") + link), "<g1>x</g1> y"))
        assert written.startswith('<w:r><w:fldChar w:fldCharType="begin"/></w:r>')
        assert re.sub("<[^>]*>", "|", written).replace("|", "") == "HYPERLINK ux y"
        assert texts(paragraph(written)) == ["<g1>x</g1> y"]

    @pytest.mark.parametrize(
        ("properties", "target", "expected"),
        [
            ("", GERMAN, "<w:p>"),
            ("", ARABIC, "<w:p><w:pPr><w:bidi/></w:pPr>"),
            ("<w:pPr/>", ARABIC, "<w:p><w:pPr><w:bidi/></w:pPr>"),
            (
                '<w:pPr><w:pStyle w:val="x"/><w:jc w:val="left"/></w:pPr>',
                ARABIC,
                '<w:p><w:pPr><w:pStyle w:val="x"/><w:bidi/><w:jc w:val="left"/></w:pPr>',
            ),
            ("<w:pPr><w:bidi/></w:pPr>", ARABIC, "<w:p><w:pPr><w:bidi/></w:pPr>"),
            ("<w:pPr><w:bidi/></w:pPr>", GERMAN, '<w:p><w:pPr><w:bidi w:val="0"/></w:pPr>'),
            ('<w:pPr><w:bidi w:val="0"/></w:pPr>', ARABIC, "<w:p><w:pPr><w:bidi/></w:pPr>"),
        ],
    )
    def test_it_states_the_direction_of_a_paragraph(self, properties: str, target, expected: str):
        data = package(f"<w:p>{properties}{run('a')}</w:p>")
        assert expected + "<w:r>" in body(write(data, "b", target=target))

    @pytest.mark.parametrize("new", ["c <g1>d</g1>", "<g1>d</g1> c"])
    def test_it_states_the_direction_of_the_runs(self, new: str):
        data = paragraph(run("a ") + run("b", '<w:b/><w:lang w:val="en"/>'))
        written = inner(write(data, new, target=ARABIC))
        assert written.startswith("<w:pPr><w:bidi/></w:pPr>")
        assert "<w:r><w:rPr><w:rtl/></w:rPr><w:t" in written
        assert '<w:r><w:rPr><w:b/><w:rtl/><w:lang w:val="en"/></w:rPr><w:t' in written

    @pytest.mark.parametrize(
        ("lang", "target", "expected"),
        [
            ('w:val="en-US"', GERMAN, 'w:val="de"'),
            ('w:val="en-US" w:bidi="he-IL"', ARABIC, 'w:val="ar" w:bidi="ar"'),
            ('w:val="en-US"', JAPANESE, 'w:eastAsia="ja" w:val="ja"'),
        ],
    )
    def test_it_states_the_default_language(self, lang: str, target, expected: str):
        look = f"<w:rPr><w:lang {lang}/></w:rPr>"
        style = f"<w:docDefaults><w:rPrDefault>{look}</w:rPrDefault></w:docDefaults>"
        data = package(f"<w:p>{run('a')}</w:p>", styles=style)
        assert f"<w:lang {expected}/>" in body(write(data, target=target), "word/styles.xml")
        assert body(write(data, "b", target=target)).count("lang") == 0

    @pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "iso-8859-1"])
    def test_it_keeps_the_encoding_of_a_part(self, codec: str):
        name = codec.removesuffix("-sig")
        root = f"<w:document {NAMESPACES}><w:body><w:p>{run('é')}</w:p></w:body></w:document>"
        xml = f'<?xml version="1.0" encoding="{name}"?>{root}'.encode(codec)
        types = TYPES.format(override("document", "document.main"))
        data = zipped({"[Content_Types].xml": types, "word/document.xml": xml})
        assert texts(data) == ["é"]
        written = write(data, "ü日")
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            content = archive.read("word/document.xml")
        assert ET.fromstring(content).find(f".//{{{W}}}t").text == "ü日"
        assert content[:4] == xml[:4]


def sample() -> bytes:
    """A document by python-docx, with what it cannot make added by hand."""
    document = docx.Document()
    document.core_properties.title = "Sample"
    document.add_heading("Annual report", 0)
    body = document.add_paragraph("The mill sold ")
    body.add_run("many").bold = True
    body.add_run(" loaves.").add_break(WD_BREAK.LINE)
    body.add_run("Second line with a tab\there.")
    link = parse_xml(
        f'<w:hyperlink {nsdecls("w")} w:anchor="x"><w:r><w:rPr><w:u w:val="single"/></w:rPr>'
        "<w:t>our page</w:t></w:r></w:hyperlink>"
    )
    linked = document.add_paragraph("See ")
    linked._p.append(link)
    linked.add_run(" for more.")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["Product", "Price", "Bread", "1.20"], strict=True):
        cell.text = text
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "Inside"
    section = document.sections[0]
    section.header.paragraphs[0].text = "Company header"
    section.footer.paragraphs[0].add_run("Page ")
    section.footer.paragraphs[0]._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
    document.add_paragraph("First", style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return with_footnotes(out.getvalue())


def with_footnotes(data: bytes) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(data))
    members = {info.filename: source.read(info) for info in source.infolist()}
    types = members["[Content_Types].xml"].decode()
    members["[Content_Types].xml"] = types.replace(
        "</Types>", override("footnotes", "footnotes") + "</Types>"
    ).encode()
    members["word/footnotes.xml"] = (
        f'<w:footnotes {NAMESPACES}><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>'
        f"{run(' A note.')}</w:p></w:footnote></w:footnotes>"
    ).encode()
    relation = (
        '<Relationship Id="rIdNotes" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/footnotes" Target="footnotes.xml"/></Relationships>'
    )
    rels = "word/_rels/document.xml.rels"
    members[rels] = members[rels].decode().replace("</Relationships>", relation).encode()
    document = members["word/document.xml"].decode()
    members["word/document.xml"] = document.replace(
        " for more.</w:t></w:r>",
        ' for more</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r>',
    ).encode()
    return zipped(members)


SAMPLE = sample()


class TestForeignReader:
    def test_it_reads_what_python_docx_wrote(self):
        assert texts(SAMPLE) == [
            "Annual report",
            "The mill sold <g1>many</g1> loaves.<x1/>Second line with a tab<x2/>here.",
            "See <g1>our page</g1> for more<x1/>.",
            "Product",
            "Price",
            "Bread",
            "Inside",
            "First",
            "Company header",
            "Page <x1/>",
            "A note.",
        ]

    @pytest.mark.parametrize("target", [None, GERMAN, ARABIC])
    def test_it_writes_what_python_docx_reads(self, target):
        document = docx.Document(io.BytesIO(every(SAMPLE, shout, target)))
        told = [paragraph.text for paragraph in document.paragraphs]
        assert told[:3] == [
            "ANNUAL REPORT",
            "THE MILL SOLD MANY LOAVES.\nSECOND LINE WITH A TAB\tHERE.",
            "SEE OUR PAGE FOR MORE.",
        ]
        assert document.tables[0].cell(1, 0).text == "BREAD"
        assert document.tables[0].cell(1, 1).text.startswith("1.20")
        assert document.sections[0].header.paragraphs[0].text == "COMPANY HEADER"
        assert document.core_properties.title == "Sample"
        bold = [part.text for part in document.paragraphs[1].runs if part.bold]
        assert bold == ["MANY"]
        notes = document.element.body.iter(qn("w:footnoteReference"))
        assert len(list(notes)) == 1

    def test_it_moves_formatting_with_the_words(self):
        new = {1: ("<g1>Viele</g1> Brote<x1/>zwei<x2/>drei",), 2: ("<g1>Hier</g1> mehr<x1/>.",)}
        written = FORMAT.write(read(SAMPLE), new, target=GERMAN)
        document = docx.Document(io.BytesIO(written))
        assert document.paragraphs[1].text == "Viele Brote\nzwei\tdrei"
        assert [part.text for part in document.paragraphs[1].runs if part.bold] == ["Viele"]
        assert document.paragraphs[2].text == "Hier mehr."
        assert [link.text for link in document.paragraphs[2].hyperlinks] == ["Hier"]

    def test_it_leaves_the_rest_of_a_changed_part_as_it_was(self):
        taken = re.compile(r'(?<=>)[^<]*(?=</w:t>)| xml:space="preserve"')
        before, after = (taken.sub("", body(data)) for data in (SAMPLE, every(SAMPLE, shout)))
        assert before == after


def raw_members(data: bytes) -> list[tuple[object, ...]]:
    """Every member's record and bytes with header, in the order of the directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    found = []
    for info in infos:
        named, extra = struct.unpack_from("<2H", data, info.header_offset + 26)
        size = 30 + named + extra + info.compress_size
        raw = data[info.header_offset : info.header_offset + size]
        kept = (info.filename, info.date_time, info.external_attr, info.extra, info.comment)
        found.append((*kept, info.compress_type, info.create_version, raw))
    return found


class TestArchive:
    def test_it_gives_the_same_bytes_for_the_same_texts(self):
        assert every(SAMPLE, str) == SAMPLE
        assert FORMAT.write(read(SAMPLE), {}, target=None) == SAMPLE

    def test_it_copies_every_part_that_does_not_change(self):
        parsed = read(SAMPLE)
        index = next(i for i, unit in enumerate(parsed.units) if "header" in unit.forms[0].text)
        written = FORMAT.write(parsed, {index: ("Kopf",)}, target=None)
        before, after = raw_members(SAMPLE), raw_members(written)
        assert [one[:-1] for one in before] == [one[:-1] for one in after]
        differing = [one[0] for one, other in zip(before, after, strict=True) if one != other]
        assert len(differing) == 1
        assert "header" in str(differing[0])

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_it_keeps_how_a_part_is_packed(self, method: int):
        source = zipfile.ZipFile(io.BytesIO(package(f"<w:p>{run('a')}</w:p>")))
        data = zipped({info.filename: source.read(info) for info in source.infolist()}, method)
        written = write(data, "b")
        assert [info.compress_type for info in zipfile.ZipFile(io.BytesIO(written)).infolist()] == [
            method,
            method,
        ]
        assert texts(written) == ["b"]

    def test_it_writes_an_archive_that_was_streamed_and_has_a_comment(self):
        class Pipe(io.BytesIO):
            def seekable(self) -> bool:
                return False

            def tell(self) -> int:
                raise OSError

        out = Pipe()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = b"made by a pipe"
            source = zipfile.ZipFile(io.BytesIO(package(f"<w:p>{run('a')}</w:p>")))
            for info in source.infolist():
                archive.writestr(info.filename, source.read(info))
        data = out.getvalue()
        assert every(data, str) == data
        written = write(data, "b")
        assert texts(written) == ["b"]
        assert zipfile.ZipFile(io.BytesIO(written)).comment == b"made by a pipe"


def code_of(data: bytes) -> str:
    with pytest.raises(EngineError) as caught:
        read(data)
    assert caught.value.message.endswith(".")
    return caught.value.code


class TestBadInput:
    def test_it_names_a_password_or_an_old_document(self):
        assert code_of(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)) == "docx_encrypted"

    def test_it_names_an_encrypted_member(self):
        data = bytearray(package(""))
        data[data.find(b"PK\x01\x02") + 8] |= 1
        assert code_of(bytes(data)) == "docx_encrypted"

    @pytest.mark.parametrize(
        "data",
        [
            b"PK",
            b"not a zip",
            SAMPLE[: len(SAMPLE) // 2],
            zipped({"a.txt": "b"}),
            zipped({"[Content_Types].xml": TYPES.format("")}),
            zipped({"[Content_Types].xml": "<Types"}),
            package("<w:p>"),
            package("<w:p>" + "<w:ins>" * 300 + "</w:ins>" * 300 + "</w:p>"),
            zipped({"../evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
            zipped({"/evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
            zipped({"C:/evil.xml": "", "[Content_Types].xml": TYPES.format("")}),
        ],
    )
    def test_it_refuses_what_is_no_sound_document(self, data: bytes):
        assert code_of(data) == "docx_broken"

    def test_it_says_when_a_file_is_a_workbook(self):
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        types = TYPES.format(f'<Override PartName="/xl/workbook.xml" ContentType="{kind}"/>')
        data = zipped({"[Content_Types].xml": types, "xl/workbook.xml": "<a/>"})
        with pytest.raises(EngineError, match="an Excel workbook"):
            read(data)

    def test_it_refuses_a_damaged_part(self):
        data = bytearray(package(f"<w:p>{run('a')}</w:p>"))
        at = data.find(b"word/document.xml") + len("word/document.xml") + 4
        data[at] ^= 0xFF
        assert code_of(bytes(data)) == "docx_broken"

    def test_it_refuses_two_parts_of_one_name(self):
        data = package(f"<w:p>{run('a')}</w:p>", header1="", header2="")
        assert code_of(data.replace(b"header2.xml", b"header1.xml")) == "docx_broken"

    @pytest.mark.parametrize(
        "doctype",
        [
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
            '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        ],
    )
    def test_it_refuses_entities(self, doctype: str):
        source = zipfile.ZipFile(io.BytesIO(package("")))
        members = {info.filename: source.read(info).decode() for info in source.infolist()}
        members["word/document.xml"] = doctype + members["word/document.xml"]
        assert code_of(zipped(members)) == "docx_entities"

    def test_it_refuses_a_bomb_before_unpacking_it(self):
        bomb = package("", media=" " * (20 * 1024 * 1024))
        assert len(bomb) < 64 * 1024
        assert code_of(bomb) == "docx_too_large"

    def test_it_refuses_a_part_that_is_longer_than_it_says(self):
        data = bytearray(package(f"<w:p>{run('a' * 5_000)}</w:p>"))
        record = data.rfind(b"PK\x01\x02")
        data[record + 24 : record + 28] = struct.pack("<L", 100)
        assert code_of(bytes(data)) == "docx_broken"

    def test_it_refuses_a_crowd_of_parts(self):
        members = {f"{number}": "" for number in range(docx_zip.MAX_ENTRIES + 1)}
        assert code_of(zipped(members)) == "docx_too_large"


DRAWING = (
    "<w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
LEAVES = [
    run("a"),
    run("b c "),
    run(" "),
    run("d", BOLD),
    run("e ", ITALIC),
    run("f", "<w:u/>"),
    "<w:r><w:tab/><w:t>g</w:t></w:r>",
    "<w:r><w:t>h</w:t><w:br/></w:r>",
    "<w:r><w:t/></w:r>",
    "<w:r><w:t>i</w:t><w:noBreakHyphen/></w:r>",
    '<w:r><w:footnoteReference w:id="1"/></w:r>',
    '<w:bookmarkStart w:id="1"/>',
    '<w:bookmarkEnd w:id="1"/>',
    "<w:proofErr/>",
    "<w:del><w:r><w:delText>j</w:delText></w:r></w:del>",
    "<w:r><w:sym/></w:r>",
    *field("PAGE", "|" + run("1") + "|").replace("</w:r><w:r>", "</w:r>|<w:r>").split("|"),
    '<w:r><w:instrText>HYPERLINK "u"</w:instrText></w:r>',
    field("HYPERLINK u", run("link") + run("k", BOLD)),
    DRAWING.replace("{}", TEXT_BOX.format("box")),
]
WRAPPERS = [
    '<w:hyperlink r:id="r">{}</w:hyperlink>',
    "<w:ins>{}</w:ins>",
    "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
    '<w:fldSimple w:instr="PAGE">{}</w:fldSimple>',
]
CONTENT = st.recursive(
    st.sampled_from(LEAVES),
    lambda inside: st.tuples(st.sampled_from(WRAPPERS), st.lists(inside, max_size=4)).map(
        lambda pair: pair[0].replace("{}", "".join(pair[1]))
    ),
    max_leaves=8,
)
PARAGRAPHS = st.lists(st.lists(CONTENT, max_size=7).map("".join), min_size=1, max_size=3)


def spoken(data: bytes) -> str:
    root = ET.fromstring(body(data))
    words = "".join(node.text or "" for node in root.iter(f"{{{W}}}t"))
    return words.replace("\u2011", "").replace(" ", "")


def census(data: bytes, added: tuple[str, ...] = ()) -> list[str]:
    """All elements a document may not lose, sorted, with their attributes."""
    passing = (*added, "r", "t", "rPr", "b", "i", "u", "proofErr", "noBreakHyphen", "sdtPr")
    return sorted(
        f"{node.tag.rpartition('}')[2]} {sorted(node.attrib.items())}"
        for node in ET.fromstring(body(data)).iter()
        if node.tag.rpartition("}")[2] not in passing
    )


class TestAnything:
    @given(PARAGRAPHS)
    @settings(max_examples=250, deadline=None)
    def test_it_writes_back_any_paragraph(self, contents: list[str]):
        data = package("".join(f"<w:p>{content}</w:p>" for content in contents))
        assert every(data, str) == data
        shouted = every(data, shout)
        assert census(shouted) == census(data)
        assert census(every(data, shout, ARABIC), ("bidi", "rtl", "pPr")) == census(data)
        assert texts(shouted) == [shout(text) for text in texts(data)]

    @given(PARAGRAPHS, st.randoms(use_true_random=False))
    @settings(max_examples=250, deadline=None)
    def test_it_loses_nothing_when_words_move(self, contents: list[str], random):
        data = package("".join(f"<w:p>{content}</w:p>" for content in contents))

        def shuffled(text: str) -> str:
            parts = re.findall(r"<x\d+/>|</?g\d+>|[^<]+", text)
            random.shuffle(parts)
            return "".join(parts)

        written = every(data, shuffled, random.choice([None, ARABIC]))
        kept = [line for line in census(data) if not line.startswith(WRAPPED)]
        found = census(written, ("bidi", "rtl", "pPr"))
        assert [line for line in found if not line.startswith(WRAPPED)] == kept
        assert sorted(spoken(written)) == sorted(spoken(data))
        assert all(unit.key for unit in read(written).units)


# Containers without words of their own may go when a translation drops them.
WRAPPED = ("hyperlink", "ins ", "sdt", "fldSimple", "fldChar", "instrText")
