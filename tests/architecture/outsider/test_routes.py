"""The outsider walk: every route of the house, called by somebody who must see nothing of another.

The routes are read from the URL conf. One that names an object answers 404; every other one has a
place in one of the lists of `places`, and a route without a place fails here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.outsider.estate import NAMING, Estate, Route, estate_of, routes
from tests.architecture.outsider.places import (
    ANY_KEY,
    FOR_SCRIPTS,
    MARKER,
    METHODS,
    OPEN,
    PEOPLE_ONLY,
    SCOPES,
    SENT,
    WITHOUT_OBJECT,
    somewhere,
)
from tests.architecture.outsider.planting import plant
from tests.claude_sandbox import Sandbox, running_sandbox
from tests.people import founder

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def sandbox_server() -> Iterator[Sandbox]:
    with running_sandbox(latency_ms=0) as sandbox:
        yield sandbox


@pytest.fixture
def settle(sandbox_server: Sandbox, settings: Any, owner: Any) -> Any:
    """Makes the estate of a person; where `work` is false nothing of it is translated yet."""
    from translation.services.work import drain

    settings.ANTHROPIC_BASE_URL = sandbox_server.url
    sandbox_server.faults(segment={"lose_placeholder": 1.0})

    def settled(person: Any = owner, *, work: bool = False) -> Estate:
        def drained() -> None:
            if work:
                drain("standard", stop=threading.Event())

        return estate_of(person, work=drained)

    return settled


def sent(route: Route, method: str, address: str) -> tuple[str, str, str, str]:
    """Method, address and body of a call."""
    is_told = route.name in SENT and method in {"POST", "PUT"}
    body = json.dumps(SENT[route.name]) if is_told else ""
    return method, address, body, "application/json"


def read_as(method: str) -> str:
    return "GET" if method == "HEAD" else method


def callers(person: Any) -> list[tuple[str, Client, dict[str, str]]]:
    """The person's browser, and a program with the person's key."""
    browser = Client(raise_request_exception=False)
    browser.force_login(person.user)
    return [("session", browser, {}), ("key", Client(), person.headers)]


class TestPlaces:
    def test_it_finds_a_place_for_every_route(self) -> None:
        placed = OPEN | set(WITHOUT_OBJECT) | {route.name for route in NAMING}
        assert {route.name for route in routes()} == placed
        assert not OPEN & {route.name for route in NAMING}

    def test_it_knows_every_kind_of_object(self) -> None:
        assert {name for route in NAMING for name in route.objects} == {
            *("document_id", "job_id", "ordinal", "target_id", "finding_id", "key_id"),
            *("webhook_id", "delivery_id"),
            *("organization_id", "membership_id", "invitation_id"),
            *("glossary_id", "concept_id", "external_id", "number"),
            *("profile_id", "import_id", "guide_id"),
        }

    def test_it_leads_strangers_to_the_sign_in_or_tells_them(self, client: Client) -> None:
        for route in routes():
            if route.name in OPEN:
                continue
            address = reverse(route.name, kwargs=somewhere(route.objects))
            answers = {method: client.generic(method, address) for method in ("GET", "POST")}
            told = {one.status_code for one in answers.values()} - {405}
            if address.startswith("/api/") or route.name in FOR_SCRIPTS:
                assert told == {401}, route
            else:
                assert told == {302}, route
                where = [one["Location"] for one in answers.values() if one.status_code == 302]
                assert all(one.startswith("/accounts/login/?next=/") for one in where), route


class TestObjects:
    def test_none_is_there_for_an_outsider(self, settle: Any, owner: Any, outsider: Any) -> None:
        estate = settle(work=True)
        before = seen_by(owner)
        wrong = {}
        for who, client, headers in callers(outsider):
            for route, address in estate.addresses():
                for method in METHODS:
                    answer = client.generic(*sent(route, method, address), headers=headers)
                    if not is_refused(route, who, method, answer):
                        wrong[who, method, route.name] = answer.status_code
        assert wrong == {}
        assert seen_by(owner) == before

    def test_each_is_there_for_its_owner(self, settle: Any, owner: Any) -> None:
        """Else the 404s above would prove nothing."""
        shared = settle(owner, work=True)
        unread = [route for route in NAMING if not is_known(owner, shared, route, "GET")]
        # Findings first: translating an estate translates what waits of all the others too.
        unread.sort(key=lambda route: "finding_id" not in route.objects)
        acted: tuple[Any, Estate] | None = None
        unknown = set()
        for number, route in enumerate(unread):
            if acted is not None and acts_on(*acted, route):
                continue
            # What was done so far may have left nothing to find: a newcomer has everything.
            person = founder(f"Northwind {number}", f"olga.{number}@northwind.example")
            acted = person, settle(person, work="finding_id" in route.objects)
            if not acts_on(*acted, route):
                unknown.add(route.name)
        assert unknown == set()


def acts_on(person: Any, estate: Estate, route: Route) -> bool:
    """Whether the person can do something with a thing that is there."""
    return any(is_known(person, estate, route, act) for act in ("POST", "PUT"))


def is_refused(route: Route, who: str, method: str, answer: Any) -> bool:
    """Whether the answer is the one an outsider should get of a thing of somebody else."""
    if MARKER in answer.content.decode():
        return False
    if answer.status_code == 405:
        # REST framework names OPTIONS whether or not it is answered.
        return method == "OPTIONS" or method not in answer.get("Allow", "").split(", ")
    if who == "key" and (read_as(method), route.name) in PEOPLE_ONLY:
        return bool(answer.status_code == 403)
    if who == "session" or route.name.startswith("api_"):
        return bool(answer.status_code == 404)
    # A key opens no page: the program is a stranger there.
    return bool(answer.status_code == (401 if route.name in FOR_SCRIPTS else 302))


def is_known(person: Any, estate: Estate, route: Route, method: str) -> bool:
    """Whether the person gets an answer that only a thing that is there can have."""
    session, key = callers(person)
    statuses = {
        client.generic(*sent(route, method, address), headers=headers).status_code
        for _, client, headers in ([session, key] if route.name.startswith("api_") else [session])
        for address in {estate.address(route, kind) for kind in estate.ids}
    }
    # The last two know it, and say what else it takes.
    return bool(statuses & {200, 202, 302, 409, 422, 428})


def seen_by(person: Any) -> Any:
    """What the API shows a person of all their documents."""
    return Client().get("/api/v1/documents", headers=person.headers).json()


class TestOtherRoutes:
    @pytest.fixture
    def planted(
        self, settle: Any, owner: Any, outsider: Any, admin: psycopg.Connection[Any]
    ) -> Estate:
        """Northwind's estate, with the marker in every field that can hold one."""
        estate: Estate = settle(work=True)
        columns = plant(admin, owner, MARKER)
        assert {
            ("accounts_organization", "name"),
            ("accounts_apikey", "name"),
            ("accounts_user", "name"),
            ("accounts_user", "email"),
            ("translation_document", "name"),
            ("translation_segment", "forms"),
            ("translation_target", "forms"),
            ("translation_finding", "evidence"),
            ("billing_ledgerline", "format"),
        } <= columns
        return estate

    def test_it_shows_an_outsider_nothing(self, planted: Estate, outsider: Any) -> None:
        secrets = [MARKER, *planted.run_ids]
        secrets += [
            str(one)
            for ids in planted.ids.values()
            for name, one in ids.items()
            if name not in {"ordinal", "number"}
        ]
        for name, sent in WITHOUT_OBJECT.items():
            fields = sent | ({"run": planted.run_ids} if name == "progress" else {})
            for who, client, headers in callers(outsider):
                for method in METHODS:
                    call = getattr(client, method.lower())
                    # Pages lead a key to the sign-in, which is open.
                    follow = who == "session"
                    answer = call(reverse(name), fields, headers=headers, follow=follow)
                    shown = b"" if answer.streaming else answer.content
                    told = shown.decode() + str(answer.headers)
                    assert [one for one in secrets if one in told] == [], (name, who, method)

    def test_it_shows_them_to_the_owner(self, planted: Estate, owner: Any) -> None:
        """Else the marker would prove nothing."""
        for who, client, headers in callers(owner):
            path = "/documents" if who == "session" else "/api/v1/documents"
            assert MARKER in client.get(path, headers=headers).content.decode(), who


class TestScopes:
    @pytest.fixture
    def key_with(self, owner: Any) -> Any:
        from accounts.services import issue_key

        def with_scopes(*scopes: str) -> dict[str, str]:
            issued = issue_key(actor=owner.actor, name="scoped", scopes=scopes)
            return {"Authorization": f"Bearer {issued.secret}"}

        return with_scopes

    def test_it_knows_the_scope_of_every_endpoint(self) -> None:
        from accounts.services import SCOPES as ALL

        api = {route.name for route in routes() if route.name.startswith("api_")}
        assert {name for _, name in [*SCOPES, *PEOPLE_ONLY]} == api - OPEN - ANY_KEY
        assert set(SCOPES.values()) <= {scope.value for scope in ALL}

    def test_it_asks_for_exactly_that_scope(self, settle: Any, key_with: Any) -> None:
        estate = settle(work=True)
        every = sorted(set(SCOPES.values()))
        lacking = {one: key_with(*(other for other in every if other != one)) for one in every}
        alone = {one: key_with(one) for one in every}
        client = Client()
        for (method, name), scope in SCOPES.items():
            address = self.address(estate, name)
            for missing, headers in lacking.items():
                if missing != scope:
                    continue
                answer = client.generic(method, address, headers=headers)
                error = answer.json()["error"]
                assert (answer.status_code, error["code"]) == (403, "scope_missing"), name
                assert error["detail"] == {"missing": scope}
                assert f"“{scope}”" in error["message"]
            answer = client.generic(method, address, headers=alone[scope])
            assert answer.status_code not in {401, 403, 404}, name
            if method == "DELETE" and name in {"api_document", "api_translation"}:
                estate = settle(work=True)

    def test_it_tells_a_key_what_only_people_may_do(self, settle: Any, key_with: Any) -> None:
        from accounts.services import SCOPES as ALL

        estate = settle()
        headers = key_with(*(scope.value for scope in ALL))
        for (method, name), right in PEOPLE_ONLY.items():
            answer = Client().generic(method, self.address(estate, name), headers=headers)
            error = answer.json()["error"]
            assert (answer.status_code, error["code"]) == (403, "scope_missing"), name
            assert error["detail"] == {"missing": right}
            assert error["message"].startswith("Only people may do this"), name

    def test_it_is_closed_to_a_revoked_key(self, settle: Any, owner: Any) -> None:
        from accounts.services import SCOPES as ALL
        from accounts.services import issue_key, revoke_key

        estate = settle()
        issued = issue_key(actor=owner.actor, name="old", scopes=[one.value for one in ALL])
        revoke_key(actor=owner.actor, key_id=issued.key.pk)
        headers = {"Authorization": f"Bearer {issued.secret}"}
        for method, name in [*SCOPES, *PEOPLE_ONLY]:
            answer = Client().generic(method, self.address(estate, name), headers=headers)
            assert answer.status_code == 401, name
            assert answer.json()["error"]["code"] == "key_revoked"

    def address(self, estate: Estate, name: str) -> str:
        [route] = [one for one in routes() if one.name == name]
        kind = "text" if name.startswith("api_translation") else "file"
        query = f"?document={estate.ids[kind]['document_id']}" if name == "api_archive" else ""
        return estate.address(route, kind) + query
