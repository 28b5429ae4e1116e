"""Gettext PO: read like polib reads it, written so that polib and gettext itself read it back."""

from __future__ import annotations

import gettext
import io
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
from engine.languages import Language, find_source, find_target
from engine.plurals import gettext_rule
from engine.values import Form, Syntax

ENGLISH = find_source("en")
GERMAN, CZECH, ARABIC = find_target("de"), find_target("cs"), find_target("ar")
JAPANESE, RUSSIAN, BRAZIL = find_target("ja"), find_target("ru"), find_target("pt-BR")
FOLDER = Path(__file__).parent / "fixtures" / "po"
FIXTURES = sorted(FOLDER.iterdir())
HARBOUR = (FOLDER / "harbour.po").read_bytes()
TEMPLATE = (FOLDER / "template.pot").read_bytes()
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def read(source: str | bytes) -> Parsed:
    return FORMAT.read(source if isinstance(source, bytes) else source.encode(), source=ENGLISH)


def write(
    source: str | bytes, targets: dict[int, tuple[str, ...]], target: Language | None
) -> bytes:
    return FORMAT.write(read(source), targets, target=target)


def held(parsed: Parsed) -> dict[int, tuple[str, ...]]:
    return {number: unit.current or () for number, unit in enumerate(parsed.units)}


def translated(parsed: Parsed, target: Language) -> dict[int, tuple[str, ...]]:
    """Every message between angle quotes, plural forms named by their category."""
    new = {}
    for number, unit in enumerate(parsed.units):
        text = unit.forms[-1].text
        end = "\n" * text.endswith("\n")
        names = gettext_rule(target).categories if len(unit.forms) > 1 else ("",)
        new[number] = tuple(f"«{name} {text.rstrip()}»{end}" for name in names)
    return new


def opened(data: bytes, tmp_path: Path) -> polib.POFile:
    path = tmp_path / "catalogue.po"
    path.write_bytes(data)
    return polib.pofile(str(path))


def compiled(data: bytes, tmp_path: Path) -> gettext.GNUTranslations:
    """The catalogue as a program loads it; the standard library reads the plural rule."""
    opened(data, tmp_path).save_as_mofile(str(tmp_path / "catalogue.mo"))
    return gettext.GNUTranslations(io.BytesIO((tmp_path / "catalogue.mo").read_bytes()))


def refusal(source: str | bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read(source)
    return caught.value


def one_string(text: str) -> str:
    """How a text is written as msgstr."""
    written = write(HEADER + 'msgid "a"\nmsgstr "old"\n', {0: (text,)}, None).decode()
    return written.removeprefix(HEADER + 'msgid "a"\nmsgstr ').removesuffix("\n")


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

    @pytest.mark.parametrize("declared", ["CHARSET", "ISO-8859-1", "us-ascii", None])
    def test_it_turns_to_utf_8_where_a_text_has_no_place(self, declared, tmp_path):
        content = f"Content-Type: text/plain; charset={declared}\\n" if declared else ""
        source = f'msgid ""\nmsgstr "X-Mine: stays\\n{content}"\n\nmsgid "a"\nmsgstr ""\n'
        written = write(source.encode(), {0: ("日本 ö",)}, None)
        file = opened(written, tmp_path)
        assert file.metadata["Content-Type"] == "text/plain; charset=UTF-8"
        assert file.metadata["X-Mine"] == "stays"
        assert file[0].msgstr == "日本 ö"

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
            assert FORMAT.write(parsed, held(parsed), target=None) == HARBOUR[:length]


class TestIdentity:
    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_gives_the_same_bytes_for_the_same_texts(self, path):
        data = path.read_bytes()
        parsed = read(data)
        assert parsed.units
        assert FORMAT.write(parsed, held(parsed), target=None) == data
        assert FORMAT.write(parsed, {}, target=None) == data

    def test_it_gives_the_same_bytes_for_the_language_it_is_in(self):
        parsed = read(HARBOUR)
        assert FORMAT.write(parsed, held(parsed), target=CZECH) == HARBOUR
        assert FORMAT.write(parsed, {}, target=CZECH) == HARBOUR

    def test_it_changes_only_the_string_that_changes(self):
        new = read(HARBOUR).units[3].current or ()
        written = write(HARBOUR, {3: ("%(count)d člun", *new[1:])}, None)
        assert written == HARBOUR.replace("%(count)d loď".encode(), "%(count)d člun".encode())


class TestStrings:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Uložit", '"Uložit"'),
            ('a "b" \\ \t', r'"a \"b\" \\ \t"'),
            ("one line\n", r'"one line\n"'),
            ("two\nlines", '""\n"two\\n"\n"lines"'),
            ("\n", r'"\n"'),
            ("", '""'),
            ("x" * 200, '""\n"' + "x" * 200 + '"'),
        ],
    )
    def test_it_writes_strings_as_gettext_does(self, text, expected):
        assert one_string(text) == expected

    def test_it_wraps_long_lines_behind_spaces(self):
        lines = one_string("Strážce otevírá vrata každou celou hodinu. " * 8).split("\n")
        assert lines.pop(0) == '""'
        assert max(map(len, lines)) <= 79
        assert all(line.endswith(' "') for line in lines)

    def test_it_keeps_the_line_ends_of_the_file(self):
        data = (FOLDER / "windows.po").read_bytes()
        written = write(data, {1: ("eins\nzwei",)}, JAPANESE)
        assert written.startswith(b"\xef\xbb\xbf")
        assert b'msgstr ""\r\n"eins\\n"\r\n"zwei"\r\n' in written
        assert written.count(b"\n") == written.count(b"\r\n")

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300))
    def test_it_writes_any_text_so_that_it_reads_back(self, text):
        source = HEADER + 'msgid "a"\nmsgstr "x"\n#~ msgid "y"\n'
        written = write(source, {0: (text,)}, None)
        assert read(written).units[0].current == (text,)

    @given(
        st.lists(
            st.sampled_from(
                ["word", " ", "\n", "\t", "\\", '"', "ž", "日本", "%s", "\\n", "x" * 40]
            ),
            max_size=40,
        )
    )
    def test_it_writes_texts_that_polib_reads_back(self, parts):
        text = "".join(parts)
        written = write(HEADER + '\nmsgid "a"\nmsgstr "x"\n', {0: (text,)}, None)
        assert polib.pofile(written.decode())[0].msgstr == text


class TestTarget:
    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    @pytest.mark.parametrize(
        "target", [GERMAN, JAPANESE, ARABIC, RUSSIAN, BRAZIL], ids=lambda one: one.code
    )
    def test_it_fills_a_catalogue_that_gettext_reads(self, path, target, tmp_path):
        parsed = read(path.read_bytes())
        new = translated(parsed, target)
        written = FORMAT.write(parsed, new, target=target)
        file = opened(written, tmp_path)
        assert file.metadata["Language"].replace("_", "-") == target.code
        assert not any(entry.fuzzy for entry in file if not entry.obsolete)
        loaded = compiled(written, tmp_path)
        for number, unit in enumerate(parsed.units):
            context, source = unit.context or None, unit.forms[0].text
            if len(unit.forms) == 1:
                found = loaded.pgettext(context, source) if context else loaded.gettext(source)
                assert (found,) == new[number]
                continue
            for n in (0, 1, 2, 3, 5, 11, 21, 100, 1_000_000):
                wording = loaded.ngettext(source, unit.forms[1].text, n)
                assert wording.startswith(f"«{gettext_rule(target).category(n)} ")

    def test_it_touches_only_language_and_rule_of_the_header(self, tmp_path):
        before = dict(opened(HARBOUR, tmp_path).metadata)
        after = dict(opened(write(HARBOUR, {}, ARABIC), tmp_path).metadata)
        assert after.pop("Language") == "ar"
        assert after.pop("Plural-Forms") == gettext_rule(ARABIC).header
        assert {**before, **after} == before
        assert list(after) == [name for name in before if name in after]

    def test_it_leaves_a_rule_that_comes_to_the_same(self):
        source = HEADER + '"Language: en_GB\\n"\n"Plural-Forms: nplurals=2; plural=n!=1\\n"\n'
        written = write(source, {}, GERMAN).decode()
        assert written == source.replace("en_GB", "de")

    def test_it_leaves_a_language_spelled_its_own_way(self):
        source = HEADER + '"Language: de_AT\\n"\n"Plural-Forms: nplurals=2; plural=n!=1;\\n"\n'
        assert write(source, {}, GERMAN).decode() == source

    def test_it_writes_regions_with_an_underscore(self):
        assert '"Language: pt_BR\\n"' in write(HEADER, {}, BRAZIL).decode()

    @pytest.mark.parametrize(
        "header",
        [
            'msgid ""\nmsgstr ""\n',
            'msgid ""\nmsgstr "X-Mine: stays"\n',
            'msgid ""\nmsgstr "X-Mine: stays\\n"\n',
            'msgid ""\nmsgstr "X-Mine: stays\\nLanguage: \\nX-Other: too\\n"\n',
            'msgid ""\nmsgstr ""\n"Lang"\n"uage: x"\n"x\\nX-Mine: stays\\n"\n',
            "",
        ],
    )
    def test_it_adds_what_a_header_lacks(self, header, tmp_path):
        source = header + '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\nmsgstr[1] ""\n'
        written = write(source, {0: ("1", "2", "3", "4", "5", "6")}, ARABIC)
        file = opened(written, tmp_path)
        assert file.metadata["Language"] == "ar"
        assert file.metadata["Plural-Forms"] == gettext_rule(ARABIC).header
        assert file.metadata.get("X-Mine", "stays") == "stays"
        assert file.metadata.get("X-Other", "too") == "too"
        assert len(file[0].msgstr_plural) == 6
        assert written.decode().count("uage:") == 1

    def test_it_fills_in_the_charset_of_a_template(self, tmp_path):
        file = opened(write(TEMPLATE, {1: ("Anker",)}, GERMAN), tmp_path)
        assert file.metadata["Content-Type"] == "text/plain; charset=UTF-8"

    def test_it_empties_what_another_language_left(self, tmp_path):
        file = opened(write(HARBOUR, {0: ("Speichern",)}, GERMAN), tmp_path)
        assert file[0].msgstr == "Speichern"
        assert not any(entry.msgstr for entry in file[1:] if not entry.obsolete)
        assert file[3].msgstr_plural == {0: "", 1: ""}
        assert file[5].fuzzy
        assert [entry.msgstr for entry in file.obsolete_entries()] == ["Lano", ""]

    def test_it_keeps_what_stands_in_the_same_language(self, tmp_path):
        file = opened(write(HARBOUR, {1: ("Zamknout",)}, CZECH), tmp_path)
        assert [entry.msgstr for entry in file[:3]] == ["Uložit", "Zamknout", "Zdymadlo"]
        assert len(file[3].msgstr_plural) == 4

    def test_it_lets_the_rule_of_a_catalogue_win_over_ours(self, tmp_path):
        assert gettext_rule(CZECH).categories == ("one", "few", "other")
        written = write(HARBOUR, {3: ("jedna", "několik", "mnoho")}, CZECH)
        assert b"nplurals=4" in written
        assert list(opened(written, tmp_path)[3].msgstr_plural.values()) == [
            "jedna",
            "několik",
            "mnoho",
            "mnoho",
        ]

    def test_it_deals_the_forms_out_by_the_order_of_that_rule(self, tmp_path):
        rule = "nplurals=2; plural=(n==1 ? 1 : 0);"
        source = (
            HEADER + f'"Language: de\\n"\n"Plural-Forms: {rule}\\n"\n'
            '\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\nmsgstr[1] ""\n'
        )
        loaded = compiled(write(source, {0: ("eins", "viele")}, GERMAN), tmp_path)
        assert [loaded.ngettext("a", "b", n) for n in (0, 1, 2)] == ["viele", "eins", "viele"]

    def test_it_confirms_what_it_fills_and_nothing_else(self):
        parsed = read(HARBOUR)
        written = FORMAT.write(parsed, {4: ("Vítejte zpět, %s",)}, target=CZECH).decode()
        assert '#, python-format\n#| msgid "Welcome, %s"\nmsgid "Welcome back' in written
        assert '#, fuzzy\nmsgid "Tide"' in written
        written = FORMAT.write(parsed, {5: ("Příliv",)}, target=CZECH).decode()
        assert '\n\nmsgid "Tide"\nmsgstr "Příliv"\n' in written
        assert written.count("fuzzy") == HARBOUR.decode().count("fuzzy") - 1

    def test_it_deals_out_a_plural_of_nothing_but_placeholders(self, tmp_path):
        source = HEADER + '\nmsgid "%d"\nmsgid_plural "%s"\nmsgstr[0] ""\nmsgstr[1] ""\n'
        for target, expected in ((JAPANESE, ["%s"]), (RUSSIAN, ["%d", "%s", "%s"])):
            file = opened(write(source, {0: ("%d", "%s")}, target), tmp_path)
            assert list(file[0].msgstr_plural.values()) == expected

    @pytest.mark.parametrize(("number", "given"), [(0, 2), (0, 0), (3, 1), (3, 4), (3, 7)])
    def test_it_refuses_another_number_of_wordings(self, number, given):
        with pytest.raises(EngineError) as caught:
            write(HARBOUR, {number: ("x",) * given}, ARABIC)
        assert caught.value.code == "forms_mismatch"
