"""What a person prefers: kept whole or not at all, shown as kept, and felt on every page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from common.errors import Invalid

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = {
    "name": "Olga Lind",
    "theme": "ink",
    "density": "compact",
    "time_zone": "Europe/Oslo",
    "date_format": "iso",
    "language": "de",
}


@pytest.fixture
def browser(owner: Any) -> Client:
    browser = Client()
    browser.force_login(owner.user)
    return browser


def kept(person: Any) -> dict[str, Any]:
    person.user.refresh_from_db()
    return {name: getattr(person.user, name) for name in (*GOOD, "single_keys")}


class TestThePage:
    def test_it_keeps_what_is_sent_and_shows_it(self, browser: Client, owner: Any) -> None:
        answer = browser.post("/preferences", GOOD, follow=True)
        assert answer.redirect_chain == [("/preferences", 302)]
        assert kept(owner) == {**GOOD, "single_keys": False}
        page = answer.content.decode()
        assert "Your preferences are saved." in page
        assert '<html lang="en" data-theme="ink"' in page
        assert 'data-density="compact"' in page
        assert 'data-single-keys="off"' in page
        assert "<option selected>Europe/Oslo</option>" in page
        assert re.search(r"Now: <time [^>]+>\d{4}-\d\d-\d\d, \d\d:\d\d CES?T</time>", page)

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("theme", "neon"),
            ("density", ""),
            ("date_format", "%Y"),
            ("time_zone", "Mars/Olympus"),
            ("language", "xx"),
            ("name", "a" * 201),
        ],
    )
    def test_it_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(
        self, browser: Client, owner: Any, field: str, wrong: str
    ) -> None:
        before = kept(owner)
        answer = browser.post("/preferences", {**GOOD, field: wrong})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert page.count('role="alert"') == 1
        assert kept(owner) == before
        if field != "name":
            assert 'value="Olga Lind"' in page
        if field != "time_zone":
            assert "<option selected>Europe/Oslo</option>" in page

    def test_it_takes_its_own_form_unchanged(self, browser: Client, owner: Any) -> None:
        before = kept(owner)
        browser.post("/preferences", {**before, "single_keys": "on"})
        assert kept(owner) == before

    def test_it_names_languages_as_the_reader_does(self, browser: Client, owner: Any) -> None:
        from tests.translation.test_home import past

        browser.post("/preferences", {**GOOD, "language": "fr"})
        past(owner, lost=100)
        assert "a.txt</bdi>, allemand" in browser.get("/").content.decode()

    def test_it_opens_every_page_though_the_zone_is_gone(self, browser: Client, owner: Any) -> None:
        owner.user.time_zone = "US/Nowhere"
        owner.user.save()
        assert browser.get("/preferences").status_code == 200


class TestKeys:
    def test_it_keeps_keys_and_gives_them_back(self, browser: Client, owner: Any) -> None:
        wanted = {"shortcuts": {"confirm": "Mod+Enter", "fix": "Alt+X"}}
        answer = browser.post("/preferences/shortcuts", wanted, content_type="application/json")
        assert answer.json() == wanted
        owner.user.refresh_from_db()
        assert owner.user.shortcuts == wanted["shortcuts"]

    def test_it_refuses_a_key_given_twice_by_name(self, browser: Client, owner: Any) -> None:
        wanted = {"shortcuts": {"confirm": "Alt+X", "fix": "Alt+X"}}
        answer = browser.post("/preferences/shortcuts", wanted, content_type="application/json")
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (422, "shortcut_taken")
        assert error["detail"] == {"actions": ["confirm", "fix"]}
        owner.user.refresh_from_db()
        assert owner.user.shortcuts == {}

    @pytest.mark.parametrize("shortcuts", [None, [], {"fix": 1}, {"fix": "<b>"}, {"DROP": "Alt+X"}])
    def test_it_refuses_what_is_no_key(self, owner: Any, shortcuts: object) -> None:
        from accounts.services.preferences import remap

        with pytest.raises(Invalid):
            remap(user_id=owner.user.pk, shortcuts=shortcuts)
