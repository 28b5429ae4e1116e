"""What a run is told of an organization's glossaries."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import organization_scope
from engine.values import Brief
from glossaries.queries import brief_for
from glossaries.services.concepts import change_concept, create_concept, delete_concepts
from glossaries.services.glossaries import create_glossary
from glossaries.values import ConceptValues, TermValues

pytestmark = [pytest.mark.django_db(transaction=True)]
TEXTS = ["Open the shopping carts.", "Press ⟦1⟧ twice."]


def concept(*terms: tuple[str, str], **fields: Any) -> ConceptValues:
    made = tuple(TermValues(language=language, text=text) for language, text in terms)
    return ConceptValues(terms=made, **fields)


def brief(person: Any, texts: list[str] = TEXTS, source: str = "en", target: str = "de") -> Brief:
    with organization_scope(person.organization_id):
        return brief_for(
            person.organization_id, salt="s", source=source, target=target, texts=texts
        )


@pytest.fixture
def shop(owner: Any) -> Any:
    return create_glossary(actor=owner.actor, name="Shop").pk


def add(person: Any, glossary_id: Any, values: ConceptValues) -> Any:
    return create_concept(actor=person.actor, glossary_id=glossary_id, values=values)


CART = concept(("en", "shopping cart"), ("de", "Warenkorb"), ("fr", "panier"))


def test_it_holds_the_terms_that_occur_and_no_others(owner: Any, shop: Any) -> None:
    cart = add(owner, shop, CART)
    add(owner, shop, concept(("en", "invoice"), ("de", "Rechnung")))
    add(owner, shop, concept(("en", "twice"), ("fr", "deux fois")))
    [rule] = brief(owner).rules
    assert (rule.id, [one.text for one in rule.target]) == (str(cart), ["Warenkorb"])


def test_it_holds_what_is_not_translated(owner: Any, shop: Any) -> None:
    add(owner, shop, concept(("en", "Press"), do_not_translate=True))
    [rule] = brief(owner).rules
    assert (rule.keep, rule.target) == (True, ())


def test_it_never_holds_terms_of_somebody_else(owner: Any, outsider: Any, shop: Any) -> None:
    add(owner, shop, CART)
    assert brief(outsider).rules == ()
    theirs = create_glossary(actor=outsider.actor, name="Shop").pk
    add(outsider, theirs, concept(("en", "shopping cart"), ("de", "Korb")))
    assert [one.target[0].text for one in brief(outsider).rules] == ["Korb"]
    assert [one.target[0].text for one in brief(owner).rules] == ["Warenkorb"]


def test_the_older_glossary_wins(owner: Any, shop: Any) -> None:
    add(
        owner,
        create_glossary(actor=owner.actor, name="A").pk,
        concept(("en", "shopping cart"), ("de", "Korb")),
    )
    add(owner, shop, CART)
    assert [one.target[0].text for one in brief(owner).rules] == ["Warenkorb"]


def test_a_change_reaches_the_next_run(owner: Any, shop: Any) -> None:
    made = add(owner, shop, CART)
    before = brief(owner)
    new = concept(("en", "shopping cart"), ("de", "Korb"))
    change_concept(actor=owner.actor, glossary_id=shop, concept_id=made, version=1, values=new)
    assert [one.target[0].text for one in brief(owner).rules] == ["Korb"]
    assert [one.target[0].text for one in before.rules] == ["Warenkorb"]
    delete_concepts(actor=owner.actor, glossary_id=shop, concept_ids=[made])
    assert brief(owner).rules == ()


@pytest.mark.parametrize(
    ("source", "target", "languages", "counts"),
    [
        ("en", "pt-BR", ("en", "pt"), True),
        ("en-US", "pt-BR", ("en", "pt-BR"), True),
        ("en", "pt-BR", ("en-GB", "pt-BR"), True),
        ("en", "pt-BR", ("en", "pt-PT"), False),
        ("en-US", "de", ("en-GB", "de"), False),
    ],
)
def test_terms_of_a_language_count_in_its_regions(
    owner: Any, shop: Any, source: str, target: str, languages: tuple[str, str], counts: bool
) -> None:
    add(owner, shop, concept((languages[0], "shopping cart"), (languages[1], "x")))
    assert bool(brief(owner, source=source, target=target).rules) == counts


def test_it_asks_little_where_there_is_no_glossary(
    owner: Any, django_assert_num_queries: Any
) -> None:
    def never() -> Any:
        raise AssertionError("no text is looked at")
        yield

    with organization_scope(owner.organization_id), django_assert_num_queries(3):
        brief_for(owner.organization_id, salt="s", source="en", target="de", texts=never())
