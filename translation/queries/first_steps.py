"""The list of first steps on the home page of a young organization: each ticks itself from rows."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.queries.first_steps import joined
from accounts.services import Permission
from accounts.tenancy import organization_scope

YOUNG_DAYS: Final = 30
# In the order in which they are done, with the right each takes.
STEPS: Final = (
    ("languages", Permission.ORGANIZATION_MANAGE),
    ("sentence", Permission.TRANSLATE),
    ("file", Permission.DOCUMENTS_WRITE),
    ("key", Permission.KEYS_MANAGE),
    ("colleague", Permission.MEMBERS_MANAGE),
)
_FIRST = """
select (select min(created_at) from translation_document
         where organization_id = %(organization)s and kind = 'text'),
       (select min(created_at) from translation_document
         where organization_id = %(organization)s and kind = 'file')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step; only the first that is not done is unfolded. `done_at` where a row tells it."""

    name: str
    is_done: bool
    is_open: bool
    done_at: datetime | None = None


def is_for(permissions: Set[Permission], *, created_at: datetime, now: datetime) -> bool:
    """Whether the list is shown unasked: to who runs the organization, in its first month."""
    is_young = now - created_at < timedelta(days=YOUNG_DAYS)
    return is_young and Permission.ORGANIZATION_MANAGE in permissions


def first_steps(
    organization_id: UUID, permissions: Set[Permission], *, has_languages: bool
) -> list[Step]:
    """The steps these rights allow, in their order. Two statements, whatever there is."""
    with organization_scope(organization_id):
        accounts = joined(organization_id)
        text_at, file_at = _first(organization_id)
    done = {
        "languages": has_languages,
        "sentence": text_at is not None,
        "file": file_at is not None,
        "key": accounts.has_key,
        "colleague": accounts.has_invited,
    }
    moments = {"sentence": text_at, "file": file_at}
    mine = [name for name, permission in STEPS if permission in permissions]
    unfolded = next((name for name in mine if not done[name]), None)
    return [
        Step(
            name=name,
            is_done=done[name],
            is_open=name == unfolded,
            done_at=moments.get(name),
        )
        for name in mine
    ]


def _first(organization_id: UUID) -> tuple[datetime | None, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"organization": organization_id})
        text_at, file_at = cursor.fetchone()
    return text_at, file_at
