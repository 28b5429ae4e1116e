"""Glossaries: what a customer teaches us of its language, frozen into a brief for each run."""

from django.apps import AppConfig


class GlossariesConfig(AppConfig):
    name = "glossaries"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names what glossaries hold of customers."""
        from accounts import erasure
        from glossaries.services import glossaries

        holder = erasure.Holder(erase=glossaries.erase, count=glossaries.count)
        erasure.register("glossaries", holder)
