"""`manage.py seed`: the demo organization in the house that is running here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import queries
from accounts.services import preferences
from config.demo.accounts import demo_account
from config.demo.seed.build import build


class Command(BaseCommand):
    help = "Make the demo organization with a month behind it; a second time adds an API key only."

    def handle(self, *_: Any, **__: Any) -> None:
        account = demo_account()
        person = queries.person_by_email(account.email)
        if person is None:
            raise LookupError(account.email)
        actor = queries.memberships_of(person.pk)[0].as_actor()
        if not person.name:
            preferences.change(user_id=person.pk, wanted={"name": "Ingrid Moen"})
        made = build(actor=actor, now=timezone.now())
        self.stdout.write(f"documents: {made} new")
        self.stdout.write(f"sign in: {account.email}  password: {account.password}")
        self.stdout.write(f"API key: {account.key}")
