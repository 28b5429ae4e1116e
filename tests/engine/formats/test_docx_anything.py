"""Word documents: whatever a paragraph holds and however a translation moves it."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.formats.docx_files import (
    ARABIC,
    BOLD,
    ITALIC,
    TEXT_BOX,
    W,
    body,
    every,
    field,
    package,
    read,
    run,
    shout,
    texts,
)

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
