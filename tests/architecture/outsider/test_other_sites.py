"""What another site may do to somebody who is signed in here: nothing, at any address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.architecture.outsider.places import OPEN, somewhere
from tests.architecture.outsider.test_routes import Route, routes

pytestmark = [pytest.mark.django_db(transaction=True)]

# Of addresses that a mail gives, which are words and no ids.
WORDS = {
    "account_confirm_email": {"key": "some-key"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "some-key"},
    "invitation": {"secret": "some-secret"},
    "email_change": {"secret": "some-secret"},
}


def address_of(route: Route) -> str:
    return reverse(route.name, kwargs=WORDS.get(route.name, somewhere(route.objects)))


@pytest.fixture
def browser(owner: Any) -> Client:
    """The owner's, which sends its cookie wherever a page of another site makes it."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(owner.user)
    return browser


def test_it_cannot_send_a_form(browser: Client) -> None:
    taken = {}
    for route in routes():
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = browser.generic(method, address_of(route))
            if answer.status_code not in {403, 405}:
                taken[route.name] = (method, answer.status_code)
    assert taken == {}


def test_it_cannot_show_a_page_in_a_frame(browser: Client) -> None:
    framed = {}
    for route in routes():
        answer = browser.get(address_of(route))
        policy = answer.get("Content-Security-Policy", "")
        if answer.get("X-Frame-Options") != "DENY" or "frame-ancestors 'none'" not in policy:
            framed[route.name] = (answer.status_code, answer.get("X-Frame-Options"), policy)
    assert framed == {}


def test_it_cannot_send_one_to_a_page_that_is_open_to_all() -> None:
    stranger = Client(enforce_csrf_checks=True)
    for route in routes():
        if route.name in OPEN:
            assert stranger.post(address_of(route)).status_code in {403, 405}, route


def test_it_cannot_make_a_page_of_the_api_fail(browser: Client, owner: Any) -> None:
    assert browser.post("/api/docs").status_code == 403
    assert Client().get("/api/docs", headers=owner.headers).status_code == 200
