"""The prompt preview: what it shows is what a translation sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import organization_scope
from glossaries.queries import Wishes
from glossaries.services import ConceptValues, TermValues
from glossaries.services.concepts import create_concept
from glossaries.services.glossaries import create_glossary
from glossaries.services.profiles import ProfileWish, create_profile
from translation.services.assist.preview import preview

pytestmark = [pytest.mark.django_db(transaction=True)]
SAMPLE = "Halden Flow fills the cart of {name}. Nothing else."


def concept(person: Any, glossary_id: Any, *terms: tuple[str, str], keep: bool = False) -> None:
    values = ConceptValues(
        do_not_translate=keep,
        terms=tuple(TermValues(language=code, text=text) for code, text in terms),
    )
    create_concept(actor=person.actor, glossary_id=glossary_id, values=values)


@pytest.fixture
def shop(owner: Any) -> Any:
    made = create_glossary(actor=owner.actor, name="Shop").pk
    concept(owner, made, ("en", "cart"), ("de", "Warenkorb"))
    concept(owner, made, ("en", "Halden Flow"), keep=True)
    concept(owner, made, ("en", "invoice"), ("de", "Rechnung"))
    return made


def shown(person: Any, text: str = SAMPLE, **more: Any) -> Any:
    return preview(
        actor=person.actor,
        text=text,
        source_language="en",
        target_language="de",
        wishes=Wishes(**more),
    )


@pytest.mark.usefixtures("shop")
class TestPreview:
    def test_it_shows_each_block_with_where_it_comes_from(self, owner: Any) -> None:
        found = shown(owner)
        assert [one.name for one in found.blocks] == [
            *("rules", "organization", "glossary", "segments")
        ]
        assert [one.cached for one in found.blocks] == [True, True, False, False]
        told = json.loads(found.blocks[2].text)
        assert told == [{"source": "cart", "target": "Warenkorb"}]
        first = json.loads(found.blocks[3].text)[0]
        assert first["text"] == "⟦2⟧ fills the cart of ⟦1⟧."
        assert first["names"] == {"⟦2⟧": "Halden Flow"}
        assert json.loads(found.user)["glossary"] == told
        assert found.tokens == sum(one.tokens for one in found.blocks) > 500

    def test_it_tells_what_the_profile_says(self, owner: Any) -> None:
        one = create_profile(
            actor=owner.actor, wish=ProfileWish(name="Law", values=_subject("Law"))
        )
        found = shown(owner, profile=one.pk)
        assert "Subject field of the texts: Law" in found.blocks[1].text
        assert found.settled.subject.origin.name == "Law"

    def test_it_says_which_of_two_glossaries_loses(self, owner: Any) -> None:
        late = create_glossary(actor=owner.actor, name="Late").pk
        concept(owner, late, ("en", "Cart"), ("de", "Einkaufswagen"))
        concept(owner, late, ("en", "invoice"), ("de", "Faktura"))
        [lost] = [one for one in shown(owner).disagreements if one.language == "en"]
        assert (lost.text, lost.winner, lost.loser) == ("cart", "Shop", "Late")

    def test_it_stores_nothing(self, owner: Any) -> None:
        from translation.models import Document

        shown(owner)
        with organization_scope(owner.organization_id):
            assert not Document.objects.filter(organization_id=owner.organization_id).exists()


def _subject(text: str) -> Any:
    from glossaries.profile_values import ProfileValues

    return ProfileValues(subject=text)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": " "}, 422, "text_empty"),
        ({"text": "x" * 10_001}, 413, "sample_too_large"),
        ({"text": "x", "target_language": "en-GB"}, 422, "languages_equal"),
        ({"text": "x", "profile": "p"}, 400, "request_malformed"),
        ({}, 400, "request_malformed"),
    ],
)
def test_it_refuses(owner: Any, body: Any, status: int, code: str) -> None:
    sent = {"source_language": "en", "target_language": "de", **body}
    answer = Client().post(
        "/api/v1/prompt-preview", sent, headers=owner.headers, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_its_page_shows_it_without_a_text_in_the_address(owner: Any, shop: Any) -> None:
    client = Client()
    client.force_login(owner.user)
    sent = {"text": SAMPLE, "source_language": "en", "target_language": "de"}
    page = client.post("/prompt-preview", sent).content.decode()
    assert "Warenkorb" in page
    assert "Rechnung" not in page
    refused = client.post("/prompt-preview", {**sent, "target_language": "en"})
    assert refused.status_code == 422
    assert SAMPLE in refused.content.decode()
