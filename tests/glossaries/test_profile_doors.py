"""Doors of domain profiles: the REST API, the pages, and calls that name one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.tenancy import organization_scope
from billing.models import LedgerLine
from glossaries.queries.profiles import profiles_of
from tests.glossaries.test_glossary_thread import sandbox as sandbox  # noqa: PLC0414
from translation.models import Job, Run

pytestmark = [pytest.mark.django_db(transaction=True)]
PLACE = "/api/v1/profiles"


@pytest.fixture
def call(owner: Any) -> Any:
    client = Client()

    def called(method: str, path: str, body: Any = None, match: str = "") -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        headers = owner.headers | ({"If-Match": match} if match else {})
        return getattr(client, method)(path, headers=headers, **sent)

    return called


@pytest.fixture
def browser(owner: Any) -> Client:
    client = Client()
    client.force_login(owner.user)
    return client


class TestApi:
    def test_one_is_made_changed_and_deleted(self, call: Any) -> None:
        made = call(
            "post", PLACE, {"name": "Law", "tier": "best", "gates": {"number_equal": "block"}}
        )
        assert made.status_code == 201
        told = made.json()
        assert (told["tier"], told["subject"], told["version"]) == ("best", None, 1)
        place = f"{PLACE}/{told['id']}"
        changed = call("put", place, {"name": "Laws", "subject": ""}, made["ETag"])
        assert changed.status_code == 200
        assert (changed.json()["tier"], changed.json()["subject"]) == (None, "")
        assert call("put", place, {"name": "Law"}, made["ETag"]).status_code == 412
        assert call("put", place, {"name": "Law"}).status_code == 428
        assert call("get", PLACE).json()["profiles"] == [changed.json()]
        assert call("delete", place).status_code == 204
        assert call("get", place).json()["error"]["code"] == "profile_not_found"

    def test_it_says_where_a_value_comes_from(self, call: Any) -> None:
        house = call("post", PLACE, {"name": "House", "standard": True, "subject": "Shoes"}).json()
        leaf = call("post", PLACE, {"name": "Leaf", "gates": {"length_ratio": "off"}}).json()
        found = call("get", f"{PLACE}/{leaf['id']}/effective").json()["values"]
        told = {one["name"]: (one["value"], one["origin"]["kind"]) for one in found}
        assert told["subject"] == ("Shoes", "organization")
        assert told["gates.length_ratio"] == ("off", "profile")
        assert told["tier"] == ("fast", "usual")
        assert house["id"] in str(found)

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "request_malformed"),
            ({"name": "Law", "colour": "red"}, 400, "request_malformed"),
            ({"name": "Law", "tier": "opus"}, 400, "request_malformed"),
            ({"name": "Law", "gates": {"placeholder_set": "off"}}, 422, "profile_invalid"),
            ({"name": "\t"}, 400, "request_malformed"),
        ],
    )
    def test_it_refuses(self, call: Any, body: Any, status: int, code: str) -> None:
        answer = call("post", PLACE, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert call("get", PLACE).json()["profiles"] == []


@pytest.mark.usefixtures("sandbox")
class TestNamed:
    def test_a_call_is_translated_by_the_profile_it_names(
        self, call: Any, owner: Any, settings: Any
    ) -> None:
        settings.SYNC_WAIT_SECONDS = 0  # nobody works here
        made = call("post", PLACE, {"name": "Law", "subject": "Law", "tier": "best"}).json()
        body = {
            "texts": ["The tenant pays."],
            "source_language": "en",
            "target_language": "de",
            "profile": made["id"],
        }
        assert call("post", "/api/v1/translate", body).status_code in {200, 202}
        with organization_scope(owner.organization_id):
            [run] = Run.objects.filter(organization_id=owner.organization_id)
            assert (run.brief["subject"], run.brief["tier"]) == ("Law", "best")
            [job] = Job.objects.filter(organization_id=owner.organization_id)
            assert str(job.profile_id) == made["id"]

    def test_its_ledger_line_names_the_profile(self, call: Any, owner: Any) -> None:
        import threading

        from glossaries.queries import Wishes
        from translation.services.intake import Upload, submit_files
        from translation.services.work import drain

        made = call("post", PLACE, {"name": "Law"}).json()
        submit_files(
            actor=owner.actor,
            uploads=[Upload(name="a.txt", data=b"The tenant pays.")],
            source_language="en",
            target_languages=["de"],
            wishes=Wishes(profile=made["id"]),
        )
        drain("standard", stop=threading.Event())
        with organization_scope(owner.organization_id):
            [line] = LedgerLine.objects.filter(organization_id=owner.organization_id)
        assert str(line.profile_id) == made["id"]

    def test_it_takes_none_of_another_organization(
        self, call: Any, outsider: Any, owner: Any
    ) -> None:
        from glossaries.services.profiles import ProfileWish, create_profile

        foreign = create_profile(actor=outsider.actor, wish=ProfileWish(name="Theirs")).pk
        body = {
            "texts": ["The tenant pays."],
            "source_language": "en",
            "target_language": "de",
            "profile": str(foreign),
        }
        answer = call("post", "/api/v1/translate", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "profile_unknown")
        with organization_scope(owner.organization_id):
            assert not Job.objects.filter(organization_id=owner.organization_id).exists()


class TestPages:
    def test_one_begins_with_a_preset_and_is_changed(self, browser: Client, owner: Any) -> None:
        assert "Contracts and terms" in browser.get("/profiles").content.decode()
        page = browser.get("/profiles/new?preset=legal").content.decode()
        assert 'value="Legal"' in page
        sent = {"name": "Legal", "subject": "Law", "tier": "best", "gate-number_equal": "block"}
        answer = browser.post("/profiles/new", sent, follow=True)
        assert "The profile is made." in answer.content.decode()
        [made] = profiles_of(owner.organization_id)
        assert made.values == {"subject": "Law", "tier": "best", "gates": {"number_equal": "block"}}
        place = f"/profiles/{made.pk}"
        sent = {"name": "Legal", "version": "1", "length_share": "70", "standard": "on"}
        assert browser.post(place, sent).status_code == 302
        [made] = profiles_of(owner.organization_id)
        assert (made.values, made.is_standard) == ({"length_share": 0.7}, True)
        stale = browser.post(place, sent | {"name": "Mine"})
        assert stale.status_code == 409
        told = stale.content.decode()
        assert "Somebody changed this profile" in told
        for both in ("<bdi>Legal</bdi>", "<bdi>Mine</bdi>"):
            assert both in told
        assert browser.post(f"{place}/delete").status_code == 302
        assert profiles_of(owner.organization_id) == []

    def test_glossaries_win_in_the_order_of_their_ranks(self, browser: Client, owner: Any) -> None:
        from glossaries.services.glossaries import create_glossary

        keys = [create_glossary(actor=owner.actor, name=name).pk for name in "ABC"]
        sent = {
            "name": "Ranked",
            "own_glossaries": "1",
            "glossary": list(map(str, keys)),
            "rank": ["2", "", "1"],
        }
        assert browser.post("/profiles/new", sent).status_code == 302
        [made] = profiles_of(owner.organization_id)
        assert made.values["glossaries"] == [str(keys[2]), str(keys[0])]
        page = browser.get(f"/profiles/{made.pk}").content.decode()
        assert page.index("<bdi>C</bdi>") < page.index("<bdi>A</bdi>") < page.index("<bdi>B</bdi>")

    def test_what_is_wrong_stands_at_its_field(self, browser: Client, owner: Any) -> None:
        answer = browser.post("/profiles/new", {"name": "X", "same_words": "99", "subject": "Law"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose a number from 2 to 20." in page
        assert 'value="Law"' in page
        assert profiles_of(owner.organization_id) == []
