"""What other apps may do with accounts."""

from accounts.roles import (
    LABELS,
    MEANINGS,
    RIGHTS,
    SCOPES,
    Actor,
    Permission,
    Role,
    actor_of,
    require,
)
from accounts.services.audit import record
from accounts.services.keys import (
    IssuedKey,
    authenticate_key,
    change_key,
    issue_key,
    revoke_key,
)
from accounts.services.people import add_member, create_organization, create_user

__all__ = [
    "LABELS",
    "MEANINGS",
    "RIGHTS",
    "SCOPES",
    "Actor",
    "IssuedKey",
    "Permission",
    "Role",
    "actor_of",
    "add_member",
    "authenticate_key",
    "change_key",
    "create_organization",
    "create_user",
    "issue_key",
    "record",
    "require",
    "revoke_key",
]
