"""Word documents for tests, made by hand and by python-docx."""

import io
import re
import zipfile

import docx
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from engine.formats.base import Parsed
from engine.formats.docx import FORMAT
from engine.languages import find_source, find_target

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
