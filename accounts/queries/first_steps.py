"""What an organization has done of its first steps, as far as accounts know."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_DONE = """
select exists (select from accounts_apikey where organization_id = %(organization)s),
       exists (select from accounts_invitation where organization_id = %(organization)s)
    or exists (select from accounts_membership where organization_id = %(organization)s offset 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Whether there was ever a key, and whether anybody was asked in."""

    has_key: bool
    has_invited: bool


def joined(organization_id: UUID) -> Joined:
    """Reads both in one statement; inside the organization's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"organization": organization_id})
        has_key, has_invited = cursor.fetchone()
    return Joined(has_key=has_key, has_invited=has_invited)
