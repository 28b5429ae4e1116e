"""Makes an organization and its owner."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import create_organization
from common.errors import DomainError


class Command(BaseCommand):
    help = "Make an organization; its owner is made too if nobody has that e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the organization's name")
        parser.add_argument("--owner", required=True, help="the owner's e-mail")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password of a new owner from standard input",
        )

    def handle(self, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        try:
            organization = create_organization(
                name=options["name"], owner_email=options["owner"], password=password or None
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(str(organization.pk))
