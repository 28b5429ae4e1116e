"""Style guides: what is mended, what is reported, what a model is told."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.gates import Subject, inspect, sentence
from engine.guide import DATES, NBSP, NNBSP, NUMBERS, QUOTES, UNITS, Banned, Example, Style
from engine.languages import find_source
from engine.pipeline import PackSegment, Verdict, attempt
from engine.prompts import Context, system_blocks
from engine.protect import marks_in, protect, restore
from engine.style import Task, mended, style_lines
from engine.style.phrases import banned_in, pattern_problem, wrong_address
from engine.values import Brief, Form, Syntax, Tier
from tests.engine.test_pipeline import ScriptedModel

GERMAN = Style(
    quotes="german", ellipsis="sign", numbers="1.234,5", dates="27.11.2026", units="nbsp"
)
FRENCH = Style(quotes="french", spaces="french", units="nbsp")


def fixed(text: str, source: str = "", **more: Any) -> str:
    return mended(text, Task(Style(**more), source)).text


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ('Er sagte "Ja".', "Er sagte „Ja“.", {"quotes": "german"}),
        ("Er sagte “Ja”.", "Er sagte „Ja“.", {"quotes": "german"}),
        ("Er sagte «Ja».", "Er sagte „Ja“.", {"quotes": "german"}),
        ("Er sagte »Ja«.", "Er sagte „Ja“.", {"quotes": "german"}),
        ("Er sagte „Ja“.", "Er sagte „Ja“.", {"quotes": "german"}),
        ('"Sie rief "Halt" und lief."', "\"Sie rief 'Halt' und lief.\"", {"quotes": "straight"}),
        ("„Sie rief “Halt” und lief.“", "„Sie rief ‚Halt‘ und lief.“", {"quotes": "german"}),
        ('Il dit "oui".', f"Il dit «{NBSP}oui{NBSP}».", {"quotes": "french"}),
        (f"Il dit «{NBSP}oui{NBSP}».", "Il dit „oui“.", {"quotes": "german"}),
        ('Ein 5" Rohr', 'Ein 5" Rohr', {"quotes": "german"}),
        ('Das "Ende', 'Das "Ende', {"quotes": "german"}),
        ('彼は"はい"と言った。', "彼は「はい」と言った。", {"quotes": "japanese"}),
        ('⟦1⟧"Ja"⟦/1⟧', "⟦1⟧„Ja“⟦/1⟧", {"quotes": "german"}),
        ("Warte...", "Warte…", {"ellipsis": "sign"}),
        ("Warte… ⟦1⟧....", "Warte... ⟦1⟧....", {"ellipsis": "dots"}),
        ("Quoi ?", f"Quoi{NNBSP}?", {"spaces": "french"}),
        ("Oui: 10:30, https://a.b?c", f"Oui{NBSP}: 10:30, https://a.b?c", {"spaces": "french"}),
        ("Hallo !", "Hallo!", {"spaces": "none"}),
        ("Bis 2026-11-27.", "Bis 27.11.2026.", {"dates": "27.11.2026"}),
        (
            "Nr. 2026-13-27 und 1-2026-11-27",
            "Nr. 2026-13-27 und 1-2026-11-27",
            {"dates": "27.11.2026"},
        ),
        ("5 mm und 20⟦1⟧ kg", f"5{NBSP}mm und 20⟦1⟧ kg", {"units": "nbsp"}),
        ("5 Meter, A4, 5 Mme", "5 Meter, A4, 5 Mme", {"units": "nbsp"}),
    ],
)
def test_it_mends_what_is_certain(before: str, after: str, more: dict[str, str]) -> None:
    assert fixed(before, **more) == after


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("1,234.5 and 0.5", "1,234.5 und 0.5", "1.234,5 und 0,5"),
        ("1,234,567 files", "1,234,567 Dateien", "1.234.567 Dateien"),
        ("version 1.234", "Version 1.234", "Version 1.234"),  # it may be either
        ("3.5 mm", "3,5 mm", "3,5 mm"),  # written right already
        ("0.5 or 0,5", "0.5 oder 0,5", "0.5 oder 0,5"),  # it would read as the other one
        ("IP 10.0.0.1", "IP 10.0.0.1", "IP 10.0.0.1"),
        ("⟦1⟧ 1.5", "⟦1⟧ 1.5", "⟦1⟧ 1,5"),
    ],
)
def test_it_writes_numbers_of_the_source_anew(source: str, before: str, after: str) -> None:
    assert fixed(before, source, numbers="1.234,5") == after


STYLES = st.builds(
    Style,
    quotes=st.sampled_from(["", *QUOTES]),
    spaces=st.sampled_from(["", "none", "french"]),
    ellipsis=st.sampled_from(["", "sign", "dots"]),
    numbers=st.sampled_from(["", *NUMBERS]),
    dates=st.sampled_from(["", *DATES]),
    units=st.sampled_from(["", *UNITS]),
)
PIECES = st.sampled_from(
    [
        *('"', "„", "“", "”", "«", "»", "「", "」", "‹", "'", "’"),
        *("a", "Wort", "é", " ", NBSP, NNBSP, ".", "...", "…", ":", ";", "?", "!", ","),
        *("1,234.5", "1.5", "1.234", "12", "5 mm", "3kg", "2026-11-27", "10:30", "%"),
        *("⟦1⟧", "⟦/1⟧", "⟦12⟧", "(", ")", "—", "\n", "日本"),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=400)
@given(TEXTS, TEXTS, STYLES)
def test_doing_it_again_changes_nothing_and_no_mark_is_lost(
    text: str, source: str, style: Style
) -> None:
    task = Task(style, source)
    once = mended(text, task)
    assert mended(once.text, task) == replace(once, fixes=())
    assert marks_in(once.text) == marks_in(text)
    assert bool(once.fixes) == (once.text != text)
    letters = [char for char in text if char.isalpha()]
    kept = [char for char in once.text if char.isalpha() and char not in "年月日"]
    assert kept == [char for char in letters if char not in "年月日"]
    if not style.dates:
        assert [c for c in once.text if c.isdigit()] == [c for c in text if c.isdigit()]


def judged(source: str, reply: str, style: Style, target: str = "de") -> list[Any]:
    protected = protect(source, Syntax.CATALOGUE)
    subject = Subject(
        source=source,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, Syntax.CATALOGUE),
        syntax=Syntax.CATALOGUE,
        flags=(),
        label="",
        source_language=find_source("en"),
        target_language=find_source(target),
        style=style,
    )
    brief = Brief(source="en", target=target, tier=Tier.FAST, salt="s", style=style)
    return list(inspect(subject, brief))


class TestGates:
    @pytest.mark.parametrize(
        ("reply", "code", "found"),
        [
            ("Er sagt ⟦1⟧ und wartet...", "ellipsis_style", "wartet..."),
            ('Er sagt ⟦1⟧ "ja".', "quote_style", '"ja"'),
        ],
    )
    def test_they_report_what_a_fix_would_change(self, reply: str, code: str, found: str) -> None:
        [one] = judged("He says {name} and waits.", reply, GERMAN)
        assert (one.code, one.blocking) == (code, False)
        assert one.evidence["found"] == [found]
        assert one.evidence["expected"][0] in sentence(one)
        [span] = one.spans
        assert restore_of(reply)[span.start : span.end] == found

    def test_a_banned_phrase_is_named_with_what_to_write(self) -> None:
        style = Style(
            banned=(Banned("leverage", instead="nutzen"), Banned("v[0-9]+", is_regex=True))
        )
        [one] = judged("Use v12 of it now.", "Leverage nutzen, v12 leveraged.", style)
        assert one.code == "banned_phrase"
        assert one.evidence["found"] == ["Leverage", "v12"]
        assert "“nutzen”" in sentence(one)

    @pytest.mark.parametrize(
        ("target", "form", "reply", "found"),
        [
            ("de", "formal", "Öffne deine Datei, wenn du magst.", ["deine", "du"]),
            ("de", "formal", "Öffnen Sie Ihre Datei. Dusche.", []),
            ("de", "informal", "Wenn Sie mögen, öffnet sie Ihre Datei.", ["Sie", "Ihre"]),
            ("de", "informal", "Sie wartet. Öffne deine Datei.", []),
            ("fr", "formal", "Si tu veux, ta page.", ["tu", "ta"]),
            ("fr", "formal", "Le ton et l'état de la page.", []),
            ("ja", "formal", "開く", []),
        ],
    )
    def test_the_form_of_address(
        self, target: str, form: Any, reply: str, found: list[str]
    ) -> None:
        hits = wrong_address(reply, Style(formality=form), target)
        assert [reply[one.start : one.end] for one in hits] == found


def restore_of(reply: str) -> str:
    return restore(reply, protect("He says {name} and waits.", Syntax.CATALOGUE), Syntax.CATALOGUE)


class TestBanned:
    def test_it_takes_linear_time_whatever_the_expression(self) -> None:
        style = Style(banned=(Banned("(a+)+(a+)+$", is_regex=True),))
        began = time.process_time()
        assert banned_in("a" * 20_000 + "b", style) == []
        assert time.process_time() - began < 2

    @pytest.mark.parametrize(
        ("pattern", "told"),
        [
            ("(a", "missing"),
            ("(?=x)y", "regular expression"),
            (r"(a)\1", "regular expression"),
            ("x*", "empty text"),
            ("a" * 201, "200 characters"),
            ("(a{1000}){1000}", "regular expression"),
            ("[a-z]+-Lösung", ""),
        ],
    )
    def test_it_says_what_cannot_be_checked(self, pattern: str, told: str) -> None:
        found = pattern_problem(pattern)
        assert (told in found) if told else found == ""

    def test_phrases_stand_at_word_boundaries_where_there_are_words(self) -> None:
        style = Style(banned=(Banned("art"), Banned("御社")))
        assert [one.start for one in banned_in("Party art ARTS", style)] == [6]
        assert [one.start for one in banned_in("弊社は御社の", style)] == [3]


class TestPrompt:
    def test_it_tells_all_of_a_guide_in_a_fixed_order(self) -> None:
        style = Style(
            formality="formal",
            register="plain",
            audience="nurses",
            quotes="german",
            numbers="1.234,5",
            dates="27.11.2026",
            headings="sentence",
            instructions=("Warnings begin with the verb.",),
            examples=(Example("Öffnen Sie die Klappe.", "Klappe öffnen."),),
            banned=(Banned("Device", instead="Gerät"),),
        )
        lines = style_lines(style)
        assert lines[0] == "Address the reader formally, with the polite form."
        assert lines[-1] == "Never write “Device”; write Gerät."
        assert len(lines) == 10
        brief = Brief(source="en", target="de", tier=Tier.FAST, salt="s", style=style)
        rules, own = system_blocks(brief)
        assert "style guide" in rules.text
        assert all(f"\n- {line}" in own.text for line in lines)
        assert style_lines(Style()) == []


class TestAttempt:
    def run(self, answer: str, source: str = 'Say "yes" to {name}.') -> Any:
        model = ScriptedModel({"1": answer})
        segment = PackSegment(id="a", syntax=Syntax.CATALOGUE, forms=(Form("", source),))
        brief = Brief(source="en", target="de", tier=Tier.FAST, salt="s", style=GERMAN)
        return attempt(
            [segment], brief=brief, context=Context(), round_number=0, model=model
        ).outcomes[0]

    def test_it_mends_without_asking_and_says_so(self) -> None:
        one = self.run('Sagen Sie ⟦1⟧ "ja"...')
        assert one.verdict is Verdict.PASSED
        assert one.forms == ("Sagen Sie {name} „ja“…",)
        assert one.fixes == ("ellipsis_style", "quote_style")

    def test_it_asks_for_what_it_cannot_mend(self) -> None:
        one = self.run('Sagen Sie ⟦1⟧ "ja.')
        assert one.fixes == ()
        assert one.findings == ()  # one mark alone may be anything

    def test_it_never_brings_a_finding_of_its_own(self) -> None:
        one = self.run("Nimm 0.5 von ⟦1⟧", "Take 0.5 of {name}")
        assert one.forms == ("Nimm 0,5 von {name}",)
        assert one.findings == ()
