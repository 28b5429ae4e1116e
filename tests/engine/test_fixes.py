"""Fixes put right what they name and break nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fixes import Fix, fix_of
from engine.languages import find_source, find_target
from engine.values import Brief, Form, Syntax, Tier
from engine.written import Task, judge, task_of

BRIEF = Brief(source="en", target="de", tier=Tier.STANDARD, salt="x")


def task(source: str, syntax: Syntax = Syntax.CATALOGUE, target: str = "de") -> Task:
    return task_of(
        [Form("", source)],
        syntax=syntax,
        flags=(),
        source=find_source("en"),
        target=find_target(target),
    )


def fixed(source: str, text: str, code: str, syntax: Syntax = Syntax.CATALOGUE) -> Fix | None:
    asked = task(source, syntax)
    judged = judge(asked, [text], BRIEF)
    [finding] = [one for one in judged.findings if one.code == code]
    return fix_of(asked, judged.forms, finding, BRIEF)


@pytest.mark.parametrize(
    ("source", "text", "label", "mended"),
    [
        (
            "Press {name} to go on.",
            "Weiter geht es mit.",
            "Insert {name}",
            "Weiter {name} geht es mit.",
        ),
        ("{name} is here.", "ist hier.", "Insert {name}", "{name} ist hier."),
        ("Hello, {name}!", "Hallo,!", "Insert {name}", "Hallo, {name}!"),
        ("Hello, {name}", "Hallo,", "Insert {name}", "Hallo, {name}"),
        ("Open {a} and {b} now", "Öffne {a} jetzt", "Insert {b}", "Öffne {a} {b} jetzt"),
        ("See {name} so.", "{name} sieh {name}.", "Remove the extra {name}", "{name} sieh."),
        ("See https://a.b/c now.", "Sieh nun.", "Insert https://a.b/c", "Sieh https://a.b/c nun."),
        ("Press it.", "Drücke {das} jetzt.", "Remove {das}", "Drücke jetzt."),
        ("Press {a}.", "Drücke {b}.", "Insert {a} and remove {b}", "Drücke {a}."),
    ],
)
def test_it_puts_placeholders_right(source: str, text: str, label: str, mended: str | None) -> None:
    fix = fixed(source, text, "placeholder_set")
    assert fix is not None
    assert fix.label == label
    assert fix.forms == (mended,)


@pytest.mark.parametrize(
    ("source", "text", "label", "mended"),
    [
        ("<b>Stop</b>", "Halt", "Insert <b>, </b>", "<b>Halt</b>"),
        ("Say <b>no</b>.", "Sag <b>nein.", "Insert </b>", "Sag <b>nein</b>."),
        ("Say no.", "Sag <b>nein</b>.", "Remove <b>, </b>", "Sag nein."),
        ("A <b>no</b> or.", "Ein </b>nein<b> so.", "Put the tags in order", "Ein <b>nein</b> so."),
        ("A <b>red</b> car", "Ein roter Wagen", "Insert <b>, </b>", "Ein <b>roter</b> Wagen"),
    ],
)
def test_it_puts_tags_right(source: str, text: str, label: str, mended: str) -> None:
    assert fixed(source, text, "tag_set") == Fix(label, (mended,))


@pytest.mark.parametrize(
    ("source", "text", "mended"),
    [
        ("Wait 12 days.", "Warte 21 Tage.", "Warte 12 Tage."),
        ("It costs 1,250.50 euros.", "Es kostet 1.250,05 Euro.", "Es kostet 1.250,50 Euro."),
        ("Wait 12 or 30 days.", "Warte 21 oder 13 Tage.", None),
        ("Wait 12 days.", "Warte einige Tage.", None),
    ],
)
def test_it_puts_a_number_right_that_can_only_be_one(
    source: str, text: str, mended: str | None
) -> None:
    fix = fixed(source, text, "number_equal")
    assert (fix.forms[0] if fix else None) == mended


WORDS = st.sampled_from(
    ["Press", "the", "{name}", "<b>", "</b>", "12", "13", "{other}", "%d", "lever.", "<br/>", "go"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)


@given(TEXTS, TEXTS, st.sampled_from([Syntax.CATALOGUE, Syntax.MARKUP, Syntax.TEXT, Syntax.ICU]))
def test_it_removes_its_finding_and_adds_none_that_blocks(
    source: str, text: str, syntax: Syntax
) -> None:
    asked = task(source, syntax)
    judged = judge(asked, [text], BRIEF)
    for finding in judged.findings:
        fix = fix_of(asked, judged.forms, finding, BRIEF)
        if fix is None:
            continue
        mended = judge(asked, fix.forms, BRIEF)
        assert mended.forms == fix.forms
        assert finding.code not in {one.code for one in mended.findings}
        blocked = {one.code for one in judged.findings if one.blocking}
        assert {one.code for one in mended.findings if one.blocking} <= blocked
        assert fix == fix_of(asked, judged.forms, finding, BRIEF)


@given(
    st.lists(st.sampled_from(["{a}", "{b}", "%s", "word", "other"]), min_size=2, max_size=8),
    st.data(),
)
def test_it_knows_a_fix_for_every_lost_placeholder(words: list[str], data: st.DataObject) -> None:
    source = "Text " + " ".join(words)
    kept = [one for one in words if one in {"word", "other"} or data.draw(st.booleans(), label=one)]
    text = "Wort " + " ".join(kept)
    asked = task(source)
    judged = judge(asked, [text], BRIEF)
    for finding in judged.findings:
        if finding.code == "placeholder_set":
            assert fix_of(asked, judged.forms, finding, BRIEF) is not None
