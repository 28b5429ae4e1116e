"""Pages of glossaries, as a browser without scripts uses them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.services import Role, add_member, create_user
from glossaries.queries.concepts import Wanted, concepts_of
from glossaries.queries.glossaries import glossaries_of
from glossaries.services.concepts import change_concept, create_concept
from glossaries.services.glossaries import create_glossary
from glossaries.values import ConceptValues, TermValues

pytestmark = [pytest.mark.django_db(transaction=True)]
ROWS: dict[str, Any] = {
    "language": ["en", "de", "de", "en"],
    "text": ["shopping cart", "Warenkorb", "Einkaufswagen", "  "],
    "status": ["preferred", "preferred", "forbidden", "preferred"],
    "part_of_speech": ["noun", "", "", ""],
    "gender": ["", "masculine", "", ""],
    "forms": ["", "Warenkörbe, Warenkorbs", "", ""],
    "example": ["", "", "", ""],
    "exact_form": ["2"],
    "definition": "Before paying.",
}


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


@pytest.fixture
def shop(owner: Any) -> Any:
    return create_glossary(actor=owner.actor, name="Shop").pk


def add(person: Any, glossary_id: Any, *texts: str, status: str = "preferred") -> Any:
    terms = (TermValues(language="en", text=text, status=status) for text in texts)
    return create_concept(
        actor=person.actor, glossary_id=glossary_id, values=ConceptValues(terms=tuple(terms))
    )


def held(person: Any, glossary_id: Any) -> list[ConceptValues]:
    rows = concepts_of(person.organization_id, glossary_id, Wanted(), limit=50)
    return [row.values for row in rows]


def shown(browser: Client, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_glossary_is_made_changed_and_deleted(browser: Client, owner: Any) -> None:
    assert "No glossaries yet" in shown(browser, "/glossaries")
    made = browser.post("/glossaries/new", {"name": "Shop", "description": "Ours"})
    [glossary] = glossaries_of(owner.organization_id)
    assert made["Location"] == f"/glossaries/{glossary.pk}"
    taken = browser.post("/glossaries/new", {"name": "shop", "description": "Again"})
    assert taken.status_code == 409
    assert "has this name" in taken.content.decode()
    assert 'value="Again"' in taken.content.decode()
    browser.post(f"/glossaries/{glossary.pk}/edit", {"name": "Store", "description": ""})
    assert "Store" in shown(browser, "/glossaries")
    assert "This cannot be undone" in shown(browser, f"/glossaries/{glossary.pk}/delete")
    browser.post(f"/glossaries/{glossary.pk}/delete")
    assert glossaries_of(owner.organization_id) == []


def test_a_concept_is_added_by_its_form(browser: Client, owner: Any, shop: Any) -> None:
    answer = browser.post(f"/glossaries/{shop}/concepts/new", ROWS)
    assert answer.status_code == 302
    [values] = held(owner, shop)
    cart, korb, wagen = values.terms
    assert (cart.language, cart.text, cart.part_of_speech) == ("en", "shopping cart", "noun")
    assert (korb.forms, korb.gender) == (("Warenkörbe", "Warenkorbs"), "masculine")
    assert (wagen.status, wagen.exact_form, cart.exact_form) == ("forbidden", True, False)
    page = shown(browser, answer["Location"])
    assert "Warenkörbe, Warenkorbs" in page
    assert "Never inflected" in page


def test_what_was_typed_stays_where_it_was_refused(browser: Client, owner: Any, shop: Any) -> None:
    wrong = ROWS | {"text": ["shopping cart", "Warenkorb", "Warenkorb", ""]}
    answer = browser.post(f"/glossaries/{shop}/concepts/new", wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“Warenkorb” is both preferred and forbidden in de." in page
    assert page.count('value="Warenkorb"') == 2
    assert "Before paying." in page
    assert held(owner, shop) == []


def test_the_slower_of_two_sees_both(browser: Client, owner: Any, shop: Any) -> None:
    made = add(owner, shop, "cart")
    theirs = ConceptValues(terms=(TermValues(language="en", text="basket"),))
    where = {"actor": owner.actor, "glossary_id": shop, "concept_id": made}
    change_concept(**where, version=1, values=theirs)
    path = f"/glossaries/{shop}/concepts/{made}/edit"
    mine = ROWS | {"version": "1"}
    late = browser.post(path, mine)
    page = late.content.decode()
    assert late.status_code == 409
    assert "basket" in page
    assert 'value="shopping cart"' in page
    assert 'name="version" value="2"' in page
    assert browser.post(path, ROWS | {"version": "2"}).status_code == 302
    [values] = held(owner, shop)
    assert values.terms[0].text == "shopping cart"
    history = shown(browser, f"/glossaries/{shop}/concepts/{made}/history")
    assert (
        history.index("shopping cart")
        < history.index("basket")
        < history.index("cart</bdi>", history.index("basket"))
    )
    browser.post(f"/glossaries/{shop}/concepts/{made}/versions/1/restore")
    assert held(owner, shop)[0].terms[0].text == "cart"


def test_the_list_narrows_and_pages(browser: Client, owner: Any, shop: Any) -> None:
    for number in range(51):
        add(owner, shop, f"word {number:02}")
    add(owner, shop, "zebra", status="forbidden")
    page = shown(browser, f"/glossaries/{shop}")
    assert "word 49" in page
    assert "word 50" not in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "word 50" in shown(browser, f"/glossaries/{shop}{following}")
    assert "zebra" in shown(browser, f"/glossaries/{shop}?status=forbidden")
    assert "word" not in shown(browser, f"/glossaries/{shop}?q=ZEB").split("<tbody>")[1]
    assert "No concept is like that" in shown(browser, f"/glossaries/{shop}?q=nothing")
    shown(browser, f"/glossaries/{shop}?cursor=nonsense", 400)


def test_several_are_changed_at_once(browser: Client, owner: Any, shop: Any) -> None:
    ids = [str(add(owner, shop, text)) for text in ("a", "b", "c")]
    path = f"/glossaries/{shop}/concepts/act"
    wish = {"concept": ids[:2], "action": "set_status", "language": "en", "status": "deprecated"}
    assert "2 concepts changed." in browser.post(path, wish, follow=True).content.decode()
    assert [one.terms[0].status for one in held(owner, shop)] == [
        *("deprecated", "deprecated", "preferred")
    ]
    gone = browser.post(path, {"concept": ids[:1], "action": "delete"}, follow=True)
    assert "1 concept deleted." in gone.content.decode()
    none = browser.post(path, {"action": "delete"}, follow=True)
    assert "Name 1 to 500 concepts" in none.content.decode()
    assert len(held(owner, shop)) == 2


@pytest.mark.parametrize(
    ("role", "sees", "writes"),
    [(Role.MANAGER, 200, 302), (Role.VIEWER, 200, 403), (Role.BILLING, 403, 403)],
)
def test_roles_see_and_write_as_the_table_says(
    owner: Any, shop: Any, role: Role, sees: int, writes: int
) -> None:
    user = create_user(email=f"{role}@northwind.example", name=role.title())
    add_member(actor=owner.actor, user=user, role=role)
    client = Client()
    client.force_login(user)
    page = client.get(f"/glossaries/{shop}")
    assert page.status_code == sees
    assert ("Add concept" in page.content.decode()) == (writes == 302)
    assert client.post(f"/glossaries/{shop}/concepts/new", ROWS).status_code == writes
