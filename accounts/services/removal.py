"""The person's own rows go. What is left of somebody in an organization is an id."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from axes.handlers.proxy import AxesProxyHandler
from django.db import connection

from accounts.models import User
from accounts.services.sessions import end_all
from common.database import atomic

# In this order: what points at the person before the person. Memberships are not among them: while
# one is left, the database refuses.
_OWN: Final = (
    """delete from account_emailconfirmation where email_address_id in
       (select id from account_emailaddress where user_id = %s)""",
    "delete from account_emailaddress where user_id = %s",
    "delete from mfa_authenticator where user_id = %s",
    "delete from accounts_device where user_id = %s",
    "delete from accounts_emailchange where user_id = %s",
    "delete from accounts_signup where user_id = %s",
    "delete from accounts_user where id = %s",
)


def remove_person(*, user_id: UUID) -> None:
    """Removes a person who is in no organization any more, and ends all of their sessions.

    Stands or falls with the caller's transaction.
    """
    with atomic():
        email = User.objects.values_list("email", flat=True).get(pk=user_id)
        end_all(user_id=user_id)
        with connection.cursor() as cursor:
            # Not by the ORM: it would ask tenant tables for what points here, outside of a scope.
            for statement in _OWN:
                cursor.execute(statement, [user_id])
        AxesProxyHandler.reset_attempts(username=email)
