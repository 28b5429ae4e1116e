"""Concepts under several hands, and what is left of an organization that goes."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from django.db import connections

from common.errors import Conflict, DomainError
from glossaries.queries.concepts import Wanted, concept_of, concepts_of, versions_of
from glossaries.queries.glossaries import glossary_of
from glossaries.services.concepts import change_concept, create_concept, put_concept
from glossaries.services.glossaries import create_glossary, delete_glossary
from glossaries.values import ConceptValues, TermValues

pytestmark = [pytest.mark.django_db(transaction=True)]


def cart(note: str = "") -> ConceptValues:
    return ConceptValues(note=note, terms=(TermValues(language="en", text="cart"),))


@pytest.fixture
def glossary_id(owner: Any) -> Any:
    return create_glossary(actor=owner.actor, name="Shop").pk


def test_it_tells_the_slower_of_two_what_both_wrote(owner: Any, glossary_id: Any) -> None:
    made = create_concept(actor=owner.actor, glossary_id=glossary_id, values=cart())
    where = {"actor": owner.actor, "glossary_id": glossary_id, "concept_id": made}
    change_concept(**where, version=1, values=cart("first"))
    with pytest.raises(Conflict) as caught:
        change_concept(**where, version=1, values=cart("second"))
    assert caught.value.code == "concept_changed"
    detail: Any = caught.value.detail
    assert (detail["theirs"]["note"], detail["yours"]["note"]) == ("first", "second")
    assert (detail["version"], detail["yours_was"]) == (2, 1)


def test_it_keeps_every_version_of_many_hands(owner: Any, glossary_id: Any) -> None:
    """Eight at once put what they have under one external id: one concept, and nothing lost."""
    refused: list[DomainError] = []
    begin = threading.Barrier(8)

    def put(number: int) -> None:
        begin.wait(10)
        try:
            put_concept(
                actor=owner.actor,
                glossary_id=glossary_id,
                external_id="x",
                values=cart(f"note {number}"),
            )
        except DomainError as error:
            refused.append(error)
        finally:
            connections.close_all()

    hands = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(20)
    assert refused == []
    organization_id = owner.organization_id
    [only] = concepts_of(organization_id, glossary_id, Wanted(), limit=10)
    versions = versions_of(organization_id, only)
    assert {one.values.note for one in versions} == {f"note {n}" for n in range(8)}
    assert [one.number for one in versions] == list(range(8, 0, -1))
    glossary = glossary_of(organization_id, glossary_id)
    assert (glossary.concepts, glossary.version) == (1, 9)


def test_it_says_who_wrote_a_version(owner: Any, teammate: Any, glossary_id: Any) -> None:
    made = create_concept(actor=owner.actor, glossary_id=glossary_id, values=cart())
    change_concept(
        actor=teammate.actor,
        glossary_id=glossary_id,
        concept_id=made,
        version=1,
        values=cart("new"),
    )
    row = concept_of(owner.organization_id, glossary_id, made)
    versions = versions_of(owner.organization_id, row)
    assert [one.user_id for one in versions] == [teammate.user.pk, owner.user.pk]


def test_it_leaves_nothing_of_a_deleted_glossary(
    owner: Any, glossary_id: Any, admin: psycopg.Connection[Any]
) -> None:
    made = create_concept(actor=owner.actor, glossary_id=glossary_id, values=cart())
    change_concept(
        actor=owner.actor, glossary_id=glossary_id, concept_id=made, version=1, values=cart("new")
    )
    delete_glossary(actor=owner.actor, glossary_id=glossary_id)
    for table in ("glossary", "concept", "term", "conceptversion"):
        [count] = admin.execute(f"select count(*) from glossaries_{table}").fetchone() or [None]
        assert count == 0, table


def test_it_goes_with_its_organization(
    owner: Any, outsider: Any, glossary_id: Any, admin: psycopg.Connection[Any]
) -> None:
    from accounts.erasure import count_all, erase_all

    create_concept(actor=owner.actor, glossary_id=glossary_id, values=cart())
    theirs = create_glossary(actor=outsider.actor, name="Shop")
    assert count_all(owner.organization_id)["glossaries"] == 1
    erase_all(owner.organization_id)
    rows = admin.execute("select id from glossaries_glossary").fetchall()
    assert rows == [(theirs.pk,)]
