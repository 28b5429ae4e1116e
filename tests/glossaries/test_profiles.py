"""Domain profiles: whose word counts, and what keeps one from being stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotFound
from engine.values import Thresholds
from glossaries.profile_values import (
    PRESETS,
    Layer,
    Origin,
    ProfileValues,
    profile_json,
    profile_of,
    profile_problems,
    settled,
)
from glossaries.queries import Wishes, brief_for, settled_of
from glossaries.services.concepts import create_concept
from glossaries.services.glossaries import create_glossary
from glossaries.services.profiles import ProfileWish, change_profile, create_profile, delete_profile
from glossaries.values import ConceptValues, TermValues

pytestmark = pytest.mark.django_db


def make(person: Any, name: str, **more: Any) -> Any:
    values = ProfileValues(**more.pop("values", {}))
    return create_profile(actor=person.actor, wish=ProfileWish(name=name, values=values, **more))


def brief(person: Any, profile: UUID | None = None, text: str = "Open the cart.") -> Any:
    with organization_scope(person.organization_id):
        return brief_for(
            person.organization_id,
            salt="s",
            source="en",
            target="de",
            texts=[text],
            wishes=Wishes(profile=profile),
        )


def glossary(person: Any, name: str, german: str) -> UUID:
    made = create_glossary(actor=person.actor, name=name).pk
    terms = TermValues(language="en", text="cart"), TermValues(language="de", text=german)
    create_concept(actor=person.actor, glossary_id=made, values=ConceptValues(terms=terms))
    return made


class TestSettling:
    def test_the_nearest_word_counts_and_says_whose_it_is(self) -> None:
        near, far = Origin("profile", "Near", uuid4()), Origin("organization", "Far", uuid4())
        told = settled(
            [
                Layer(near, ProfileValues(tier="best", gates={"number_equal": "block"})),
                Layer(
                    far,
                    ProfileValues(
                        subject="Law",
                        tier="fast",
                        gates={"number_equal": "off", "length_ratio": "off"},
                    ),
                ),
            ]
        )
        assert (told.tier.value, told.tier.origin) == ("best", near)
        assert (told.subject.value, told.subject.origin) == ("Law", far)
        assert told.blocking() == {"number_equal"}
        assert told.ignored() == {"length_ratio"}
        assert told.gates["untranslated_same"].origin.kind == "usual"
        assert told.thresholds() == Thresholds()

    def test_every_preset_can_be_stored_and_comes_back(self) -> None:
        for one in PRESETS:
            assert profile_problems(one.values) == []
            assert profile_of(profile_json(one.values)) == one.values

    @pytest.mark.parametrize(
        ("values", "path"),
        [
            ({"subject": "x" * 201}, ("subject",)),
            ({"subject": "a\x00"}, ("subject",)),
            ({"tier": "opus"}, ("tier",)),
            ({"effort": "much"}, ("effort",)),
            ({"gates": {"placeholder_set": "off"}}, ("gates", "placeholder_set")),
            ({"gates": {"number_equal": "maybe"}}, ("gates", "number_equal")),
            ({"length_share": 0.1}, ("length_share",)),
            ({"same_words": 50}, ("same_words",)),
        ],
    )
    def test_it_names_the_field_that_is_wrong(self, values: Any, path: tuple[str, ...]) -> None:
        assert [one.path for one in profile_problems(ProfileValues(**values))] == [path]


class TestBrief:
    def test_without_profiles_all_is_as_usual(self, owner: Any) -> None:
        glossary(owner, "Old", "Warenkorb")
        made = brief(owner)
        assert [rule.target[0].text for rule in made.rules] == ["Warenkorb"]
        assert (made.tier, made.blocking, made.subject) == ("fast", frozenset(), "")

    def test_the_profile_says_which_glossary_wins(self, owner: Any) -> None:
        old, new = glossary(owner, "Old", "Warenkorb"), glossary(owner, "New", "Einkaufskorb")
        one = make(owner, "New first", values={"glossaries": (new, old)})
        none = make(owner, "None", values={"glossaries": ()})
        found = brief(owner, one.pk)
        assert found.rules[0].target[0].text == "Einkaufskorb"
        assert brief(owner).rules[0].target[0].text == "Warenkorb"
        assert brief(owner, none.pk).rules == ()

    def test_its_parts_have_versions(self, owner: Any) -> None:
        key = glossary(owner, "Old", "Warenkorb")
        one = make(owner, "Law", values={"tier": "best"})
        before = brief(owner, one.pk)
        assert before.parts == (f"profile:{one.pk}:1", f"glossary:{key}:2")
        wish = ProfileWish(name="Law", values=ProfileValues(tier="standard"))
        change_profile(actor=owner.actor, profile_id=one.pk, version=1, wish=wish)
        assert brief(owner, one.pk).parts[0] == f"profile:{one.pk}:2"

    def test_the_standard_profile_stands_below_all_others(self, owner: Any) -> None:
        make(owner, "House", is_standard=True, values={"subject": "Shoes", "tier": "standard"})
        top = make(owner, "Top", values={"tier": "best"})
        leaf = make(owner, "Leaf", parent_id=top.pk)
        made = brief(owner, leaf.pk)
        assert (made.tier, made.subject) == ("best", "Shoes")
        assert brief(owner).tier == "standard"
        told = settled_of(owner.organization_id, leaf.pk)
        assert [told.tier.origin.name, told.subject.origin.kind] == ["Top", "organization"]

    def test_one_that_is_gone_counts_as_none(self, owner: Any) -> None:
        one = make(owner, "Law", values={"tier": "best"})
        delete_profile(actor=owner.actor, profile_id=one.pk)
        assert brief(owner, one.pk).tier == "fast"

    def test_another_organizations_counts_as_none(self, owner: Any, outsider: Any) -> None:
        foreign = make(outsider, "Theirs", values={"subject": "Secret"})
        assert brief(owner, foreign.pk).subject == ""


class TestRefusals:
    def test_it_takes_one_name_once(self, owner: Any) -> None:
        make(owner, "Law")
        with pytest.raises(Conflict) as refused:
            make(owner, " law ")
        assert refused.value.code == "profile_name_taken"

    def test_it_closes_no_circle(self, owner: Any) -> None:
        top = make(owner, "Top")
        leaf = make(owner, "Leaf", parent_id=top.pk)
        for parent in (top.pk, leaf.pk):
            with pytest.raises(Invalid) as refused:
                change_profile(
                    actor=owner.actor,
                    profile_id=top.pk,
                    version=1,
                    wish=ProfileWish(name="Top", parent_id=parent),
                )
            assert refused.value.code == "profile_circle"

    def test_it_goes_up_five_steps_at_most(self, owner: Any) -> None:
        above = None
        for number in range(5):
            above = make(owner, f"P{number}", parent_id=above).pk
        with pytest.raises(Invalid) as refused:
            make(owner, "P5", parent_id=above)
        assert refused.value.code == "profile_too_deep"

    def test_it_names_only_what_is_there(self, owner: Any, outsider: Any) -> None:
        foreign = create_glossary(actor=outsider.actor, name="Theirs").pk
        for more, code in (
            ({"values": {"glossaries": (foreign,)}}, "profile_glossary_unknown"),
            ({"parent_id": make(outsider, "Theirs").pk}, "profile_parent_unknown"),
            ({"values": {"tier": "opus"}}, "profile_invalid"),
        ):
            with pytest.raises(Invalid) as refused:
                make(owner, "Mine", **more)
            assert refused.value.code == code

    def test_it_writes_over_nothing_newer(self, owner: Any) -> None:
        one = make(owner, "Law")
        wish = ProfileWish(name="Law", values=ProfileValues(tier="best"))
        change_profile(actor=owner.actor, profile_id=one.pk, version=1, wish=wish)
        with pytest.raises(Conflict) as refused:
            change_profile(
                actor=owner.actor, profile_id=one.pk, version=1, wish=ProfileWish(name="Laws")
            )
        assert refused.value.code == "profile_changed"
        assert refused.value.detail["theirs"] == {"name": "Law", "values": {"tier": "best"}}

    def test_there_is_one_standard(self, owner: Any) -> None:
        first = make(owner, "A", is_standard=True, values={"subject": "A"})
        make(owner, "B", is_standard=True, values={"subject": "B"})
        assert brief(owner).subject == "B"
        with pytest.raises(Conflict):  # it was changed: it is no longer the standard
            change_profile(
                actor=owner.actor, profile_id=first.pk, version=1, wish=ProfileWish(name="A")
            )

    def test_those_below_a_deleted_one_hang_on_the_one_above(self, owner: Any) -> None:
        top = make(owner, "Top", values={"subject": "Top"})
        middle = make(owner, "Middle", parent_id=top.pk, values={"tier": "best"})
        leaf = make(owner, "Leaf", parent_id=middle.pk)
        delete_profile(actor=owner.actor, profile_id=middle.pk)
        made = brief(owner, leaf.pk)
        assert (made.subject, made.tier) == ("Top", "fast")

    def test_an_outsider_finds_none(self, owner: Any, outsider: Any) -> None:
        one = make(owner, "Law")
        with pytest.raises(NotFound):
            delete_profile(actor=outsider.actor, profile_id=one.pk)


def test_a_word_left_open_stays_open() -> None:
    values = ProfileValues(subject="", glossaries=(), same_words=2)
    assert profile_of(profile_json(values)) == values
    assert profile_json(replace(values, subject=None)) == {"glossaries": [], "same_words": 2}
