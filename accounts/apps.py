"""Accounts: people, organizations, memberships, API keys, the audit trail, and tenancy."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's entry for this app."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers checks, the record of sign-ins, and what accounts hold."""
        from accounts import checks, erasure, sign_in  # noqa: F401
        from accounts.services import closing
        from accounts.tenancy.guard import role_objection
        from common.http import register_ready_check

        erasure.register("accounts", erasure.Holder(erase=closing.erase_accounts))
        register_ready_check("database_role", role_objection)
