"""Tables read, columns understood, rows made concepts: without a database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from glossaries.exchange.columns import column, columns, guessed
from glossaries.exchange.merging import merged, plan
from glossaries.exchange.rows import Draft, drafts
from glossaries.exchange.tables import closed, opened, read_csv, write_csv
from glossaries.values import ConceptValues, TermValues


def made(text: str, *told: str) -> list[Draft]:
    table = read_csv(text.encode())
    return list(
        drafts(
            table.header, table.rows(), columns(told or guessed(table.header), len(table.header))
        )
    )


def wordings(draft: Draft) -> list[tuple[str, str, str]]:
    return [(one.language, one.text, one.status) for one in draft.values.terms]


class TestTables:
    @pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_it_reads_what_spreadsheets_write(self, codec: str, separator: str) -> None:
        lines = [["en", "de"], ["size", "Größe"], ["a, b; c", "x"], ["", ""], ['"q"', "z"]]
        text = "".join(write_csv(lines, separator=separator))
        table = read_csv(text.encode(codec))
        assert table.header == ("en", "de")
        assert list(table.rows()) == [
            (2, ["size", "Größe"]),
            (3, ["a, b; c", "x"]),
            (5, ['"q"', "z"]),
        ]

    @pytest.mark.parametrize(
        ("data", "code", "row"),
        [
            (b"", "table_empty", None),
            (b"\n\n", "table_empty", None),
            (
                "en,de\nsize,Größe\n".encode() + "x,Größe\n".encode("cp1252"),
                "table_encoding_mixed",
                3,
            ),
            (b"en,de\na,\x81\n", "table_encoding_unknown", 2),
            (b"en,de\na,\x00\n", "table_not_text", 2),
            (b"\xff\xfee\x00n", "table_encoding_unknown", None),
            (b",".join([b"x"] * 201), "table_too_wide", None),
        ],
    )
    def test_it_says_what_it_cannot_read(self, data: bytes, code: str, row: int | None) -> None:
        with pytest.raises(Invalid) as refused:
            list(read_csv(data).rows())
        assert refused.value.code == code
        assert refused.value.detail.get("row") == row

    def test_a_missing_quotation_mark_is_named_by_its_row(self) -> None:
        text = 'en,de\na,b\nc,"' + "d,e\n" * 10_000
        with pytest.raises(Invalid) as refused:
            list(read_csv(text.encode()).rows())
        assert refused.value.code == "cell_too_long"
        assert refused.value.detail["row"] == 3

    @given(st.text(max_size=12))
    def test_what_it_closes_it_opens(self, cell: str) -> None:
        assert opened(closed(cell)) == cell
        assert closed(cell)[:1] not in {"=", "+", "-", "@"}


class TestColumns:
    @pytest.mark.parametrize(
        ("heading", "told"),
        [
            ("en", "term:en:preferred"),
            ("de-AT", "term:de:preferred"),
            ("English", "term:en:preferred"),
            ("Deutsch", "term:de:preferred"),
            ("pt_BR", "term:pt-BR:preferred"),
            ("German forbidden", "term:de:forbidden"),
            ("de (do not use)", "term:de:forbidden"),
            ("fr admitted 2", "term:fr:admitted"),
            ("de gender", "gender:de"),
            ("Part of speech", ""),
            ("Definition", "definition"),
            ("Kommentar", "note"),
            ("ID", "external_id"),
            ("Never translate", "do_not_translate"),
            ("Owner", ""),
        ],
    )
    def test_it_guesses_from_a_heading(self, heading: str, told: str) -> None:
        assert guessed([heading]) == (told,)

    def test_it_knows_a_table_of_one_term_a_row(self) -> None:
        header = ["Concept", "Language", "Term", "Status", "Gender", "Owner"]
        assert guessed(header) == ("concept", "language", "term", "status", "gender", "")

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            (["term:en:preferred"], "columns_miscounted"),
            (["term:xx:preferred", ""], "column_unknown"),
            (["term:en:liked", ""], "column_unknown"),
            (["definition:en", ""], "column_unknown"),
            (["definition", ""], "columns_without_terms"),
            (["term", ""], "columns_without_terms"),
            (["term:en:preferred", "term:en:preferred"], "column_twice"),
            (["note", "note"], "column_twice"),
            (["term:en:preferred", "term"], "columns_of_two_kinds"),
        ],
    )
    def test_it_refuses_columns_that_make_no_concepts(self, told: list[str], code: str) -> None:
        with pytest.raises(Invalid) as refused:
            columns(told, 2)
        assert refused.value.code == code

    def test_it_writes_what_it_reads(self) -> None:
        for told in ("", "note", "term:de:forbidden", "gender:pt-BR", "term"):
            assert str(column(told)) == told


class TestRows:
    def test_a_row_is_a_concept(self) -> None:
        [one] = made("en,de,de forbidden,fr,Definition,Owner\ncart,Warenkorb,Wagen,,For goods,mk\n")
        assert wordings(one) == [
            ("en", "cart", "preferred"),
            ("de", "Warenkorb", "preferred"),
            ("de", "Wagen", "forbidden"),
        ]
        assert one.values.definition == "For goods"

    def test_properties_belong_to_the_wording_on_their_left(self) -> None:
        [one] = made("en,de,de gender,de forms,de exact\ncart,Korb,feminine,Körbe|Korbs,yes\n")
        term = one.values.terms[1]
        assert (term.gender, term.forms, term.exact_form) == ("feminine", ("Körbe", "Korbs"), True)

    def test_rows_of_one_key_are_a_concept(self) -> None:
        rows = ("1,en,cart,", "2,en,box,", "1,de,Korb,", "1,de,Wagen,forbidden")
        text = "\n".join(("concept,language,term,status", *rows))
        first, second = made(text)
        assert (first.rows, first.key) == ((2, 4, 5), "1")
        assert wordings(first)[1:] == [("de", "Korb", "preferred"), ("de", "Wagen", "forbidden")]
        assert wordings(second) == [("en", "box", "preferred")]

    @pytest.mark.parametrize(
        ("text", "row", "column", "message"),
        [
            ("en,de\n,\nx,y\n,Korb\n" + "z" * 501 + ",a\n", 5, "en", "501"),
            ("en,de,de\ncart,Korb,\n", None, "", ""),
            ("en,de,de forbidden\na,b,c\ncart,Korb,Korb\n", 3, "de forbidden", "both preferred"),
            ("en,dnt\ncart,perhaps\n", 2, "dnt", "yes or no"),
            ("en,en gender\ncart,male\n", 2, "en gender", "masculine"),
            ("language,term\nxx,cart\n", 2, "term", "no language"),
            ("language,term\nen,\n", 2, "term", "Write the term"),
            ("language,term,status\nen,cart,liked\n", 2, "status", "preferred"),
        ],
    )
    def test_it_names_row_and_column(
        self, text: str, row: int | None, column: str, message: str
    ) -> None:
        found = [problem for one in made(text) for problem in one.problems]
        if row is None:
            assert found == []
        else:
            assert (found[0].row, found[0].column) == (row, column)
            assert message in found[0].message


def concept(*terms: tuple[str, str], **more: Any) -> ConceptValues:
    return ConceptValues(
        terms=tuple(TermValues(language=code, text=text) for code, text in terms), **more
    )


class TestMerging:
    def test_what_the_file_does_not_speak_of_stays(self) -> None:
        held = concept(("en", "cart"), ("de", "Korb"), ("fr", "panier"), note="Ours", subject="S")
        told = concept(("en", "cart"), ("de", "Warenkorb"), subject="Shop")
        now = merged(held, told, ["subject"], ["en", "de"])
        assert [one.text for one in now.terms] == ["cart", "Warenkorb", "panier"]
        assert (now.note, now.subject) == ("Ours", "Shop")

    def test_an_empty_cell_takes_a_language_away(self) -> None:
        held = concept(("en", "cart"), ("de", "Korb"))
        now = merged(held, concept(("en", "cart")), [], ["en", "de"])
        assert [one.text for one in now.terms] == ["cart"]

    def test_it_finds_duplicates_in_the_file(self) -> None:
        text = "en,de\ncart,Korb\nbox,Kiste\nCart,Wagen\n"
        told = columns(guessed(["en", "de"]), 2)
        found = plan(made(text), {}, told, "update")
        assert found.counts() == {
            "added": 2,
            "changed": 0,
            "same": 0,
            "skipped": 0,
            "faulty_rows": 1,
        }
        assert (found.problems[0].row, found.problems[0].message[:16]) == (4, "Row 2 has “Cart”")
