"""Translation: documents, jobs, runs, segments and targets, and the work that fills them."""

from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "translation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Names the task that empties a lane."""
        from common import queue

        queue.drain_with("translation.drain")
