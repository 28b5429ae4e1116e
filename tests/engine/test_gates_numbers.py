"""Numbers written differently match; numbers that differ do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.gates.number_words import WORDS
from engine.gates.numbers import unmatched
from engine.gates.numerals import scale_of, wordings
from engine.languages import LANGUAGES, find_source


def compared(languages: str, source: str, target: str) -> tuple[list[str], list[str]]:
    before, _, after = languages.partition(">")
    left, right = unmatched(source, target, find_source(before), find_source(after))
    return [one.text for one in left], [one.text for one in right]


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        # thousands and decimal marks
        ("en>de", "1,234.5 of 2,000,000", "1.234,5 von 2.000.000"),
        ("en>fr", "12,345.67", "12\u202f345,67"),
        ("de>en", "65·7 und 0,05", "65.7 and .05"),
        ("en>hi", "1,234,567 items", "12,34,567 आइटम"),
        ("en>de", "2.50", "2,5"),
        # native digits
        ("en>ar", "Page 25 of 300", "الصفحة ٢٥ من ٣٠٠"),
        ("en>hi", "42 files", "४२ फ़ाइलें"),
        # number words
        ("en>de", "Twenty-two files", "22 Dateien"),
        ("en>de", "121 studies", "einhunderteinundzwanzig Studien"),
        ("en>fr", "the 3rd time", "la troisième fois"),
        ("fr>en", "quatre-vingt-dix pages", "90 pages"),
        ("en>ru", "2 files", "два файла"),
        ("en>es", "1 hour", "una hora"),
        ("en>ja", "a non-zero value", "0 以外の値"),
        ("en>fr", "One-to-one", "1-1"),
        ("en>de", "nineteen eighty-four", "1984"),
        ("en>pl", "5 kobiet", "pięć kobiet"),
        # months, dates, clocks
        ("en>zh-Hans", "May 12, 2020", "2020年5月12日"),
        ("en>de", "5/12/2020", "12.05.2020"),
        ("de>en", "am 3. März", "on 03/03"),
        ("en>de", "7 p.m.", "19:00 Uhr"),
        ("en>de", "10:30", "10.30"),
        # scales
        ("en>zh-Hans", "104.8 billion dollars", "1048亿美元"),
        ("en>zh-Hans", "from 99.4 to 88.5 billion", "从994亿到885亿"),
        ("zh>en", "1亿2000万人", "120 million people"),
        ("en>zh-Hans", "three million", "三百万"),
        ("en>de", "5 million", "5.000.000"),
        ("en>ko", "20,000 won", "2만 원"),
        # centuries, decades, shortened years
        ("en>ru", "the 19th century", "XIX век"),
        ("en>ru", "the 1990s", "90-е годы"),
        ("en>de", "2010-12", "2010–2012"),
        ("en>de", "class of '98", "Jahrgang 1998"),
        # signs
        ("en>de", "½ cup", "1/2 Tasse"),
        ("en>de", "10⁶ cells", "10^6 Zellen"),
        # order and nothing at all
        ("en>ja", "3 of 7", "7個中3個"),
        ("en>de", "no numbers", "keine Zahlen"),
        # a language whose number words we do not know
        ("sw>en", "faili tatu", "3 files"),
    ],
)
def test_it_accepts_the_same_number_written_differently(
    languages: str, source: str, target: str
) -> None:
    assert compared(languages, source, target) == ([], [])


@pytest.mark.parametrize(
    ("languages", "source", "target", "found"),
    [
        ("en>de", "Pay 120", "Zahle 210", (["120"], ["210"])),
        ("en>de", "3 files and 3 folders", "3 Dateien und Ordner", (["3"], [])),
        ("en>de", "some files", "17 Dateien", ([], ["17"])),
        ("en>de", "1,234.5", "1.243,5", (["1,234.5"], ["1.243,5"])),
        ("en>de", "version 1.2.3", "Version 1.2.4", (["1.2.3"], ["1.2.4"])),
        ("en>zh-Hans", "104.8 billion", "1048万", (["104.8"], ["1048"])),
        ("en>zh-Hans", "5 million", "700万", (["5"], ["700"])),
        ("en>ar", "Page 25", "الصفحة ٢٦", (["25"], ["26"])),
        ("en>de", "COVID-19 in 2020", "COVID-19 in 2021", (["2020"], ["2021"])),
        ("sw>en", "faili 30", "some files", (["30"], [])),
    ],
)
def test_it_reports_what_has_no_partner(
    languages: str, source: str, target: str, found: tuple[list[str], list[str]]
) -> None:
    assert compared(languages, source, target) == found


@pytest.mark.parametrize("around", ["{}", "the {}s", "{} p.m.", "{} 億", "{} million", "1-{}"])
def test_it_takes_numbers_longer_than_any(around: str) -> None:
    number = "1" + 29 * "0"
    text = around.format(number)

    assert compared("en>de", text, text) == ([], [])
    assert compared("en>de", text, "nichts")[1] == []


@settings(max_examples=300)
@given(
    number=st.integers(min_value=13, max_value=10**9),
    place=st.integers(min_value=0, max_value=8),
    digit=st.sampled_from("123456789"),
)
def test_it_finds_any_changed_digit(number: int, place: int, digit: str) -> None:
    text = str(number)
    place %= len(text)
    changed = text[:place] + digit + text[place + 1 :]
    expected = ([], []) if changed == text else ([f"{number:,}"], [changed])

    assert compared("en>de", f"about {number:,} things", f"etwa {changed} Dinge") == expected


@settings(max_examples=200)
@given(source=st.text("1,. 0'x年万亿二onemay-:/½", max_size=40), target=st.text(max_size=40))
def test_it_judges_any_text_against_itself_and_others(source: str, target: str) -> None:
    assert compared("en>zh-Hans", source, source) == ([], [])
    compared("en>zh-Hans", source, target)
    compared("zh>en", target, source)


def test_it_leaves_endless_tables_unjudged() -> None:
    assert compared("en>de", "1 " * 600, "2 " * 600) == ([], [])


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "three hundred and twenty-five thousand", 325_000),
        ("de", "dreihundertfünfundzwanzig", 325),
        ("nl", "vijfentwintig", 25),
        ("it", "duecentotrentaquattro", 234),
        ("es", "dos mil veintidós", 2_022),
        ("zh-Hans", "三百二十万", 3_200_000),
        ("zh-Hans", "二〇二三", 2_023),
        ("ja", "十五", 15),
        ("ru", "двадцать пять", 25),
        ("fr", "XIXe", 19),
        ("de", "September", 9),
        ("ru", "мая", 5),
    ],
)
def test_it_reads_number_words(language: str, text: str, value: int) -> None:
    assert value in [one.whole for one in wordings(text, find_source(language))]


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_it_reads_months_of_every_language_without_a_fault(language: object) -> None:
    assert language in LANGUAGES
    wordings("one eins 1 mai 五月", language)  # type: ignore[arg-type]


def test_it_knows_how_far_scales_differ() -> None:
    assert scale_of("billion", find_source("en")) == 10**9
    assert scale_of("Billionen", find_source("de")) == 10**12
    assert scale_of("files", find_source("en")) is None


def test_it_holds_word_tables_of_sound_rows() -> None:
    for rows in WORDS.values():
        for row in rows.split():
            value, _, stems = row.partition(":")
            assert float(value) >= 0
            assert all(stems.split("|"))
