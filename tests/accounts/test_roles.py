"""The table of roles, and what is said to somebody who lacks a right."""

from __future__ import annotations

import pytest

from accounts.roles import (
    RIGHTS,
    SCOPES,
    Actor,
    Permission,
    Role,
    actor_of,
    parse_scopes,
    require,
)
from common.errors import Invalid, NotAllowed, Unauthenticated
from common.ids import uuid7

P = Permission
EXPECTED = {
    Role.OWNER: set(P),
    Role.ADMIN: set(P) - {P.ORGANIZATION_OWN},
    Role.MANAGER: {
        *(P.TRANSLATE, P.DOCUMENTS_READ, P.DOCUMENTS_WRITE, P.REVIEW_APPROVE),
        *(P.GLOSSARIES_READ, P.GLOSSARIES_WRITE, P.USAGE_READ, P.MEMBERS_READ),
    },
    Role.LINGUIST: {P.TRANSLATE, P.DOCUMENTS_READ, P.DOCUMENTS_WRITE, P.GLOSSARIES_READ},
    Role.VIEWER: {P.DOCUMENTS_READ, P.GLOSSARIES_READ},
    Role.BILLING: {P.USAGE_READ},
}


def actor(*permissions: Permission, by_key: bool = False) -> Actor:
    who = {"api_key_id": uuid7()} if by_key else {"user_id": uuid7()}
    return Actor(organization_id=uuid7(), permissions=frozenset(permissions), **who)


@pytest.mark.parametrize("role", Role)
def test_it_gives_each_role_exactly_its_rights(role):
    assert RIGHTS[role] == EXPECTED[role]


def test_it_lets_no_key_make_keys_members_or_owners():
    people_only = {P.KEYS_MANAGE, P.MEMBERS_MANAGE, P.ORGANIZATION_MANAGE, P.ORGANIZATION_OWN}
    assert set(P) - set(SCOPES) == people_only


class TestRequire:
    def test_it_returns_an_actor_who_may(self):
        may = actor(P.TRANSLATE)
        assert require(may, P.TRANSLATE) is may

    def test_it_asks_a_stranger_to_sign_in(self):
        with pytest.raises(Unauthenticated) as caught:
            require(None, P.TRANSLATE)
        assert caught.value.code == "key_missing"

    @pytest.mark.parametrize(
        ("by_key", "code"), [(True, "scope_missing"), (False, "permission_missing")]
    )
    def test_it_names_the_right_that_is_missing(self, by_key, code):
        with pytest.raises(NotAllowed, match="“usage:read”") as caught:
            require(actor(P.TRANSLATE, by_key=by_key), P.USAGE_READ)
        assert caught.value.code == code
        assert caught.value.detail == {"missing": "usage:read"}


class TestParseScopes:
    def test_it_orders_them_and_drops_repeats(self):
        found = parse_scopes(["documents:read", "translate", "documents:read"])
        assert found == (P.TRANSLATE, P.DOCUMENTS_READ)

    @pytest.mark.parametrize("names", [[], ["everything"], ["translate", "keys:manage"]])
    def test_it_refuses_what_a_key_cannot_hold(self, names):
        with pytest.raises(Invalid, match="documents:read") as caught:
            parse_scopes(names)
        assert caught.value.code == "scope_unknown"


@pytest.mark.parametrize("value", [None, "owner", object()])
def test_it_takes_no_other_value_of_a_request_for_an_actor(value):
    class Request:
        pass

    request = Request()
    assert actor_of(request) is None
    request.actor = value
    assert actor_of(request) is None
    request.actor = actor()
    assert actor_of(request) is request.actor
