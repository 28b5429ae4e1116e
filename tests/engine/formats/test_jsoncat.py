"""JSON catalogues: which strings are units, how new ones are written, what is malformed."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyicumessageformat import Parser

from engine.errors import EngineError
from engine.formats.base import Parsed
from engine.formats.json_scan import MAX_DEPTH
from engine.formats.jsoncat import FORMAT
from engine.forms import target_forms
from engine.languages import find_source, find_target
from engine.values import Syntax, Unit

ENGLISH = find_source("en")
GERMAN, ARABIC, JAPANESE = find_target("de"), find_target("ar"), find_target("ja")
FOLDER = Path(__file__).parent / "fixtures" / "json"
FIXTURES = sorted(FOLDER.iterdir())


def read(source: str | bytes) -> Parsed:
    data = source if isinstance(source, bytes) else source.encode()
    return FORMAT.read(data, source=ENGLISH)


def units(source: str | bytes) -> dict[str, Unit]:
    return {unit.key: unit for unit in read(source).units}


def texts(source: str | bytes) -> dict[str, str]:
    return {key: unit.forms[0].text for key, unit in units(source).items()}


def unchanged(parsed: Parsed) -> dict[int, tuple[str, ...]]:
    return {
        number: tuple(form.text for form in unit.forms) for number, unit in enumerate(parsed.units)
    }


def rewritten(source: str | bytes, *new: str, target=None) -> str:
    targets = {number: (text,) for number, text in enumerate(new)}
    return FORMAT.write(read(source), targets, target=target).decode()


def refusal(source: str | bytes) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read(source)
    return caught.value


def strings(value: Any, path: str = "") -> dict[str, str]:
    """All strings by pointer, as the standard library reads them."""
    if isinstance(value, str):
        return {path: value}
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for key, member in value.items():
            found |= strings(member, f"{path}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(value, list):
        for number, member in enumerate(value):
            found |= strings(member, f"{path}/{number}")
    return found


class TestRead:
    def test_it_reads_the_nested_catalogue(self):
        assert texts((FOLDER / "nested.json").read_bytes()) == {
            "/app.title": "Harbour master",
            "/app/title": "Another title",
            "/greeting": "Good morning, {name}!",
            "/greeting~n2": "Good evening, {name}!",
            "/a~1b~0c": "A key with a slash and a tilde",
            "/": "A key that is empty",
            "/limits/list/0": "First berth",
            "/limits/list/2": "Second berth",
            "/quoted": 'He said "dock", then\nleft…',
            "/path": "Files lie in C:\\boats",
            "/lone": "half \ud800 of a pair",
            "/markup": 'Read <a href="/rules">the rules</a>',
        }

    def test_it_tells_a_dotted_key_from_a_nested_one_and_a_tilde_from_a_repeat(self):
        source = '{"a.b": "one", "a": {"b": "two"}, "x": "three", "x": "four", "x~n2": "five"}'
        assert list(texts(source)) == ["/a.b", "/a/b", "/x", "/x~n2", "/x~0n2"]

    def test_it_gives_units_that_share_translations_and_say_where_they_stand(self):
        first, second = read('{"menu": {"open": "Open", "again": "Open"}}').units
        assert first.context == second.context == ""
        assert (first.note, second.note) == ("/menu/open", "/menu/again")
        assert first.syntax is Syntax.CATALOGUE
        assert not first.segmented
        assert first.current is None

    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            ('"Hello"', {"": "Hello"}),
            ('["Hello", ["you"]]', {"/0": "Hello", "/1/0": "you"}),
            ("null", {}),
            ("-1.5e+10", {}),
            (" { } ", {}),
            ("[]", {}),
        ],
    )
    def test_it_takes_any_value_as_root(self, source, expected):
        assert texts(source) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "Save",
            "a",
            "C:/path",
            "some.identifier",
            "see https://example.com",
            "%s left",
            "é",
            "日本",
            "#hashtag",
            "{name} and {other}",
            "Write to me@example.com",
            "{{ count }} items",
            "{count, number} left",
        ],
    )
    def test_it_takes_what_may_be_prose(self, text):
        assert list(texts(json.dumps([text])).values()) == [text]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "12:30",
            "…",
            "https://example.com/a?b=c",
            "HTTP://EXAMPLE.COM",
            "www.example.com",
            "mailto:me@example.com",
            "me@example.com",
            "#fff",
            "#1E90FF",
            "#1e90ffcc",
            " #fff ",
            "{name}",
            "{{name}}",
            "%s",
            "%(total)d",
            "${value}",
            "{a} / {b}",
            "%1$s: %2$d",
            "#{x}",
        ],
    )
    def test_it_leaves_out_what_holds_nothing_to_translate(self, text):
        assert texts(json.dumps([text])) == {}

    def test_it_leaves_the_metadata_of_arb_alone(self):
        found = units((FOLDER / "app.arb").read_bytes())
        assert list(found) == ["/title", "/next"]
        assert found["/next"].syntax is Syntax.ICU

    def test_it_takes_at_signs_further_down_for_text(self):
        assert list(texts('{"a": {"@b": "Text"}}')) == ["/a/@b"]

    def test_it_keeps_keys_that_could_not_be_stored_as_they_are_written(self):
        assert list(texts(r'{"a\ud800": "one", "b\u0000": "two", "c\u00e9": "three"}')) == [
            r"/a\ud800",
            r"/b\u0000",
            "/cé",
        ]

    def test_it_opens_icu_messages(self):
        found = units((FOLDER / "icu.json").read_bytes())
        assert {key: len(unit.forms) for key, unit in found.items()} == {
            "/boats": 3,
            "/place": 4,
            "/host": 3,
            "/price": 1,
            "/broken": 1,
            "/plain": 1,
        }
        icu = {key for key, unit in found.items() if unit.syntax is Syntax.ICU}
        assert icu == {"/boats", "/place", "/host", "/price"}
        assert found["/broken"].forms[0].text == "{count, plural, one {a boat"

    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
    def test_it_reads_other_encodings(self, codec):
        data = '{"key": "Gruß"}'.encode(codec)
        parsed = read(data)
        assert parsed.units[0].forms[0].text == "Gruß"
        written = FORMAT.write(parsed, {0: ("日本",)}, target=JAPANESE)
        assert written == '{"key": "日本"}'.encode(codec)

    def test_it_takes_no_more_time_than_the_size_asks_for(self):
        started = time.process_time()
        read('["' + "{" * 200_000 + '", "' + "%(" * 200_000 + '", "' + "a@" * 200_000 + '"]')
        assert time.process_time() - started < 5

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner),
            max_leaves=12,
        ),
        st.sampled_from([None, 2, "\t"]),
        st.booleans(),
    )
    def test_it_agrees_with_the_standard_library(self, value, indent, ascii_only):
        source = json.dumps(value, indent=indent, ensure_ascii=ascii_only, allow_nan=True)
        if "Infinity" in source and not any("Infinity" in text for text in strings(value).values()):
            return
        data = source.encode("utf-8", "surrogatepass")
        parsed = read(data)
        expected = strings(value)
        for unit in parsed.units:
            if unit.syntax is Syntax.CATALOGUE and "\\" not in unit.key:
                assert expected[unit.key] == unit.forms[0].text
        assert FORMAT.write(parsed, unchanged(parsed), target=GERMAN) == data


class TestMalformed:
    @pytest.mark.parametrize(
        ("source", "line", "column", "says"),
        [
            ('{"a": 1,}', 1, 9, "a name in double quotes"),
            ('{"a": 1,\r\n "b" 2}', 2, 6, "a colon"),
            ('{"a": "x"\n "b": "y"}', 2, 2, "a comma or }"),
            ('["a" "b"]', 1, 6, "a comma or ]"),
            ('["a", "b"}', 1, 10, "a comma or ]"),
            ("[1,]", 1, 4, "a value"),
            ("{'a': 1}", 1, 2, "a name in double quotes"),
            ("{a: 1}", 1, 2, "“a”"),
            ("{1: 2}", 1, 2, "“1”"),
            ("[NaN]", 1, 2, "“NaN”"),
            ("[01]", 1, 3, "a comma or ]"),
            ("[1.]", 1, 3, "a comma or ]"),
            ("[+1]", 1, 2, "a value"),
            ("[-]", 1, 2, "a value"),
            ("tru", 1, 1, "“tru”"),
            ("[1]]", 1, 4, "the end of the file"),
            ("{} {}", 1, 4, "the end of the file"),
            ("// note\n{}", 1, 1, "“//”"),
            ("", 1, 1, "the file ends where a value should be"),
            ("  \n", 2, 1, "the file ends where a value should be"),
            ("[", 1, 2, "the file ends where a value should be"),
            ('{"a": {}', 1, 9, "the file ends where a comma or } should be"),
            ('{"a": "never', 1, 7, "never closed"),
            ('{"a": "two\nlines"}', 1, 11, "a line break or control character"),
            ('{"a": "tab\there"}', 1, 11, "a line break or control character"),
            (r'{"a": "\x41"}', 1, 8, r"“\x” is not an escape"),
            (r'{"a": "\u12"}', 1, 8, r"“\u” is not an escape"),
            ('{"ä": "ö",\n  "ü": ?}', 2, 8, "“?”"),
            ('"a\u2028\u202eb', 1, 1, "never closed"),
        ],
    )
    def test_it_says_where_and_what(self, source, line, column, says):
        error = refusal(source)
        assert (error.code, error.kind) == ("json_malformed", "malformed")
        assert (error.detail["line"], error.detail["column"]) == (line, column)
        assert error.message.startswith(f"Line {line}, column {column}: ")
        assert says in error.message

    def test_it_shows_no_control_characters_and_not_much(self):
        message = refusal("[\x07" + "x" * 5_000).message
        assert "\x07" not in message
        assert len(message) < 200

    @pytest.mark.parametrize("opener", ["[", '{"a":'])
    def test_it_bounds_the_depth(self, opener):
        closer = {"[": "]", '{"a":': "}"}[opener]
        deep = opener * MAX_DEPTH + '"Text"' + closer * MAX_DEPTH
        assert list(texts(deep).values()) == ["Text"]
        error = refusal(opener * 1_000_000)
        assert error.code == "json_too_deep"
        assert error.detail["line"] == 1
        assert error.detail["column"] == len(opener) * MAX_DEPTH + 1

    def test_it_bounds_the_units(self):
        assert refusal(json.dumps(["text"] * 50_001)).code == "document_too_large"

    @pytest.mark.parametrize("data", [b'{"a": "\xff"}', b'{"a": "\0"}', b"\xff\xfe{"])
    def test_it_refuses_bytes_that_are_no_text(self, data):
        assert refusal(data).code == "encoding_invalid"

    @given(st.integers(0, 700))
    def test_it_refuses_every_cut_off_file(self, length):
        data = (FOLDER / "nested.json").read_bytes()
        assert refusal(data[: min(length, len(data) - 3)]).code == "json_malformed"


class TestWrite:
    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_gives_the_same_bytes_for_the_same_texts(self, path):
        data = path.read_bytes()
        parsed = read(data)
        assert parsed.units
        assert FORMAT.write(parsed, unchanged(parsed), target=None) == data
        assert FORMAT.write(parsed, unchanged(parsed), target=ARABIC) == data
        assert FORMAT.write(parsed, {}, target=ARABIC) == data

    @pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.name)
    def test_it_changes_values_and_nothing_else(self, path):
        data = path.read_bytes()
        parsed = read(data)
        new = {
            number: (f'«{unit.forms[0].text}» "\\/\n\t😀\u2028',)
            for number, unit in enumerate(parsed.units)
            if unit.syntax is Syntax.CATALOGUE
        }
        before, after = (
            strings(json.loads(one)) for one in (data, FORMAT.write(parsed, new, target=None))
        )
        wanted = {parsed.units[number].key: text for number, (text,) in new.items()}
        wanted = {key.removesuffix("~n2"): text for key, text in wanted.items()}
        assert after == before | wanted

    def test_it_leaves_numbers_spaces_and_order_alone(self):
        source = '{ "b" :1.50,\t"a": "Text" ,"n":[ 1e999,-0 ] }\n\n'
        assert rewritten(source, "Neu") == source.replace("Text", "Neu")

    @pytest.mark.parametrize(
        ("source", "new", "expected"),
        [
            ('["a"]', 'ö/"\\\n\x01', r'["ö/\"\\\n\u0001"]'),
            (r'["caf\u00e9"]', "Öl 😀", r'["\u00d6l \ud83d\ude00"]'),
            (r'["caf\u00E9"]', "Ö", r'["\u00D6"]'),
            (r'["café \u00e9"]', "é Ö", '["é Ö"]'),
            (r'["a\/b"]', "c/d", r'["c\/d"]'),
            (r'["a/b", "c\/d"]', "x/y", r'["x/y", "c\/d"]'),
            (r'["plain", "c\/d"]', "x/y", r'["x\/y", "c\/d"]'),
            (r'["\u003cb\u003e bold \u0026"]', "<i> & ö", r'["\u003ci\u003e \u0026 ö"]'),
            (r'["\u003c raw <"]', "<", '["<"]'),
            (r'["say \u0022x\u0022"]', 'a "b"', r'["a \u0022b\u0022"]'),
            (r'["break \u000a line"]', "a\nb", r'["a\nb"]'),
            (r'["wide\u00a0space"]', "a\u00a0b", r'["a\u00a0b"]'),
            (r'["backslash \\u00e9"]', "é", '["é"]'),
            ('["a"]', "half \ud83d", r'["half \ud83d"]'),
        ],
    )
    def test_it_writes_in_the_style_of_the_file(self, source, new, expected):
        assert rewritten(source, new) == expected

    @given(st.text(st.characters(exclude_categories=[])), st.sampled_from(FIXTURES))
    def test_it_writes_any_text_so_that_it_reads_back(self, text, path):
        parsed = read(path.read_bytes())
        number, unit = next(
            (number, unit)
            for number, unit in enumerate(parsed.units)
            if unit.syntax is Syntax.CATALOGUE
        )
        written = FORMAT.write(parsed, {number: (text,)}, target=None)
        # JSON cannot tell two halves of a pair from the character they make.
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        assert strings(json.loads(written))[unit.key] == whole

    @pytest.mark.parametrize(("number", "given"), [(0, 2), (0, 4), (5, 2), (5, 0)])
    def test_it_refuses_another_number_of_wordings(self, number, given):
        parsed = read((FOLDER / "icu.json").read_bytes())
        with pytest.raises(EngineError) as caught:
            FORMAT.write(parsed, {number: ("x",) * given}, target=GERMAN)
        assert caught.value.code == "forms_mismatch"

    @pytest.mark.parametrize("target", [GERMAN, ARABIC, JAPANESE], ids=lambda one: one.code)
    def test_it_closes_icu_messages_with_the_categories_of_the_target(self, target):
        parsed = read((FOLDER / "icu.json").read_bytes())
        new = {}
        for number, unit in enumerate(parsed.units):
            wanted = target_forms(unit.forms, source=ENGLISH, target=target, syntax=unit.syntax)
            new[number] = tuple(f"«{form.text}»" for form in wanted)
        after = json.loads(FORMAT.write(parsed, new, target=target))
        message = Parser().parse(after["boats"])[0]
        assert set(message["options"]) == {"=0", *target.plural_categories}
        assert after["host"].startswith("{gender, select, female {«She")
        assert after["price"] == "«A berth costs {price, number, ::currency/EUR} a night.»"
        assert after["broken"] == "«{count, plural, one {a boat»"
        assert after["plain"] == "«It's windy, {name}.»"

    def test_it_keeps_the_source_categories_without_a_target(self):
        parsed = read((FOLDER / "icu.json").read_bytes())
        written = json.loads(FORMAT.write(parsed, {0: ("none", "one", "many")}, target=None))
        assert written["boats"] == "{count, plural, =0 {none} one {one} other {many}}"

    def test_it_leaves_the_locale_of_arb_alone(self):
        parsed = read((FOLDER / "app.arb").read_bytes())
        written = json.loads(FORMAT.write(parsed, {0: ("Gezeiten",)}, target=GERMAN))
        assert written["title"] == "Gezeiten"
        assert written["@@locale"] == "en"
        assert written["@title"]["description"] == "Shown above the table"
