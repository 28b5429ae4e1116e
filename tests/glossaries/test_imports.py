"""Imports at work: checked, written whole or not at all, by one worker, and out again."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.queries import audit_of
from accounts.tenancy import organization_scope
from common.errors import Conflict, Invalid, NotFound, TooLarge
from glossaries.models import ConceptVersion, GlossaryImport
from glossaries.queries.concepts import held_in
from glossaries.queries.glossaries import glossary_of
from glossaries.queries.imports import import_of
from glossaries.services import importing, imports
from glossaries.services.concepts import create_concept
from glossaries.services.exports import export_glossary
from glossaries.services.glossaries import create_glossary, delete_glossary
from glossaries.values import ConceptValues, TermValues

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
FILE = "en,de,de forbidden,note\ncart,Warenkorb,Wagen,Ours\nbox,Kiste,,\n"


@pytest.fixture
def shop(owner: Any) -> Any:
    return create_glossary(actor=owner.actor, name="Shop").pk


def begin(person: Any, glossary_id: Any, text: str | bytes = FILE, name: str = "terms.csv") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return imports.begin_import(
        actor=person.actor, glossary_id=glossary_id, name=name, data=data, now=NOW
    )


def start(person: Any, one: Any, goal: str = "import", **more: Any) -> Any:
    where = {"actor": person.actor, "glossary_id": one.glossary_id, "import_id": one.pk}
    return imports.start_import(**where, told=more.pop("told", one.columns), goal=goal, **more)


def work(now: datetime = NOW) -> int:
    return importing.drain(stop=threading.Event(), clock=lambda: now)


def ended(person: Any, one: Any) -> GlossaryImport:
    return import_of(person.organization_id, one.glossary_id, one.pk)[1]


def imported(person: Any, glossary_id: Any, text: str | bytes, **more: Any) -> GlossaryImport:
    one = begin(person, glossary_id, text, more.pop("name", "terms.csv"))
    start(person, one, **more)
    assert work() == 1
    return ended(person, one)


def terms(person: Any, glossary_id: Any) -> list[list[str]]:
    held = held_in(person.organization_id, glossary_id)
    return [[one.text for one in concept.terms] for concept in held.values()]


class TestImport:
    def test_it_tells_before_it_changes_anything(self, owner: Any, shop: Any) -> None:
        one = begin(owner, shop)
        assert one.columns == [
            "term:en:preferred",
            "term:de:preferred",
            "term:de:forbidden",
            "note",
        ]
        start(owner, one, "check")
        assert work() == 1
        one = ended(owner, one)
        assert (one.state, one.counts["added"], one.rows_done) == ("checked", 2, 2)
        assert terms(owner, shop) == []
        start(owner, one, "import")
        work()
        assert ended(owner, one).state == "finished"
        assert terms(owner, shop) == [["box", "Kiste"], ["cart", "Warenkorb", "Wagen"]]
        glossary = glossary_of(owner.organization_id, shop)
        assert (glossary.concepts, glossary.version) == (2, 2)
        with organization_scope(owner.organization_id):
            events = list(audit_of(owner.organization_id))
        [note] = [one for one in events if one.action == "glossary.import"]
        assert note.detail["added"] == 2

    def test_a_second_time_changes_nothing(self, owner: Any, shop: Any) -> None:
        imported(owner, shop, FILE)
        again = imported(owner, shop, FILE)
        assert (again.counts["same"], again.counts["added"], again.counts["changed"]) == (2, 0, 0)
        assert glossary_of(owner.organization_id, shop).version == 2

    def test_what_changes_keeps_its_history(self, owner: Any, shop: Any) -> None:
        imported(owner, shop, FILE)
        again = imported(owner, shop, "en,de\ncart,Korb\n")
        assert again.counts["changed"] == 1
        assert ["cart", "Korb"] in terms(owner, shop)
        with organization_scope(owner.organization_id):
            [past] = ConceptVersion.objects.filter(organization_id=owner.organization_id)
        assert [one["text"] for one in past.held["terms"]] == ["cart", "Warenkorb", "Wagen"]
        assert past.number == 1

    @pytest.mark.parametrize(
        ("existing", "counts", "german"),
        [("skip", (0, 0, 1), ["Warenkorb"]), ("add", (1, 0, 0), ["Korb", "Warenkorb"])],
    )
    def test_those_that_are_there_may_stay(
        self, owner: Any, shop: Any, existing: str, counts: Any, german: list[str]
    ) -> None:
        imported(owner, shop, "en,de\ncart,Warenkorb\n")
        told = imported(owner, shop, "en,de\ncart,Korb\n", existing=existing).counts
        assert (told["added"], told["changed"], told["skipped"]) == counts
        assert sorted(one[1] for one in terms(owner, shop)) == german

    def test_faulty_rows_come_back_to_be_mended(self, owner: Any, shop: Any) -> None:
        text = f"en,de,de forbidden\ncart,Korb,Korb\nbox,Kiste,\n{'x' * 501},y,\n"
        one = imported(owner, shop, text)
        assert (one.state, one.counts["added"], one.counts["faulty_rows"]) == ("finished", 1, 2)
        assert [(two["row"], two["column"]) for two in one.problems] == [
            (2, "de forbidden"),
            (4, "en"),
        ]
        mend = "".join(imports.faulty_rows(one))
        assert mend.splitlines()[0] == "problem,en,de,de forbidden"
        mended = mend.replace("Korb,Korb", "Korb,Wagen").replace("x" * 501, "lid")
        again = imported(owner, shop, mended)
        assert (again.counts["added"], again.counts["faulty_rows"]) == (2, 0)
        assert len(terms(owner, shop)) == 3

    def test_two_concepts_of_one_name_are_told_apart_by_id(self, owner: Any, shop: Any) -> None:
        for note in ("A", "B"):
            values = ConceptValues(note=note, terms=(TermValues(language="en", text="lead"),))
            create_concept(actor=owner.actor, glossary_id=shop, values=values)
        one = imported(owner, shop, "en,de\nlead,Blei\n")
        assert "external id" in one.problems[0]["message"]
        assert one.counts["faulty_rows"] == 1


class TestNothingHalf:
    def test_it_needs_room_for_all(self, owner: Any, shop: Any, settings: Any) -> None:
        settings.CONCEPTS_PER_ORGANIZATION = 1
        one = imported(owner, shop, FILE)
        assert (one.state, one.refusal["code"]) == ("failed", "concepts_full")
        assert terms(owner, shop) == []

    def test_a_cancelled_one_leaves_nothing(self, owner: Any, shop: Any) -> None:
        one = start(owner, begin(owner, shop))
        claim = importing.claim_import(now=NOW)
        assert claim is not None
        where = {"actor": owner.actor, "glossary_id": shop, "import_id": one.pk}
        imports.cancel_import(**where, now=NOW)
        importing.serve(claim, clock=lambda: NOW)
        assert (ended(owner, one).state, terms(owner, shop)) == ("cancelled", [])
        with pytest.raises(Conflict):
            imports.cancel_import(**where)

    def test_another_worker_goes_on_after_a_crash_and_the_first_one_cannot(
        self, owner: Any, shop: Any
    ) -> None:
        one = start(owner, begin(owner, shop))
        first = importing.claim_import(now=NOW)
        assert first is not None
        assert work() == 0  # it is leased
        later = NOW + timedelta(seconds=importing.LEASE_SECONDS + 1)
        assert work(later) == 1
        importing.serve(first, clock=lambda: later)
        assert ended(owner, one).state == "finished"
        assert len(terms(owner, shop)) == 2

    def test_it_gives_up_after_three_crashes(self, owner: Any, shop: Any) -> None:
        one = start(owner, begin(owner, shop))
        moment = NOW
        for _ in range(importing.MAX_ATTEMPTS):
            assert importing.claim_import(now=moment) is not None
            moment += timedelta(seconds=importing.LEASE_SECONDS + 1)
        assert work(moment) == 1
        assert ended(owner, one).refusal["code"] == "import_gave_up"

    def test_a_glossary_that_goes_takes_it_along(self, owner: Any, shop: Any) -> None:
        one = start(owner, begin(owner, shop))
        claim = importing.claim_import(now=NOW)
        stored = ended(owner, one).storage_name
        delete_glossary(actor=owner.actor, glossary_id=shop)
        assert not default_storage.exists(stored)
        assert claim is not None
        importing.serve(claim, clock=lambda: NOW)
        assert work() == 0

    def test_old_ones_go_with_their_files(self, owner: Any, shop: Any) -> None:
        one = imported(owner, shop, FILE)
        assert default_storage.exists(one.storage_name)
        importing.purge_old(now=NOW + timedelta(days=6))
        assert default_storage.exists(one.storage_name)
        importing.purge_old(now=NOW + timedelta(days=8))
        assert not default_storage.exists(one.storage_name)
        with pytest.raises(NotFound):
            ended(owner, one)


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "data", "code"),
        [
            ("terms.csv", b"en,de\n", "table_without_rows"),
            ("terms.pdf", b"%PDF", "import_format_unknown"),
            ("", b"en\nx\n", "import_format_unknown"),
        ],
    )
    def test_a_file_that_cannot_be_read(
        self, owner: Any, shop: Any, name: str, data: bytes, code: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            begin(owner, shop, data, name)
        assert refused.value.code == code

    def test_a_file_that_is_too_large(self, owner: Any, shop: Any, settings: Any) -> None:
        settings.IMPORT_MAX_MB = 1
        with pytest.raises(TooLarge):
            begin(owner, shop, b"en\n" + b"x" * 1_000_001)

    def test_an_import_that_runs_cannot_be_started_again(self, owner: Any, shop: Any) -> None:
        one = start(owner, begin(owner, shop))
        with pytest.raises(Conflict):
            start(owner, one)

    def test_an_outsider_finds_none(self, owner: Any, outsider: Any, shop: Any) -> None:
        one = begin(owner, shop)
        with pytest.raises(NotFound):
            start(outsider, one)


class TestExport:
    def test_it_comes_back_to_the_last_field(self, owner: Any, shop: Any) -> None:
        full = ConceptValues(
            definition="Two\nlines, with a comma",
            subject="=SUM(A1)",
            note="'quoted'",
            external_id="erp-1",
            terms=(
                TermValues(
                    language="en",
                    text="-cart",
                    part_of_speech="noun",
                    case_sensitive=True,
                    exact_form=True,
                    forms=("carts", "a|b", "c\\d"),
                    example="The “cart”",
                ),
                TermValues(language="de", text="Korb", gender="masculine"),
                TermValues(language="de", text="Wagen", status="forbidden"),
            ),
        )
        kept = ConceptValues(do_not_translate=True, terms=(TermValues(language="en", text="Flow"),))
        for values in (full, kept):
            create_concept(actor=owner.actor, glossary_id=shop, values=values)
        for kind in ("csv", "tsv"):
            made = export_glossary(
                organization_id=owner.organization_id, glossary_id=shop, kind=kind
            )
            data = b"".join(made.chunks)
            same = imported(owner, shop, data, name=made.name)
            assert (same.counts["same"], same.counts["faulty_rows"]) == (2, 0)
            other = create_glossary(actor=owner.actor, name=f"Other {kind}").pk
            assert imported(owner, other, data, name=made.name).counts["added"] == 2
            found = held_in(owner.organization_id, other)
            assert list(found.values()) == list(held_in(owner.organization_id, shop).values())
            assert replace(full) in found.values()


class TestDoors:
    def test_a_program_imports_and_asks(self, owner: Any, shop: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        client, place = Client(), f"/api/v1/glossaries/{shop}/imports"
        file = SimpleUploadedFile("terms.csv", FILE.encode())
        made = client.post(place, {"file": file, "goal": "check"}, headers=owner.headers)
        assert made.status_code == 202
        assert made["Location"] == f"{place}/{made.json()['id']}"
        work()
        told = client.get(made["Location"], headers=owner.headers).json()
        assert (told["state"], told["counts"]["added"]) == ("checked", 2)
        sent = {"columns": told["columns"], "goal": "import"}
        again = client.post(
            made["Location"], sent, headers=owner.headers, content_type="application/json"
        )
        assert again.status_code == 202
        work()
        assert client.get(made["Location"], headers=owner.headers).json()["state"] == "finished"
        path = f"/api/v1/glossaries/{shop}/export?as=tsv"
        answer = client.get(path, headers=owner.headers)
        assert b"cart\tpreferred" in b"".join(answer.streaming_content)

    def test_a_person_maps_mends_and_imports(self, owner: Any, shop: Any) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = Client()
        client.force_login(owner.user)
        file = SimpleUploadedFile("terms.csv", b"Benennung,de\ncart,Korb\nbox,\n,Kiste\n")
        answer = client.post(f"/glossaries/{shop}/import", {"file": file})
        place = answer["Location"]
        assert "Benennung" in client.get(place).content.decode()
        wrong = client.post(place, {"column": ["note", "note"], "action": "check"})
        assert wrong.status_code == 422
        sent = {"column": ["term:en:preferred", "term:de:preferred"], "action": "check"}
        assert client.post(place, sent).status_code == 302
        page = client.get(place).content.decode()
        assert "Checking the file" in page
        work()
        assert client.get(place, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        assert "What will change" in client.get(place).content.decode()
        client.post(place, {**sent, "action": "import", "existing": "update"})
        work()
        assert "Open the glossary" in client.get(place).content.decode()
        assert ["cart", "Korb"] in terms(owner, shop)
