"""Word documents: what is a unit."""

import pytest

from engine.values import Syntax
from tests.engine.formats.docx_files import (
    ARABIC,
    BOLD,
    ITALIC,
    NAMESPACES,
    TABLE,
    TEXT_BOX,
    TYPES,
    body,
    field,
    override,
    package,
    paragraph,
    read,
    run,
    texts,
    write,
    zipped,
)


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
