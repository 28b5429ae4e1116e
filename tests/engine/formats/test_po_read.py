"""Gettext PO, reading: what polib reads, in every spelling gettext takes, and what is malformed."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.formats.base import Parsed
from engine.formats.po import FORMAT
from engine.languages import find_source
from engine.values import Form, Syntax

ENGLISH = find_source("en")
FOLDER = Path(__file__).parent / "fixtures" / "po"
FIXTURES = sorted(FOLDER.iterdir())
HARBOUR = (FOLDER / "harbour.po").read_bytes()
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def read(source: str | bytes) -> Parsed:
    return FORMAT.read(source if isinstance(source, bytes) else source.encode(), source=ENGLISH)


def refusal(source: str | bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read(source)
    return caught.value


class TestRead:
    def test_it_reads_messages_in_order_without_header_and_obsolete_ones(self):
        parsed = read(HARBOUR)
        assert [unit.key for unit in parsed.units][:4] == [
            "Save",
            "verb\x04Lock",
            "noun\x04Lock",
            "%(count)d boat",
        ]
        assert len(parsed.units) == 7
        assert parsed.held_language == "cs"

    def test_it_reads_all_that_is_said_of_a_message(self):
        save, verb, noun, boats, welcome, tide, notice = read(HARBOUR).units
        assert save.syntax is Syntax.CATALOGUE
        assert not save.segmented
        assert (save.forms, save.current) == ((Form("", "Save"),), ("Uložit",))
        assert verb.note == ("Shown on the button that opens the lock.\nAt most 20 characters.")
        assert (verb.context, noun.context, save.context) == ("verb", "noun", "")
        assert verb.current == ("",)
        assert boats.forms == (
            Form("n:plural=one", "%(count)d boat"),
            Form("n:plural=other", "%(count)d boats"),
        )
        assert len(boats.current or ()) == 4
        assert (boats.flags, welcome.flags) == (("python-format",), ("fuzzy", "python-format"))
        assert tide.flags == ("fuzzy",)
        assert tide.note == ""
        assert 'Sound your horn "twice"\twhen you arrive.\n' in notice.forms[0].text

    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_reads_what_polib_reads(self, path):
        theirs = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
        ours = read(path.read_bytes()).units
        assert len(ours) == len(theirs)
        for unit, entry in zip(ours, theirs, strict=True):
            texts = tuple(form.text for form in unit.forms)
            assert texts == ((entry.msgid, entry.msgid_plural)[: len(texts)])
            assert unit.context == (entry.msgctxt or "")
            assert unit.current == (tuple(entry.msgstr_plural.values()) or (entry.msgstr,))
            assert list(unit.flags) == entry.flags
            assert unit.note == entry.comment

    @pytest.mark.parametrize(
        ("written", "text"),
        [
            (r'"a\nb\tc\"d\\e"', 'a\nb\tc"d\\e'),
            (r'"\\n \\\n"', "\\n \\\n"),
            (r'"\a\b\f\v\r"', "\a\b\f\v\r"),
            (r'"\x41\102\7"', "AB\7"),
            (r'"\xe9\377\0\x00"', r"\xe9\377\0\x00"),
            (r'"\d \q"', r"\d \q"),
            ('""\n"a "\n  "b"', "a b"),
            ('"a" "b"\t"c"', "abc"),
            ('"# no comment"', "# no comment"),
            ('"\u2028 \x0c"', "\u2028 \x0c"),
        ],
    )
    def test_it_reads_strings_as_gettext_does(self, written, text):
        assert read(f"msgid {written}\nmsgstr {written}\n").units[0].forms[0].text == text

    @pytest.mark.parametrize(
        "source",
        ["", "\n", "# only a comment", '#~ msgid "a"\n#~ msgstr "b"\n', HEADER, "\n\n" + HEADER],
    )
    def test_it_takes_a_catalogue_without_messages(self, source):
        parsed = read(source)
        assert parsed.units == ()
        assert FORMAT.write(parsed, {}, target=None) == source.encode()

    def test_it_takes_careless_spacing(self):
        source = '  msgctxt"c"\n\tmsgid  "a"\nmsgid_plural "b"msgstr [ 0 ] "x"\r\nmsgstr[1]\n"y"'
        (unit,) = read(source).units
        assert (unit.key, unit.current) == ("c\x04a", ("x", "y"))

    def test_it_gives_doubles_keys_of_their_own(self):
        source = 'msgid "a"\nmsgstr "1"\nmsgid "a"\nmsgstr "2"\nmsgctxt ""\nmsgid "a"\nmsgstr ""\n'
        keys = [unit.key for unit in read(source).units]
        assert len(set(keys)) == 3
        assert keys[0] == "a"

    def test_it_lets_comments_of_obsolete_messages_go_with_them(self):
        source = '#. gone\n#, fuzzy\n#~ msgid "a"\n#~ msgstr "b"\n\nmsgid "c"\nmsgstr ""\n'
        (unit,) = read(source).units
        assert (unit.note, unit.flags) == ("", ())

    @pytest.mark.parametrize(
        ("field", "code"),
        [
            ("de", "de"),
            ("pt_BR", "pt-BR"),
            ("de_AT", "de"),
            ("sr@latin", "sr-Latn"),
            ("", ""),
            ("pt", ""),
            ("xx", ""),
            ("nonsense", ""),
        ],
    )
    def test_it_tells_which_language_the_file_holds(self, field, code):
        assert read(f'msgid ""\nmsgstr "Language: {field}\\n"\n').held_language == code

    def test_it_takes_no_more_time_than_the_size_asks_for(self):
        started = time.process_time()
        for source in (
            "#" * 2_000_000,
            'msgid ""\nmsgstr "' + "Content-Type: " * 100_000 + '"\n',
            'msgid ""' + "\n" * 1_000_000,
            'msgid ""\n"' + '"\n"' * 200_000 + '"\nmsgstr ""\n',
            "#, " + "fuzzy, " * 100_000,
        ):
            with suppress(EngineError):
                read(source)
        assert time.process_time() - started < 8

    def test_it_bounds_the_messages(self):
        source = "".join(f'msgid "{number}"\nmsgstr ""\n' for number in range(50_001))
        assert refusal(source).code == "document_too_large"

    def test_it_reads_half_as_fast_as_polib_at_least(self, tmp_path):
        entry = '#: a.py:{0}\n#, python-format\nmsgid "Boat {0} left %s"\nmsgstr ""\n'
        path = tmp_path / "many.po"
        path.write_text(HEADER + "\n" + "\n".join(map(entry.format, range(4_000))))
        data = path.read_bytes()
        theirs, ours = [], []
        for _ in range(3):
            started = time.process_time()
            polib.pofile(str(path))
            between = time.process_time()
            assert len(read(data).units) == 4_000
            theirs.append(between - started)
            ours.append(time.process_time() - between)
        assert min(ours) < 2 * min(theirs)


class TestCharset:
    @pytest.mark.parametrize(
        ("declared", "codec"),
        [
            ("UTF-8", "utf-8"),
            ("utf8", "utf-8"),
            ("ISO-8859-2", "iso-8859-2"),
            ("windows-1250", "cp1250"),
            ("CP1250", "cp1250"),
            ("ASCII", "utf-8"),
        ],
    )
    def test_it_reads_and_writes_the_declared_one(self, declared, codec):
        header = f'msgid ""\nmsgstr "Content-Type: text/plain; charset={declared}\\n"\n'
        data = (header + 'msgid "a"\nmsgstr "žluť"\n').encode(codec)
        parsed = read(data)
        assert parsed.units[0].current == ("žluť",)
        assert FORMAT.write(parsed, {0: ("kůň",)}, target=None) == data.replace(
            "žluť".encode(codec), "kůň".encode(codec)
        )

    @pytest.mark.parametrize("declared", ["klingon-8", "UTF-7", "zlib", "rot13", "idna"])
    def test_it_refuses_one_it_does_not_know(self, declared):
        error = refusal(f'msgid ""\nmsgstr "Content-Type: text/plain; charset={declared}\\n"\n')
        assert error.code == "po_charset_unsupported"
        assert declared.lower() in error.message

    def test_it_refuses_bytes_that_would_not_come_back(self):
        data = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=CP932\\n"\n# \xfa\x54\n'
        assert refusal(data).code == "po_charset_unsupported"

    def test_it_says_where_bytes_are_not_the_declared_charset(self):
        error = refusal(HEADER.encode() + b'\nmsgid "a"\nmsgstr "caf\xe9"\n')
        assert error.code == "encoding_invalid"
        assert (error.detail["line"], error.detail["column"]) == (6, 12)

    def test_it_does_not_take_the_text_of_a_message_for_the_header(self):
        source = 'msgid "Content-Type: text/html; charset=klingon-8"\nmsgstr "ž"\n'
        assert read(source).units[0].current == ("ž",)


class TestMalformed:
    @pytest.mark.parametrize(
        ("source", "line", "column", "says"),
        [
            ('msgid "a"\n', 2, 1, "no msgstr"),
            ('msgid "a"\nmsgid "b"\nmsgstr ""\n', 2, 1, "no msgstr"),
            ('msgid "a\nmsgstr ""\n', 1, 7, "not closed"),
            ('msgid "a"\nmsgstr "b\\"\n', 2, 8, "not closed"),
            ('msgid "a"\r\n"b\r\nmsgstr ""\r\n', 2, 1, "not closed"),
            ("msgid a\n", 1, 7, "in double quotes"),
            ("msgid\n", 2, 1, "in double quotes"),
            ("foo bar\n", 1, 1, "“foo”"),
            ('domain "x"\n', 1, 1, "“domain”"),
            ('"stray"\n', 1, 1, "belongs to no statement"),
            ('msgstr ""\n', 1, 1, "no msgid"),
            ('msgid "a"\nmsgstr "b" junk\n', 2, 12, "“junk”"),
            ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3, 1, "exactly one msgstr"),
            ('msgid "a"\nmsgstr[0] "x"\n', 2, 1, "exactly one msgstr"),
            ('msgid "a"\nmsgid_plural "b"\nmsgstr "x"\n', 3, 1, "msgstr[0]"),
            ('msgid "a"\nmsgid_plural "b"\nmsgstr[1] "x"\n', 3, 1, "msgstr[0]"),
            ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\nmsgstr[2] ""\n', 4, 1, "msgstr[1]"),
            ('msgid "a"\nmsgid_plural "b"\nmsgstr[999999999] "x"\n', 3, 1, "msgstr[0]"),
            ('msgid "a"\nmsgid_plural "b"\nmsgstr[9999999999] "x"\n', 3, 7, "in double quotes"),
            ('msgid "a"\nmsgstr ""\nmsgid_plural "b"\n', 3, 1, "misplaced"),
            ('msgid[0] "x"\n', 1, 1, "index"),
            ('msgctxt "x"\nmsgctxt "y"\nmsgid "a"\nmsgstr ""\n', 2, 1, "misplaced"),
            ('msgctxt "x"\n#~ msgid "a"\n', 2, 1, "no msgstr"),
            ('msgid ""\nmsgid_plural "b"\nmsgstr[0] ""\n', 2, 1, "misplaced"),
        ],
    )
    def test_it_says_where_and_what(self, source, line, column, says):
        error = refusal(source)
        assert (error.code, error.kind) == ("po_malformed", "malformed")
        assert (error.detail["line"], error.detail["column"]) == (line, column)
        assert error.message.startswith(f"Line {line}, column {column}: ")
        assert says in error.message

    @given(st.integers(0, len(HARBOUR)))
    def test_it_reads_or_refuses_every_cut_off_file(self, length):
        with suppress(EngineError):
            parsed = read(HARBOUR[:length])
            assert FORMAT.write(parsed, {}, target=None) == HARBOUR[:length]
