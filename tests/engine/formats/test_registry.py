"""Which format a file gets, what is refused, and how bytes become text and bytes again."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.formats import registry
from engine.formats.base import MAX_UNITS, bounded
from engine.formats.encoding import MAX_FILE_BYTES, decode, line_and_column
from engine.languages import find_source

ENGLISH = find_source("en")
PO = b'msgid "a"\nmsgstr ""\n'
HTML = b"<!-- hi -->\n<!DOCTYPE html><p>Hi"
ZIP = b"PK\x03\x04\x14\0\0\0\0\0"
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40)


def refusal(name: str, data: bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        registry.format_for(name, data)
    return caught.value


class TestFormatFor:
    @pytest.mark.parametrize(
        ("name", "data", "slug"),
        [
            ("letter.txt", b"Dear all", "text"),
            ("LETTER.TXT", b"Dear all", "text"),
            ("a.po.txt", b"Dear all", "text"),
            ("list.txt", b'[1] "quoted" first\n[2] second', "text"),
            ("snippet.txt", b"<b>not</b> a page", "text"),
            ("notes.txt", b'Type msgid "a" in the file', "text"),
            ("en.json", b'{"a": "b"}', "json"),
            ("en.json", b"\xef\xbb\xbf  [1]", "json"),
            ("broken.json", b"{oops", "json"),
            ("app.arb", b"{}", "json"),
            ("de.po", b"# licence\n\n" + PO, "po"),
            ("messages.pot", PO, "po"),
            ("wide.po", PO.decode().encode("utf-16"), "po"),
            ("wide.txt", "Dear all".encode("utf-16-le"), "text"),
        ],
    )
    def test_it_goes_by_the_ending(self, name, data, slug):
        assert registry.format_for(name, data).name == slug

    @pytest.mark.parametrize(
        ("name", "data", "looks_like"),
        [
            ("a.txt", ZIP + b"word/document.xml", "a Word document"),
            ("a.txt", ZIP + b"xl/workbook.xml", "an Excel workbook"),
            ("a.txt", ZIP + b"ppt/presentation.xml", "a PowerPoint presentation"),
            ("a.txt", ZIP + b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file"),
            ("a.json", ZIP, "a zip archive"),
            ("a.txt", b"%PDF-1.7\n", "a PDF document"),
            ("a.txt", b"{\\rtf1 Hi}", "an RTF document"),
            ("a.txt", OLD_OFFICE, "an old or password-protected Office file"),
            ("a.po", PICTURE, "an image"),
            ("a.txt", b"\x1f\x8b\x08\0", "a compressed archive"),
            ("de.po", b"\xde\x12\x04\x95\0\0\0\0", "a compiled gettext catalogue (MO)"),
            ("a.txt", b"\x7fELF\x02\x01\x01\0\0\0", "a binary file"),
            ("de.po", b'{"a": "b"}\n', "a JSON file"),
            ("a.txt", b'{"a": "b"}', "a JSON file"),
            ("a.txt", b'["one", "two"]', "a JSON file"),
            ("a.txt", b"# licence\n" + PO, "a gettext PO catalogue"),
            ("a.json", PO, "a gettext PO catalogue"),
            ("a.txt", HTML, "an HTML page"),
            ("a.po", b"<?xml version='1.0'?>\n<html>", "an HTML page"),
            ("a.txt", b"<?xml version='1.0'?><tmx/>", "an XML file"),
        ],
    )
    def test_it_refuses_content_of_another_kind_and_names_it(self, name, data, looks_like):
        error = refusal(name, data)
        assert (error.code, error.detail["looks_like"]) == ("format_mismatch", looks_like)
        assert looks_like in error.message

    def test_it_says_which_ending_would_be_right(self):
        assert "Rename it to end in .json" in refusal("a.txt", b'{"a": 1}').message

    def test_it_says_what_to_save_as_where_no_ending_would_help(self):
        assert "Save it as Plain text" in refusal("a.txt", b"%PDF-1.7").message

    @pytest.mark.parametrize("name", ["a.xyz", "a", ".txt", "", "a.txt.exe", "a\u202e.\x07" * 90])
    def test_it_refuses_other_endings_and_names_those_it_takes(self, name):
        error = refusal(name, b"Dear all")
        assert error.code == "format_unsupported"
        assert ".po" in error.message
        assert len(error.message) < 400
        assert "\x07" not in error.message

    @pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0\0"])
    def test_it_refuses_a_file_without_content(self, data):
        assert refusal("a.txt", data).code == "file_empty"

    def test_it_refuses_a_file_that_is_too_large(self):
        error = refusal("a.txt", b"a" * (MAX_FILE_BYTES + 1))
        assert (error.code, error.kind) == ("file_too_large", "too_large")

    @given(st.binary(max_size=200))
    def test_it_answers_any_bytes_with_a_format_or_a_refusal(self, data):
        for extension in (".txt", ".json", ".po"):
            with suppress(EngineError):
                registry.format_for(f"a{extension}", data).read(data, source=ENGLISH)


class TestCatalogue:
    @pytest.mark.parametrize("one", registry.supported(), ids=lambda one: one.name)
    def test_it_lists_each_format_under_its_own_slug_and_endings(self, one):
        assert registry.by_name(one.name) is one
        assert one.title
        assert "/" in one.media_type
        for extension in one.extensions:
            assert extension == extension.lower()
            assert extension in refusal("a.xyz", b"a").message

    def test_it_loads_no_parser_for_a_text_file(self):
        code = (
            "import sys; from engine.formats.registry import format_for;"
            "format_for('a.txt', b'Hi'); sys.exit('lxml' in sys.modules or 'docx' in sys.modules)"
        )
        root = Path(__file__).parents[3]
        assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0

    def test_it_bounds_how_many_units_a_reader_may_find(self):
        assert len(bounded(range(MAX_UNITS))) == MAX_UNITS
        with pytest.raises(EngineError) as caught:
            bounded(iter(int, 1))
        assert caught.value.code == "document_too_large"


class TestDecode:
    @pytest.mark.parametrize(
        "data",
        [
            b"plain\r\nascii\r",
            "Größe".encode(),
            "Größe".encode("utf-8-sig"),
            "Größe".encode("utf-16"),
            b"\xfe\xff" + "Größe".encode("utf-16-be"),
            "Larger".encode("utf-16-le"),
            "Larger".encode("utf-16-be"),
            "Größe 😀".encode("utf-32"),
            b"",
        ],
    )
    def test_it_gives_text_that_encodes_to_the_same_bytes(self, data):
        file = decode(data)
        assert file.encode(file.text) == data
        assert "\ufeff" not in file.text

    @given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
    def test_it_gives_back_any_utf_8(self, text):
        data = text.encode()
        file = decode(data)
        assert file.encode(file.text) == data

    @pytest.mark.parametrize(
        ("text", "newline"), [("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("a\nb\r\n", "\n"), ("a", "\n")]
    )
    def test_it_knows_how_lines_end(self, text, newline):
        assert decode(text.encode()).newline == newline

    @pytest.mark.parametrize(
        ("data", "offset", "line", "column"),
        [
            (b"ok\r\nna\xefve", 6, 2, 3),
            (b"\xef\xbb\xbfna\xefve", 5, 1, 3),
            ("ä\r".encode() + b"\xff", 3, 2, 1),
            (b"cut \xe2\x82", 4, 1, 5),
            (b"lone \xed\xa0\x80", 5, 1, 6),
            (b"a\nb\0c", 3, 2, 2),
            ("ab\n".encode("utf-16") + b"\x00\xd8", 8, 2, 1),
            ("a\0b".encode("utf-16"), 4, 1, 2),
            ("ab".encode("utf-16") + b"c", 6, 1, 3),
        ],
    )
    def test_it_says_where_bytes_are_not_text(self, data, offset, line, column):
        with pytest.raises(EngineError) as caught:
            decode(data)
        error = caught.value
        assert error.code == "encoding_invalid"
        found = (error.detail["offset"], error.detail["line"], error.detail["column"])
        assert found == (offset, line, column)
        assert f"line {line}, column {column}" in error.message

    def test_it_refuses_more_than_it_can_hold(self):
        with pytest.raises(EngineError, match="limit"):
            decode(bytes(MAX_FILE_BYTES + 1))

    @pytest.mark.parametrize(
        ("offset", "place"), [(0, (1, 1)), (1, (1, 2)), (3, (2, 1)), (4, (3, 1)), (5, (4, 1))]
    )
    def test_it_counts_every_kind_of_line_end_once(self, offset, place):
        assert line_and_column("a\r\n\n\rb", offset) == place


class TestRealFiles:
    """Whatever is installed beside us: many hands, many tools, some of them careless."""

    SITE = Path(sysconfig.get_path("purelib"))

    @pytest.mark.parametrize(("pattern", "most"), [("*.po", 30), ("*.json", 10), ("*.txt", 20)])
    def test_it_writes_back_the_same_bytes(self, pattern, most):
        found = sorted(path for path in self.SITE.rglob(pattern) if path.stat().st_size)
        chosen = found[:: len(found) // most + 1]
        refused = [path for path in chosen if not self.comes_back(path)]
        assert len(refused) <= len(chosen) // 50, refused

    @staticmethod
    def comes_back(path: Path) -> bool:
        """Whether a file was read; if so, it must come back as it was."""
        data = path.read_bytes()
        try:
            one = registry.format_for(path.name, data)
            parsed = one.read(data, source=ENGLISH)
        except EngineError:
            return False
        held = {
            number: unit.current or tuple(form.text for form in unit.forms)
            for number, unit in enumerate(parsed.units)
        }
        assert len({unit.key for unit in parsed.units}) == len(parsed.units), path
        assert one.write(parsed, held, target=None) == data, path
        assert one.write(parsed, {}, target=None) == data, path
        return True
