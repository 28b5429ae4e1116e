"""ICU messages opened into whole sentences and closed again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyicumessageformat import Parser

from engine.errors import EngineError
from engine.forms import target_forms
from engine.icu import close_message, is_message, open_message
from engine.languages import LANGUAGES, Language, find_source, find_target
from engine.values import Form, Syntax

EN = find_source("en")
PARSER = Parser()


def opened(text: str) -> dict[str, str]:
    return {form.label: form.text for form in open_message(text)}


def translated(text: str, target: str, source: str = "en") -> str:
    """The message with every needed form put into angle quotes."""
    language = find_target(target)
    forms = target_forms(
        open_message(text), source=find_source(source), target=language, syntax=Syntax.ICU
    )
    marked = tuple(Form(form.label, f"«{form.text}»") for form in forms)
    return close_message(text, marked, target=language)


def refusal(text: str) -> EngineError:
    with pytest.raises(EngineError) as caught:
        open_message(text)
    return caught.value


class TestIsMessage:
    @pytest.mark.parametrize(
        "text",
        [
            "{n, plural, one {# file} other {# files}}",
            "{n,selectordinal,other{#th}}",
            "Hi {g, select, other {they}}!",
            "{n, plural, one {# file}}",  # broken, but meant
            "{n, plural, other {x}",
        ],
    )
    def test_it_sees_plural_and_select(self, text: str) -> None:
        assert is_message(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Hello",
            "Hello {name}",
            "{n, number, ::compact-short}",
            "{when, date, short}",
            "'{n, plural, other {x}}'",
            "plural, select, {plural}",
            "{{n}, plural, }",
        ],
    )
    def test_it_leaves_simple_arguments_alone(self, text: str) -> None:
        assert not is_message(text)


OPENED: list[tuple[str, dict[str, str]]] = [
    ("Hello {name}", {"": "Hello {name}"}),
    (
        "You have {n, plural, one {# file} other {# files}} left.",
        {"n:plural=one": "You have # file left.", "n:plural=other": "You have # files left."},
    ),
    (
        "{n, plural, offset:1 =0 {Nobody} =1 {{who}} one {{who} and one more} other {# more}}",
        {
            "n:plural==0": "Nobody",
            "n:plural==1": "{who}",
            "n:plural=one": "{who} and one more",
            "n:plural=other": "# more",
        },
    ),
    (
        "{g, select, male {He has {n, plural, one {a cat} other {# cats}}} other {They left}}.",
        {
            "g:select=male/n:plural=one": "He has a cat.",
            "g:select=male/n:plural=other": "He has # cats.",
            "g:select=other": "They left.",
        },
    ),
    (
        # The number of an outer plural is spelled out; # is the innermost one's.
        "{a, plural, one {# cat} other {# cats}} and {b, plural, other {# dogs}}",
        {
            "a:plural=one/b:plural=other": "{a, number} cat and # dogs",
            "a:plural=other/b:plural=other": "{a, number} cats and # dogs",
        },
    ),
    (
        # The same argument decides once.
        "{n, plural, one {# file} other {# files}}: {n, plural, one {it} other {them}}",
        {"n:plural=one": "# file: it", "n:plural=other": "# files: them"},
    ),
    (
        "{n, plural, one {a} other {b}} {n, plural, =0 {none} other {some}}",
        {"n:plural=one": "a some", "n:plural=other": "b some", "n:plural==0": "b none"},
    ),
    (
        "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} place",
        {
            "n:ordinal=one": "#st place",
            "n:ordinal=two": "#nd place",
            "n:ordinal=few": "#rd place",
            "n:ordinal=other": "#th place",
        },
    ),
    # A # outside a plural is no number, and must not become one.
    ("#1: {n, plural, other {# in C'#'}}", {"n:plural=other": "'#'1: # in C'#'"}),
    ("#1 {g, select, other {x # y}}", {"g:select=other": "#1 x # y"}),
    ("{n, plural, other {{g, select, other {# x}}}}", {"n:plural=other/g:select=other": "# x"}),
    # Apostrophes
    ("it's {n, plural, other {l'eau d''or}}", {"n:plural=other": "it's l'eau d''or"}),
    ("{n, plural, other {x}} dogs'", {"n:plural=other": "x dogs''"}),
    ("'{literal}' {n, plural, other {x}}", {"n:plural=other": "'{literal}' x"}),
    ("'{it''s}' {n, plural, other {x}}", {"n:plural=other": "'{it''s}' x"}),
    ("{n, plural, other {x}}'{open", {"n:plural=other": "x'{open'"}),
    ("'#' {n, plural, other {x}}", {"n:plural=other": "'''#''' x"}),
    # White space inside braces of the skeleton is not text; in branches it is.
    ("{ n ,plural ,other{ x }}", {"n:plural=other": " x "}),
    (
        "{n, plural, other {{d, date, 'at' HH'}'} {x, number, #,##0.00}}}",
        {"n:plural=other": "{d, date, 'at' HH'}'} {x, number, #,##0.00}"},
    ),
]

MALFORMED = [
    ("{n, plural, one {# file}}", 25, "no “other”"),
    ("{n, plural, other {x}", 22, "selector or closing brace"),
    ("{n, plural, other {x", 21, "closing brace was expected"),
    ("{n, plural, other {x}}}", 23, "no opening one"),
    ("{n, plural, other x}", 19, "opening brace was expected"),
    ("{n, plural, lots {a} other {b}}", 13, "not a plural category"),
    ("{n, plural, one {a} one {b} other {c}}", 21, "there twice"),
    ("{g, select, =1 {a} other {b}}", 13, "selector or closing brace"),
    ("{, plural, other {x}}", 2, "argument name"),
    ("{a/b, plural, other {x}}", 3, "comma or closing brace"),
    ("{n, plural, other {{}}}", 21, "argument name"),
    ("{n, plural, other {{x, date, y}}", 33, "selector or closing brace"),
    ("{n, plural, other {{x, date, y", 31, "closing brace was expected"),
    ("{n, plural}", 11, "comma was expected"),
    ("{n, }", 5, "argument type"),
]


class TestOpenMessage:
    @pytest.mark.parametrize(("text", "forms"), OPENED)
    def test_it_gives_whole_sentences(self, text: str, forms: dict[str, str]) -> None:
        assert opened(text) == forms

    @pytest.mark.parametrize(("text", "position", "reason"), MALFORMED)
    def test_it_says_where_a_message_is_malformed(
        self, text: str, position: int, reason: str
    ) -> None:
        error = refusal(text)
        assert (error.code, error.detail["position"]) == ("icu_invalid", position)
        assert reason in error.message

    def test_it_refuses_more_than_sixty_forms(self) -> None:
        plural = "{%s, plural, one {#} other {#}}"
        assert len(opened(" ".join(plural % name for name in "abcde"))) == 32
        assert refusal(" ".join(plural % name for name in "abcdef")).code == "icu_too_many_forms"
        assert refusal(" ".join(plural % f"x{i}" for i in range(60))).code == "icu_too_many_forms"

    def test_it_bounds_nesting_and_length(self) -> None:
        deep = "{a, select, other {" * 500 + "}}" * 500
        assert refusal(deep).code == "icu_invalid"
        assert refusal("{n, plural, other {" + "x" * 100_000 + "}}").code == "icu_invalid"
        assert refusal("{" * 100_000).code == "icu_invalid"

    def test_it_refuses_an_offset_number_no_sentence_can_say(self) -> None:
        text = "{a, plural, offset:1 other {# and {g, select, other {x}}}}"
        assert refusal(text).code == "icu_unsupported"
        assert refusal("{a, plural, offset:1 other {}}{a, plural, other {}}").code == (
            "icu_unsupported"
        )


class TestCloseMessage:
    @pytest.mark.parametrize("text", [text for text, _ in OPENED])
    def test_it_gives_unchanged_forms_their_own_text(self, text: str) -> None:
        assert close_message(text, open_message(text), target=EN) == text

    def test_it_keeps_the_skeleton_and_asks_for_the_targets_categories(self) -> None:
        text = "Hi {n, plural, offset:2 =0 {nobody} one {# guest} other {# guests}}!"
        assert translated(text, "ru") == (
            "{n, plural, offset:2 =0 {«Hi nobody!»} one {«Hi # guest!»} few {«Hi # guests!»} "
            "many {«Hi # guests!»} other {«Hi # guests!»}}"
        )
        assert translated(text, "ja") == (
            "{n, plural, offset:2 =0 {«Hi nobody!»} other {«Hi # guests!»}}"
        )

    def test_it_nests_selectors_as_the_source_does(self) -> None:
        text = "{g, select, she {{n, selectordinal, one {#st} other {#th}}} other {none}}"
        assert translated(text, "de") == (
            "{g, select, she {{n, selectordinal, other {«#th»}}} other {«none»}}"
        )

    def test_it_makes_loose_apostrophes_safe(self) -> None:
        text = "{n, plural, other {x}}"
        closed = close_message(text, (Form("n:plural=other", "les amis d'"),), target=EN)
        assert closed == "{n, plural, other {les amis d''}}"

    def test_it_fills_a_missing_other_with_the_last_wording(self) -> None:
        text = "{n, plural, one {#} other {#s}}"
        forms = tuple(Form(f"n:plural={one}", f"{one} #") for one in ("one", "few", "many"))
        closed = close_message(text, forms, target=find_target("ru"))
        assert closed == "{n, plural, one {one #} few {few #} many {many #} other {many #}}"

    @pytest.mark.parametrize(
        "labels",
        [
            [],
            [""],
            ["g:select=he", "g:select=she", "g:select=other"],
            ["g:select=he"],
            ["x:select=he", "x:select=other"],
            ["g:plural=one", "g:plural=other"],
            ["g:select=he", "g:select=he", "g:select=other"],
        ],
    )
    def test_it_refuses_forms_of_another_skeleton(self, labels: list[str]) -> None:
        forms = tuple(Form(label, "x") for label in labels)
        with pytest.raises(EngineError) as caught:
            close_message("{g, select, he {He} other {They}}", forms, target=EN)
        assert caught.value.code == "icu_forms_mismatch"

    def test_it_refuses_a_category_the_target_lacks(self) -> None:
        forms = (Form("n:plural=few", "x"), Form("n:plural=other", "y"))
        with pytest.raises(EngineError, match="German has no plural category “few”"):
            close_message("{n, plural, other {x}}", forms, target=find_target("de"))

    @pytest.mark.parametrize("wording", ["{", "}", "x}", "{n, plural, other {y}}", "{a b}"])
    def test_it_refuses_a_wording_that_would_break_the_message(self, wording: str) -> None:
        forms = (Form("n:plural=other", wording),)
        with pytest.raises(EngineError) as caught:
            close_message("{n, plural, other {x}}", forms, target=EN)
        assert caught.value.code == "icu_invalid"


def meaning(text: str, arguments: dict[str, str]) -> str:
    """What a message reads as, by a parser that is not ours; "#" as the argument's name."""

    def read(nodes: list[object]) -> str:
        return "".join(map(one, nodes))

    def one(node: object) -> str:
        if isinstance(node, str):
            return node
        assert isinstance(node, dict)
        if "options" in node:
            options = node["options"]
            return read(options.get(arguments[node["name"]], options["other"]))
        if node.get("type") == "number":
            return f"<{node['name']}>"
        return f"<{node['name']} {node.get('type')} {node.get('format')}>"

    return read(PARSER.parse(text))


literal_text = st.text(alphabet="ab '#é", max_size=6)
fragments = st.one_of(
    literal_text,
    st.sampled_from(["'{x}'", "'{''}'", "''", "{name}", "{d, date, short}", "'#'", "'}'"]),
)


def switch(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    kinds = {
        "n": ("plural", ["=0", "one", "other"]),
        "m": ("plural", ["one", "other"]),
        "o": ("selectordinal", ["two", "other"]),
        "g": ("select", ["he", "other"]),
    }

    def build(name: str, branches: list[str]) -> str:
        kind, keys = kinds[name]
        options = " ".join(f"{key} {{{text}}}" for key, text in zip(keys, branches, strict=False))
        return f"{{{name}, {kind}, {options}}}"

    return st.builds(build, st.sampled_from("nmog"), st.lists(inner, min_size=3, max_size=3))


def sequence(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, min_size=1, max_size=4).map("".join)


messages = sequence(st.recursive(fragments, lambda inner: switch(sequence(inner)), max_leaves=8))
choices = st.fixed_dictionaries(
    {
        "n": st.sampled_from(["=0", "one", "other"]),
        "m": st.sampled_from(["one", "other"]),
        "o": st.sampled_from(["two", "other"]),
        "g": st.sampled_from(["he", "other"]),
    }
)


def open_or_skip(text: str) -> tuple[Form, ...]:
    try:
        return open_message(text)
    except EngineError:
        assume(False)
        raise


class TestRoundTrip:
    @given(messages, choices)
    def test_it_means_the_same_rebuilt(self, text: str, arguments: dict[str, str]) -> None:
        forms = open_or_skip(text)
        # One changed wording forces a rebuild; changed back, everything reads as before.
        marked = (Form(forms[0].label, forms[0].text + "MARK"), *forms[1:])
        rebuilt = close_message(text, marked, target=EN)
        assert open_message(rebuilt) == marked
        same = close_message(rebuilt, forms, target=EN)
        assert open_message(same) == forms
        assert meaning(same, arguments) == meaning(text, arguments)

    @given(messages, st.sampled_from(LANGUAGES))
    def test_it_opens_again_to_the_forms_it_was_closed_with(
        self, text: str, target: Language
    ) -> None:
        try:
            forms = target_forms(open_or_skip(text), source=EN, target=target, syntax=Syntax.ICU)
        except EngineError:
            assume(False)
        closed = close_message(text, forms, target=target)
        assert open_message(closed) == forms
        PARSER.parse(closed)

    @given(st.text(alphabet="{}'#,= abnplurselctohi", max_size=60))
    def test_it_answers_any_text_with_forms_or_a_refusal(self, text: str) -> None:
        try:
            forms = open_message(text)
        except EngineError as error:
            assert error.code.startswith("icu_")  # noqa: PT017
        else:
            assert close_message(text, forms, target=EN) == text
