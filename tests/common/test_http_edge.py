"""Request ids, errors in one shape, and the health addresses, over HTTP."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from rest_framework import exceptions as drf
from rest_framework.decorators import api_view, authentication_classes, permission_classes

from common import http, redis
from common.errors import Invalid, NotFound, OverAllowance, Unavailable

pytestmark = pytest.mark.urls(__name__)

RAISED = {
    "allowance": OverAllowance(
        "allowance_spent", "Nothing left.", detail={"left": 0}, retry_after=59.2
    ),
    "invalid": Invalid("not_so", "Not like this <b>."),
    "missing": NotFound("not_here", "Not here."),
    "away": Unavailable("away", "Away."),
    "http404": Http404("secret path"),
    "denied": PermissionDenied("secret reason"),
    "suspicious": SuspiciousOperation("secret reason"),
    "bug": RuntimeError("secret state"),
    "drf_shape": drf.ValidationError({"texts": ["This field is required."]}),
    "drf_syntax": drf.ParseError("JSON parse error"),
    "drf_media": drf.UnsupportedMediaType("text/x-odd"),
    "drf_verb": drf.MethodNotAllowed("GET"),
    "drf_accept": drf.NotAcceptable(),
    "drf_login": drf.NotAuthenticated(),
    "drf_denied": drf.PermissionDenied(),
    "drf_missing": drf.NotFound(),
}


def page(request, name: str) -> HttpResponse:
    raise RAISED[name]


@api_view(["GET"])
@authentication_classes([])
@permission_classes([])
def endpoint(request, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [
    path("page/<name>", page),
    path("api/<name>", endpoint),
    path("ok", lambda request: HttpResponse("ok")),
    path("healthz", http.healthz),
    path("readyz", http.readyz),
]
handler400, handler403 = http.bad_request, http.permission_denied
handler404, handler500 = http.page_not_found, http.server_error


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


class TestRequestId:
    def test_it_makes_one_for_each_request(self, client):
        first, second = (client.get("/ok")["X-Request-ID"] for _ in range(2))
        assert first
        assert first != second

    def test_it_keeps_a_sane_one(self, client):
        assert (
            client.get("/ok", headers={"X-Request-ID": "trace-0042"})["X-Request-ID"]
            == "trace-0042"
        )

    @pytest.mark.parametrize(
        "given", ["short", "x" * 65, "with space 1", "newline\\n12", "ключ-ключ-ключ"]
    )
    def test_it_replaces_any_other(self, client, given):
        assert client.get("/ok", headers={"X-Request-ID": given})["X-Request-ID"] != given

    def test_it_works_on_asgi_too(self):
        get = async_to_sync(AsyncClient().get)
        response = get("/ok", headers={"X-Request-ID": "trace-0042"})
        assert response["X-Request-ID"] == "trace-0042"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("allowance", 402, "allowance_spent"),
        ("invalid", 422, "not_so"),
        ("missing", 404, "not_here"),
        ("away", 503, "away"),
        ("http404", 404, "not_found"),
        ("denied", 403, "not_allowed"),
        ("suspicious", 400, "request_malformed"),
        ("bug", 500, "server_error"),
        ("drf_shape", 400, "request_malformed"),
        ("drf_syntax", 400, "request_malformed"),
        ("drf_media", 415, "media_type_unknown"),
        ("drf_verb", 405, "method_not_allowed"),
        ("drf_accept", 406, "not_acceptable"),
        ("drf_login", 401, "key_missing"),
        ("drf_denied", 403, "not_allowed"),
        ("drf_missing", 404, "not_found"),
    ],
)
def test_it_answers_the_api_in_one_shape(client, name, status, code):
    response = client.get(f"/api/{name}")
    assert response.status_code == status
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "detail", "request_id"}
    assert body["error"]["code"] == code
    assert body["error"]["request_id"] == response["X-Request-ID"]
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("allowance", 402, "Nothing left."),
        ("invalid", 422, "Not like this &lt;b&gt;."),
        ("missing", 404, "Not here."),
        ("away", 503, "Away."),
        ("http404", 404, "There is nothing at this address."),
        ("denied", 403, "You may not do this here."),
        ("suspicious", 400, "The request cannot be read."),
        ("bug", 500, "Something went wrong on our side."),
    ],
)
def test_it_answers_people_with_a_page(client, name, status, sentence):
    response = client.get(f"/page/{name}")
    text = response.content.decode()
    assert response.status_code == status
    assert sentence in text
    assert response["X-Request-ID"] in text
    assert "secret" not in text


@pytest.mark.parametrize("place", ["api", "page"])
@pytest.mark.parametrize(("name", "seconds"), [("allowance", "60"), ("away", "30")])
def test_it_says_when_to_come_back(client, place, name, seconds):
    assert client.get(f"/{place}/{name}")["Retry-After"] == seconds


@pytest.mark.parametrize(("address", "is_json"), [("/api/no/such", True), ("/nothing", False)])
def test_it_answers_an_unknown_address_in_the_language_of_its_place(client, address, is_json):
    response = client.get(address)
    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json") is is_json


def test_it_tells_what_fields_are_wrong(client):
    error = client.get("/api/drf_shape").json()["error"]
    wrong = {"pointer": "/texts", "message": "This field is required."}
    assert error["detail"] == {"errors": [wrong]}


def test_it_explains_a_form_that_is_too_old(rf):
    response = http.csrf_failure(rf.post("/page"))
    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


class TestHealth:
    def test_it_answers_without_looking_at_anything(self, client):
        response = client.get("/healthz")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    def test_it_takes_no_other_verb(self, client):
        assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReady:
    @pytest.fixture
    def check(self):
        """Registers a condition for the length of a test."""
        yield lambda sentence: http.register_ready_check("tests", lambda: sentence)
        http._checks.pop("tests", None)

    def test_it_is_ready_when_every_part_answers(self, client, check):
        check(None)
        response = client.get("/readyz")
        told = response.json()["checks"]
        assert (told["database"], told["redis"], told["tests"]) == ("ok", "ok", "ok")

    def test_it_tells_the_condition_that_is_not_met(self, client, check):
        check("The key is missing.")
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["status"] == "unready"
        assert response.json()["checks"]["tests"] == "The key is missing."

    def test_it_is_not_ready_without_redis(self, client, settings, tmp_path):
        settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock?db=0"
        redis.client.cache_clear()
        try:
            response = client.get("/readyz")
        finally:
            redis.client.cache_clear()
        assert response.status_code == 503
        assert response.json()["checks"]["redis"] == "Redis does not answer."
