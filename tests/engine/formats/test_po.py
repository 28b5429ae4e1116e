"""Gettext PO, writing: only what changed, so that polib and gettext itself read it back."""

from __future__ import annotations

import gettext
import io
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


def one_string(text: str) -> str:
    """How a text is written as msgstr."""
    written = write(HEADER + 'msgid "a"\nmsgstr "old"\n', {0: (text,)}, None).decode()
    return written.removeprefix(HEADER + 'msgid "a"\nmsgstr ').removesuffix("\n")


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


class TestCharset:
    @pytest.mark.parametrize("declared", ["CHARSET", "ISO-8859-1", "us-ascii", None])
    def test_it_turns_to_utf_8_where_a_text_has_no_place(self, declared, tmp_path):
        content = f"Content-Type: text/plain; charset={declared}\\n" if declared else ""
        source = f'msgid ""\nmsgstr "X-Mine: stays\\n{content}"\n\nmsgid "a"\nmsgstr ""\n'
        written = write(source.encode(), {0: ("日本 ö",)}, None)
        file = opened(written, tmp_path)
        assert file.metadata["Content-Type"] == "text/plain; charset=UTF-8"
        assert file.metadata["X-Mine"] == "stays"
        assert file[0].msgstr == "日本 ö"


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
