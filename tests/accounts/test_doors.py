"""Who is asking: API keys, sessions, and signing in, over HTTP."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest, JsonResponse
from django.test import AsyncClient, Client
from django.urls import path
from rest_framework.decorators import api_view

from accounts.models import Membership
from accounts.queries import audit_of
from accounts.services import Permission, actor_of, create_organization, require, revoke_key
from accounts.tenancy import organization_scope
from config.urls import urlpatterns as house

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def page(request: HttpRequest) -> JsonResponse:
    return told(request)


@api_view(["GET", "POST"])
def endpoint(request) -> JsonResponse:
    require(actor_of(request), Permission.DOCUMENTS_READ)
    return told(request)


def told(request) -> JsonResponse:
    actor = actor_of(request)
    return JsonResponse({"organization": actor and str(actor.organization_id)})


urlpatterns = [path("page", page), path("api/endpoint", endpoint), *house]


def error(response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


class TestApiKey:
    def test_it_opens_the_api_of_its_organization(self, client, owner, outsider):
        for person in (owner, outsider):
            response = client.get("/api/endpoint", headers=person.headers)
            assert response.json() == {"organization": str(person.organization_id)}

    @pytest.mark.parametrize(
        ("header", "code"),
        [
            (None, "key_missing"),
            ("Basic b2xnYTpwYXNzd29yZA==", "key_missing"),
            ("Bearer", "key_missing"),
            ("Bearer il_a il_b", "key_missing"),
            ("Bearer il_abababab_" + "0" * 48, "key_invalid"),
            ("Bearer \xff\xfe", "key_invalid"),
        ],
    )
    def test_it_says_what_is_wrong_with_a_key(self, client, db, header, code):
        headers = {"Authorization": header} if header else {}
        response = client.get("/api/endpoint", headers=headers)
        assert error(response) == (401, code)
        assert response["WWW-Authenticate"] == "Bearer"

    def test_it_is_out_at_once_when_revoked(self, client, owner):
        with organization_scope(owner.organization_id):
            key_id = owner.user and audit_of(owner.organization_id)[0].object_id
        revoke_key(actor=owner.actor, key_id=key_id)
        assert error(client.get("/api/endpoint", headers=owner.headers)) == (401, "key_revoked")

    def test_it_goes_before_a_session(self, client, owner, outsider):
        client.force_login(outsider.user)
        response = client.get("/api/endpoint", headers=owner.headers)
        assert response.json() == {"organization": str(owner.organization_id)}

    def test_it_is_not_replaced_by_a_session_when_it_is_wrong(self, client, owner):
        client.force_login(owner.user)
        response = client.get("/api/endpoint", headers={"Authorization": "Bearer il_x"})
        assert error(response) == (401, "key_invalid")


class TestSession:
    def test_it_works_in_the_persons_first_organization(self, client, owner):
        create_organization(name="Second", owner_email=owner.user.email)
        client.force_login(owner.user)
        assert client.get("/page").json() == {"organization": str(owner.organization_id)}

    def test_it_works_in_the_organization_chosen(self, client, owner):
        second = create_organization(name="Second", owner_email=owner.user.email)
        client.force_login(owner.user)
        choose(client, second.pk)
        assert client.get("/page").json() == {"organization": str(second.pk)}

    def test_it_does_not_work_in_a_strangers_organization(self, client, owner, outsider):
        client.force_login(owner.user)
        choose(client, outsider.organization_id)
        assert client.get("/page").json() == {"organization": str(owner.organization_id)}

    def test_it_ends_with_the_membership(self, client, owner, teammate):
        client.force_login(teammate.user)
        assert client.get("/page").json() == {"organization": str(owner.organization_id)}
        with organization_scope(owner.organization_id):
            Membership.objects.filter(user=teammate.user).delete()
        assert client.get("/page").json() == {"organization": None}

    def test_it_is_nobodys_without_signing_in(self, client, db):
        assert client.get("/page").json() == {"organization": None}

    def test_it_wants_a_token_to_change_anything_in_the_api(self, owner):
        client = Client(enforce_csrf_checks=True)
        client.force_login(owner.user)
        assert client.get("/api/endpoint").status_code == 200
        assert error(client.post("/api/endpoint")) == (403, "not_allowed")


def test_it_tells_the_actor_on_asgi_too(owner):
    client = AsyncClient()
    client.force_login(owner.user)
    response = async_to_sync(client.get)("/page")
    assert response.json() == {"organization": str(owner.organization_id)}
    assert response["X-Request-ID"]


class TestSignIn:
    PASSWORD = "correct horse battery"

    @pytest.fixture
    def olga(self, owner):
        owner.user.set_password(self.PASSWORD)
        owner.user.save()
        return owner

    def sign_in(self, client, email, password):
        return client.post("/accounts/login/", {"login": email, "password": password})

    def test_it_takes_an_address_in_any_case_and_is_noted(self, client, olga):
        response = self.sign_in(client, "Olga@Northwind.example", self.PASSWORD)
        assert response.status_code == 302
        assert client.get("/page").json() == {"organization": str(olga.organization_id)}
        with organization_scope(olga.organization_id):
            device, event = audit_of(olga.organization_id)[:2]
        assert device.action == "person.new_device"
        assert (event.action, event.user_id) == ("person.sign_in", olga.user.pk)
        assert event.request_id == response["X-Request-ID"]

    def test_it_refuses_a_wrong_password(self, client, olga):
        assert self.sign_in(client, olga.user.email, "wrong").status_code == 200
        assert client.get("/page").json() == {"organization": None}


def choose(client, organization_id) -> None:
    session = client.session
    session["organization_id"] = str(organization_id)
    session.save()
