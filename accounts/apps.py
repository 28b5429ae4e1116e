"""Accounts: people, organizations, memberships, API keys, the audit trail, and tenancy."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django's entry for this app."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the start-up check and the sign-in record with Django."""
        from accounts import checks, sign_in  # noqa: F401
