"""Accounts: people, organizations, memberships, API keys, the audit trail, and tenancy."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's entry for this app."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the start-up check, the sign-in record, and the role's part in /readyz."""
        from accounts import checks, sign_in  # noqa: F401
        from accounts.tenancy.guard import role_objection
        from common.http import register_ready_check

        register_ready_check("database_role", role_objection)
