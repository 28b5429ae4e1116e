"""Makes an API key for an organization."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import organization_exists
from accounts.services import SCOPES, Actor, issue_key
from accounts.tenancy import organization_scope
from common.errors import DomainError


class Command(BaseCommand):
    help = "Make an API key. It is printed once and kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organization", type=UUID, help="the organization's id")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[scope.value for scope in SCOPES],
            help="may be repeated; all scopes when left out",
        )

    def handle(self, **options: Any) -> None:
        organization_id = options["organization"]
        with organization_scope(organization_id):
            if not organization_exists(organization_id):
                raise CommandError(f"There is no organization {organization_id}.")
        try:
            issued = issue_key(
                actor=Actor(organization_id=organization_id),
                name=options["name"],
                scopes=options["scope"] or [scope.value for scope in SCOPES],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(issued.secret)
