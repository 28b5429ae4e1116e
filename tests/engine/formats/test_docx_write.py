"""Word documents: which bytes change, and what python-docx makes of the outcome."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn

from engine.formats.docx import FORMAT
from tests.engine.formats.docx_files import (
    ARABIC,
    BOLD,
    GERMAN,
    ITALIC,
    JAPANESE,
    LINK,
    NAMESPACES,
    PRESERVE,
    SAMPLE,
    TYPES,
    W,
    body,
    every,
    field,
    inner,
    override,
    package,
    paragraph,
    read,
    run,
    shout,
    texts,
    write,
    zipped,
)


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
