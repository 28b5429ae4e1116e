"""The commands an operator sets a customer up with."""

from __future__ import annotations

import io
import sys
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.queries import organizations_of
from accounts.services import SCOPES, authenticate_key

pytestmark = pytest.mark.django_db


def say(*arguments: str) -> str:
    output = io.StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue().strip()


class TestCreateOrganization:
    def test_it_prints_the_id(self):
        made = UUID(say("create_organization", "Northwind", "--owner", "olga@northwind.example"))
        olga = User.objects.get(email="olga@northwind.example")
        assert [found.pk for found in organizations_of(olga.pk)] == [made]
        assert not olga.has_usable_password()

    def test_it_reads_the_password_from_standard_input(self, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
        say("create_organization", "N", "--owner", "olga@northwind.example", "--password-stdin")
        olga = User.objects.get(email="olga@northwind.example")
        assert olga.check_password("correct horse battery")

    def test_it_says_in_a_sentence_what_is_wrong(self):
        with pytest.raises(CommandError, match="“nobody” is not an e-mail address"):
            say("create_organization", "Northwind", "--owner", "nobody")


class TestCreateApiKey:
    def test_it_prints_a_key_with_the_scopes_asked_for(self, owner):
        asked = ["--name", "robot", "--scope", "translate", "--scope", "usage:read"]
        secret = say("create_api_key", str(owner.organization_id), *asked)
        actor = authenticate_key(secret).actor
        assert actor.organization_id == owner.organization_id
        assert actor.permissions == {"translate", "usage:read"}

    def test_it_gives_all_scopes_when_none_is_named(self, owner):
        secret = say("create_api_key", str(owner.organization_id), "--name", "robot")
        assert len(authenticate_key(secret).actor.permissions) == len(SCOPES)

    def test_it_says_when_there_is_no_such_organization(self, owner):
        with pytest.raises(CommandError, match="There is no organization"):
            say("create_api_key", str(UUID(int=1)), "--name", "robot")
