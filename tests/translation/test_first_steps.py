"""First steps on the home page: who sees them, what ticks each, and how they go away."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, Invitation, Membership, Organization
from accounts.services import RIGHTS, Permission, Role, add_member, create_user
from accounts.services.welcome import close_first_steps
from accounts.tenancy import organization_scope
from tests.translation.test_home import past, text_of
from translation.queries.first_steps import YOUNG_DAYS, first_steps, is_for
from translation.services.intake import submit_texts

pytestmark = pytest.mark.django_db(transaction=True)
ALL = frozenset(Permission)


@pytest.fixture
def newcomer(owner: Any) -> Any:
    """The owner, before there was a key."""
    with organization_scope(owner.organization_id):
        ApiKey.objects.filter(organization_id=owner.organization_id).delete()
    return owner


@pytest.fixture
def browser(newcomer: Any) -> Client:
    browser = Client()
    browser.force_login(newcomer.user)
    return browser


def done(person: Any, *, has_languages: bool = False) -> dict[str, bool]:
    found = first_steps(person.organization_id, ALL, has_languages=has_languages)
    return {one.name: one.is_done for one in found}


def unfolded(person: Any, *, has_languages: bool) -> list[str]:
    found = first_steps(person.organization_id, ALL, has_languages=has_languages)
    return [one.name for one in found if one.is_open]


def statements(browser: Client) -> int:
    found = re.search(r'desc="([0-9]+) statements"', browser.get("/")["Server-Timing"])
    assert found is not None
    return int(found[1])


class TestSteps:
    def test_it_begins_with_nothing_done(self, newcomer: Any) -> None:
        assert list(done(newcomer)) == ["languages", "sentence", "file", "key", "colleague"]
        assert not any(done(newcomer).values())

    def test_it_ticks_what_rows_tell(self, newcomer: Any) -> None:
        submit_texts(
            actor=newcomer.actor, texts=["Hello."], source_language="en", target_language="de"
        )
        assert done(newcomer)["sentence"]
        assert not done(newcomer)["file"]
        past(newcomer)
        assert done(newcomer)["file"]

    def test_it_ticks_the_key(self, newcomer: Any) -> None:
        from accounts.services import issue_key

        issue_key(actor=newcomer.actor, name="shop", scopes=["translate"])
        assert done(newcomer)["key"]

    def test_it_ticks_the_colleague_asked_or_there(self, newcomer: Any) -> None:
        at = timezone.now()
        with organization_scope(newcomer.organization_id):
            asked = Invitation.objects.create(
                organization_id=newcomer.organization_id,
                email="colleague@example.com",
                role="viewer",
                digest="x",
                created_at=at,
                sent_at=at,
                expires_at=at,
            )
        assert done(newcomer)["colleague"]
        with organization_scope(newcomer.organization_id):
            asked.delete()
        assert not done(newcomer)["colleague"]
        someone = create_user(email="colleague@example.com")
        add_member(actor=newcomer.actor, user=someone, role=Role.VIEWER)
        assert done(newcomer)["colleague"]

    def test_it_unfolds_the_first_that_is_not_done(self, newcomer: Any) -> None:
        assert unfolded(newcomer, has_languages=False) == ["languages"]
        past(newcomer)
        assert unfolded(newcomer, has_languages=True) == ["sentence"]

    def test_it_asks_only_for_what_the_rights_allow(self, newcomer: Any) -> None:
        for role in Role:
            names = [
                one.name
                for one in first_steps(newcomer.organization_id, RIGHTS[role], has_languages=False)
            ]
            assert ("key" in names) == (Permission.KEYS_MANAGE in RIGHTS[role])
            assert ("sentence" in names) == (Permission.TRANSLATE in RIGHTS[role])

    def test_it_is_for_those_who_run_a_young_organization(self) -> None:
        now = timezone.now()
        for role in Role:
            is_due = is_for(RIGHTS[role], created_at=now - timedelta(days=1), now=now)
            assert is_due == (role in {Role.OWNER, Role.ADMIN})
        old = now - timedelta(days=YOUNG_DAYS)
        assert not is_for(ALL, created_at=old, now=now)


class TestPage:
    def test_it_welcomes_and_unfolds_the_languages(self, browser: Client) -> None:
        shown = text_of(browser.get("/"))
        assert "Welcome" in shown
        assert "0 of 5 I know my way" in shown
        assert "Save languages" in shown
        assert "Translate the file" not in shown

    def test_it_keeps_the_languages(self, newcomer: Any, browser: Client) -> None:
        asked = {"source_language": "en", "target_languages": ["de", "ja"]}
        assert browser.post("/first-steps/languages", asked)["Location"] == "/"
        with organization_scope(newcomer.organization_id):
            mine = Organization.objects.get(pk=newcomer.organization_id)
        assert (mine.source_language, mine.target_languages) == ("en", ["de", "ja"])
        shown = text_of(browser.get("/"))
        assert "English into German, Japanese" in shown
        assert "1 of 5" in shown

    def test_it_says_what_is_wrong_with_languages(self, newcomer: Any, browser: Client) -> None:
        asked = {"source_language": "en", "target_languages": ["xx"]}
        answer = browser.post("/first-steps/languages", asked, follow=True)
        assert "xx" in text_of(answer)
        with organization_scope(newcomer.organization_id):
            assert Organization.objects.get(pk=newcomer.organization_id).target_languages == []

    def test_it_lets_nobody_else_choose_languages(self, newcomer: Any) -> None:
        someone = create_user(email="linguist@example.com")
        add_member(actor=newcomer.actor, user=someone, role=Role.LINGUIST)
        browser = Client()
        browser.force_login(someone)
        assert "Welcome" not in text_of(browser.get("/"))
        asked = {"source_language": "en", "target_languages": ["de"]}
        assert browser.post("/first-steps/languages", asked).status_code == 403
        assert "Welcome" not in text_of(browser.get("/?steps"))

    def test_it_is_closed_and_asked_for_again(self, newcomer: Any, browser: Client) -> None:
        assert browser.post("/first-steps/close")["Location"] == "/"
        with organization_scope(newcomer.organization_id):
            closed = Membership.objects.get(user=newcomer.user).welcomed_at
        assert closed is not None
        assert "First steps" not in text_of(browser.get("/"))
        assert "First steps 0 of 5" in text_of(browser.get("/?steps"))
        assert "First steps" in browser.get("/documents").content.decode()
        browser.post("/first-steps/close")
        with organization_scope(newcomer.organization_id):
            assert Membership.objects.get(user=newcomer.user).welcomed_at == closed

    def test_it_ends_with_a_last_word(self, owner: Any, browser: Client) -> None:
        from accounts.services import issue_key

        issue_key(actor=owner.actor, name="shop", scopes=["translate"])
        browser.post(
            "/first-steps/languages", {"source_language": "en", "target_languages": ["de"]}
        )
        submit_texts(
            actor=owner.actor, texts=["Hello."], source_language="en", target_language="de"
        )
        past(owner)
        add_member(actor=owner.actor, user=create_user(email="new@example.com"), role=Role.VIEWER)
        shown = text_of(browser.get("/"))
        assert "5 of 5" in shown
        assert "All done." in shown
        assert "Waiting for you" in shown

    def test_it_costs_others_no_statement(self, newcomer: Any, browser: Client) -> None:
        newcomer.user.is_staff = True  # is told how many statements a page took
        newcomer.user.save()
        browser.get("/")
        young = statements(browser)
        close_first_steps(
            organization_id=newcomer.organization_id,
            user_id=newcomer.user.pk,
            now=timezone.now(),
        )
        closed = statements(browser)
        with organization_scope(newcomer.organization_id):
            Membership.objects.update(welcomed_at=None)
            Organization.objects.update(created_at=timezone.now() - timedelta(days=YOUNG_DAYS))
        assert closed == statements(browser) < young <= closed + 4
