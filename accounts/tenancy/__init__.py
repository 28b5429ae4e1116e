"""Which organization the database shows: three doors, and what the tables need for them."""

from accounts.tenancy.scopes import (
    SystemReason,
    identity_scope,
    organization_scope,
    system_scope,
)

__all__ = ["SystemReason", "identity_scope", "organization_scope", "system_scope"]
