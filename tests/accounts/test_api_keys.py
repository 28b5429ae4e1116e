"""API keys from their issue to their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import ApiKey
from accounts.queries import audit_of
from accounts.queries.keys import key, keys_page
from accounts.services import Actor, Permission, authenticate_key, issue_key, revoke_key
from accounts.services.keys import change_key, note_use
from accounts.tenancy import organization_scope
from common.errors import Invalid, NotAllowed, NotFound, Unauthenticated
from common.ids import uuid7

pytestmark = pytest.mark.django_db

NOON = datetime(2100, 11, 24, 12, tzinfo=UTC)  # after what the cast was given today


def issue(person, **given):
    wanted = {"name": "robot", "scopes": ["translate"], "now": NOON, **given}
    return issue_key(actor=person.actor, **wanted)


def refusal(secret: str, now: datetime = NOON) -> str:
    with pytest.raises(Unauthenticated) as caught:
        authenticate_key(secret, now=now)
    return caught.value.code


def last_used(issued) -> datetime | None:
    with organization_scope(issued.key.organization_id):
        return ApiKey.objects.get(pk=issued.key.pk).last_used_at


class TestIssueKey:
    def test_it_stores_a_digest_and_never_the_secret(self, owner, admin):
        issued = issue(owner)
        with organization_scope(owner.organization_id):
            row = ApiKey.objects.filter(pk=issued.key.pk).values().get()
        tail = issued.secret.rsplit("_", 1)[1]
        assert tail not in str(row)
        assert issued.secret.startswith(f"il_{row['prefix']}_")
        assert row["created_by"] == owner.user.pk

    def test_it_makes_the_secret_of_the_randomness_it_is_given(self, owner):
        issued = issue(owner, randomness=lambda size: "ab" * size)
        assert issued.secret == f"il_{'ab' * 4}_{'ab' * 24}"

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ({"name": " "}, "key_name_invalid"),
            ({"name": "x" * 101}, "key_name_invalid"),
            ({"scopes": []}, "scope_unknown"),
            ({"scopes": ["keys:manage"]}, "scope_unknown"),
            ({"expires_at": NOON}, "key_expiry_past"),
        ],
    )
    def test_it_refuses_what_would_be_no_use(self, owner, given, code):
        with pytest.raises(Invalid) as caught:
            issue(owner, **given)
        assert caught.value.code == code

    def test_it_is_noted(self, owner):
        issued = issue(owner)
        with organization_scope(owner.organization_id):
            event = audit_of(owner.organization_id)[0]
        assert (event.action, event.object_id) == ("key.issue", issued.key.pk)


class TestAuthenticateKey:
    def test_it_tells_organization_and_rights(self, owner):
        issued = issue(owner, scopes=["usage:read", "translate"])
        actor = authenticate_key(issued.secret, now=NOON).actor
        assert actor.organization_id == owner.organization_id
        assert (actor.api_key_id, actor.user_id) == (issued.key.pk, None)
        assert actor.permissions == {Permission.TRANSLATE, Permission.USAGE_READ}

    @pytest.mark.parametrize(
        "secret",
        ["", "il_", "il_abababab_" + "0" * 48, "sk-ant-x", "il_" + "é" * 57, "il_x'; select 1"],
    )
    def test_it_does_not_know_any_other_key(self, owner, secret):
        assert refusal(secret) == "key_invalid"

    def test_it_wants_the_whole_key(self, owner):
        assert refusal(issue(owner).secret[:-1]) == "key_invalid"

    def test_it_ends_with_the_key(self, owner):
        issued = issue(owner, expires_at=NOON + timedelta(days=1))
        authenticate_key(issued.secret, now=NOON + timedelta(hours=23))
        assert refusal(issued.secret, NOON + timedelta(days=1)) == "key_expired"

    def test_it_takes_one_statement(self, owner, django_assert_num_queries):
        with django_assert_num_queries(1):
            authenticate_key(owner.key)

    def test_it_notes_the_last_use_once_a_minute(self, owner):
        issued = issue(owner)
        assert last_used(issued) is None
        for seconds, expected in [(0, 0), (59, 0), (61, 61), (62, 61)]:
            moment = NOON + timedelta(seconds=seconds)
            note_use(bearer=authenticate_key(issued.secret, now=moment), now=moment)
            assert last_used(issued) == NOON + timedelta(seconds=expected)

    def test_it_depends_on_the_pepper(self, owner, settings):
        issued = issue(owner)
        settings.API_KEY_PEPPER = "another " * 8
        assert refusal(issued.secret) == "key_invalid"


class TestScopesOfAPerson:
    def test_it_gives_no_right_the_person_lacks(self, teammate):
        with pytest.raises(NotAllowed) as caught:
            issue(teammate, scopes=["translate", "audit:read"])
        assert caught.value.code == "scope_not_yours"
        assert caught.value.detail["missing"] == ["audit:read"]

    def test_it_gives_any_to_the_operators_command(self, owner):
        actor = Actor(organization_id=owner.organization_id)
        issued = issue_key(actor=actor, name="robot", scopes=["audit:read"], now=NOON)
        assert issued.key.scopes == ["audit:read"]


class TestLimitOfAKey:
    @pytest.mark.parametrize("limit", [1, 599, 600, None])
    def test_it_takes_what_the_organization_allows(self, owner, limit):
        assert issue(owner, requests_per_minute=limit).key.requests_per_minute == limit

    @pytest.mark.parametrize("limit", [0, -1, 601])
    def test_it_takes_no_more(self, owner, limit):
        key = issue(owner).key
        for call in (
            lambda: issue(owner, requests_per_minute=limit),
            lambda: change_key(actor=owner.actor, key_id=key.pk, requests_per_minute=limit),
        ):
            with pytest.raises(Invalid) as caught:
                call()
            assert caught.value.code == "key_limit_invalid"


class TestChangeKey:
    def test_it_changes_what_is_named_and_notes_it(self, owner):
        key_id = issue(owner, requests_per_minute=5).key.pk
        change_key(actor=owner.actor, key_id=key_id, name=" till ", now=NOON)
        found = key(owner.organization_id, key_id, now=NOON)
        assert (found.name, found.requests_per_minute, found.limit) == ("till", 5, 5)
        change_key(actor=owner.actor, key_id=key_id, requests_per_minute=None, now=NOON)
        found = key(owner.organization_id, key_id, now=NOON)
        assert (found.name, found.requests_per_minute, found.limit) == ("till", None, 600)
        with organization_scope(owner.organization_id):
            event = audit_of(owner.organization_id)[0]
        assert (event.action, event.detail) == ("key.change", {"fields": "requests_per_minute"})

    def test_it_does_not_find_a_strangers_key(self, owner, outsider):
        key_id = issue(owner).key.pk
        for wanted in ({"name": "mine"}, {}):
            with pytest.raises(NotFound):
                change_key(actor=outsider.actor, key_id=key_id, **wanted)
        assert key(owner.organization_id, key_id, now=NOON).name == "robot"


class TestRevokeKey:
    def test_it_ends_a_key_for_good(self, owner):
        issued = issue(owner)
        revoke_key(actor=owner.actor, key_id=issued.key.pk, now=NOON)
        revoke_key(actor=owner.actor, key_id=issued.key.pk, now=NOON + timedelta(days=1))
        assert refusal(issued.secret) == "key_revoked"
        with organization_scope(owner.organization_id):
            assert ApiKey.objects.get(pk=issued.key.pk).revoked_at == NOON
            actions = [event.action for event in audit_of(owner.organization_id)]
        assert actions.count("key.revoke") == 1

    def test_it_does_not_find_a_strangers_key(self, owner, outsider):
        issued = issue(owner)
        for key_id in (issued.key.pk, uuid7()):
            with pytest.raises(NotFound) as caught:
                revoke_key(actor=outsider.actor, key_id=key_id)
            assert caught.value.code == "key_not_found"
        authenticate_key(issued.secret, now=NOON)


def test_it_lists_an_organizations_own_keys(owner, outsider):
    [mine] = keys_page(owner.organization_id, now=NOON, limit=10)
    assert (mine.prefix, mine.state, mine.created_by_name) == (
        owner.key[:11],
        "active",
        owner.user.email,
    )
    [other] = keys_page(outsider.organization_id, now=NOON, limit=10)
    assert other.prefix == outsider.key[:11]
