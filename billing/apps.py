"""Billing: plans, usage periods, reservations and the ledger."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Says what billing gives up of an organization, and fills nothing else."""
        from accounts import erasure
        from billing.services import erase

        erasure.register("billing", erasure.Holder(erase=erase))
