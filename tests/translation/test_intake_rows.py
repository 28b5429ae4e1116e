"""Intake: everything of a request is stored, or nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from billing.models import UsagePeriod
from billing.services import ensure_period
from common.errors import DomainError, OverAllowance
from tests.translation.paper import at_once

TABLES = (
    "translation_document",
    "translation_revision",
    "translation_segment",
    "translation_job",
    "translation_run",
    "translation_target",
    "translation_pack",
    "translation_flow",
    "billing_reservation",
    "billing_ledgerline",
)
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Save"
msgstr "Sichern"

#, fuzzy
msgid "Open"
msgstr "Offen"

msgid "Close"
msgstr ""

msgid "%d file"
msgid_plural "%d files"
msgstr[0] "%d Datei"
msgstr[1] "%d Dateien"

msgid "%d page"
msgid_plural "%d pages"
msgstr[0] "%d Seite"
msgstr[1] ""
"""


def count_all(rows: Any) -> dict[str, int]:
    return {name: rows(f"select count(*) as n from {name}")[0]["n"] for name in TABLES}


@pytest.fixture
def cap(owner: Any) -> Any:
    """Sets how many characters the owner's organization has this month."""
    from django.utils import timezone

    from accounts.tenancy import organization_scope

    def set_to(chars: int) -> None:
        with organization_scope(owner.organization_id):
            period = ensure_period(owner.organization_id, now=timezone.now())
            UsagePeriod.objects.filter(pk=period.pk).update(cap_chars=chars)

    return set_to


class TestAllOrNothing:
    def test_it_stores_every_part_of_a_document(self, submit: Any, rows: Any) -> None:
        submit("One. Two.\n\nThree.", targets=("de", "ja"))
        counted = count_all(rows)
        assert counted["translation_segment"] == 3
        assert counted["translation_target"] == 6
        assert (counted["translation_job"], counted["translation_run"]) == (2, 2)
        assert (counted["translation_pack"], counted["billing_reservation"]) == (2, 2)

    @pytest.mark.parametrize(
        ("name", "text", "targets", "code"),
        [
            ("a.txt", "", ("de",), "file_empty"),
            ("a.txt", "12 34", ("de",), "document_without_text"),
            ("a.xyz", "Hello", ("de",), "format_unsupported"),
            ("a.json", '{"a": ', ("de",), "json_malformed"),
            ("a.txt", "Hello", ("xx",), "language_unsupported"),
            ("a.txt", "Hello", ("zh",), "language_ambiguous"),
            ("a.txt", "Hello", ("de", "en-GB"), "languages_equal"),
            ("a.txt", "Hello", (), "target_language_missing"),
            ("\n", "Hello", ("de",), "file_name_missing"),
        ],
    )
    def test_it_leaves_nothing_behind_when_it_refuses(
        self,
        submit: Any,
        rows: Any,
        stored_files: Any,
        name: str,
        text: str,
        targets: tuple[str, ...],
        code: str,
    ) -> None:
        before, files = count_all(rows), stored_files()
        with pytest.raises(DomainError) as refused:
            submit(text, name, targets)
        assert refused.value.code == code
        assert (count_all(rows), stored_files()) == (before, files)

    def test_it_stores_no_file_where_one_of_several_is_refused(
        self, owner: Any, submit: Any, rows: Any, stored_files: Any
    ) -> None:
        from translation.services.intake import Upload, submit_files

        before, files = count_all(rows), stored_files()
        good, bad = Upload(name="a.txt", data=b"Hello."), Upload(name="b.json", data=b"{")
        with pytest.raises(DomainError) as refused:
            submit_files(
                actor=owner.actor,
                uploads=[good, bad],
                source_language="en",
                target_languages=["de"],
            )
        assert "b.json" in str(refused.value)
        assert (count_all(rows), stored_files()) == (before, files)

    def test_it_refuses_a_message_with_too_many_forms_in_the_target(
        self, submit: Any, rows: Any, stored_files: Any
    ) -> None:
        """36 wordings in English would be 216 in Arabic."""
        before, files = count_all(rows), stored_files()
        inner = "{c, plural, one {x # one} other {x # more}}"
        middle = "{b, plural, one {" + inner + "} other {" + inner + "}}"
        whole = "{a, plural, one {" + middle + "} other {" + middle + "}}"
        text = '{"key": "' + whole + '"}'
        with pytest.raises(DomainError) as refused:
            submit(text, "a.json", ("de", "ar"))
        assert refused.value.code == "icu_too_many_forms"
        assert (count_all(rows), stored_files()) == (before, files)


class TestAllowance:
    def test_it_names_what_is_needed_left_and_when_it_resets(
        self, submit: Any, rows: Any, stored_files: Any, cap: Any
    ) -> None:
        cap(30)
        before, files = count_all(rows), stored_files()
        with pytest.raises(OverAllowance) as refused:
            submit("Hello world.", targets=("de", "ja", "fr"))  # 12 characters each
        detail = refused.value.detail
        assert (detail["needed"], detail["left"]) == (36, 30)
        [period] = rows("select ends_at from billing_usageperiod")
        assert detail["resets_at"] == period["ends_at"].isoformat()
        assert refused.value.retry_after
        assert (count_all(rows), stored_files()) == (before, files)

    def test_it_takes_exactly_what_is_left(self, submit: Any, rows: Any, cap: Any) -> None:
        cap(24)
        submit("Hello world.", targets=("de", "ja"))
        [period] = rows("select reserved_chars from billing_usageperiod")
        assert period["reserved_chars"] == 24

    def test_it_gives_the_last_characters_to_one_of_many_uploads(
        self, submit: Any, rows: Any, cap: Any
    ) -> None:
        cap(20)
        got = at_once([lambda: submit("Hello world.")] * 6)
        assert sum(isinstance(one, OverAllowance) for one in got) == 5
        assert count_all(rows)["translation_document"] == 1

    def test_it_needs_nothing_for_what_a_file_holds_already(
        self, submit: Any, rows: Any, cap: Any
    ) -> None:
        cap(0)
        held = 'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "Save"\nmsgstr "Sichern"\n'
        submit(held, "a.po")
        assert count_all(rows)["translation_pack"] == 0


class TestRepeats:
    def test_it_gives_equal_segments_one_leader(self, submit: Any, rows: Any) -> None:
        submit("Yes.\n\nNo.\n\nYes.\n\nYes.\n\nNo.")
        found = rows(
            "select t.ordinal, l.ordinal as leader, t.repeats, t.pack_id is not null as packed"
            " from translation_target t left join translation_target l on l.id = t.leader_id"
            " order by t.ordinal"
        )
        assert [row["leader"] for row in found] == [None, None, 0, 0, 1]
        assert [row["repeats"] for row in found] == [2, 1, 0, 0, 0]
        assert [row["packed"] for row in found] == [True, True, False, False, False]

    def test_it_packs_and_reserves_leaders_only(self, submit: Any, rows: Any) -> None:
        submit("Yes.\n\nNo.\n\nYes.")
        [pack] = rows("select segments from translation_pack")
        [held] = rows("select units from billing_reservation")
        assert (pack["segments"], held["units"]) == (2, len("Yes.") + len("No."))


class TestCatalogues:
    def states(self, rows: Any) -> dict[str, tuple[str, str, list[str]]]:
        found = rows(
            "select s.forms[1] as source, t.state, t.origin, t.forms from translation_target t"
            " join translation_segment s on s.id = t.segment_id"
        )
        return {row["source"]: (row["state"], row["origin"], row["forms"]) for row in found}

    def test_it_keeps_what_a_catalogue_holds_in_the_language_asked_for(
        self, submit: Any, rows: Any
    ) -> None:
        submit(PO.format(language="de"), "a.po")
        found = self.states(rows)
        assert found["Save"] == ("translated", "file", ["Sichern"])
        assert found["%d file"] == ("translated", "file", ["%d Datei", "%d Dateien"])

    @pytest.mark.parametrize("source", ["Open", "Close", "%d page"])
    def test_it_asks_for_what_is_fuzzy_empty_or_half_there(
        self, submit: Any, rows: Any, source: str
    ) -> None:
        submit(PO.format(language="de"), "a.po")
        assert self.states(rows)[source] == ("initial", "", [])

    def test_it_keeps_nothing_of_another_language(self, submit: Any, rows: Any) -> None:
        submit(PO.format(language="fr"), "a.po")
        assert {state for state, _, _ in self.states(rows).values()} == {"initial"}

    def test_it_copies_what_has_no_letter(self, submit: Any, rows: Any) -> None:
        submit('msgid "Hello"\nmsgstr ""\n\nmsgid "%d x 12"\nmsgstr ""\n', "a.po")
        submit('msgid "Hello"\nmsgstr ""\n\nmsgid "%d: 12"\nmsgstr ""\n', "a.po")
        found = self.states(rows)
        assert found["%d: 12"] == ("translated", "copy", ["%d: 12"])
        assert found["%d x 12"] == ("initial", "", [])


class TestFlow:
    def tags(self, rows: Any, run_id: Any) -> list[int]:
        found = rows("select tag from translation_pack where run_id = %s order by tag", run_id)
        return [row["tag"] for row in found]

    def test_it_lays_an_organizations_packs_end_to_end(self, submit: Any, rows: Any) -> None:
        text = "\n\n".join(f"Line number {n} here." for n in range(50))
        first, second = submit(text), submit(text)
        packs = rows("select tag, tokens from translation_pack order by tag")
        ends = [0]
        for pack in packs:
            assert pack["tag"] == ends[-1]
            ends.append(pack["tag"] + pack["tokens"])
        [flow] = rows("select finish from translation_flow")
        assert flow["finish"] == ends[-1]
        assert max(self.tags(rows, first.run_ids["de"])) < min(
            self.tags(rows, second.run_ids["de"])
        )

    def test_it_lets_a_small_newcomer_in_near_the_front(
        self, submit: Any, rows: Any, outsider: Any
    ) -> None:
        big = submit("\n\n".join(f"Line number {n} here." for n in range(400)))
        small = submit("Hello there.", actor=outsider.actor)
        [tag] = self.tags(rows, small.run_ids["de"])
        assert tag == min(self.tags(rows, big.run_ids["de"]))

    def test_it_lets_a_heavier_weight_advance_more_slowly(self, submit: Any, rows: Any) -> None:
        text = "\n\n".join(f"Line number {n} here." for n in range(100))
        submit("Hello there.")
        rows("update translation_flow set weight = 4")
        stored = submit(text)
        packs = rows(
            "select tag, tokens from translation_pack where run_id = %s order by tag",
            stored.run_ids["de"],
        )
        first, *_, last = packs
        assert (last["tag"] - first["tag"]) * 4 == pytest.approx(
            sum(pack["tokens"] for pack in packs[:-1]), abs=8
        )

    def test_it_puts_the_finish_back_when_a_run_is_cancelled(
        self, owner: Any, submit: Any, rows: Any
    ) -> None:
        from translation.services.documents import cancel_job

        submit("Hello there.")
        [before] = rows("select finish from translation_flow")
        stored = submit("\n\n".join(f"Line number {n} here." for n in range(100)))
        cancel_job(actor=owner.actor, job_id=stored.job_ids["de"])
        [after] = rows("select finish from translation_flow")
        assert after == before

    def test_it_keeps_the_order_of_many_uploads_at_once(self, submit: Any, rows: Any) -> None:
        at_once([lambda: submit("Hello there.\n\nHow are you?")] * 5)
        packs = rows("select tag, tokens from translation_pack order by tag")
        for one, other in pairwise(packs):
            assert other["tag"] == one["tag"] + one["tokens"]
