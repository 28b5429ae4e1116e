"""`manage.py seed`: the demo organization in the house that is running here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.demo.accounts import demo_account


class Command(BaseCommand):
    help = "Make the demo organization and its person; a second time gives another API key."

    def handle(self, *_: Any, **__: Any) -> None:
        account = demo_account()
        self.stdout.write(f"sign in: {account.email}  password: {account.password}")
        self.stdout.write(f"API key: {account.key}")
