"""Plain text: what is a unit, how it is wrapped again, and that nothing else moves."""

from __future__ import annotations

import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.formats.text import FORMAT
from engine.languages import find_source, find_target
from engine.values import Syntax

ENGLISH = find_source("en")
FIXTURES = sorted((Path(__file__).parent / "fixtures" / "text").glob("*.txt"))
LETTER = Path(__file__).parent / "fixtures" / "text" / "letter.txt"
PROSE = (
    "It had rained for a week when the ferry came back, and nobody on the quay could say whether "
    "Anna, Bertil or the old pilot himself had lit the lamp above the harbour office door. "
)


def texts(source: str | bytes) -> list[str]:
    data = source if isinstance(source, bytes) else source.encode()
    return [unit.forms[0].text for unit in FORMAT.read(data, source=ENGLISH).units]


def rewritten(source: str | bytes, *new: str | None, target=None) -> str:
    """The text with its units replaced in order; None and missing ones stay."""
    data = source if isinstance(source, bytes) else source.encode()
    parsed = FORMAT.read(data, source=ENGLISH)
    targets = {number: (text,) for number, text in enumerate(new) if text is not None}
    return FORMAT.write(parsed, targets, target=target).decode()


class TestRead:
    def test_it_gives_units_with_running_keys_to_be_cut_into_sentences(self):
        first, second = FORMAT.read(b"One.\n\nTwo. Three.\n", source=ENGLISH).units
        assert (first.key, second.key) == ("p1", "p2")
        assert first.segmented
        assert first.syntax is Syntax.TEXT
        assert first.current is None
        assert second.forms[0].text == "Two. Three."

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ("", []),
            ("\n \n\t\n", []),
            ("One", ["One"]),
            ("One\n\nTwo", ["One", "Two"]),
            ("One\n \t\nTwo", ["One", "Two"]),
            ("One\r\n\r\nTwo\r\n", ["One", "Two"]),
            ("One\r\rTwo\r", ["One", "Two"]),
            ("One\fTwo", ["One", "Two"]),
            ("  One  \n", ["One"]),
            ("- One\n- Two\n* Three\n• Four", ["One", "Two", "Three", "Four"]),
            ("1. One\n2) Two\n(3) Three\na) Four", ["One", "Two", "Three", "Four"]),
            ("Title\n=====\n\n12:30\n* * *\n", ["Title"]),
            ("Anna Holm\n1 Quay Street\nHarbour", ["Anna Holm", "1 Quay Street", "Harbour"]),
            ("> quoted\n>\n> again", ["quoted", "again"]),
            ("-not a list", ["-not a list"]),
            ("Über\nÉcole", ["Über", "École"]),
        ],
    )
    def test_it_finds_what_stands_alone(self, source, expected):
        assert texts(source) == expected

    @pytest.mark.parametrize("width", [44, 60, 66, 72, 80, 100])
    @pytest.mark.parametrize(
        ("first", "rest"),
        [("", ""), ("    ", ""), ("  ", "  "), ("- ", "  "), ("12. ", "    "), ("> ", "> ")],
    )
    def test_it_joins_a_wrapped_paragraph(self, width, first, rest):
        prose = PROSE.strip() if width >= 64 else PROSE.strip().lower()
        wrapped = textwrap.fill(prose, width, initial_indent=first, subsequent_indent=rest)
        assert texts(f"Before.\n\n{wrapped}\n\nAfter.\n") == ["Before.", prose, "After."]

    def test_it_joins_ragged_lines_where_the_sentence_goes_on(self):
        source = (
            "The keeper of the lock, who had lived there for as long as anyone\n"
            "could remember it, opened the gate gladly\n"
            "for every boat that sounded its horn, however late it came along.\n"
        )
        assert len(texts(source)) == 1

    def test_it_keeps_verses_apart(self):
        assert len(texts(LETTER.read_bytes().split(b"The kettle")[1].split(b"\n\n")[0])) == 4

    def test_it_keeps_the_rows_of_a_table_apart(self):
        row = "A long name of a harbour in the north   {}   and another column\n"
        assert len(texts("".join(row.format(number) for number in "123"))) == 3

    def test_it_does_not_join_other_indents_quotes_and_items(self):
        line = "This line is long enough to have been wrapped by an editor, surely.\n"
        for second in ("    " + line, "> " + line, "- " + line, "1. " + line):
            assert len(texts(line + second)) == 2

    def test_it_joins_japanese_without_a_space(self):
        source = "吾輩は猫である。" * 5 + "\n" + "名前はまだ無い。" * 2 + "\n"
        assert texts(source) == [source.replace("\n", "")]

    def test_it_reads_the_letter(self):
        found = texts(LETTER.read_bytes())
        assert len(found) == 19
        assert found[2].startswith("Thank you")
        assert found[2].endswith("its new room.")
        assert "Empty your drawers and lock them; what is loose gets lost, which nobody wants." in (
            found
        )
        assert not any("===" in text or "* * *" in text for text in found)

    def test_it_refuses_bytes_that_are_no_text(self):
        with pytest.raises(EngineError) as caught:
            FORMAT.read(b"caf\xe9", source=ENGLISH)
        assert caught.value.code == "encoding_invalid"

    def test_it_refuses_more_paragraphs_than_a_document_may_have(self):
        with pytest.raises(EngineError) as caught:
            FORMAT.read(b"a\n\n" * 50_001, source=ENGLISH)
        assert caught.value.code == "document_too_large"

    @pytest.mark.parametrize(
        "source", [b"\n" * 2_000_000, b"- " * 500_000, b"> " * 500_000, b"a" + b" " * 500_000]
    )
    def test_it_takes_no_more_time_than_the_size_asks_for(self, source):
        started = time.process_time()
        texts(source + b"\xc2\xa0b")
        assert time.process_time() - started < 5


class TestWrite:
    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_gives_the_same_bytes_for_the_same_texts(self, path):
        data = path.read_bytes()
        parsed = FORMAT.read(data, source=ENGLISH)
        same = {number: (unit.forms[0].text,) for number, unit in enumerate(parsed.units)}
        assert parsed.units
        assert FORMAT.write(parsed, same, target=None) == data
        assert FORMAT.write(parsed, same, target=find_target("ja")) == data
        assert FORMAT.write(parsed, {}, target=find_target("ja")) == data

    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_changes_words_and_nothing_else(self, path):
        data = path.read_bytes()
        parsed = FORMAT.read(data, source=ENGLISH)
        upper = {number: (unit.forms[0].text.upper(),) for number, unit in enumerate(parsed.units)}
        written = FORMAT.write(parsed, upper, target=None)
        file = parsed.skeleton.layout.file
        assert written.startswith(file.mark)
        text = written[len(file.mark) :].decode(file.codec)
        assert "".join(text.split()) == "".join(file.text.upper().split())

    @given(
        st.lists(
            st.sampled_from(
                ["Word", "and more", "- ", "1. ", "   ", "> ", "\t", "東京", "é", ".", "x" * 30]
            )
            | st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\f", "\u2028", "\x85"]),
            max_size=40,
        )
    )
    def test_it_gives_any_text_back(self, parts):
        data = "".join(parts).encode()
        parsed = FORMAT.read(data, source=ENGLISH)
        same = {number: (unit.forms[0].text,) for number, unit in enumerate(parsed.units)}
        assert FORMAT.write(parsed, same, target=None) == data
        new = {number: (f"Unit {number}",) for number in range(len(parsed.units))}
        again = texts(FORMAT.write(parsed, new, target=None))
        assert " ".join(again) == " ".join(text for (text,) in new.values())

    def test_it_keeps_marker_indent_and_trailing_space(self):
        assert rewritten("  - One  \r\n\t2) Two\r\n", "Eins", "Zwei") == (
            "  - Eins  \r\n\t2) Zwei\r\n"
        )

    def test_it_leaves_what_has_no_target(self):
        assert rewritten("One\n\nTwo\n\nThree", None, "Zwei") == "One\n\nZwei\n\nThree"

    @pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
    def test_it_wraps_to_the_width_and_indents_of_the_source(self, newline):
        source = textwrap.fill(PROSE, 70, initial_indent="- ", subsequent_indent="  ")
        longer = PROSE.upper() + "AND MORE OF IT"
        lines = rewritten(source.replace("\n", newline), longer).split(newline)
        width = max(map(len, source.split("\n")))
        assert lines[0].startswith("- IT HAD")
        assert all(line.startswith("  ") for line in lines[1:])
        assert max(map(len, lines)) <= width
        assert " ".join(" ".join(lines).split()) == "- " + longer

    def test_it_keeps_the_marks_of_quoted_mail(self):
        source = textwrap.fill(PROSE, 70, initial_indent="> ", subsequent_indent="> ")
        assert all(line.startswith("> ") for line in rewritten(source, PROSE * 2).split("\n"))

    def test_it_does_not_wrap_what_was_on_one_line(self):
        assert rewritten("Short.\n", PROSE.strip()) == PROSE.strip() + "\n"

    def test_it_breaks_no_word(self):
        source = textwrap.fill(PROSE, 70)
        word = "x" * 200
        assert rewritten(source, word) == word
        assert rewritten(source, "港" * 200) == "港" * 200
        assert rewritten(source, "a " + word) == f"a\n{word}"

    @pytest.mark.parametrize("new", ["", " "])
    def test_it_takes_an_empty_target(self, new):
        assert rewritten(textwrap.fill(PROSE, 70) + "\n", new) == new + "\n"

    def test_it_lets_no_target_break_a_paragraph_in_two(self):
        assert rewritten("One\n", "Eins\n\nZwei\r\nDrei\u2028Vier") == "Eins Zwei Drei Vier\n"
