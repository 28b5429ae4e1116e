"""The REST API of glossaries and their concepts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db(transaction=True)]

PLACE = "/api/v1/glossaries"
CART: dict[str, Any] = {
    "definition": "Where goods are collected.",
    "terms": [
        {"language": "en", "text": "shopping cart"},
        {"language": "de", "text": "Warenkorb", "forms": ["Warenkörbe"]},
        {"language": "de", "text": "Einkaufswagen", "status": "forbidden"},
    ],
}


@pytest.fixture
def call(owner: Any) -> Any:
    client = Client()

    def called(
        method: str, path: str = "", body: Any = None, match: str = "*", person: Any = owner
    ) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        headers = person.headers | ({"If-Match": match} if match else {})
        return getattr(client, method)(f"{PLACE}{path}", headers=headers, **sent)

    return called


@pytest.fixture
def glossary(call: Any) -> str:
    return f"/{call('post', '', {'name': 'Shop'}).json()['id']}"


class TestGlossaries:
    def test_it_is_made_renamed_and_deleted(self, call: Any) -> None:
        made = call("post", "", {"name": "  Product   names ", "description": "Ours"})
        assert made.status_code == 201
        told = made.json()
        assert (told["name"], told["concepts"], told["version"]) == ("Product names", 0, 1)
        place, seen = f"/{told['id']}", made["ETag"]
        changed = call("patch", place, {"name": "Names"}, seen)
        assert (changed.status_code, changed.json()["name"]) == (200, "Names")
        assert call("patch", place, {"name": "Other"}, seen).status_code == 412
        assert call("patch", place, {"name": "Other"}, "").status_code == 428
        assert call("get").json()["glossaries"] == [changed.json()]
        assert call("delete", place).status_code == 204
        assert call("get", place).status_code == 404

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "request_malformed"),
            ({"name": "x" * 101}, 400, "request_malformed"),
            ({"name": "a\u200b\u0007"}, 422, "glossary_name_invalid"),
            ({"name": "SHOP"}, 409, "glossary_name_taken"),
        ],
    )
    def test_it_refuses_a_name(
        self, call: Any, glossary: str, body: Any, status: int, code: str
    ) -> None:
        answer = call("post", "", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert [one["name"] for one in call("get").json()["glossaries"]] == ["Shop"]

    def test_it_holds_two_hundred(self, call: Any, owner: Any, admin: Any) -> None:
        call("post", "", {"name": "Shop"})
        admin.execute(
            "insert into glossaries_glossary (id, organization_id, name, folded_name, description,"
            " concepts, version, created_at, updated_at) select gen_random_uuid(), %s, n, n, '', 0,"
            " 1, now(), now() from generate_series(2, 200) s, lateral (select s::text n) t",
            [owner.organization_id],
        )
        answer = call("post", "", {"name": "One more"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "glossaries_full")


class TestConcepts:
    def test_it_is_made_changed_restored_and_deleted(self, call: Any, glossary: str) -> None:
        made = call("post", f"{glossary}/concepts", CART)
        assert made.status_code == 201
        told = made.json()
        assert [one["text"] for one in told["terms"]] == [
            *("shopping cart", "Warenkorb", "Einkaufswagen")
        ]
        assert told["terms"][1]["forms"] == ["Warenkörbe"]
        place = f"{glossary}/concepts/{told['id']}"
        wanted = CART | {"definition": "Before paying.", "terms": CART["terms"][:2]}
        changed = call("put", place, wanted, made["ETag"])
        assert changed.status_code == 200
        assert (changed.json()["version"], len(changed.json()["terms"])) == (2, 2)
        versions = call("get", f"{place}/history").json()["versions"]
        assert [one["number"] for one in versions] == [2, 1]
        assert versions[1]["held"]["definition"] == CART["definition"]
        back = call("post", f"{place}/restore", {"number": 1}).json()
        assert (back["version"], back["definition"]) == (3, CART["definition"])
        assert back["terms"] == told["terms"]
        assert call("post", f"{place}/restore", {"number": 9}).status_code == 404
        assert call("get", glossary).json()["concepts"] == 1
        assert call("delete", place).status_code == 204
        assert call("delete", place).status_code == 404
        assert call("get", glossary).json()["concepts"] == 0

    def test_it_makes_no_version_of_what_did_not_change(self, call: Any, glossary: str) -> None:
        place = f"{glossary}/concepts/external/erp%204711"
        first = call("put", place, CART)
        assert first.status_code == 201
        again = call("put", place, CART)
        assert (again.status_code, again.json()["version"]) == (200, 1)
        assert again.json()["external_id"] == "erp 4711"
        changed = call("put", place, CART | {"note": "New."})
        assert (changed.json()["id"], changed.json()["version"]) == (first.json()["id"], 2)
        answer = call("post", f"{glossary}/concepts", CART | {"external_id": "erp 4711"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "external_id_taken")

    def test_it_lets_nobody_write_over_what_they_have_not_seen(
        self, call: Any, glossary: str
    ) -> None:
        made = call("post", f"{glossary}/concepts", CART)
        place = f"{glossary}/concepts/{made.json()['id']}"
        assert call("put", place, CART | {"note": "First."}, made["ETag"]).status_code == 200
        late = call("put", place, CART | {"note": "Second."}, made["ETag"])
        assert (late.status_code, late.json()["error"]["code"]) == (412, "precondition_failed")
        assert call("put", place, CART, "").status_code == 428
        assert call("get", place).json()["note"] == "First."

    @pytest.mark.parametrize(
        ("change", "status", "pointer"),
        [
            ({"terms": []}, 400, "/terms"),
            ({"terms": [{"language": "en"}]}, 400, "/terms/0/text"),
            ({"unheard": 1}, 400, "/unheard"),
            ({"terms": [{"language": "xx", "text": "a"}]}, 422, "/terms/0/language"),
            (
                {"terms": [{"language": "en", "text": "a"}, {"language": "EN", "text": "a"}]},
                422,
                "/terms/1/text",
            ),
        ],
    )
    def test_it_names_what_is_wrong(
        self, call: Any, glossary: str, change: Any, status: int, pointer: str
    ) -> None:
        answer = call("post", f"{glossary}/concepts", CART | change)
        assert answer.status_code == status
        errors = answer.json()["error"]["detail"]["errors"]
        assert pointer in [one["pointer"] for one in errors]
        assert call("get", f"{glossary}/concepts").json()["concepts"] == []

    def test_it_stops_at_what_the_plan_holds(self, call: Any, glossary: str, settings: Any) -> None:
        settings.CONCEPTS_PER_ORGANIZATION = 1
        assert call("post", f"{glossary}/concepts", CART).status_code == 201
        answer = call("post", f"{glossary}/concepts", CART)
        assert (answer.status_code, answer.json()["error"]["code"]) == (402, "concepts_full")
        assert answer.json()["error"]["detail"] == {"most": 1, "there": 1, "wanted": 1}


class TestLists:
    @pytest.fixture
    def filled(self, call: Any, glossary: str) -> str:
        for text, language, status in [
            ("Zebra", "en", "preferred"),
            ("apple", "en", "preferred"),
            ("Ärger", "de", "admitted"),
            ("Apfel", "de", "forbidden"),
            ("ZEBRA", "en", "admitted"),
        ]:
            terms = [{"language": language, "text": text, "status": status}]
            call("post", f"{glossary}/concepts", {"terms": terms})
        return glossary

    def texts(self, call: Any, glossary: str, query: str = "") -> list[str]:
        found = call("get", f"{glossary}/concepts{query}").json()["concepts"]
        return [one["terms"][0]["text"] for one in found]

    @pytest.mark.parametrize(
        ("query", "texts"),
        [
            ("", ["Apfel", "apple", "Zebra", "ZEBRA", "Ärger"]),
            ("?q=ÄRG", ["Ärger"]),
            ("?q=%25", []),
            ("?language=de", ["Apfel", "Ärger"]),
            ("?language=de&status=forbidden", ["Apfel"]),
            ("?status=admitted", ["ZEBRA", "Ärger"]),
            ("?duplicates=true", ["Zebra", "ZEBRA"]),
            ("?do_not_translate=true", []),
        ],
    )
    def test_it_narrows(self, call: Any, filled: str, query: str, texts: list[str]) -> None:
        assert self.texts(call, filled, query) == texts

    def test_it_pages(self, call: Any, filled: str) -> None:
        first = call("get", f"{filled}/concepts?limit=2").json()
        rest = call("get", f"{filled}/concepts?limit=3&cursor={first['next_cursor']}").json()
        found = [*first["concepts"], *rest["concepts"]]
        assert [one["terms"][0]["text"] for one in found] == self.texts(call, filled)
        assert rest["next_cursor"] is None

    def test_it_does_one_thing_with_many(self, call: Any, filled: str) -> None:
        ids = [one["id"] for one in call("get", f"{filled}/concepts").json()["concepts"]]
        wish = {
            "action": "set_status",
            "concept_ids": ids,
            "language": "en",
            "status": "deprecated",
        }
        assert call("post", f"{filled}/concepts/actions", wish).json() == {"concepts": 3}
        assert len(self.texts(call, filled, "?status=deprecated")) == 3
        gone = {"action": "delete", "concept_ids": ids[:2]}
        assert call("post", f"{filled}/concepts/actions", gone).json() == {"concepts": 2}
        assert call("post", f"{filled}/concepts/actions", gone).json() == {"concepts": 0}
        assert call("get", filled).json()["concepts"] == 3
        lacking = {"action": "set_status", "concept_ids": ids}
        assert call("post", f"{filled}/concepts/actions", lacking).status_code == 422

    def test_it_changes_all_or_none(self, call: Any, glossary: str) -> None:
        one = {"terms": [{"language": "en", "text": "a"}]}
        other = {"language": "en", "text": "c", "status": "admitted"}
        two = {"terms": [{"language": "en", "text": "b"}, other]}
        ids = [call("post", f"{glossary}/concepts", body).json()["id"] for body in (one, two)]
        wish = {"action": "set_status", "concept_ids": ids, "language": "en", "status": "preferred"}
        answer = call("post", f"{glossary}/concepts/actions", wish)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "concept_invalid")
        assert len(self.texts(call, glossary, "?status=admitted")) == 1
