"""Whatever the source: an untouched set of marks passes, and any single loss is found."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.gates import GATES, Subject, inspect, is_blocking, score, sentence
from engine.languages import LANGUAGES, find_source, find_target
from engine.protect import marks_in, protect, restore
from engine.values import Brief, Finding, Syntax, Tier

BRIEF = Brief(source="en", target="de", tier=Tier.FAST, salt="s")
TOKEN_CODES = {"placeholder_set", "tag_set"}
FRAGMENTS = [
    *("word ", "zwei ", " ", ". ", "7 ", "1,200 ", "日本 ", "'", "\n", "&amp; ", "&lt;", "- "),
    *("{name} ", "%s ", "%(x)d ", "{{ y }} ", "<b>", "</b>", "<br> ", "<g1>", "</g1>", "<x2/>"),
    *("**", "*", "_", "`c` ", "[", "](u) ", "http://x.y/z ", "a@b.cd ", "⟦1⟧ ", "# ", "\\* "),
]
SOURCES = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
SYNTAXES = st.sampled_from(list(Syntax))


def inspected(source: str, syntax: Syntax, reply: str, target: str = "de") -> tuple[Finding, ...]:
    protected = protect(source, syntax)
    subject = Subject(
        source=source,
        protected=protected,
        reply=reply,
        target=restore(reply, protected, syntax),
        syntax=syntax,
        flags=(),
        label="",
        source_language=find_source("en"),
        target_language=find_target(target),
    )
    return inspect(subject, BRIEF)


@settings(max_examples=600)
@given(source=SOURCES, syntax=SYNTAXES)
def test_it_finds_no_fault_with_the_code_of_an_untouched_text(source: str, syntax: Syntax) -> None:
    found = inspected(source, syntax, protect(source, syntax).text)

    assert not TOKEN_CODES.intersection(one.code for one in found)


@settings(max_examples=600)
@given(source=SOURCES, syntax=SYNTAXES, pick=st.integers(min_value=0, max_value=50))
def test_it_finds_any_lost_or_doubled_mark(source: str, syntax: Syntax, pick: int) -> None:
    text = protect(source, syntax).text
    marks = marks_in(text)
    assume(marks)
    mark = marks[pick % len(marks)]

    lost = inspected(source, syntax, text.replace(mark, " ") + " und")
    doubled = inspected(source, syntax, f"{text} und {mark}")

    assert is_blocking(lost)
    assert is_blocking(doubled)
    assert TOKEN_CODES.intersection(one.code for one in (*lost, *doubled))


@settings(max_examples=300)
@given(
    source=SOURCES,
    syntax=st.sampled_from([Syntax.MARKUP, Syntax.MARKDOWN, Syntax.CATALOGUE, Syntax.RUNS]),
    added=st.sampled_from(["<i>", "</u>", "{fremd}", "%(fremd)s", "http://fremd.de/", "&copy;"]),
)
def test_it_finds_code_that_was_not_there(source: str, syntax: Syntax, added: str) -> None:
    reply = f"{protect(source, syntax).text} und {added} dann"

    found = inspected(source, syntax, reply)

    assert TOKEN_CODES.intersection(one.code for one in found)


@settings(max_examples=300)
@given(
    source=SOURCES,
    syntax=SYNTAXES,
    reply=st.one_of(SOURCES, st.text(max_size=60)),
    target=st.sampled_from([language.code for language in LANGUAGES]),
)
def test_it_reports_soundly_whatever_comes_back(
    source: str, syntax: Syntax, reply: str, target: str
) -> None:
    found = inspected(source, syntax, reply, target)
    restored = restore(reply, protect(source, syntax), syntax)
    lengths = {"source": len(source), "target": len(restored)}

    assert [one.code for one in found] == [
        gate.code for gate in GATES if gate.code in {one.code for one in found}
    ]
    for finding in found:
        assert sentence(finding).endswith(".")
        assert all(0 <= s.start <= s.end <= lengths[s.side] for s in finding.spans)
        for value in finding.evidence.values():
            items = value if isinstance(value, list) else [str(value)]
            assert len(items) <= 10
            assert all(len(item) <= 200 for item in items)


def test_it_gives_every_gate_a_category_and_a_weight() -> None:
    assert len({gate.code for gate in GATES}) == len(GATES)
    for gate in GATES:
        values = {
            "code": gate.code,
            "category": gate.category,
            "severity": gate.severity,
            "blocking": gate.blocks,
        }
        assert values.keys() <= {one.name for one in fields(Finding)}
        assert score([Finding(**values)]) in {1, 5, 25}
        assert gate.blocks == (gate.severity == "critical")
