"""The gates over one subject: what they find, what they let pass, and what follows."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from engine import gates
from engine.gates import Subject, better, duplicated, inspect, is_blocking, missing, score, sentence
from engine.guide import Banned, Style
from engine.languages import find_source
from engine.protect import protect, restore
from engine.terms import Judgement, Occurrence, Rule, Verdict, Wording
from engine.values import Brief, Finding, Syntax, Tier

BRIEF = Brief(source="en", target="de", tier=Tier.STANDARD, salt="s")
TEXT, MARKUP, MARKDOWN = Syntax.TEXT, Syntax.MARKUP, Syntax.MARKDOWN
CATALOGUE, ICU, RUNS = Syntax.CATALOGUE, Syntax.ICU, Syntax.RUNS


def subject_of(
    source: str,
    reply: str,
    syntax: Syntax = TEXT,
    *,
    languages: str = "en>de",
    flags: tuple[str, ...] = (),
    label: str = "",
) -> Subject:
    protected = protect(source, syntax, flags)
    before, _, after = languages.partition(">")
    return Subject(
        source=source,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, syntax),
        syntax=syntax,
        flags=flags,
        label=label,
        source_language=find_source(before),
        target_language=find_source(after),
    )


def codes(subject: Subject) -> list[str]:
    return [finding.code for finding in inspect(subject, BRIEF)]


def only(subject: Subject) -> Finding:
    (finding,) = inspect(subject, BRIEF)
    return finding


class TestPlaceholderSet:
    @pytest.mark.parametrize(
        ("source", "syntax", "reply", "evidence"),
        [
            ("Hi {name}!", TEXT, "Hallo!", {"missing_placeholders": ["{name}"]}),
            ("Hi {name}!", TEXT, "Hallo ⟦1⟧ ⟦1⟧!", {"repeated_placeholders": ["{name}"]}),
            ("Hi {name}!", TEXT, "Hallo ⟦1⟧ ⟦2⟧!", {"invented": ["⟦2⟧"]}),
            ("Hi {name}!", TEXT, "Hallo ⟦1⟧ ⟦", {"invented": ["⟦"]}),
            ("See http://x.y/a", TEXT, "Siehe dort", {"missing_addresses": ["http://x.y/a"]}),
            ("Mail a@b.de", TEXT, "Mail ⟦1⟧ ⟦1⟧", {"repeated_addresses": ["a@b.de"]}),
            ("Hi %s", CATALOGUE, "Hallo ⟦1⟧ %s", {"invented": ["%s"]}),
            ("Hi you", TEXT, "Hallo c@d.de", {"invented": ["c@d.de"]}),
            ("Hi you", ICU, "Hallo {du}", {"invented": ["{du}"]}),
            ("Hi you", MARKUP, "Hallo&nbsp;du", {"invented": ["&nbsp;"]}),
            ("Hi `x`", MARKDOWN, "Hallo ⟦1⟧ `y`", {"invented": ["`y`"]}),
        ],
    )
    def test_it_names_what_is_lost_or_added(
        self, source: str, syntax: Syntax, reply: str, evidence: dict[str, list[str]]
    ) -> None:
        finding = only(subject_of(source, reply, syntax))

        assert (finding.code, finding.evidence) == ("placeholder_set", evidence)
        assert finding.blocking

    @pytest.mark.parametrize(
        ("source", "syntax", "reply"),
        [
            ("{a} of {b}", TEXT, "⟦2⟧: ⟦1⟧"),
            ("Write %s here", CATALOGUE, "Hier ⟦1⟧ schreiben"),
            ("100 % sure of 50% off", CATALOGUE, "100 % sicher, 50 % de l'offre"),
            ("the tag &lt;b&gt; %%", MARKUP, "der Tag <b> %%"),
            ("2 * 3 is 6", MARKDOWN, "2 * 3 ist 6"),
            ("the {name}", ICU, "l'⟦1⟧"),
        ],
    )
    def test_it_lets_marks_move(self, source: str, syntax: Syntax, reply: str) -> None:
        assert codes(subject_of(source, reply, syntax)) == []

    def test_it_points_at_the_lost_token_in_the_source(self) -> None:
        subject = subject_of("  * a *b* {name} c", "a ⟦1⟧b⟦/1⟧ c", MARKDOWN)

        (span,) = only(subject).spans

        assert (span.side, subject.source[span.start : span.end]) == ("source", "{name}")

    def test_it_bounds_its_evidence(self) -> None:
        source = " ".join(f"{{{'n' * 50}{number}}}" for number in range(40)) + " x"
        subject = subject_of(source + " https://x.y/" + "z" * 500, "nichts davon")
        finding = inspect(subject, BRIEF)[0]

        found = finding.evidence["missing_placeholders"]
        address = finding.evidence["missing_addresses"]
        assert isinstance(found, list)
        assert isinstance(address, list)
        assert (len(found), len(address[0]), len(finding.spans)) == (10, 200, 10)


class TestTagSet:
    @pytest.mark.parametrize(
        ("source", "syntax", "reply", "evidence"),
        [
            ("<b>a</b> x", MARKUP, "⟦1⟧a x", {"missing": ["</b>"]}),
            ("<b>a</b> x", MARKUP, "⟦1⟧a⟦/1⟧ ⟦1⟧x", {"repeated": ["<b>"]}),
            ("<b>a</b> x", MARKUP, "⟦/1⟧a⟦1⟧ x", {"crossing": ["</b>"]}),
            ("<b>a</b> <i>x</i>", MARKUP, "⟦1⟧a⟦2⟧ ⟦/1⟧x⟦/2⟧", {"crossing": ["</b>"]}),
            ("a x", MARKUP, "<b>a</b> x", {"invented": ["<b>", "</b>"]}),
            ("a x", RUNS, "a <g1>x", {"invented": ["<g1>"]}),
            ("a x", MARKDOWN, "**a** x", {"invented": ["**", "**"]}),
            ("a x", CATALOGUE, "a <br/> x", {"invented": ["<br/>"]}),
        ],
    )
    def test_it_names_what_is_wrong(
        self, source: str, syntax: Syntax, reply: str, evidence: dict[str, list[str]]
    ) -> None:
        finding = only(subject_of(source, reply, syntax))

        assert (finding.code, finding.evidence) == ("tag_set", evidence)
        assert finding.blocking

    def test_it_lets_pairs_change_places(self) -> None:
        subject = subject_of(
            "<b>a</b> <i>x <u>y</u></i> <br>", "⟦4⟧ ⟦2⟧⟦3⟧y⟦/3⟧⟦/2⟧ ⟦1⟧a⟦/1⟧", MARKUP
        )

        assert codes(subject) == []


class TestEmptyTarget:
    @pytest.mark.parametrize("reply", ["", "  \n", "\u200b", "\ufeff "])
    def test_it_reports_nothing_else_of_an_empty_reply(self, reply: str) -> None:
        assert codes(subject_of("Save {n} files", reply)) == ["empty_target"]

    def test_it_allows_a_lone_mark_where_only_an_article_went(self) -> None:
        assert codes(subject_of("the {name}", "⟦1⟧", languages="en>ja")) == []
        assert codes(subject_of("delete the {name}", "⟦1⟧")) == ["empty_target"]


class TestUntranslatedSame:
    def test_it_wants_four_words_at_least(self) -> None:
        same = "Save all your {n} files"

        assert codes(subject_of(same, "save all  your ⟦1⟧ files")) == ["untranslated_same"]
        assert codes(subject_of("Microsoft Visual Studio", "Microsoft Visual Studio")) == []

    def test_it_does_not_compare_varieties_of_one_language(self) -> None:
        same = "Save all your files now"

        assert codes(subject_of(same, same, languages="en-US>en-GB")) == []


class TestWrongLanguage:
    @pytest.mark.parametrize(
        ("languages", "source", "reply"),
        [
            ("en>ja", "Save all files before closing", "Save all files before closing the app"),
            ("en>ru", "Save all files", "please save all files"),
            ("ru>en", "Сохраните все файлы", "Сохраните все файлы"),
            ("zh>en", "在872名青少年中进行了评估。", "在872名青少年中进行了评估。"),
            (
                "en>ja",
                "The office stays closed today",
                "办公室今天关闭，请大家明天再来办理相关业务手续谢谢",
            ),
            ("en>zh-Hans", "Open the file", "ファイルを開いてください"),
            ("en>ar", "Save all files", "Сохраните все файлы"),
        ],
    )
    def test_it_finds_another_script(self, languages: str, source: str, reply: str) -> None:
        assert "wrong_language" in codes(subject_of(source, reply, languages=languages))

    @pytest.mark.parametrize(
        ("languages", "source", "reply"),
        [
            ("en>ja", "Microsoft Visual Studio Code", "Microsoft Visual Studio Code"),
            ("en>ja", "Run git commit", "git commit を実行"),
            ("en>ru", "The iPhone and config.yaml", "iPhone и config.yaml"),
            ("en>zh-Hans", "Global Usings", "global usings"),
            ("en>ja", "Tokyo Tower", "東京タワー"),
            ("en>de", "Save files", "Сохраните"),
            ("en>ko", "Save {n} files", "파일 ⟦1⟧개 저장"),
            ("en>hi", "Save the file", "फ़ाइल सहेजें"),
            ("zh>en", "诗人李白", "the poet Li Bai (李白)"),
        ],
    )
    def test_it_tolerates_names_codes_and_short_texts(
        self, languages: str, source: str, reply: str
    ) -> None:
        assert "wrong_language" not in codes(subject_of(source, reply, languages=languages))


class TestLengthRatio:
    SOURCE = "Your subscription ends today. Renew it now to keep all of your files."

    def test_it_finds_half_a_text(self) -> None:
        finding = only(subject_of(self.SOURCE, "Ihr Abonnement endet heute."))

        assert (finding.code, finding.blocking) == ("length_ratio", False)
        assert finding.evidence["source_chars"] == len(self.SOURCE)

    def test_it_knows_dense_scripts_and_short_sources(self) -> None:
        dense = "サブスクリプションは本日終了します。ファイルを保持するには更新してください。"

        assert codes(subject_of(self.SOURCE, dense, languages="en>ja")) == []
        assert codes(subject_of("Subscription expired", "Abgelaufen")) == ["length_ratio"]
        assert codes(subject_of("Subscription ended", "Ende")) == []


class TestNumberEqual:
    def test_it_points_at_both_numbers(self) -> None:
        subject = subject_of("<b>Pay</b> 120 &amp; go", "⟦1⟧Zahle⟦/1⟧ 210 & geh", MARKUP)

        finding = only(subject)
        texts = {"source": subject.source, "target": subject.target}

        assert finding.evidence == {"expected": ["120"], "found": ["210"]}
        assert [texts[s.side][s.start : s.end] for s in finding.spans] == ["120", "210"]

    def test_it_blocks_where_the_brief_says_so(self) -> None:
        strict = replace(BRIEF, blocking=frozenset({"number_equal"}))
        subject = subject_of("Pay 120", "Zahle 210")

        assert not is_blocking(inspect(subject, BRIEF))
        assert is_blocking(inspect(subject, strict))


class TestFindings:
    def test_it_carries_the_label_of_the_form(self) -> None:
        subject = subject_of("{n} file", "Datei", label="n:plural=one")

        assert only(subject).form == "n:plural=one"

    def test_it_weighs_severities(self) -> None:
        lost = only(subject_of("Hi {name}", "Hallo"))
        number = only(subject_of("Pay 120", "Zahle 210"))

        assert score([lost, number, replace(number, severity="minor")]) == 31
        assert score([replace(number, severity="neutral")]) == 0

    def test_it_calls_better_only_what_brings_nothing_new(self) -> None:
        lost = only(subject_of("Hi {name}", "Hallo"))
        number = only(subject_of("Pay 120", "Zahle 210"))

        assert better([], [number])
        assert better([number], [lost, number])
        assert not better([number], [lost])
        assert not better([lost], [lost])
        assert not better([replace(number, form="x")], [lost, number])

    def test_it_reports_answers_that_are_missing_or_double(self) -> None:
        none, twice = missing("a"), duplicated("a")

        assert none.code == twice.code == "segment_count"
        assert is_blocking([none])
        assert sentence(none) != sentence(twice)


def with_term(
    source: str, reply: str, verdict: Verdict, surface: str = "", *, keep: bool = False
) -> Subject:
    """A subject whose second word is a term that the reply makes this of."""
    start = source.index(" ") + 1
    rule = Rule("x", (Wording(source[start:]),), (Wording("Dateien"),), keep=keep)
    occurrence = Occurrence(rule, start, len(source), source[start:])
    place = reply.find(surface) if surface else -1
    found = Judgement(occurrence, verdict, place, place + len(surface), surface, "Dateien")
    return replace(subject_of(source, reply), judgements=(found,))


def styled(source: str, reply: str, **style: Any) -> Subject:
    return replace(subject_of(source, reply), style=Style(**style))


CASES = {
    "empty_target": subject_of("Save files", ""),
    "placeholder_set": subject_of("See {a} at http://x.y", "Siehe {b} ⟦9⟧"),
    "tag_set": subject_of("<b>a</b> x", "a <i>x", MARKUP),
    "wrong_language": subject_of("Save files", "please save all files", languages="en>ru"),
    "refusal_or_meta": subject_of("Save files", "Here is the translation: Dateien speichern"),
    "term_forbidden": with_term("Save files", "Akten sichern", Verdict.FORBIDDEN, "Akten"),
    "dnt_term": with_term("Save files", "Dateien sichern", Verdict.ABSENT, keep=True),
    "term_required": with_term("Save files", "Akten sichern", Verdict.ABSENT),
    "untranslated_same": subject_of("Save all your files", "Save all your files"),
    "length_ratio": subject_of(TestLengthRatio.SOURCE, "Ihr Abo."),
    "number_equal": subject_of("Pay 120", "Zahle 210"),
    "banned_phrase": styled("Use it", "Nutze das Device", banned=(Banned("Device"),)),
    "formality": styled("Use it", "Nutze du es", formality="formal"),
    "ellipsis_style": styled("Wait", "Warte...", ellipsis="sign"),
    "quote_style": styled("Say yes", 'Sag "ja"', quotes="german"),
    "space_style": styled("Why", "Warum ?", spaces="none"),
    "date_format": styled("On 2026-11-27", "Am 2026-11-27", dates="27.11.2026"),
    "number_format": styled("Take 0.5", "Nimm 0.5", numbers="1.234,5"),
    "unit_space": styled("5 mm", "5 mm", units="nbsp"),
}


class TestSentence:
    @pytest.mark.parametrize("gate", gates.GATES, ids=lambda gate: gate.code)
    def test_it_says_every_code_in_one_sentence(self, gate: gates.Gate) -> None:
        found = (missing(""),) if gate.look is None else inspect(CASES[gate.code], BRIEF)
        finding = next(one for one in found if one.code == gate.code)

        said = sentence(finding)

        assert said[0].isupper()
        assert said.endswith(".")
        assert "⟦/" not in said
        assert gate.code not in said

    def test_it_shows_what_it_speaks_of(self) -> None:
        said = sentence(only(CASES["placeholder_set"]))

        assert all(shown in said for shown in ("{a}", "http://x.y", "{b}", "⟦9⟧"))


def test_it_is_cheap_on_a_short_segment() -> None:
    subject = subject_of("Save {n} of your files", "⟦1⟧ Ihrer Dateien speichern")
    inspect(subject, BRIEF)
    begun = time.process_time()
    for _ in range(500):
        inspect(subject, BRIEF)

    assert (time.process_time() - begun) / 500 < 0.001
