"""The table of roles, cell by cell: each right is asked of each role by calling what it opens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.roles import LABELS, MEANINGS, RIGHTS, Permission, Role, as_markdown
from accounts.services import add_member, create_user

pytestmark = [pytest.mark.django_db]
P = Permission
NOWHERE = "01900000-0000-7000-8000-000000000000"
# What asks for a right: by the pages and, where there is one, by the API. A body that is refused
# for its shape has come past the question who asks.
CALLS: dict[Permission, list[tuple[str, str]]] = {
    P.TRANSLATE: [("POST", "/api/v1/translate"), ("GET", "/translate")],
    P.DOCUMENTS_READ: [("GET", "/api/v1/documents"), ("GET", "/documents")],
    P.DOCUMENTS_WRITE: [
        ("POST", "/api/v1/documents"),
        ("POST", "/documents/upload"),
        ("DELETE", f"/api/v1/documents/{NOWHERE}"),
    ],
    P.GLOSSARIES_READ: [("GET", "/api/v1/glossaries")],
    P.GLOSSARIES_WRITE: [
        ("POST", "/api/v1/glossaries"),
        ("DELETE", f"/api/v1/glossaries/{NOWHERE}"),
    ],
    P.USAGE_READ: [("GET", "/api/v1/usage")],
    P.MEMBERS_READ: [("GET", "/api/v1/members"), ("GET", "/settings/members")],
    P.MEMBERS_MANAGE: [
        ("GET", "/api/v1/invitations"),
        ("POST", "/api/v1/invitations"),
        ("PATCH", f"/api/v1/members/{NOWHERE}"),
        ("DELETE", f"/api/v1/members/{NOWHERE}"),
        ("POST", "/settings/members/invite"),
        ("GET", f"/settings/members/{NOWHERE}/remove"),
    ],
    P.KEYS_MANAGE: [
        ("GET", "/api/v1/keys"),
        ("POST", "/api/v1/keys"),
        ("GET", "/settings/keys"),
    ],
    P.WEBHOOKS_MANAGE: [
        ("GET", "/api/v1/webhooks"),
        ("POST", "/api/v1/webhooks"),
        ("GET", "/settings/webhooks"),
    ],
    P.AUDIT_READ: [
        ("GET", "/api/v1/audit"),
        ("GET", "/settings/audit"),
        ("GET", "/settings/audit.csv"),
    ],
    P.ORGANIZATION_MANAGE: [("PATCH", "/api/v1/organization"), ("GET", "/settings/organization")],
    P.ORGANIZATION_OWN: [("GET", "/settings/organization/delete")],
}


@pytest.fixture
def browser(owner: Any) -> Any:
    """A browser of a member with a role."""

    def of(role: Role) -> Client:
        user = create_user(email=f"{role}@northwind.example", name=role.title())
        add_member(actor=owner.actor, user=user, role=role)
        client = Client()
        client.force_login(user)
        return client

    return of


def is_open(client: Client, method: str, address: str) -> bool:
    answer = client.generic(method, address, "{}", content_type="application/json")
    if answer.status_code != 403:
        assert answer.status_code < 500
        return True
    if address.startswith("/api/"):
        assert json.loads(answer.content)["error"]["code"] == "permission_missing"
    return False


@pytest.mark.parametrize("role", Role)
def test_it_opens_what_the_table_says_and_nothing_else(
    browser: Any, role: Role, redis_server: None
) -> None:
    client = browser(role)
    found = {
        right: {is_open(client, method, address) for method, address in calls}
        for right, calls in CALLS.items()
    }
    assert found == {right: {right in RIGHTS[role]} for right in CALLS}


def test_it_calls_for_every_right_that_has_an_address() -> None:
    # Approving is a step in the editor, asked for a target of one's own: see its tests.
    assert set(Permission) - set(CALLS) == {P.REVIEW_APPROVE}


def test_it_stands_in_the_documents_as_in_the_code() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "roles.md").read_text()
    assert as_markdown() in text


def test_it_stands_on_the_page_as_in_the_code(browser: Any) -> None:
    page = browser(Role.VIEWER).get("/settings/roles").content.decode()
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    cells = {
        meaning.replace("&#x27;", "'"): [
            word == "Yes" for word in re.findall(r'class="unseen">(Yes|No)<', row)
        ]
        for meaning, row in rows
    }
    assert cells == {
        MEANINGS[right]: [right in RIGHTS[role] for role in Role] for right in Permission
    }
    for label, meaning in LABELS.values():
        assert label in page
        assert meaning in page
