"""Which forms a target needs, and what each is translated from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.forms import Selector, format_label, parse_label, target_forms
from engine.languages import LANGUAGES, Language, find_source, find_target
from engine.plurals import gettext_rule
from engine.values import Form, Syntax

EN = find_source("en")


def needed(
    forms: dict[str, str], target: str, *, source: str = "en", syntax: Syntax | None = None
) -> dict[str, str]:
    given_forms = tuple(Form(label, text) for label, text in forms.items())
    found = target_forms(
        given_forms, source=find_source(source), target=find_target(target), syntax=syntax
    )
    assert len({form.label for form in found}) == len(found)
    return {form.label: form.text for form in found}


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "path"),
        [
            ("", ()),
            ("n:plural=one", (Selector("n", "plural", "one"),)),
            ("n:plural==0", (Selector("n", "plural", "=0"),)),
            (
                "count:ordinal=few/gender:select=female",
                (Selector("count", "ordinal", "few"), Selector("gender", "select", "female")),
            ),
        ],
    )
    def test_it_reads_and_writes_paths(self, label: str, path: tuple[Selector, ...]) -> None:
        assert parse_label(label) == path
        assert format_label(path) == label

    @pytest.mark.parametrize("label", ["n", "n:plural", "n:dual=one", ":plural=one", "a/b", "/"])
    def test_it_refuses_what_is_no_label(self, label: str) -> None:
        with pytest.raises(ValueError, match="not a form label"):
            parse_label(label)


class TestLoneForm:
    @pytest.mark.parametrize("target", ["de", "ja", "ar"])
    def test_it_stays_itself(self, target: str) -> None:
        assert needed({"": "Hello"}, target) == {"": "Hello"}


class TestGettextPlural:
    @pytest.mark.parametrize("target", LANGUAGES, ids=lambda one: one.code)
    def test_it_follows_the_order_of_the_catalogue(self, target: Language) -> None:
        forms = (Form("n:plural=one", "%d file"), Form("n:plural=other", "%d files"))
        found = target_forms(forms, source=EN, target=target, syntax=Syntax.CATALOGUE)
        categories = gettext_rule(target).categories
        assert [form.label for form in found] == [f"n:plural={one}" for one in categories]
        assert target_forms(forms, source=EN, target=target) == found

    def test_it_takes_what_the_source_lacks_from_other(self) -> None:
        assert needed({"n:plural=one": "%d file", "n:plural=other": "%d files"}, "ar") == {
            "n:plural=zero": "%d files",
            "n:plural=one": "%d file",
            "n:plural=two": "%d files",
            "n:plural=few": "%d files",
            "n:plural=many": "%d files",
            "n:plural=other": "%d files",
        }

    def test_it_drops_what_the_target_lacks(self) -> None:
        forms = {"n:plural=one": "%d file", "n:plural=other": "%d files"}
        assert needed(forms, "ja") == {"n:plural=other": "%d files"}

    def test_it_keeps_categories_both_have(self) -> None:
        russian = {"n:plural=one": "%d a", "n:plural=few": "%d b", "n:plural=many": "%d c"}
        assert needed(russian, "pl", source="ru") == russian

    def test_it_takes_the_last_form_where_the_source_has_no_other(self) -> None:
        russian = {"n:plural=one": "%d a", "n:plural=few": "%d b", "n:plural=many": "%d c"}
        english = {"n:plural=one": "%d a", "n:plural=other": "%d c"}
        assert needed(russian, "en-GB", source="ru") == english


class TestSingularWithoutNumber:
    @pytest.mark.parametrize(
        ("target", "text"),
        [
            ("de", "One file"),
            ("es", "One file"),
            ("pl", "One file"),
            ("ar", "One file"),
            ("ru", "{} files"),
            ("fr", "{} files"),
            ("hr", "{} files"),
            ("fil", "{} files"),
        ],
    )
    @pytest.mark.parametrize("number", ["#", "%d", "%(count)s", "{count}", "{{n}}", "%{n}", "%1$s"])
    def test_it_stands_for_one_only_where_one_is_only_one(
        self, target: str, text: str, number: str
    ) -> None:
        plural = "{} files".replace("{}", number)
        found = needed({"n:plural=one": "One file", "n:plural=other": plural}, target)
        assert found["n:plural=one"] == text.replace("{}", number)

    @pytest.mark.parametrize("target", ["ru", "fr", "de"])
    def test_it_is_used_where_it_has_the_number_or_there_is_none(self, target: str) -> None:
        for one, other in (("# file", "# files"), ("this file", "these files")):
            found = needed({"c:plural=one": one, "c:plural=other": other}, target)
            assert found["c:plural=one"] == one

    def test_it_is_not_misled_by_a_quoted_hash(self) -> None:
        forms = {"c:plural=one": "One file in C'#'", "c:plural=other": "# files in C'#'"}
        assert needed(forms, "ru")["c:plural=one"] == "# files in C'#'"

    def test_it_holds_for_every_category(self) -> None:
        arabic = {"c:plural=two": "both", "c:plural=other": "# all"}
        assert needed(arabic, "he", source="ar")["c:plural=two"] == "both"
        assert needed(arabic, "sl", source="ar")["c:plural=two"] == "# all"  # also 102

    def test_it_holds_for_ordinals(self) -> None:
        english = {"c:ordinal=one": "first", "c:ordinal=other": "#th"}
        assert needed(english, "fr")["c:ordinal=one"] == "first"
        assert needed(english, "en-GB")["c:ordinal=one"] == "#th"  # also 21st


class TestIcuPaths:
    def test_it_needs_every_category_of_a_message(self) -> None:
        forms = {"n:plural=one": "# file", "n:plural=other": "# files"}
        assert list(needed(forms, "ru", syntax=Syntax.ICU)) == [
            "n:plural=one",
            "n:plural=few",
            "n:plural=many",
            "n:plural=other",
        ]
        assert "n:plural=many" in needed(forms, "fr", syntax=Syntax.ICU)

    def test_it_keeps_explicit_values_and_select_keys(self) -> None:
        forms = {
            "g:select=male/n:plural==0": "he none",
            "g:select=male/n:plural=one": "he #",
            "g:select=male/n:plural=other": "he #s",
            "g:select=other": "they",
        }
        assert needed(forms, "ja") == {
            "g:select=male/n:plural==0": "he none",
            "g:select=male/n:plural=other": "he #s",
            "g:select=other": "they",
        }

    def test_it_multiplies_nested_plurals(self) -> None:
        forms = {
            f"a:plural={a}/b:plural={b}": f"{a} {b} #"
            for a in ("one", "other")
            for b in ("one", "other")
        }
        found = needed(forms, "ar")
        assert len(found) == 36
        assert found["a:plural=one/b:plural=few"] == "one other #"
        assert found["a:plural=two/b:plural=one"] == "other one #"

    def test_it_expands_ordinals_by_the_ordinal_rule(self) -> None:
        forms = {f"d:ordinal={c}": f"#{c}" for c in ("one", "two", "few", "other")}
        assert needed(forms, "de") == {"d:ordinal=other": "#other"}
        assert list(needed(forms, "it")) == ["d:ordinal=many", "d:ordinal=other"]

    def test_it_refuses_more_than_sixty_forms(self) -> None:
        keys = [f"k:select={key}/" for key in ("a", "b", "other")]
        forms = {
            f"{key}a:plural={a}/b:plural={b}": "#"
            for key in keys
            for a in ("one", "other")
            for b in ("one", "other")
        }
        assert len(needed(forms, "de")) == 12
        with pytest.raises(EngineError) as caught:
            needed(forms, "ar")
        assert caught.value.code == "icu_too_many_forms"

    @given(st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES), st.booleans())
    def test_it_invents_no_text_and_settles_at_once(
        self, source: Language, target: Language, explicit: bool
    ) -> None:
        forms = tuple(Form(f"c:plural={one}", f"# {one}") for one in source.plural_categories)
        forms = (Form("c:plural==0", "none"), *forms) if explicit else forms
        found = target_forms(forms, source=source, target=target)
        assert {form.text for form in found} <= {form.text for form in forms}
        assert target_forms(found, source=target, target=target) == found
